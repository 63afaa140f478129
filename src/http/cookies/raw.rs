//! Cookies as a browser sent them.

use actix_web::http::header::{self, HeaderMap};

/// Blanks that may surround a pair. Not `str::trim`, which also takes U+00A0 and so makes look-alikes ours.
const BLANKS: [char; 2] = [' ', '\t'];

/// The cookies of a request as they were sent, name and value. A pair with invalid bytes is left out; it hides no other.
pub fn raw_cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE);
    let pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let pairs = pairs.filter_map(|pair| std::str::from_utf8(pair).ok());
    pairs.filter_map(|pair| pair.trim_matches(BLANKS).split_once('='))
}
