//! Any file of rules yields rules or faults, and whatever a rule replies the platform can show, whoever the fan is.

use fanpass::{
    domain::{MAX_REPLY_TEXT, ReplyContent, is_unprintable},
    services::push::replies::{FanAct, read_replies},
};
use url::Url;

const NICKNAMES: [&str; 4] = [
    "小明",
    "<a href=\"https://evil.example\">x</a>",
    "a\u{8}\u{ffff}\n{site}{nickname}",
    "",
];

/// `data` as the file and, behind the first NUL, as a nickname and as what the fan writes.
pub fn check(data: &[u8]) {
    let cut = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let (file, fan) = data.split_at(cut);
    let (file, fan) = (String::from_utf8_lossy(file), String::from_utf8_lossy(fan));
    let site = Url::parse("https://fans.example/").unwrap();
    let rules = match read_replies(&file, &site) {
        Ok(rules) => rules,
        Err(faults) => {
            assert!(!faults.is_empty(), "neither rules nor faults");
            let lines = file.matches('\n').count() + 1;
            assert!(
                faults.iter().all(|fault| (1..=lines).contains(&fault.line)),
                "{faults:?}"
            );
            return;
        }
    };
    let long = fan.repeat(50);
    let nicknames = NICKNAMES.into_iter().chain([fan.as_ref(), &long]);
    for nickname in nicknames.map(Some).chain([None]) {
        for rule in rules.all() {
            is_shown(&rule.reply.reply(nickname));
        }
    }
    assert!(rules.never_used().len() <= rules.all().len());
    for act in [FanAct::Wrote(&fan), FanAct::Tapped(&fan), FanAct::Followed(Some(&fan))] {
        let _ = (rules.find(&act), rules.default_rule(&act));
    }
}

fn is_shown(content: &ReplyContent) {
    match content {
        ReplyContent::Text(text) => {
            assert!(text.len() <= MAX_REPLY_TEXT && !text.trim().is_empty(), "{text:?}");
            assert!(!text.chars().any(is_unprintable), "{text:?}");
            assert!(!text.contains("https://evil.example\">"), "{text:?}");
        }
        ReplyContent::News {
            title, url, picture, ..
        } => {
            assert!(!title.is_empty());
            assert!(Url::parse(url).is_ok() && (picture.is_empty() || Url::parse(picture).is_ok()));
        }
        ReplyContent::Image(media_id) => assert!(!media_id.is_empty()),
        ReplyContent::Other { kind, .. } => panic!("a rule replies with {kind}"),
    }
}
