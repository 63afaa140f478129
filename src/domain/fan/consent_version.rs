use serde::{Deserialize, Serialize};

/// The version of the registration prompt that a fan has read. It is stored with the consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConsentVersion {
    /// Nickname, avatar, openid and unionid, until the fan asks for deletion.
    #[serde(rename = "2026-11")]
    November2026,
}

impl ConsentVersion {
    /// The version that is shown now. Add a variant whenever the meaning of the prompt changes. Keep the old ones: a
    /// fan may still have the old prompt open while a new version is rolled out.
    pub const CURRENT: Self = Self::November2026;

    /// The version as the prompt and the table name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::November2026 => "2026-11",
        }
    }

    /// The version that a prompt's button names. If it is absent or unknown: the current one.
    pub fn named(text: Option<&str>) -> Self {
        let known = [Self::November2026];
        known
            .into_iter()
            .find(|version| Some(version.as_str()) == text)
            .unwrap_or(Self::CURRENT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_known_by_its_name() {
        assert_eq!(
            ConsentVersion::named(Some(ConsentVersion::CURRENT.as_str())),
            ConsentVersion::CURRENT
        );
        assert_eq!(ConsentVersion::named(Some("1999-01")), ConsentVersion::CURRENT);
        assert_eq!(ConsentVersion::named(None), ConsentVersion::CURRENT);
    }
}
