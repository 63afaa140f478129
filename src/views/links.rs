//! The links on the pages.

use url::form_urlencoded::byte_serialize;

use crate::domain::{ConsentVersion, NextPath, PhotoId, routes};

/// The link to decline a registration.
pub fn decline() -> String {
    format!("{}?declined=1", routes::SIGNED_OUT)
}

/// A photo in its large size.
pub fn photo(id: PhotoId) -> String {
    format!("{}/{id}", routes::PHOTOS)
}

/// A photo in its small size.
pub fn thumb(id: PhotoId) -> String {
    format!("{}?size=thumb", photo(id))
}

/// The page of the photos before this one.
pub fn photos_before(id: PhotoId) -> String {
    format!("{}?before={id}", routes::PHOTOS)
}

/// Begins a silent login that returns to `next`.
pub fn login(next: &NextPath) -> String {
    with_next(routes::LOGIN, next)
}

/// Begins a registration that returns to `next`.
pub fn register(next: &NextPath) -> String {
    with_next(routes::REGISTER, next)
}

/// Begins the registration of a fan who has read this version of the prompt.
pub fn register_after(consent_version: ConsentVersion, next: &NextPath) -> String {
    format!("{}&notice={consent_version}", register(next))
}

/// What became of an erasure. `receipt`: its number or its code.
pub fn receipt(receipt: &str) -> String {
    format!("{}?receipt={receipt}", routes::RECEIPT)
}

/// A receipt as a file.
pub fn receipt_file(code: &str) -> String {
    format!("{}?receipt={code}", routes::RECEIPT_FILE)
}

/// The registration prompt.
pub fn welcome(next: &NextPath) -> String {
    with_next(routes::WELCOME, next)
}

fn with_next(route: &str, next: &NextPath) -> String {
    let encoded: String = byte_serialize(next.as_str().as_bytes()).collect();
    format!("{route}?next={encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_survives_its_own_query_and_fragment() {
        let next = NextPath::parse("/shop?item=1&size=大#top");
        let link = login(&next);
        let query = link.strip_prefix("/login?").unwrap();
        let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
        assert_eq!(pairs, [("next".into(), next.as_str().into())]);
    }
}
