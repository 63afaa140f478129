//! Inputs that are hostile more often than chance would make them.

use proptest::{collection::vec, prelude::*, sample::select};

#[rustfmt::skip]
const PATH_PIECES: &[&str] = &[
    "/", "/", "/", "//", "\\", ".", "..", "/./", "/../", "%2e", "%2E%2e", "%2f", "%2F", "%5c", "%25", "%", "%0", "%0a",
    "%00", "%7f", "%80", "%ff", "%u002f", "@", ":", ":80", "?", "#", "&", ";", "=", "+", " ", "\t", "\n", "\r", "\u{a0}",
    "\u{ad}", "\u{200d}", "\u{2028}", "\u{feff}", "／", "。", "％", "evil.example", "http:", "https://", "javascript:",
    "login", "%6Cogin", "log%69n", "LOGIN", "register", "welcome", "logout", "signed-out", "wechat", "callback",
    "wechat/callback", "a", "活动", "🌧", "[", "]", "{", "|", "^", "`", "\"", "<", "'",
];

#[rustfmt::skip]
const QUERY_PIECES: &[&str] = &[
    "code=", "state=", "code", "state", "&", "&&", ";", "=", "%3d", "%26", "+", "%", "%00", "%ff", "%e6%b4", "%63ode=",
    "next=", "0123456789abcdef0123456789abcdef01234567", "0123456789ABCDEF0123456789ABCDEF01234567", "made-up", "[]", " ",
];

#[rustfmt::skip]
const COOKIE_PIECES: &[&str] = &[
    "__Host-fanpass_session", "__Host-fanpass_session=", "__Host-fanpass_login_", "__Host-fanpass_restart=",
    "__host-fanpass_session=x", "%5F%5FHost-fanpass_session=x", "\u{a0}__Host-fanpass_session=x", "\u{85}", "\u{3000}",
    "0123456789abcdef=", "=", "==", ";", "; ", ";;", ",", "\"", "\t", " ", "a=b", "a", "%", "%ff", "%00", "%3b", "é",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "Path=/", "$Version=1", "expires=0",
];

#[rustfmt::skip]
const JSON_VALUES: &[&str] = &[
    "null", "true", "0", "1", "-1", "1e999", "40029", "4294967296", "\"\"", "\"0\"", "\"oMadeUp\"", "\"omadeup\"", "[]",
    "{}", "\"http://wx.qlogo.cn/a\"", "\"javascript:alert(1)\"", "\"\\ud800\"", "\"\\u0000\"", "\"a\\nb\"",
];

#[rustfmt::skip]
const JSON_NAMES: &[&str] = &[
    "errcode", "errmsg", "openid", "access_token", "refresh_token", "expires_in", "unionid", "is_snapshotuser",
    "nickname", "headimgurl", "scope", "privilege",
];

#[rustfmt::skip]
const SETTINGS_PIECES: &[&str] = &[
    "[server]\n", "[wechat]\n", "[wechat.root_files]\n", "[[server]]\n", "[log]\n", "[database]\n", "[nothing]\n",
    "port = ", "host = ", "public_url = ", "trusted_proxies = ", "workers = ", "timeout_ms = ", "filter = ",
    "ttl_seconds = ", "app_secret = ", "\"MP_verify_a.txt\" = ", "\"../a\" = ", "\"a.b[0]\" = ", "0", "-1",
    "99999999999999999999", "1e400", "nan", "true", "\"\"", "\"0.0.0.0\"", "\"http://a\"", "\"info,=,[\"", "[", "]", "{",
    "}", "=", ",", ".", "\"", "'''", "\n", "\n", "\n", "#", "\u{feff}", "\r", "1979-05-27", "\\u0000",
    "\0WECHAT_APP_SECRET=", "\0SESSION_KEY=made-up-canary-file", "FANPASS__SERVER__PORT=",
    "FANPASS__WECHAT__ROOT_FILES__A=", "FANPASS_ENV=", "REDIS_URL=redis://", "$A", "${", "export ",
];

