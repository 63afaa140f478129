use std::borrow::Cow;

use actix_web::HttpRequest;
use url::form_urlencoded;

/// The parameters of a query; an empty one counts as missing.
pub(super) struct Parameters<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Parameters<'a> {
    pub(super) fn of(request: &'a HttpRequest) -> Self {
        Self(form_urlencoded::parse(request.query_string().as_bytes()).collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_ref())
            .filter(|value| !value.is_empty())
    }

    /// The value, or the errcode for a missing one.
    pub(super) fn require(&self, name: &str, missing: i64) -> Result<&str, i64> {
        self.get(name).ok_or(missing)
    }
}
