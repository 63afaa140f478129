use actix_web::{
    HttpRequest, HttpResponse,
    body::BodyStream,
    http::header::{self, ContentDisposition, DispositionParam, DispositionType},
    web::Data,
};

use super::{
    MeState,
    recent_login::{login_again, recent_login},
};
use crate::{
    domain::{self, routes},
    http::{
        error::AppError,
        extract::{CurrentFan, Language},
    },
    middleware::connection_watch,
    services::me::export::Readme,
    texts::{Argument, TextError, text_id},
    views::ViewError,
};

/// The name of the file. Which site it is from, it says inside.
const FILE_NAME: &str = "my-data.zip";

/// `GET /me/export`: all that is kept of the fan, after a login of the last minutes.
pub(super) async fn export(
    request: HttpRequest,
    CurrentFan(sign_in): CurrentFan,
    Language(language): Language,
    state: Data<MeState>,
) -> Result<HttpResponse, AppError> {
    let Some(sign_in) = recent_login(&state.sessions, sign_in) else {
        return Ok(login_again(routes::ME_EXPORT));
    };
    let guard = connection_watch::keep_open(&request);
    let readme = readme(&state, language).map_err(ViewError::from)?;
    let body = state.exports.begin(&sign_in, readme, guard).await?;
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(FILE_NAME.to_owned())],
    };
    let mut response = HttpResponse::Ok();
    response.content_type("application/zip");
    response.insert_header((header::CONTENT_DISPOSITION, disposition));
    Ok(response.body(BodyStream::new(body)))
}

fn readme(state: &MeState, language: domain::Language) -> Result<Readme, TextError> {
    let text = |id, arguments: &[_]| state.views.texts().plain(language, id, arguments);
    let site = Argument::Text(state.exports.site.as_str().into());
    Ok(Readme {
        text: text(text_id("export-readme"), &[("site", site)])?,
        photos_missing: text(text_id("export-readme-missing"), &[])?,
    })
}
