//! What a failed request logs.

use std::{
    io,
    sync::{Arc, Mutex},
};

use actix_web::{
    App, Either, Error,
    error::ErrorInternalServerError,
    middleware::from_fn,
    test::{TestRequest, call_service, init_service},
    web,
};

use super::{every_request::EveryRequest, security_headers::SiteHeaders};
use crate::{
    domain::routes,
    http::{error::AppError, policy},
    services::ServiceError,
};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A failure of ours, or of actix-web's.
type Fail = fn() -> Either<AppError, Error>;

/// The lines that a request logs whose handler fails in this way.
async fn logged(fail: Fail) -> String {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let site = SiteHeaders {
        secure: false,
        sdk: None,
    };
    let every_request = EveryRequest::new(policy::ops::policies(), site, None).unwrap();
    let handler = move || async move {
        Err::<&str, Error>(match fail() {
            Either::Left(error) => error.into(),
            Either::Right(error) => error,
        })
    };
    let app = App::new()
        .route(routes::HEALTHZ, web::get().to(handler))
        .wrap(from_fn(move |request, next| every_request.clone().pass(request, next)));
    let app = init_service(app).await;
    let response = call_service(&app, TestRequest::with_uri(routes::HEALTHZ).to_request()).await;
    assert!(response.status().as_u16() >= 400);
    let log = log.0.lock().unwrap();
    let lines = String::from_utf8_lossy(&log);
    let of_ours = lines.lines().filter(|line| line.contains("a request"));
    of_ours.map(|line| format!("{line}\n")).collect()
}

#[actix_web::test]
async fn a_failure_is_logged_once_at_the_level_of_its_kind() {
    let table: [(Fail, &str, &str); 4] = [
        (
            || Either::Left(ServiceError::SessionsUnknown.into()),
            "INFO",
            "a request was put off",
        ),
        (|| Either::Left(AppError::NotFound), "DEBUG", "a request was refused"),
        (
            || Either::Right(ErrorInternalServerError("the reason")),
            "ERROR",
            "a request failed error=the reason",
        ),
        (
            || Either::Right(actix_web::error::ErrorBadRequest("canary")),
            "DEBUG",
            "a request was refused",
        ),
    ];
    for (fail, level, text) in table {
        let lines = logged(fail).await;
        assert_eq!(lines.lines().count(), 1, "{lines}");
        assert!(lines.contains(level) && lines.contains(text), "{lines}");
        assert!(!lines.contains("canary"), "{lines}");
    }
}
