use crate::cli::ExplainLanguage;

/// The locale's language: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set. If the locale names no language
/// (none, `C`, `POSIX`): the language of `words`.
pub(super) fn language(words: &str, variable: impl Fn(&str) -> Option<String>) -> ExplainLanguage {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| variable(name).filter(|value| !value.is_empty()))
        .unwrap_or_default()
        .to_ascii_lowercase();
    let names_none = locale.is_empty() || ["c", "posix"].contains(&locale.split('.').next().unwrap_or_default());
    if locale.starts_with("zh") || names_none && words.chars().any(is_chinese) {
        ExplainLanguage::Zh
    } else {
        ExplainLanguage::En
    }
}

/// Whether a character is in the main block of Chinese characters.
pub(super) const fn is_chinese(character: char) -> bool {
    matches!(character, '\u{4e00}'..='\u{9fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_decides_and_without_one_the_words_do() {
        let explained = |words: &str, locale: &[(&str, &str)]| {
            language(words, |name| {
                let found = locale.iter().find(|(own, _)| *own == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        let (en, zh) = (ExplainLanguage::En, ExplainLanguage::Zh);
        assert_eq!(explained("40164", &[("LANG", "zh_CN.UTF-8")]), zh);
        assert_eq!(explained("40164", &[("LANG", "en_US.UTF-8"), ("LC_ALL", "zh_TW")]), zh);
        assert_eq!(
            explained("40164", &[("LANG", "zh_CN.UTF-8"), ("LC_MESSAGES", "en_GB")]),
            en
        );
        assert_eq!(explained("40164", &[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "")]), zh);
        assert_eq!(explained("该链接无法访问", &[("LANG", "en_US.UTF-8")]), en);
        assert_eq!(explained("该链接无法访问", &[("LANG", "C.UTF-8")]), zh);
        assert_eq!(explained("该链接无法访问", &[]), zh);
        assert_eq!(explained("40164", &[("LC_ALL", "POSIX"), ("LANG", "zh_CN")]), en);
    }
}
