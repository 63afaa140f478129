//! Limits the length of requests. The server itself allows a head of 128 KiB with 96 headers.

use actix_web::{
    dev::ServiceRequest,
    http::header::{self, HeaderMap},
};

use crate::http::error::AppError;

/// The longest URL in bytes. Those of a login have less than 1 KiB.
const MAX_URI: usize = 8 * 1024;

/// The longest headers in bytes, all names and values together. A browser with five pending logins and a session sends
/// about 6 KiB.
const MAX_HEADERS: usize = 32 * 1024;

/// The longest body in bytes. Our forms have no fields, and their bodies are not read.
const MAX_BODY: u64 = 1024;

/// Refuses a request that is too long.
///
/// # Errors
/// The [`AppError`] for the part that is too long.
pub(super) fn within_limits(request: &ServiceRequest) -> Result<(), AppError> {
    let (uri, headers) = (request.uri(), request.headers());
    let host = uri.authority().map_or(0, |host| host.as_str().len());
    if uri.path_and_query().map_or(0, |path| path.as_str().len()) + host > MAX_URI {
        return Err(AppError::UriTooLong);
    }
    let length: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if length > MAX_HEADERS {
        return Err(AppError::HeadersTooLarge);
    }
    match body_length(headers) {
        BodyLength::Unknown => Err(AppError::LengthRequired),
        BodyLength::Known(length) if length > MAX_BODY => Err(AppError::BodyTooLarge),
        BodyLength::Known(_) => Ok(()),
    }
}

enum BodyLength {
    Known(u64),
    Unknown,
}

/// A chunked body has no length and is refused, because no browser sends a form in chunks.
fn body_length(headers: &HeaderMap) -> BodyLength {
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return BodyLength::Unknown;
    }
    let stated = headers
        .get(header::CONTENT_LENGTH)
        .map(|value| value.to_str().ok()?.parse().ok());
    match stated {
        None => BodyLength::Known(0),
        // The server has checked the number already. If we still cannot read it, the length is unknown.
        Some(None) => BodyLength::Unknown,
        Some(Some(length)) => BodyLength::Known(length),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn refusal(request: TestRequest) -> Option<AppError> {
        within_limits(&request.to_srv_request()).err()
    }

    fn get(uri: &str) -> TestRequest {
        TestRequest::get().uri(uri)
    }

    #[test]
    fn a_url_may_be_8_kib_long() {
        assert!(refusal(get(&format!("/{}", "a".repeat(MAX_URI - 1)))).is_none());
        let long = refusal(get(&format!("/?{}", "a".repeat(MAX_URI - 1))));
        assert!(matches!(long, Some(AppError::UriTooLong)));
    }

    #[test]
    fn headers_may_be_32_kib_long_together() {
        let with = |length: usize| {
            get("/")
                .insert_header(("x", "a".repeat(length / 2)))
                .insert_header(("y", "a".repeat(length / 2)))
        };
        assert!(refusal(with(MAX_HEADERS - 2)).is_none());
        assert!(matches!(refusal(with(MAX_HEADERS)), Some(AppError::HeadersTooLarge)));
    }

    #[test]
    fn a_body_is_short_and_has_a_length() {
        let with = |name: &'static str, value: &'static str| TestRequest::post().insert_header((name, value));
        assert!(refusal(TestRequest::post()).is_none());
        assert!(refusal(with("content-length", "1024")).is_none());
        assert!(matches!(
            refusal(with("content-length", "1025")),
            Some(AppError::BodyTooLarge)
        ));
        for (name, value) in [("transfer-encoding", "chunked"), ("content-length", "many")] {
            assert!(
                matches!(refusal(with(name, value)), Some(AppError::LengthRequired)),
                "{name}"
            );
        }
    }
}
