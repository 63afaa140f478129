//! `fanpass explain`: cause and fix of an error that somebody saw, without settings and without a network.

mod find;
mod language;
mod table;

#[cfg(test)]
mod book;

use std::process::ExitCode;

use self::{
    find::find,
    language::language,
    table::{Entry, entries},
};
use super::{CommandError, print};
use crate::cli::{ExplainArguments, ExplainLanguage};

/// The most matches that are printed.
const MAX_MATCHES: usize = 5;

/// Prints the entries that match the words; the exit code is 1 if there are none.
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
    let texts: Vec<String> = found
        .iter()
        .take(MAX_MATCHES)
        .map(|entry| describe(entry, language))
        .collect();
    print(&texts.join("\n\n"))?;
    if found.len() > MAX_MATCHES {
        print(more(language))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Cause and fix of one of the platform's numbers, in English, for another command's error.
pub(super) fn of_errcode(errcode: i64) -> Option<String> {
    let entry = entries().find(|entry| entry.errcodes.contains(&errcode))?;
    Some(format!("  Cause: {}\n  Fix:   {}", entry.cause.en, entry.fix.en))
}

fn describe(entry: &Entry, language: ExplainLanguage) -> String {
    match language {
        ExplainLanguage::En => {
            let (title, cause, fix) = (entry.title.en, entry.cause.en, entry.fix.en);
            format!("{title}\n  Cause: {cause}\n  Fix:   {fix}")
        }
        ExplainLanguage::Zh => {
            let (title, cause, fix) = (entry.title.zh, entry.cause.zh, entry.fix.zh);
            format!("{title}\n  原因：{cause}\n  办法：{fix}")
        }
    }
}

const fn unknown(language: ExplainLanguage) -> &'static str {
    match language {
        ExplainLanguage::En => {
            "Nothing is known about this here.\n\
             Try only the number, or a part of the message. Every entry is in docs/troubleshooting.md; the platform\n\
             lists its own numbers as global return codes (全局返回码, developers.weixin.qq.com). `fanpass check`\n\
             finds faults of the settings, the database and the cache; with --online also of the account."
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
        ExplainLanguage::En => "\nThere are more matches: add more words of the message.",
        ExplainLanguage::Zh => "\n还有更多匹配：请多输入几个字。",
    }
}
