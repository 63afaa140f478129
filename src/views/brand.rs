//! The files that an operator's own logo and colours become.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::assets::{Asset, hashed_name};
use crate::{
    domain::{Colour, routes::STATIC_PREFIX},
    settings::{Colours, Logo},
};

/// How the dark mode of WeUI names itself; a plainer selector would lose to it.
const DARK: &str = "@media (prefers-color-scheme: dark) {\n  body:not([data-weui-theme=light])";

/// A logo and colours as files with hashed names.
#[derive(Debug, Default)]
pub(super) struct Brand {
    logo: Option<File>,
    colours: Option<File>,
}

#[derive(Debug)]
struct File {
    url: String,
    bytes: Vec<u8>,
    content_type: &'static str,
}

impl File {
    fn new(name: &str, bytes: Vec<u8>, content_type: &'static str) -> Self {
        let url = format!("{STATIC_PREFIX}{}", hashed_name(name, &Sha256::digest(&bytes)));
        Self {
            url,
            bytes,
            content_type,
        }
    }
}

impl Brand {
    pub(super) fn new(logo: Option<&Logo>, colours: Colours) -> Self {
        let logo = logo.map(|logo| File::new("logo.png", logo.png.clone(), "image/png"));
        let style = style(colours).map(|style| File::new("colours.css", style.into(), "text/css; charset=utf-8"));
        Self { logo, colours: style }
    }

    /// The URL of the logo.
    pub(super) fn logo_url(&self) -> Option<&str> {
        self.logo.as_ref().map(|file| file.url.as_str())
    }

    /// The URL of the style sheet.
    pub(super) fn colours_url(&self) -> Option<&str> {
        self.colours.as_ref().map(|file| file.url.as_str())
    }

    /// The file whose URL is `/static/` followed by `hashed_name`.
    pub(super) fn find(&self, hashed_name: &str) -> Option<Asset> {
        let mut files = self.logo.iter().chain(&self.colours);
        let file = files.find(|file| file.url.strip_prefix(STATIC_PREFIX) == Some(hashed_name))?;
        Some(Asset {
            bytes: file.bytes.clone().into(),
            gzip: None,
            content_type: file.content_type,
        })
    }
}

/// The style sheet. It consists of our own names and of colours, which are six digits each.
fn style(colours: Colours) -> Option<String> {
    let light = rule("body", colours.primary, colours.link);
    let dark = rule(DARK, colours.primary_dark.or(colours.primary), colours.link_dark);
    let dark = dark.map(|rule| rule + "}\n");
    let rules: String = [light, dark].into_iter().flatten().collect();
    (!rules.is_empty()).then_some(rules)
}

fn rule(selector: &str, primary: Option<Colour>, link: Option<Colour>) -> Option<String> {
    let mut rule = format!("{selector} {{\n");
    if let Some(primary) = primary {
        let (pressed, text) = (primary.pressed(), primary.readable_text());
        // Writing to a string does not fail.
        let _ = write!(
            rule,
            "  --action: {primary};\n  --action-active: {pressed};\n  --action-text: {text};\n"
        );
    }
    if let Some(link) = link {
        let _ = writeln!(rule, "  --weui-LINK: {link};");
    }
    (primary.is_some() || link.is_some()).then(|| rule + "}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Option<Colour> {
        Some(Colour::parse(text).unwrap())
    }

    #[test]
    fn nothing_set_is_no_file() {
        let brand = Brand::new(None, Colours::default());
        assert!(brand.colours_url().is_none() && brand.logo_url().is_none());
    }

    #[test]
    fn the_style_sheet_has_the_colours_and_a_readable_text_for_each() {
        let colours = Colours {
            primary: colour("#ffd400"),
            primary_dark: colour("#003366"),
            link: None,
            link_dark: colour("#88aaff"),
        };
        let style = style(colours).unwrap();
        let (light, dark) = style.split_once("@media").unwrap();
        assert!(light.contains("--action: #ffd400;") && light.contains("--action-text: #000000;"));
        assert!(!light.contains("LINK"));
        assert!(dark.contains("--action: #003366;") && dark.contains("--action-text: #ffffff;"));
        assert!(dark.contains("--weui-LINK: #88aaff;") && dark.ends_with("}\n}\n"));
    }

    #[test]
    fn other_content_has_another_url() {
        let with = |primary| {
            Brand::new(
                None,
                Colours {
                    primary,
                    ..Colours::default()
                },
            )
        };
        let (one, other) = (with(colour("#000001")), with(colour("#000002")));
        assert_ne!(one.colours_url(), other.colours_url());
        let name = one.colours_url().unwrap().strip_prefix(STATIC_PREFIX).unwrap();
        assert!(one.find(name).is_some() && other.find(name).is_none());
    }
}
