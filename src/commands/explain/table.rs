//! Everything that can go wrong, once. The command and `docs/troubleshooting*.md` are generated from it.

mod account;
mod audit;
mod errcodes;
mod log;
mod login_pages;
mod photo_pages;
mod photos;
mod push;
mod servers;
mod site_pages;
mod wechat_pages;

/// The same text in both languages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words {
    pub(super) en: &'static str,
    pub(super) zh: &'static str,
}

/// One problem: how it shows, its cause and its fix.
#[derive(Debug)]
pub(super) struct Entry {
    /// Error numbers of the platform's API or of its own pages.
    pub(super) errcodes: &'static [i64],
    /// HTTP statuses of fanpass's own responses.
    pub(super) statuses: &'static [u16],
    /// Parts of a page or a log line; each belongs to one entry only.
    pub(super) texts: &'static [&'static str],
    pub(super) title: Words,
    pub(super) cause: Words,
    pub(super) fix: Words,
}

const fn words(en: &'static str, zh: &'static str) -> Words {
    Words { en, zh }
}

const fn entry(
    errcodes: &'static [i64],
    statuses: &'static [u16],
    texts: &'static [&'static str],
    title: Words,
    cause: Words,
    fix: Words,
) -> Entry {
    Entry {
        errcodes,
        statuses,
        texts,
        title,
        cause,
        fix,
    }
}

/// An entry that is found by its texts alone.
const fn line(texts: &'static [&'static str], title: Words, cause: Words, fix: Words) -> Entry {
    entry(&[], &[], texts, title, cause, fix)
}

/// Entries under one heading of the book.
pub(super) struct Section {
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "a heading of the book, which a test generates")
    )]
    pub(super) title: Words,
    pub(super) entries: &'static [Entry],
}

pub(super) const SECTIONS: [Section; 11] = [
    Section {
        title: Words {
            en: "Error numbers of the platform's API",
            zh: "微信接口的错误码",
        },
        entries: errcodes::ENTRIES,
    },
    Section {
        title: Words {
            en: "Pages that WeChat shows",
            zh: "微信显示的页面",
        },
        entries: wechat_pages::ENTRIES,
    },
    Section {
        title: Words {
            en: "fanpass's pages and statuses: login",
            zh: "fanpass 的页面和状态码：登录",
        },
        entries: login_pages::ENTRIES,
    },
    Section {
        title: Words {
            en: "fanpass's pages and statuses: photos",
            zh: "fanpass 的页面和状态码：照片",
        },
        entries: photo_pages::ENTRIES,
    },
    Section {
        title: Words {
            en: "fanpass's pages and statuses: everywhere else",
            zh: "fanpass 的页面和状态码：其他",
        },
        entries: site_pages::ENTRIES,
    },
    Section {
        title: Words {
            en: "Log lines",
            zh: "日志里的行",
        },
        entries: log::ENTRIES,
    },
    Section {
        title: Words {
            en: "Messages of `fanpass check` and the log about servers",
            zh: "`fanpass check` 和日志对服务器的说明",
        },
        entries: servers::ENTRIES,
    },
    Section {
        title: Words {
            en: "The account's token, relay and menu",
            zh: "公众号的令牌、转发和菜单",
        },
        entries: account::ENTRIES,
    },
    Section {
        title: Words {
            en: "Pushes",
            zh: "消息推送",
        },
        entries: push::ENTRIES,
    },
    Section {
        title: Words {
            en: "Photos",
            zh: "照片",
        },
        entries: photos::ENTRIES,
    },
    Section {
        title: Words {
            en: "Audit trail",
            zh: "审计日志",
        },
        entries: audit::ENTRIES,
    },
];

/// Every entry, in the order of the book.
pub(super) fn entries() -> impl Iterator<Item = &'static Entry> {
    SECTIONS.iter().flat_map(|section| section.entries)
}
