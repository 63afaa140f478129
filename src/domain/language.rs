/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Language {
    /// Simplified Chinese, which is also for visitors of whom nothing is known.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::Chinese, Self::English];

    /// The name in `?lang=`, in the cookie and in the settings.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Chinese => "zh",
            Self::English => "en",
        }
    }

    /// The tag for HTML and HTTP (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// The language that a page offers besides its own.
    pub const fn other(self) -> Self {
        match self {
            Self::Chinese => Self::English,
            Self::English => Self::Chinese,
        }
    }

    /// The language of this exact code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The language of a tag such as `zh-Hant-TW`, `zh_CN` or `en-GB`. None if the pages do not speak it.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        let is_it = |language: &Self| language.code().eq_ignore_ascii_case(primary);
        Self::ALL.into_iter().find(is_it)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_judged_by_its_language() {
        for (tag, expected) in [
            ("zh", Some(Language::Chinese)),
            ("zh_TW", Some(Language::Chinese)),
            ("ZH-Hant-HK", Some(Language::Chinese)),
            ("en", Some(Language::English)),
            ("en-GB", Some(Language::English)),
            ("enm", None),
            ("ja", None),
            ("", None),
        ] {
            assert_eq!(Language::of_tag(tag), expected, "{tag}");
        }
        assert_eq!(Language::of_code("EN"), None);
    }
}
