//! Cookies as a browser sent them.

use actix_web::http::header::{self, HeaderMap};

/// Blanks that may surround a pair. `str::trim` also removes U+00A0, so a look-alike would count as ours.
const BLANKS: [char; 2] = [' ', '\t'];

/// The cookies of a request as they were sent, name and value. Pairs with invalid bytes are left out, and hide no others.
pub fn raw_cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE);
    let pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let pairs = pairs.filter_map(|pair| std::str::from_utf8(pair).ok());
    pairs.filter_map(|pair| pair.trim_matches(BLANKS).split_once('='))
}
