use std::fmt;

use serde::{Deserialize, Serialize};

/// Bytes of the fingerprint of an operator's own texts.
const FINGERPRINT: usize = 6;

/// Separates the prompt from the fingerprint. It needs no escape in a URL.
const SEPARATOR: char = '.';

/// The version of the registration prompt that a fan has read. It is stored with the consent: `2026-11`, or
/// `2026-11.0123456789ab` where an operator's own texts stood in the prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ConsentVersion {
    prompt: Prompt,
    own_texts: Option<[u8; FINGERPRINT]>,
}

/// A version of the built-in prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prompt {
    /// Nickname, avatar, openid and unionid, until the fan asks for deletion.
    November2026,
}

impl Prompt {
    const ALL: [Self; 1] = [Self::November2026];

    const fn as_str(self) -> &'static str {
        match self {
            Self::November2026 => "2026-11",
        }
    }
}

/// A text that names no version of the prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a version of the prompt")]
pub struct UnknownConsentVersion;

impl ConsentVersion {
    /// The built-in prompt that is shown now. Add a variant whenever its meaning changes. Keep the old ones: a fan may
    /// still have the old prompt open while a new version is rolled out.
    pub const BUILT_IN: Self = Self {
        prompt: Prompt::November2026,
        own_texts: None,
    };

    /// The built-in prompt with an operator's own texts, which `digest` identifies.
    pub fn with_own_texts(digest: &[u8; 32]) -> Self {
        Self {
            own_texts: digest.first_chunk().copied(),
            ..Self::BUILT_IN
        }
    }

    /// The version that a prompt's button names. If it is absent or unknown: `shown_now`. The texts of a version may
    /// be known to another replica only, or be gone since the fan read them, so each well-formed name counts.
    pub fn named(text: Option<&str>, shown_now: Self) -> Self {
        text.and_then(|text| Self::parse(text).ok()).unwrap_or(shown_now)
    }

    fn parse(text: &str) -> Result<Self, UnknownConsentVersion> {
        let (prompt, fingerprint) = match text.split_once(SEPARATOR) {
            Some((prompt, fingerprint)) => (prompt, Some(fingerprint)),
            None => (text, None),
        };
        let known = Prompt::ALL.into_iter().find(|known| known.as_str() == prompt);
        Ok(Self {
            prompt: known.ok_or(UnknownConsentVersion)?,
            own_texts: fingerprint.map(parse_fingerprint).transpose()?,
        })
    }
}

fn parse_fingerprint(text: &str) -> Result<[u8; FINGERPRINT], UnknownConsentVersion> {
    let mut bytes = [0; FINGERPRINT];
    hex::decode_to_slice(text, &mut bytes).map_err(|_| UnknownConsentVersion)?;
    // One name for one version.
    let is_lower_case = !text.contains(|letter: char| letter.is_ascii_uppercase());
    is_lower_case.then_some(bytes).ok_or(UnknownConsentVersion)
}

impl fmt::Display for ConsentVersion {
    /// The version as the prompt and the table name it: at most 32 characters.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.prompt.as_str())?;
        match self.own_texts {
            Some(fingerprint) => write!(formatter, "{SEPARATOR}{}", hex::encode(fingerprint)),
            None => Ok(()),
        }
    }
}

impl From<ConsentVersion> for String {
    fn from(version: ConsentVersion) -> Self {
        version.to_string()
    }
}

impl TryFrom<String> for ConsentVersion {
    type Error = UnknownConsentVersion;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_known_by_its_name() {
        let own = ConsentVersion::with_own_texts(&[0xab; 32]);
        assert_eq!(own.to_string(), "2026-11.abababababab");
        for version in [ConsentVersion::BUILT_IN, own] {
            assert_eq!(ConsentVersion::named(Some(&version.to_string()), own), version);
            let json = serde_json::to_string(&version).unwrap();
            assert_eq!(serde_json::from_str::<ConsentVersion>(&json).unwrap(), version);
        }
    }

    #[test]
    fn a_name_that_is_none_counts_as_the_version_shown_now() {
        let now = ConsentVersion::with_own_texts(&[1; 32]);
        for text in [
            "1999-01",
            "",
            "2026-11.",
            "2026-11.ABABABABABAB",
            "2026-11.abababababab00",
            "2026-11.<script>",
            "2026-11+ab",
        ] {
            assert_eq!(ConsentVersion::named(Some(text), now), now, "{text}");
        }
        assert_eq!(ConsentVersion::named(None, now), now);
    }
}
