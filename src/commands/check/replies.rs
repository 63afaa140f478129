use super::{Finding, describe};
use crate::{
    services::push::replies::{ReplyRules, read_replies_file},
    settings::{REPLIES_FILE, Settings},
};

const NAME: &str = "replies";

/// Whether the rules for replies are sound, where there are any.
pub(super) fn check(settings: &Settings) -> Vec<Finding> {
    match read_replies_file(&settings.replies_file, &settings.account().account.public_url) {
        Ok(None) => Vec::new(),
        Ok(Some(rules)) => sound(&rules).chain(without_push(settings)).collect(),
        Err(error) => vec![Finding::fault(NAME, describe(error))],
    }
}

fn sound(rules: &ReplyRules) -> impl Iterator<Item = Finding> {
    let count = rules.all().len();
    let never_used = rules.never_used().into_iter().map(|(rule, earlier)| {
        let (line, earlier) = (rule.line, earlier.line);
        Finding::note(
            NAME,
            format!("{REPLIES_FILE}, line {line}: this rule never replies, because line {earlier} replies before it"),
        )
    });
    let sound = Finding::ok(NAME, format!("rules in {REPLIES_FILE}: {count}"));
    std::iter::once(sound).chain(never_used)
}

fn without_push(settings: &Settings) -> Option<Finding> {
    let text = format!("nothing replies by {REPLIES_FILE}, because no pushes are received: see docs/push.md");
    (!settings.push.enabled).then(|| Finding::note(NAME, text))
}