#[rustfmt::skip]
const PUSH_PIECES: &[&str] = &[
    "<xml>", "<xml>", "<xml>", "</xml>", "</xml>", "<MsgType>", "</MsgType>", "<Event>", "</Event>", "<Content>", "</Content>",
    "<FromUserName>", "</FromUserName>", "<item>", "</item>", "<a/>", "<a b='c'>", "</a>", "<![CDATA[", "]]>", "]]", ">", "<",
    "event", "subscribe", "qrscene_", "0", "1714112445", "18446744073709551616", "&amp;", "&#38;", "&#x41;", "&#0;", "&#13;",
    "&#xD800;", "&#99999999;", "&a;", "&", ";", "<!DOCTYPE xml [<!ENTITY a \"aaaaaaaa\">]>", "<!DOCTYPE", "<!ENTITY",
    "<?xml version=\"1.0\" encoding=\"GBK\"?>", "<?", "?>", "<!--", "-->", "\u{feff}", "\r\n", "\r", "\t", "\u{8}", "\u{85}",
    "\u{fffe}", "你", "{\"", "{", "\"MsgType\":", "\"text\"", ",", "}", "[", "]", "null", "<1>", "<:>", "<你>", "</你>",
];

const PUSH_NAMES: &[&str] = &[
    "MsgType",
    "Event",
    "FromUserName",
    "ToUserName",
    "CreateTime",
    "Content",
    "MsgId",
    "EventKey",
    "openid",
];

/// Whole rules among them, so that many files are sound.
#[rustfmt::skip]
const REPLIES_PIECES: &[&str] = &[
    "[[reply]]\non = \"default\"\ntext = \"{nickname}{site} a\"\n", "[[reply]]\non = \"menu\"\nkey = \"k\"\nimage = \"m\"\n",
    "[[reply]]\non = \"keyword\"\ncontains = \"a\"\nnews = { title = \"t\", url = \"/a\" }\n",
    "[[reply]]\non = \"subscribe\"\nscene = \"s\"\ntext = \"{nickname}{nickname}{nickname}x\"\n",
    "[[reply]]\n", "[reply]\n", "on = ", "text = ", "exact = ", "prefix = ", "contains = ", "scene = ", "key = ",
    "news = ", "image = ", "\"subscribe\"\n", "\"keyword\"\n", "\"menu\"\n", "\"default\"\n", "\"{nickname}\"\n",
    "\"{site\"\n", "\"{{nickname}}\"\n", "\"\\u0008\"\n", "\"\"\n", "\" a \"\n", "{ title = ", "url = ", "picture = ",
    "\"/a\"", "\"//a\"", ", ", "}\n", "\"\"\"", "'''", "\n", "\n", "#", "\u{feff}", "\r", "7\n", "[]\n", "\0",
    "\0<a href=\"", "你",
];

/// Runs of these pieces, now and then with any character or any bytes between.
fn soup(pieces: &'static [&'static str], most: usize) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => select(pieces).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => any::<char>().prop_map(|character| character.to_string().into_bytes()),
        1 => vec(any::<u8>(), 0..4),
    ];
    let runs = vec(piece, 0..most).prop_map(|pieces| pieces.concat());
    prop_oneof![9 => runs, 1 => vec(any::<u8>(), 0..300)]
}

pub fn next() -> impl Strategy<Value = Vec<u8>> {
    // Most of what does not begin with a slash is refused at once.
    let slash = prop_oneof![3 => Just("/"), 1 => Just("")];
    (slash, soup(PATH_PIECES, 10)).prop_map(|(slash, path)| [slash.as_bytes(), &path].concat())
}

pub fn query() -> impl Strategy<Value = Vec<u8>> {
    soup(QUERY_PIECES, 16)
}

pub fn cookies() -> impl Strategy<Value = Vec<u8>> {
    soup(COOKIE_PIECES, 20)
}

pub fn settings() -> impl Strategy<Value = Vec<u8>> {
    soup(SETTINGS_PIECES, 24)
}

pub fn replies() -> impl Strategy<Value = Vec<u8>> {
    soup(REPLIES_PIECES, 16)
}

