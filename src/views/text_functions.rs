//! The functions by which templates show texts.

use std::sync::Arc;

use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

use crate::{
    domain::Language,
    texts::{Argument, Texts, escape_html},
};

/// How an argument stands in a text.
#[derive(Clone, Copy)]
enum Place {
    /// Among other words: isolated, so that its direction changes nothing around it.
    Words,
    /// In an attribute or a title, where there are no elements.
    Attribute,
}

/// Registers `t(id="…", name=value)` for the words of a page, and `t_attribute` for attributes and titles. Arguments are
/// escaped, unless the template made them itself with `{% set %}`.
pub(super) fn register(tera: &mut Tera, texts: &Arc<Texts>, language: Language) {
    for (name, place) in [("t", Place::Words), ("t_attribute", Place::Attribute)] {
        let texts = Arc::clone(texts);
        tera.register_function(name, move |arguments: Kwargs, _: &State| {
            text(&texts, language, place, &arguments)
        });
    }
}

fn text(texts: &Texts, language: Language, place: Place, given: &Kwargs) -> TeraResult<Value> {
    let id: &str = given.must_get("id")?;
    let mut arguments = Vec::new();
    for (name, value) in given.iter() {
        match name.as_str() {
            Some("id") | None => {}
            Some(name) => arguments.push((name, argument(value, place))),
        }
    }
    let html = texts
        .html(language, id, &arguments)
        .map_err(|error| Error::chain("a text of the page", error))?;
    Ok(Value::safe_string(&html))
}

fn argument(value: &Value, place: Place) -> Argument<'_> {
    if let Some(number) = value.as_u64() {
        return Argument::Number(number);
    }
    let Some(text) = value.as_str() else {
        return Argument::Text(escape_html(&value.to_string()).into_owned().into());
    };
    let text = match place {
        _ if value.is_safe() => text.into(),
        Place::Words => format!("<bdi>{}</bdi>", escape_html(text)).into(),
        Place::Attribute => escape_html(text),
    };
    Argument::Text(text)
}
