//! What can go wrong, each thing once. The command and `docs/troubleshooting*.md` are made from it.

mod audit;
mod errcodes;
mod log;
mod login_pages;
mod servers;
mod site_pages;
mod wechat_pages;

/// The same in both languages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words {
    pub(super) en: &'static str,
    pub(super) zh: &'static str,
}

/// One thing that goes wrong: by what it shows, why, and what mends it.
#[derive(Debug)]
pub(super) struct Entry {
    /// Numbers of the platform: of its API, or of its own pages.
    pub(super) errcodes: &'static [i64],
    /// Our HTTP statuses.
    pub(super) statuses: &'static [u16],
    /// Words that are shown or logged, each a piece that is nowhere else.
    pub(super) texts: &'static [&'static str],
    pub(super) title: Words,
    pub(super) cause: Words,
    pub(super) cure: Words,
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
    cure: Words,
) -> Entry {
    Entry {
        errcodes,
        statuses,
        texts,
        title,
        cause,
        cure,
    }
}

/// An entry that is found by its texts alone.
const fn line(texts: &'static [&'static str], title: Words, cause: Words, cure: Words) -> Entry {
    entry(&[], &[], texts, title, cause, cure)
}

/// Entries that a page of the book shows together.
pub(super) struct Section {
    #[cfg_attr(not(test), expect(dead_code, reason = "a heading of the book, which a test writes"))]
    pub(super) title: Words,
    pub(super) entries: &'static [Entry],
}

pub(super) const SECTIONS: [Section; 7] = [
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
            en: "Our pages and statuses: the login",
            zh: "我们的页面和状态码：登录",
        },
        entries: login_pages::ENTRIES,
    },
    Section {
        title: Words {
            en: "Our pages and statuses: anywhere",
            zh: "我们的页面和状态码：其他",
        },
        entries: site_pages::ENTRIES,
    },
    Section {
        title: Words {
            en: "Lines of the log",
            zh: "日志里的行",
        },
        entries: log::ENTRIES,
    },
    Section {
        title: Words {
            en: "What `fanpass check` and the log say of servers",
            zh: "`fanpass check` 和日志对服务器的说明",
        },
        entries: servers::ENTRIES,
    },
    Section {
        title: Words {
            en: "Lines of the audit trail",
            zh: "审计日志里的行",
        },
        entries: audit::ENTRIES,
    },
];

/// Every entry, in the order of the book.
pub(super) fn entries() -> impl Iterator<Item = &'static Entry> {
    SECTIONS.iter().flat_map(|section| section.entries)
}
