use std::{
    fmt,
    future::{Ready, ready},
};

use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError, dev::Payload, http::StatusCode};
use secrecy::SecretString;
use serde::Serialize;
use url::form_urlencoded;

use super::caller::{Asker, Authenticated, Credentials, authenticate, credentials};
use crate::{
    http::error::AppError,
    services::apps::{Caller, callers::CallerError, relay_tokens::is_relay_token},
};

/// Who calls the relay: with a key, as [`Authenticated`], or with a token of the relay, which stands where SDKs put tokens: in
/// the query's `access_token`, which counts only where there is no header `Authorization`, or as `Bearer`. A key in the query
/// is no key.
pub struct RelayCaller(pub Authenticated);

/// A token of the relay that is good no more. It is answered as the platform does, so that SDKs ask for another.
#[derive(Debug)]
struct TokenEnded(PlatformAnswer);

#[derive(Debug, Clone, Copy, Serialize)]
struct PlatformAnswer {
    errcode: i32,
    errmsg: &'static str,
}

const EXPIRED: PlatformAnswer = PlatformAnswer {
    errcode: 42001,
    errmsg: "fanpass: access_token expired",
};

const INVALID: PlatformAnswer = PlatformAnswer {
    errcode: 40001,
    errmsg: "fanpass: access_token is invalid or not latest",
};

impl FromRequest for RelayCaller {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(authenticate(request, find).map(Self))
    }
}

fn find(request: &HttpRequest, asker: &Asker) -> Result<Caller, actix_web::Error> {
    match credentials(request) {
        Some(Credentials::Bearer(token)) if is_relay_token(&token) => asker.owner_of_bearer(&token).map_err(refusal),
        Some(presented) => Ok(asker.owner_of(&presented)?),
        None => match token_in_query(request) {
            Some(token) if is_relay_token(&token) => asker.owner_of_token(&token).map_err(refusal),
            // Counts like a wrong key.
            Some(_) => Ok(asker.owner_of(&Credentials::Unreadable)?),
            None => Err(AppError::KeyMissing.into()),
        },
    }
}

fn refusal(error: CallerError) -> actix_web::Error {
    match error {
        CallerError::TokenExpired => TokenEnded(EXPIRED).into(),
        CallerError::TokenInvalid => TokenEnded(INVALID).into(),
        error => AppError::from(error).into(),
    }
}

fn token_in_query(request: &HttpRequest) -> Option<SecretString> {
    let mut pairs = form_urlencoded::parse(request.query_string().as_bytes());
    let (_, token) = pairs.find(|(name, _)| name == "access_token")?;
    Some(token.as_ref().into())
}

impl fmt::Display for TokenEnded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.errmsg)
    }
}

impl ResponseError for TokenEnded {
    fn status_code(&self) -> StatusCode {
        StatusCode::OK
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::Ok().json(self.0)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{
        App, HttpResponse,
        http::header,
        test,
        web::{self, Data},
    };
    use base64::{Engine, prelude::BASE64_STANDARD};
    use secrecy::ExposeSecret;
    use serde_json::Value;

    use super::*;
    use crate::{
        domain::Clock,
        services::apps::{
            CallerName,
            callers::{ApiCallers, testing::callers},
        },
    };

    const KEY: &str = "made-up-key-of-the-shop-0123456789abcdef";

    fn token(callers: &ApiCallers) -> String {
        let token = callers.issue_relay_token(&CallerName::parse("shop").unwrap());
        token.unwrap().unwrap().expose_secret().to_owned()
    }

    /// What the relay says to this query and header: the status, and the caller's name or the platform's code.
    async fn ask(callers: &ApiCallers, query: &str, authorization: Option<String>) -> (u16, String) {
        let name = async |RelayCaller(caller): RelayCaller| HttpResponse::Ok().body(caller.0.name.to_string());
        let app = App::new()
            .app_data(Data::new(callers.clone()))
            .route("/", web::get().to(name));
        let app = test::init_service(app).await;
        let mut request = test::TestRequest::with_uri(&format!("/?{query}"));
        if let Some(authorization) = authorization {
            request = request.insert_header((header::AUTHORIZATION, authorization));
        }
        let response = test::call_service(&app, request.to_request()).await;
        let status = response.status().as_u16();
        let body = test::read_body(response).await;
        let code = serde_json::from_slice::<Value>(&body).map(|error| error["errcode"].to_string());
        (status, code.unwrap_or_else(|_| String::from_utf8(body.into()).unwrap()))
    }

    fn is_shop(answer: (u16, String)) -> bool {
        answer == (200, "shop".to_owned())
    }

    #[actix_web::test]
    async fn a_token_stands_in_the_query_or_as_bearer_and_a_key_only_in_the_header() {
        let callers = callers(&Clock::system(), KEY);
        let token = token(&callers);
        let in_query = format!("a=b&access_token={token}");
        let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("shop:{KEY}")));
        assert!(is_shop(ask(&callers, &in_query, None).await));
        assert!(is_shop(ask(&callers, "", Some(format!("Bearer {token}"))).await));
        for authorization in [format!("Bearer {KEY}"), basic] {
            let answer = ask(&callers, "access_token=ignored", Some(authorization)).await;
            assert!(is_shop(answer), "what else stands in the query means nothing");
        }
        for query in [
            "",
            "access_token=",
            "access_token=made-up-key-of-the-shop-0123456789abcdef",
            "ACCESS_TOKEN=x",
            "access_token=80_made-up",
        ] {
            assert_eq!(ask(&callers, query, None).await.0, 401, "{query}");
        }
        let wrong = ask(&callers, &in_query, Some("Bearer made up".to_owned())).await;
        assert_eq!(wrong.0, 401, "beside a header a token in the query does not count");
    }

    #[actix_web::test]
    async fn a_key_that_looks_like_a_token_is_a_key() {
        let key = "fanpass_0123456789abcdef0123456789abcdef";
        let callers = callers(&Clock::system(), key);
        assert!(is_shop(ask(&callers, "", Some(format!("Bearer {key}"))).await));
        assert_eq!(
            ask(&callers, &format!("access_token={key}"), None).await,
            (200, "40001".to_owned())
        );
    }

    #[actix_web::test]
    async fn a_token_that_has_ended_is_answered_as_the_platform_does_so_that_sdks_renew_it() {
        let clock = Clock::system();
        let callers_before = callers(&clock, KEY);
        let token = format!("access_token={}", token(&callers_before));
        let changed = ask(
            &callers(&clock, "another-made-up-key-0123456789abcdef0123"),
            &token,
            None,
        )
        .await;
        assert_eq!(changed, (200, "40001".to_owned()), "the app has another key");
        let forged = ask(&callers_before, "access_token=fanpass_made-up", None).await;
        assert_eq!(forged, (200, "40001".to_owned()));
        clock.step_wall(7200);
        let expired = ask(&callers_before, &token, None).await;
        assert_eq!(expired, (200, "42001".to_owned()));
    }
}
