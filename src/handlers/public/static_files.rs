use std::future::ready;

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{self, AcceptEncoding, ContentEncoding, ETag, Encoding, EntityTag, Header, IfNoneMatch},
    },
    web,
};

use crate::{
    domain::routes,
    handlers::methods::get_or_head,
    http::error::AppError,
    views::{Asset, PageScript, StableFile, Views},
};

/// The files that the pages link to. The account's own logo and colours are among them.
pub(super) fn configure(config: &mut web::ServiceConfig, script: &PageScript) {
    for (path, file) in [
        (routes::PAGE_SCRIPT, &script.script),
        (routes::PAGE_SCRIPT_TYPES, &script.types),
    ] {
        let file = file.clone();
        let serve = move |request: HttpRequest| ready(stable_file(&request, &file));
        config.service(web::resource(path).route(get_or_head().to(serve)));
    }
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
    response.insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"));
    Ok(with_content(response, &request, asset))
}

/// A file at an address that stays. The tag is a weak one, because it is that of the compressed form as well.
fn stable_file(request: &HttpRequest, file: &StableFile) -> HttpResponse {
    let etag = ETag(EntityTag::new_weak(file.etag.clone()));
    let is_known = match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Items(known)) => known.iter().any(|known| known.weak_eq(&etag.0)),
        Ok(IfNoneMatch::Any) => request.headers().contains_key(header::IF_NONE_MATCH),
        Err(_) => false,
    };
    let mut response = HttpResponse::build(if is_known {
        StatusCode::NOT_MODIFIED
    } else {
        StatusCode::OK
    });
    response
        .insert_header(etag)
        .insert_header((header::CACHE_CONTROL, "public, no-cache"));
    if is_known {
        return response.finish();
    }
    with_content(response, request, file.asset.clone())
}

fn with_content(mut response: HttpResponseBuilder, request: &HttpRequest, asset: Asset) -> HttpResponse {
    response.content_type(asset.content_type);
    let Some(gzip) = asset.gzip else {
        return response.body(asset.bytes);
    };
    response.insert_header((header::VARY, "accept-encoding"));
    if accepts_gzip(request) {
        response.insert_header(ContentEncoding::Gzip).body(gzip)
    } else {
        response.body(asset.bytes)
    }
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
        let script = PageScript::new(&"https://open.weixin.qq.com".parse().unwrap()).unwrap();
        let app = init_service(
            App::new()
                .app_data(views)
                .configure(|config| configure(config, &script)),
        )
        .await;
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
