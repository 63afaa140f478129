use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, AcceptEncoding, ContentEncoding, Encoding, Header},
    web,
};

use crate::{domain::routes, handlers::methods::get_or_head, http::error::AppError, views::Views};

/// The files that the pages link to. The account's own logo and colours are among them.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(web::resource(routes::STATIC_FILE).route(get_or_head().to(static_file)));
}

/// `GET /static/…`. The name contains a hash of the content, so that browsers may cache it forever. The files were
/// compressed at build time.
async fn static_file(
    request: HttpRequest,
    name: web::Path<String>,
    views: web::Data<Views>,
) -> Result<HttpResponse, AppError> {
    let asset = views.asset(&name).ok_or(AppError::NotFound)?;
    let mut response = HttpResponse::Ok();
    response
        .content_type(asset.content_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"));
    let Some(gzip) = asset.gzip else {
        return Ok(response.body(asset.bytes));
    };
    response.insert_header((header::VARY, "accept-encoding"));
    Ok(if accepts_gzip(&request) {
        response.insert_header(ContentEncoding::Gzip).body(gzip)
    } else {
        response.body(asset.bytes)
    })
}

fn accepts_gzip(request: &HttpRequest) -> bool {
    let supported = [Encoding::gzip(), Encoding::identity()];
    let accepted = AcceptEncoding::parse(request).ok();
    accepted.and_then(|accepted| accepted.negotiate(supported.iter())) == Some(Encoding::gzip())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use actix_web::{
        App,
        test::{TestRequest, call_and_read_body, call_service, init_service},
    };

    use super::*;
    use crate::{
        texts::Texts,
        views::{Assets, Site},
    };

    #[test]
    fn gzip_is_for_clients_that_accept_it() {
        let table = [
            (None, false),
            (Some("gzip, deflate, br"), true),
            (Some("GZIP"), true),
            (Some("*"), false),
            (Some("br"), false),
            (Some("gzip;q=0"), false),
            (Some("identity, gzip;q=0.5"), false),
            (Some("gzip;q=0.5, identity;q=0"), true),
            (Some(""), false),
            (Some("nonsense;;q=x"), false),
        ];
        for (accepted, expected) in table {
            let mut request = TestRequest::default();
            if let Some(accepted) = accepted {
                request = request.insert_header((header::ACCEPT_ENCODING, accepted));
            }
            assert_eq!(accepts_gzip(&request.to_http_request()), expected, "{accepted:?}");
        }
    }

    #[actix_web::test]
    async fn a_compressed_file_has_content_encoding_and_vary() {
        let texts = Texts::new(&BTreeMap::new()).unwrap();
        let views = web::Data::new(Views::new(&Site::default(), texts).unwrap());
        let app = init_service(App::new().app_data(views).configure(configure)).await;
        let url = Assets::url("app.css").unwrap();
        let asset = Assets::find(url.strip_prefix(routes::STATIC_PREFIX).unwrap()).unwrap();
        let get = |encoding: &'static str| {
            TestRequest::get()
                .uri(url)
                .insert_header((header::ACCEPT_ENCODING, encoding))
        };
        for (encoding, body) in [("gzip", asset.gzip.unwrap()), ("identity", &*asset.bytes)] {
            let response = call_service(&app, get(encoding).to_request()).await;
            let header = |name| response.headers().get(name).map(|value| value.to_str().unwrap());
            assert_eq!(
                header(header::CONTENT_ENCODING),
                (encoding == "gzip").then_some("gzip"),
                "{encoding}"
            );
            assert_eq!(header(header::VARY), Some("accept-encoding"), "{encoding}");
            assert_eq!(
                header(header::CONTENT_TYPE),
                Some("text/css; charset=utf-8"),
                "{encoding}"
            );
            assert!(
                header(header::CACHE_CONTROL).unwrap().contains("immutable"),
                "{encoding}"
            );
            assert_eq!(
                call_and_read_body(&app, get(encoding).to_request()).await,
                body,
                "{encoding}"
            );
        }
    }
}
