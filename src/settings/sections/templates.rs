use std::collections::BTreeMap;

use config::ValueKind;

use crate::{
    domain::Language,
    settings::{
        fault::Violation,
        loader::{Section, string},
        nearest::nearest,
    },
    texts::{self, OwnText, OwnTexts},
};

/// `templates.*`: what an operator changes in the pages.
#[derive(Debug, Clone)]
pub struct TemplatesSettings {
    /// Own texts in the place of built-in ones, by language.
    pub texts: BTreeMap<Language, OwnTexts>,
}

impl TemplatesSettings {
    pub(in crate::settings) fn read(section: Section<'_>) -> Option<Self> {
        let texts = section.nested_entries("texts", language, own_text);
        let texts = texts?
            .into_iter()
            .map(|(language, texts)| (language, texts.into_iter().collect()));
        Some(Self { texts: texts.collect() })
    }
}

fn language(code: &str) -> Result<Language, Violation> {
    Language::of_code(code).ok_or_else(|| {
        let codes = Language::ALL.map(Language::code);
        let meant = nearest(code, codes).map(|code| format!("[templates.texts.{code}]"));
        Violation::UnknownKey { meant }
    })
}

fn own_text(id: &str, value: &ValueKind) -> Result<OwnText, Violation> {
    if !texts::ids().any(|known| known == id) {
        let meant = nearest(id, texts::ids()).map(str::to_owned);
        return Err(Violation::UnknownKey { meant });
    }
    Ok(OwnText::parse(id, string(value)?)?)
}
