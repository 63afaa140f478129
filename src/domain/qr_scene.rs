use std::time::Duration;

use super::Malformed;

/// The longest life of a temporary code.
const MAX_DAYS: u16 = 30;

/// The most characters of a scene (生成带参数的二维码).
const MAX_CHARACTERS: usize = 64;

/// What a QR code carries: the platform tells it with the event of whoever scans the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrScene(String);

/// How long a QR code works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QrLifetime {
    /// For ever. An account has 100,000 of these.
    Permanent,
    /// So many days.
    Days(u16),
}

impl QrScene {
    /// Reads a scene.
    ///
    /// # Errors
    /// [`Malformed`] if it has not 1 to 64 characters, or one that is a control character.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let has_length = (1..=MAX_CHARACTERS).contains(&text.chars().count());
        if has_length && !text.chars().any(char::is_control) {
            return Ok(Self(text.to_owned()));
        }
        Err(Malformed {
            what: "the scene",
            expected: "1 to 64 characters without control characters",
        })
    }

    /// The scene as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl QrLifetime {
    /// Of so many days, or for ever.
    ///
    /// # Errors
    /// [`Malformed`] if it is not 1 to 30 days.
    pub fn of_days(days: Option<u16>) -> Result<Self, Malformed> {
        match days {
            None => Ok(Self::Permanent),
            Some(days) if (1..=MAX_DAYS).contains(&days) => Ok(Self::Days(days)),
            Some(_) => Err(Malformed {
                what: "the number of days",
                expected: "1 to 30",
            }),
        }
    }

    /// How long it is. None: for ever.
    pub fn duration(self) -> Option<Duration> {
        match self {
            Self::Permanent => None,
            Self::Days(days) => Some(Duration::from_secs(u64::from(days) * 86_400)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scene_has_1_to_64_characters_of_any_script() {
        for scene in ["a", "海报-7", &"海".repeat(64)] {
            assert_eq!(QrScene::parse(scene).unwrap().as_str(), scene);
        }
        for scene in ["", &"海".repeat(65), "a\nb"] {
            assert!(QrScene::parse(scene).is_err());
        }
    }

    #[test]
    fn a_life_is_1_to_30_days_or_for_ever() {
        assert_eq!(QrLifetime::of_days(None).unwrap().duration(), None);
        assert_eq!(
            QrLifetime::of_days(Some(30)).unwrap().duration(),
            Some(Duration::from_secs(2_592_000))
        );
        assert!(QrLifetime::of_days(Some(0)).is_err() && QrLifetime::of_days(Some(31)).is_err());
    }
}