/// A response of the platform's, whole, cut, or with a byte changed.
pub fn json() -> impl Strategy<Value = Vec<u8>> {
    let pairs = vec((select(JSON_NAMES), json_value()), 0..8).prop_map(|pairs| {
        let pairs = pairs.into_iter().map(|(name, value)| format!("\"{name}\":{value}"));
        format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
    });
    let corrupted = (pairs, any::<prop::sample::Index>(), any::<u8>(), 0..6_u8).prop_map(|(text, index, byte, way)| {
        let mut bytes = text.into_bytes();
        let at = index.index(bytes.len());
        match way {
            0 => bytes.truncate(at),
            1 => bytes[at] = byte,
            _ => {}
        }
        bytes
    });
    prop_oneof![9 => corrupted, 1 => vec(any::<u8>(), 0..300)]
}

fn json_value() -> impl Strategy<Value = String> {
    prop_oneof![
        select(JSON_VALUES).prop_map(str::to_owned),
        "[a-zA-Z0-9_:/. -]{0,80}".prop_map(|text| format!("\"{text}\"")),
        (prop_oneof![Just("x"), Just("长"), Just("🌧")], 0..3000_usize)
            .prop_map(|(text, times)| format!("\"{}\"", text.repeat(times))),
        (0..200_usize).prop_map(|depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth))),
    ]
}

/// Bodies of pushes, whole ones among them.
pub fn push() -> impl Strategy<Value = Vec<u8>> {
    let whole = soup(PUSH_PIECES, 24).prop_map(|inside| [b"<xml>".as_slice(), &inside, b"</xml>"].concat());
    let closed = vec((select(PUSH_NAMES), soup(PUSH_PIECES, 3)), 0..12).prop_map(|fields| {
        let fields = fields.into_iter().map(|(name, text)| {
            let text = [b"<![CDATA[".as_slice(), &text, b"]]>"].concat();
            [b"<", name.as_bytes(), b">", &text, b"</", name.as_bytes(), b">"].concat()
        });
        [b"<xml>".as_slice(), &fields.collect::<Vec<_>>().concat(), b"</xml>"].concat()
    });
    prop_oneof![3 => soup(PUSH_PIECES, 24), 3 => whole, 4 => closed]
}

/// What a sealed push opens to: random bytes, a length that is right or not, a message, a receiver and a padding.
pub fn plain_layout() -> impl Strategy<Value = Vec<u8>> {
    let length = prop_oneof![6 => Just(0_i64), 2 => -40..40_i64, 1 => any::<i32>().prop_map(i64::from)];
    let receiver = prop_oneof![
        4 => Just("wxba5fad812f8e6fb9"),
        1 => Just("wxffffffffffffffff"),
        1 => Just(""),
        1 => Just("wxba5fad812f8e6fb9wxba5fad812f8e6fb9"),
    ];
    let padding = prop_oneof![6 => Just(None), 1 => any::<u8>().prop_map(Some)];
    let layout = (any::<[u8; 16]>(), length, vec(any::<u8>(), 0..100), receiver, padding);
    let layout = layout.prop_map(|(random, difference, message, receiver, padding)| {
        let length = i64::try_from(message.len()).unwrap() + difference;
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        let mut plain = [random.as_slice(), &length.to_be_bytes(), &message, receiver.as_bytes()].concat();
        let right = 32 - plain.len() % 32;
        plain.resize(
            plain.len() + right,
            padding.unwrap_or_else(|| u8::try_from(right).unwrap()),
        );
        plain
    });
    prop_oneof![8 => layout, 1 => vec(any::<u8>(), 0..200)]
}

/// The seeds of the fuzz target, with bytes changed, cut off, and pieces of one in another.
pub fn pictures() -> impl Strategy<Value = Vec<u8>> {
    let files = std::fs::read_dir("fuzz/seeds/pictures").unwrap();
    let mut paths: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let seeds: Vec<_> = paths.iter().map(|path| std::fs::read(path).unwrap()).collect();
    let changes = vec((any::<prop::sample::Index>(), any::<u8>()), 0..6);
    let piece = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4_u8);
    (select(seeds.clone()), select(seeds), changes, piece).prop_map(|(mut file, other, changes, (at, from, way))| {
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        match way {
            0 => file.truncate(at.index(file.len())),
            1 => {
                let (at, from) = (at.index(file.len()), from.index(other.len()));
                file.splice(at..at, other[from..].iter().copied());
            }
            _ => {}
        }
        file
    })
}
