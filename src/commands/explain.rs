//! `fanpass explain`: cause and cure of what somebody saw, without settings and without a network.

mod find;
mod language;
mod table;

#[cfg(test)]
mod book;

use std::process::ExitCode;

use super::{CommandError, print};
use crate::cli::{ExplainArguments, ExplainLanguage};
use find::find;
use language::language;
use table::Entry;

/// More matches than this help nobody.
const MOST: usize = 5;

/// Prints what is known about the words; fails if that is nothing.
pub(super) fn run(arguments: &ExplainArguments) -> Result<ExitCode, CommandError> {
    let words = arguments.words.join(" ");
    let language = arguments
        .lang
        .unwrap_or_else(|| language(&words, |name| std::env::var(name).ok()));
    let found = find(&words);
    if found.is_empty() {
        print(unknown(language))?;
        return Ok(ExitCode::FAILURE);
    }
    let shown: Vec<String> = found.iter().take(MOST).map(|entry| told(entry, language)).collect();
    print(&shown.join("\n\n"))?;
    if found.len() > MOST {
        print(more(language))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn told(entry: &Entry, language: ExplainLanguage) -> String {
    match language {
        ExplainLanguage::En => {
            let (title, cause, cure) = (entry.title.en, entry.cause.en, entry.cure.en);
            format!("{title}\n  Cause: {cause}\n  Cure:  {cure}")
        }
        ExplainLanguage::Zh => {
            let (title, cause, cure) = (entry.title.zh, entry.cause.zh, entry.cure.zh);
            format!("{title}\n  原因：{cause}\n  办法：{cure}")
        }
    }
}

const fn unknown(language: ExplainLanguage) -> &'static str {
    match language {
        ExplainLanguage::En => {
            "Nothing is known about this here.\n\
             Try the number or a piece of the message alone. All that is known stands in docs/troubleshooting.md;\n\
             the platform's own numbers in its list of global return codes (全局返回码, developers.weixin.qq.com);\n\
             `fanpass check` looks for faults of the settings, the database, the cache, and with --online of the account."
        }
        ExplainLanguage::Zh => {
            "这里没有关于它的说明。\n\
             请只输入错误码，或消息中的一段再试。全部说明见 docs/troubleshooting.zh-CN.md；\n\
             微信的错误码见其「全局返回码」页面（developers.weixin.qq.com）；\n\
             `fanpass check` 检查配置、数据库和缓存，加 --online 还检查账号。"
        }
    }
}

const fn more(language: ExplainLanguage) -> &'static str {
    match language {
        ExplainLanguage::En => "\nThere are more: say more words of the message.",
        ExplainLanguage::Zh => "\n还有更多匹配：请多输入几个字。",
    }
}
