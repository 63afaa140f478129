//! Limits the length of requests. The server itself allows a head of 128 KiB with 96 headers.

use actix_web::{
    dev::ServiceRequest,
    http::header::{self, HeaderMap},
};

use crate::http::{error::AppError, policy::BodyLimit};

/// The longest URL in bytes. Those of a login have less than 1 KiB.
const MAX_URI: usize = 8 * 1024;

/// The longest headers in bytes, all names and values together. A browser with five pending logins and a session sends
/// about 6 KiB.
const MAX_HEADERS: usize = 32 * 1024;

/// Refuses a request that is too long. A chunked body that the policy allows is cut by [`limited`](super::body_limit).
///
/// # Errors
/// The [`AppError`] for the part that is too long.
pub(super) fn within_limits(request: &ServiceRequest, body: BodyLimit) -> Result<(), AppError> {
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
        BodyLength::Chunked if body.chunked => Ok(()),
        BodyLength::Chunked | BodyLength::Unreadable => Err(AppError::LengthRequired),
        BodyLength::Known(length) if length > body.max_bytes => Err(AppError::BodyTooLarge),
        BodyLength::Known(_) => Ok(()),
    }
}

enum BodyLength {
    Known(u64),
    Chunked,
    Unreadable,
}

fn body_length(headers: &HeaderMap) -> BodyLength {
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return BodyLength::Chunked;
    }
    let stated = headers
        .get(header::CONTENT_LENGTH)
        .map(|value| value.to_str().ok()?.parse().ok());
    match stated {
        None => BodyLength::Known(0),
        // The server has checked the number already. If we still cannot read it, the length is unknown.
        Some(None) => BodyLength::Unreadable,
        Some(Some(length)) => BodyLength::Known(length),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use actix_web::test::TestRequest;

    use super::*;

    const SHORT: BodyLimit = BodyLimit {
        max_bytes: 1024,
        chunked: false,
        within: Duration::from_secs(10),
    };

    fn refusal(request: TestRequest) -> Option<AppError> {
        within_limits(&request.to_srv_request(), SHORT).err()
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

    #[test]
    fn chunks_are_for_groups_that_take_them() {
        let uploads = BodyLimit {
            max_bytes: 1 << 20,
            chunked: true,
            ..SHORT
        };
        let with = |name: &'static str, value: &'static str| {
            let request = TestRequest::post().insert_header((name, value));
            within_limits(&request.to_srv_request(), uploads).err()
        };
        assert!(with("transfer-encoding", "chunked").is_none());
        assert!(with("content-length", "1048576").is_none());
        assert!(matches!(
            with("content-length", "1048577"),
            Some(AppError::BodyTooLarge)
        ));
        assert!(matches!(with("content-length", "many"), Some(AppError::LengthRequired)));
    }
}
