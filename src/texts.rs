//! The texts of the pages in both languages. They come from `texts/*.ftl`; an operator may replace single ones
//! (`templates.texts`). They are plain text: whatever they contain, none is markup.

mod built_in;
mod bundle;
mod escape;
mod own_text;
mod pattern;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use self::bundle::Bundle;
use crate::domain::{ConsentVersion, Language};

pub use built_in::ids;
pub use bundle::{Argument, TextError};
pub use escape::escape_html;
pub use own_text::{OwnText, OwnTextError};

/// The ids of the registration prompt's texts begin with this.
const PROMPT: &str = "welcome-";

/// The id of a text, where code names one. A test looks for `text_id("…")` in the sources and for `t(id="…")` in the
/// templates, so that none is unknown and none unused.
pub const fn text_id(id: &'static str) -> &'static str {
    id
}

/// The texts of one account.
#[derive(Debug)]
pub struct Texts {
    chinese: Spoken,
    english: Spoken,
}

/// The texts of one language.
#[derive(Debug)]
struct Spoken {
    /// Everything but arguments is escaped.
    html: Bundle,
    plain: Bundle,
    consent_version: ConsentVersion,
}

/// An operator's own texts of one language, by their ids.
pub type OwnTexts = BTreeMap<String, OwnText>;

impl Texts {
    /// The built-in texts with an operator's own in their place. Parses them, so this is done once for an account.
    ///
    /// # Errors
    /// If the built-in texts are faulty.
    pub fn new(own: &BTreeMap<Language, OwnTexts>) -> Result<Self, TextError> {
        let spoken = |language| Spoken::new(language, own.get(&language).unwrap_or(&BTreeMap::new()));
        Ok(Self {
            chinese: spoken(Language::Chinese)?,
            english: spoken(Language::English)?,
        })
    }

    /// A text as HTML. It is escaped; arguments stand in it as they are.
    ///
    /// # Errors
    /// If there is no such text, or if an argument is missing.
    pub fn html(&self, language: Language, id: &str, arguments: &[(&str, Argument<'_>)]) -> Result<String, TextError> {
        self.spoken(language).html.format(id, arguments)
    }

    /// A text for everything that is not HTML, such as a problem document.
    ///
    /// # Errors
    /// As for [`Self::html`].
    pub fn plain(&self, language: Language, id: &str, arguments: &[(&str, Argument<'_>)]) -> Result<String, TextError> {
        self.spoken(language).plain.format(id, arguments)
    }

    /// The version of the registration prompt in this language. An operator's own text in the prompt makes another one:
    /// the version names what the fan has read.
    pub const fn consent_version(&self, language: Language) -> ConsentVersion {
        self.spoken(language).consent_version
    }

    const fn spoken(&self, language: Language) -> &Spoken {
        match language {
            Language::Chinese => &self.chinese,
            Language::English => &self.english,
        }
    }
}

impl Spoken {
    fn new(language: Language, own: &OwnTexts) -> Result<Self, TextError> {
        let mut html = Bundle::new(language, built_in::source(language))?;
        html.escape_texts();
        let mut plain = Bundle::new(language, built_in::source(language))?;
        for (id, text) in own {
            html.replace(id, text)?;
            plain.replace(id, text)?;
        }
        Ok(Self {
            html,
            plain,
            consent_version: consent_version(language, own),
        })
    }
}

/// The same on every replica with the same texts: they are sorted by their ids.
fn consent_version(language: Language, own: &OwnTexts) -> ConsentVersion {
    let in_prompt = |(id, text): &(&String, &OwnText)| id.starts_with(PROMPT) && !text.is_built_in(language, id);
    let mut changed = own.iter().filter(in_prompt).peekable();
    if changed.peek().is_none() {
        return ConsentVersion::BUILT_IN;
    }
    let mut digest = Sha256::new_with_prefix(language.code());
    for (id, text) in changed {
        for part in [id.as_str(), text.as_str()] {
            digest.update([0]);
            digest.update(part);
        }
    }
    ConsentVersion::with_own_texts(&digest.finalize().into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn own(language: Language, texts: &[(&str, &str)]) -> BTreeMap<Language, OwnTexts> {
        let parse = |(id, text): &(&str, &str)| ((*id).to_owned(), OwnText::parse(id, text).unwrap());
        [(language, texts.iter().map(parse).collect())].into()
    }

    #[test]
    fn a_text_is_escaped_and_an_argument_is_not() {
        let own = own(
            Language::Chinese,
            &[("index-signed-in", "<script>alert(1)</script> & \"'{ $site }")],
        );
        let texts = Texts::new(&own).unwrap();
        let site = [("site", Argument::Text("<bdi>花</bdi>".into()))];
        assert_eq!(
            texts.html(Language::Chinese, "index-signed-in", &site).unwrap(),
            "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;&#x27;<bdi>花</bdi>"
        );
        assert_eq!(
            texts.plain(Language::Chinese, "index-signed-in", &site).unwrap(),
            "<script>alert(1)</script> & \"'<bdi>花</bdi>"
        );
        let english = texts.html(Language::English, "index-signed-in", &site).unwrap();
        assert_eq!(english, "Signed in to <bdi>花</bdi>");
    }

    proptest! {
        /// Signs that mean something to Fluent or to HTML, in any order.
        #[test]
        fn whatever_is_accepted_stays_within_its_text(text in r#"[a-z{}$ ".\[\]*#=<>&'/\\\n|\-]{0,24}(\{ \$site \})?"#) {
            let Ok(accepted) = OwnText::parse("index-signed-in", &text) else { return Ok(()) };
            let own = BTreeMap::from([("index-signed-in".to_owned(), accepted)]);
            let texts = Texts::new(&[(Language::Chinese, own)].into()).unwrap();
            let site = [("site", Argument::Text("S".into()))];
            let html = texts.html(Language::Chinese, "index-signed-in", &site).unwrap();
            prop_assert!(!html.contains(['<', '>', '"', '\'']), "{html}");
            let plain = texts.plain(Language::Chinese, "index-signed-in", &site).unwrap();
            prop_assert_eq!(plain, text.trim().replace("{ $site }", "S").replace("{$site}", "S"));
            let other = texts.html(Language::Chinese, "index-update", &[]).unwrap();
            prop_assert_eq!(other, "更新微信昵称和头像");
        }
    }

    #[test]
    fn a_missing_text_or_argument_is_an_error() {
        let texts = Texts::new(&BTreeMap::new()).unwrap();
        let html = |id| texts.html(Language::Chinese, id, &[]);
        assert!(matches!(html("no-such-text"), Err(TextError::Unknown(_))));
        assert!(matches!(html("index-signed-in"), Err(TextError::Argument { .. })));
    }

    #[test]
    fn english_counts_its_nouns() {
        let texts = Texts::new(&BTreeMap::new()).unwrap();
        let wait = |seconds| {
            let arguments = [("seconds", Argument::Number(seconds))];
            texts
                .plain(Language::English, "error-wait-seconds", &arguments)
                .unwrap()
        };
        assert_eq!(wait(1), "Try again in about 1 second.");
        assert_eq!(wait(5), "Try again in about 5 seconds.");
    }

    #[test]
    fn a_changed_text_of_the_prompt_is_a_new_version_in_its_language_only() {
        let version = |language, own: &BTreeMap<_, _>| Texts::new(own).unwrap().consent_version(language);
        let changed = own(Language::Chinese, &[("welcome-intro", "我们取得：")]);
        let first = version(Language::Chinese, &changed);
        assert_ne!(first, ConsentVersion::BUILT_IN);
        assert_eq!(first, version(Language::Chinese, &changed.clone()));
        assert_eq!(version(Language::English, &changed), ConsentVersion::BUILT_IN);
        let again = own(Language::Chinese, &[("welcome-intro", "我们取得")]);
        assert_ne!(version(Language::Chinese, &again), first);
        assert!(first.to_string().len() <= 32, "{first}");
    }

    #[test]
    fn a_text_outside_the_prompt_or_one_that_changes_nothing_is_no_new_version() {
        for text in [("index-update", "更新"), ("welcome-decline", "暂不注册")] {
            let texts = Texts::new(&own(Language::Chinese, &[text])).unwrap();
            assert_eq!(
                texts.consent_version(Language::Chinese),
                ConsentVersion::BUILT_IN,
                "{text:?}"
            );
        }
    }
}
