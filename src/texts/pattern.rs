//! What a text consists of, as the parser sees it.

use std::collections::BTreeSet;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Message, Pattern, PatternElement, Resource};

/// The one message that a source consists of, if it is one with a value and nothing else.
pub(super) fn only_message<'a, 'b>(resource: &'a Resource<&'b str>) -> Option<(&'b str, &'a Pattern<&'b str>)> {
    match resource.body.as_slice() {
        [Entry::Message(message)] => value(message),
        _ => None,
    }
}

/// The id and the value of each message.
pub(super) fn messages<'a, 'b>(
    resource: &'a Resource<&'b str>,
) -> impl Iterator<Item = (&'b str, &'a Pattern<&'b str>)> {
    resource.body.iter().filter_map(|entry| match entry {
        Entry::Message(message) => value(message),
        _ => None,
    })
}

fn value<'a, 'b>(message: &'a Message<&'b str>) -> Option<(&'b str, &'a Pattern<&'b str>)> {
    let pattern = message.value.as_ref()?;
    message.attributes.is_empty().then_some((message.id.name, pattern))
}

/// The placeholders of a text. None if it has parts other than words and placeholders.
pub(super) fn plain_placeholders<'b>(pattern: &Pattern<&'b str>) -> Option<BTreeSet<&'b str>> {
    let placeholder = |element: &PatternElement<&'b str>| match element {
        PatternElement::TextElement { .. } => Some(None),
        PatternElement::Placeable {
            expression: Expression::Inline(InlineExpression::VariableReference { id }),
        } => Some(Some(id.name)),
        PatternElement::Placeable { .. } => None,
    };
    let found: Option<Vec<Option<&str>>> = pattern.elements.iter().map(placeholder).collect();
    Some(found?.into_iter().flatten().collect())
}

/// The placeholders of a built-in text, those within its variants too.
pub(super) fn placeholders<'b>(pattern: &Pattern<&'b str>, found: &mut BTreeSet<&'b str>) {
    for element in &pattern.elements {
        match element {
            PatternElement::Placeable {
                expression: Expression::Inline(InlineExpression::VariableReference { id }),
            } => {
                found.insert(id.name);
            }
            PatternElement::Placeable {
                expression: Expression::Select { selector, variants },
            } => {
                if let InlineExpression::VariableReference { id } = selector {
                    found.insert(id.name);
                }
                for variant in variants {
                    placeholders(&variant.value, found);
                }
            }
            PatternElement::Placeable { .. } | PatternElement::TextElement { .. } => {}
        }
    }
}
