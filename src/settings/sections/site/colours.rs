use crate::{
    domain::{Colour, READABLE_CONTRAST},
    settings::{
        fault::Violation,
        loader::{Section, string},
        nearest::nearest,
    },
};

/// The grounds that links stand on, light and dark.
const LIGHT: Colour = Colour::WHITE;
const DARK: Colour = Colour::rgb(0x19, 0x19, 0x19);

const ROLES: [&str; 4] = ["primary", "primary_dark", "link", "link_dark"];

/// `site.colours`: an operator's own colours. What is not set stays as it is built in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Colours {
    /// Buttons that lead on; their text is white or black, whichever can be read.
    pub primary: Option<Colour>,
    /// The same in dark mode, if it differs.
    pub primary_dark: Option<Colour>,
    /// Links in light mode.
    pub link: Option<Colour>,
    /// Links in dark mode.
    pub link_dark: Option<Colour>,
}

impl Colours {
    pub(super) fn read(section: Section<'_>) -> Option<Self> {
        let entries = section.entries("colours", |role, value| colour(role, string(value)?))?;
        let of = |role: &str| entries.iter().find(|(name, _)| name == role).map(|(_, colour)| *colour);
        Some(Self {
            primary: of("primary"),
            primary_dark: of("primary_dark"),
            link: of("link"),
            link_dark: of("link_dark"),
        })
    }
}

fn colour(role: &str, text: &str) -> Result<Colour, Violation> {
    if !ROLES.contains(&role) {
        let meant = nearest(role, ROLES).map(str::to_owned);
        return Err(Violation::UnknownKey { meant });
    }
    let colour = Colour::parse(text).map_err(|_| Violation::not_accepted(text, "write a colour as `#rrggbb`"))?;
    let (ground, name) = match role {
        "link" => (LIGHT, "darker"),
        "link_dark" => (DARK, "lighter"),
        _ => return Ok(colour),
    };
    let contrast = colour.contrast(ground);
    if contrast < READABLE_CONTRAST {
        let hint = format!(
            "its contrast to the page is {contrast:.1}:1, and text needs {READABLE_CONTRAST}:1: take a {name} colour"
        );
        return Err(Violation::not_accepted(text, hint));
    }
    Ok(colour)
}
