use std::{borrow::Cow, fmt};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

use super::{OwnText, escape_html};
use crate::domain::Language;

/// What stands in the place of a placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument<'a> {
    /// A text, which is not escaped any more.
    Text(Cow<'a, str>),
    /// A number.
    Number(u64),
}

/// Why there is no text. Each of these is a fault of fanpass.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// A file of texts is not in Fluent's format, or names a text twice.
    #[error("the texts of the language {0} are faulty")]
    File(&'static str),
    /// There is no text with this id.
    #[error("there is no text {0}")]
    Unknown(String),
    /// An argument is missing.
    #[error("the text {id} was given too few arguments")]
    Argument {
        /// The text's id.
        id: String,
    },
}

/// The texts of one language in one form. Threads share it.
pub(super) struct Bundle {
    texts: FluentBundle<FluentResource>,
    language: Language,
}

impl Bundle {
    pub(super) fn new(language: Language, source: &str) -> Result<Self, TextError> {
        let faulty = TextError::File(language.code());
        let tag = language.tag().parse().map_err(|_| faulty.clone())?;
        let mut texts = FluentBundle::new_concurrent(vec![tag]);
        // Arguments are isolated by `<bdi>`. Isolating characters would be visible in titles of some browsers.
        texts.set_use_isolating(false);
        let resource = FluentResource::try_new(source.to_owned()).map_err(|_| faulty.clone())?;
        texts.add_resource(resource).map_err(|_| faulty)?;
        Ok(Self { texts, language })
    }

    /// From now on texts are escaped for HTML, but not their arguments.
    pub(super) fn escape_texts(&mut self) {
        self.texts.set_transform(Some(escape_html));
    }

    /// Puts an operator's own text in the place of a built-in one.
    pub(super) fn replace(&mut self, id: &str, text: &OwnText) -> Result<(), TextError> {
        let faulty = TextError::File(self.language.code());
        let resource = FluentResource::try_new(text.source(id)).map_err(|_| faulty)?;
        self.texts.add_resource_overriding(resource);
        Ok(())
    }

    pub(super) fn format(&self, id: &str, arguments: &[(&str, Argument<'_>)]) -> Result<String, TextError> {
        let pattern = self.texts.get_message(id).and_then(|message| message.value());
        let pattern = pattern.ok_or_else(|| TextError::Unknown(id.to_owned()))?;
        let mut given = FluentArgs::with_capacity(arguments.len());
        for (name, argument) in arguments {
            given.set(*name, FluentValue::from(argument));
        }
        let mut errors = Vec::new();
        let text = self
            .texts
            .format_pattern(pattern, Some(&given), &mut errors)
            .into_owned();
        if errors.is_empty() {
            Ok(text)
        } else {
            Err(TextError::Argument { id: id.to_owned() })
        }
    }
}

impl<'a> From<&'a Argument<'_>> for FluentValue<'a> {
    fn from(argument: &'a Argument<'_>) -> Self {
        match argument {
            Argument::Text(text) => Self::from(text.as_ref()),
            Argument::Number(number) => Self::from(*number),
        }
    }
}

impl fmt::Debug for Bundle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Bundle").field(&self.language).finish()
    }
}
