//! How long a request may be. The server itself reads 128 KiB and 96 headers before it gives up.

use actix_web::{
    dev::ServiceRequest,
    http::header::{self, HeaderMap},
};

use crate::http::error::AppError;

/// Longest URL, in bytes. Those of a login have less than 1 KiB.
const MAX_URI: usize = 8 * 1024;

/// Longest headers, names and values together, in bytes. A browser with five pending logins and a session sends some 6 KiB.
const MAX_HEADERS: usize = 32 * 1024;

/// Longest body, in bytes. Our forms have no fields; whatever comes with them is not read.
const MAX_BODY: u64 = 1024;

/// Whether a request is short enough for anything to be done with it.
///
/// # Errors
/// The [`AppError`] that says what is too long.
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

/// No browser sends a form in chunks.
fn body_length(headers: &HeaderMap) -> BodyLength {
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return BodyLength::Unknown;
    }
    let stated = headers
        .get(header::CONTENT_LENGTH)
        .map(|value| value.to_str().ok()?.parse().ok());
    match stated {
        None => BodyLength::Known(0),
        // The server has read the number already; what it took for one and we cannot read is no length of ours.
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
    fn a_body_is_short_and_says_how_long_it_is() {
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
