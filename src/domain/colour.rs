use std::fmt;

use super::Malformed;

/// The least contrast of text and ground that everybody can read (WCAG 2.2, 1.4.3).
pub const READABLE_CONTRAST: f64 = 4.5;

/// An opaque colour in sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour([u8; 3]);

impl Colour {
    /// `#ffffff`.
    pub const WHITE: Self = Self([255; 3]);
    /// `#000000`.
    pub const BLACK: Self = Self([0; 3]);

    /// A colour of these channels.
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// Reads `#rrggbb`.
    ///
    /// # Errors
    /// [`Malformed`] for every other notation.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let mut channels = [0; 3];
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        digits
            .and_then(|digits| hex::decode_to_slice(digits, &mut channels).ok())
            .map(|()| Self(channels))
            .ok_or(Malformed {
                what: "a colour",
                expected: "`#rrggbb`",
            })
    }

    /// White or black, whichever can be read on this colour: of the two at least one has a contrast of 4.58.
    pub fn readable_text(self) -> Self {
        if self.contrast(Self::WHITE) >= READABLE_CONTRAST {
            Self::WHITE
        } else {
            Self::BLACK
        }
    }

    /// This colour while a button is pressed: further away from its text, so that the text stays readable.
    #[must_use]
    pub fn pressed(self) -> Self {
        let towards = if self.readable_text() == Self::WHITE {
            0_u16
        } else {
            255
        };
        let mix = |channel: u8| u8::try_from((u16::from(channel) * 4 + towards) / 5).unwrap_or(channel);
        Self(self.0.map(mix))
    }

    /// The contrast of two colours, 1 to 21 (WCAG 2.2).
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// The relative luminance, 0 to 1 (WCAG 2.2).
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126f64.mul_add(red, 0.7152f64.mul_add(green, 0.0722 * blue))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{}", hex::encode(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_six_digits_are_a_colour() {
        assert_eq!(Colour::parse("#07C160").unwrap().to_string(), "#07c160");
        for text in [
            "",
            "#",
            "07c160",
            "#07c16",
            "#07c1600",
            "#fff",
            "red",
            "#07c16g",
            "#07c160;}",
            "#\u{ff10}7c1",
        ] {
            assert!(Colour::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((Colour::WHITE.contrast(Colour::BLACK) - 21.0).abs() < 1e-9);
        let green = Colour::parse("#008440").unwrap();
        assert!((4.7..4.9).contains(&green.contrast(Colour::WHITE)));
    }

    #[test]
    fn text_on_any_colour_is_readable_pressed_too() {
        for red in (0..=255).step_by(15) {
            for green in (0..=255).step_by(15) {
                for blue in (0..=255).step_by(15) {
                    let colour = Colour::rgb(red, green, blue);
                    let text = colour.readable_text();
                    let contrasts = [colour.contrast(text), colour.pressed().contrast(text)];
                    assert!(
                        contrasts.iter().all(|contrast| *contrast >= READABLE_CONTRAST),
                        "{colour}"
                    );
                }
            }
        }
    }
}
