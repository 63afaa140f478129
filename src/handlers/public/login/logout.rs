use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderName},
    web,
};
use url::{Origin, Url};

use super::LoginState;
use crate::{
    audit::{self, Refusal},
    domain::routes,
    http::{
        client_ip::client_ip,
        cookies::login::set_login_cookies,
        error::AppError,
        responses::see_other,
        session::{end_session, signed_in, unverified_sign_in},
    },
    telemetry::sessions::SessionEnd,
};

/// `POST /logout`: ends the session, and makes every copy of its cookie invalid. Only our own pages may send this form.
pub(super) async fn logout(
    request: HttpRequest,
    session: Session,
    state: web::Data<LoginState>,
) -> Result<HttpResponse, AppError> {
    let unverified = unverified_sign_in(&session, &state.sessions);
    // While it is unknown whether the session is revoked, it counts as valid here.
    let fan = signed_in(&session, &state.sessions).unwrap_or_else(|_| unverified.clone());
    let fan = fan.map(|sign_in| sign_in.fan_id);
    let ip = client_ip(&request);
    if !comes_from(&request, &state.site.url.origin()) {
        state.refusals.record(Refusal::ForeignOrigin, fan, ip);
        return Err(AppError::ForbiddenOrigin);
    }
    if let Some(sign_in) = unverified {
        state.revocations.revoke(&sign_in).await;
    }
    end_session(&session, &state.sessions, SessionEnd::Logout);
    if let Some(fan) = fan {
        audit::logout(state.sessions.app_id(), fan, ip);
    }
    let cookies = vec![state.logins.forget_login_loop()];
    Ok(set_login_cookies(
        see_other(routes::SIGNED_OUT),
        cookies,
        state.site.is_secure(),
    ))
}

/// Whether `Origin` names our own site, or `Referer` in browsers that send no origin with a form.
fn comes_from(request: &HttpRequest, ours: &Origin) -> bool {
    let sent = |name: HeaderName| {
        request
            .headers()
            .get(name)
            .map(|value| value.to_str().ok().and_then(origin_of))
    };
    match sent(header::ORIGIN).or_else(|| sent(header::REFERER)) {
        Some(Some(origin)) => origin == *ours,
        _ => false,
    }
}

fn origin_of(text: &str) -> Option<Origin> {
    Url::parse(text).ok().map(|url| url.origin()).filter(Origin::is_tuple)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn only_our_own_origin_counts() {
        let ours = Url::parse("https://fans.example").unwrap().origin();
        let table = [
            (header::ORIGIN, "https://fans.example", true),
            (header::ORIGIN, "https://fans.example:443", true),
            (header::ORIGIN, "http://fans.example", false),
            (header::ORIGIN, "https://fans.example.evil.example", false),
            (header::ORIGIN, "null", false),
            (header::ORIGIN, "", false),
            (header::REFERER, "https://fans.example/", true),
            (header::REFERER, "https://evil.example/?https://fans.example", false),
        ];
        for (name, value, expected) in table {
            let request = TestRequest::post()
                .insert_header((name.clone(), value))
                .to_http_request();
            assert_eq!(comes_from(&request, &ours), expected, "{name}: {value}");
        }
        assert!(!comes_from(&TestRequest::post().to_http_request(), &ours));
    }
}
