//! What every page has to satisfy, whatever it says: it is looked at light and dark, and with large text.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use super::phone::Phone;

/// Returns what a reader would complain about, and a few figures.
const LOOK: &str = include_str!("looks.js");
/// Text at 160 % covers 2.56 times the area; what stays small on purpose does not grow.
const GROWN: f64 = 2.0;
/// The sizes of text: as it is, and how WeChat enlarges it, by the root's font on Android and by `text-size-adjust` on
/// iOS. Each with what sets it and what takes it back.
const SIZES: [[&str; 3]; 3] = [
    ["", "", ""],
    [
        "-large",
        "document.documentElement.style.fontSize = '160%'",
        "document.documentElement.style.fontSize = ''",
    ],
    [
        ADJUSTED,
        "document.body.style.webkitTextSizeAdjust = '160%'",
        "document.body.style.webkitTextSizeAdjust = ''",
    ],
];
/// It looks as `-large` does: one picture is enough.
const ADJUSTED: &str = "-adjusted";
/// Other phones' widths.
const WIDTHS: [u32; 3] = [430, 375, 360];

/// A page as it is seen at one moment.
struct Sight {
    /// What the text covers, in square pixels.
    area: f64,
    /// Luminance of the ground, 0 to 1.
    brightness: f64,
    complaints: Vec<String>,
}

impl Phone {
    /// Looks at a page that came with status 200, and keeps pictures of it under this name.
    pub async fn looks_good(&self, name: &str) {
        self.console_is_silent(name).await;
        self.looks_good_in_every_light(name).await;
    }

    /// Looks at a page that came with this status: the browser reports that, and nothing else.
    pub async fn looks_good_as(&self, name: &str, status: u16) {
        let expected = format!("the server responded with a status of {status} ");
        let lines = self.console().await;
        let is_it =
            |entry: &Value| entry["source"] == "network" && entry["message"].as_str().unwrap().contains(&expected);
        assert!(
            lines.len() == 1 && is_it(&lines[0]),
            "{name}: the console says {lines:?}"
        );
        self.looks_good_in_every_light(name).await;
    }

    /// Nothing went wrong in the browser since the last call; violations of the policy would be here too.
    pub async fn console_is_silent(&self, name: &str) {
        let lines = self.console().await;
        assert!(lines.is_empty(), "{name}: the console says {lines:?}");
    }

    /// Light or dark, as the phone's settings say.
    pub async fn shine(&self, scheme: &str) {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": [feature] }))
            .await;
    }

    pub(super) async fn looks_good_in_every_light(&self, name: &str) {
        let mut complaints = Vec::new();
        for scheme in ["light", "dark"] {
            self.shine(scheme).await;
            complaints.extend(self.look_at_every_size(&format!("{name}-{scheme}")).await);
        }
        assert!(complaints.is_empty(), "{complaints:#?}");
        self.shine("light").await;
        self.console_is_silent(name).await;
    }

    async fn look_at_every_size(&self, view: &str) -> Vec<String> {
        let is_light = view.ends_with("light");
        let mut complaints = Vec::new();
        let mut plain_area = None;
        for [suffix, enlarge, restore] in SIZES {
            let view = format!("{view}{suffix}");
            self.run(enlarge, vec![]).await;
            let seen = self.look(&view).await;
            if suffix != ADJUSTED {
                self.keep_picture(&view).await;
            }
            complaints.extend(seen.complaints);
            assert_eq!(seen.brightness > 0.5, is_light, "{view}: {}", seen.brightness);
            match plain_area {
                None => plain_area = Some(seen.area),
                Some(plain) => assert!(seen.area / plain > GROWN, "{view} grows to {} only", seen.area / plain),
            }
            if is_light {
                complaints.extend(self.look_on_other_phones(&view).await);
            }
            self.run(restore, vec![]).await;
        }
        complaints
    }

    async fn look_on_other_phones(&self, view: &str) -> Vec<String> {
        let mut complaints = Vec::new();
        for width in WIDTHS {
            self.has_width(width).await;
            complaints.extend(self.look(&format!("{view}, {width} wide")).await.complaints);
        }
        self.has_width(390).await;
        complaints
    }

    /// What a reader would complain about, as the page is now.
    pub async fn complaints(&self) -> Vec<String> {
        self.look("now").await.complaints
    }

    /// Looks at the page with text of twice the size, and keeps a picture of it.
    pub async fn looks_good_twice_as_large(&self, name: &str) {
        self.run("document.documentElement.style.fontSize = '200%'", vec![])
            .await;
        let complaints = self.look(name).await.complaints;
        self.keep_picture(&format!("{name}-double")).await;
        assert!(complaints.is_empty(), "{complaints:#?}");
        self.run("document.documentElement.style.fontSize = ''", vec![]).await;
    }

    async fn look(&self, view: &str) -> Sight {
        let seen = self.run(LOOK, vec![]).await;
        let of_kind = |(kind, all): (&String, &Value)| {
            let all = all.as_array().unwrap().clone();
            let kind = kind.clone();
            all.into_iter().map(move |one| format!("{view}: {kind}: {one}"))
        };
        Sight {
            area: seen["area"].as_f64().unwrap(),
            brightness: seen["brightness"].as_f64().unwrap(),
            complaints: seen["complaints"]
                .as_object()
                .unwrap()
                .iter()
                .flat_map(of_kind)
                .collect(),
        }
    }

    /// Keeps a picture of the page in the build's output.
    pub async fn keep_picture(&self, name: &str) {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("screenshots");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{name}.png")), self.picture().await).unwrap();
    }
}
