//! What became of an erasure, for whoever has its receipt. Nobody needs to be signed in, and no page names the fan.

use actix_multipart::Multipart;
use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Query},
};
use futures_util::StreamExt;
use serde::Deserialize;

use super::MeState;
use crate::{
    domain::{NextPath, Timestamp, routes},
    http::{
        error::AppError,
        extract::Language,
        responses::{page as respond, see_other},
    },
    services::me::{ReceiptReport, ReceiptState, Receipts},
    views::{ReceiptFile, ReceiptPage, links},
};

/// Bytes of a receipt at most.
const MAX_BYTES: usize = 8 * 1024;

/// What the address says.
#[derive(Deserialize)]
pub(super) struct Asked {
    receipt: Option<String>,
}

/// `GET /receipt?receipt=`: what became of the erasure with this number or code.
pub(super) async fn page(
    request: HttpRequest,
    asked: Query<Asked>,
    state: Data<MeState>,
) -> Result<HttpResponse, AppError> {
    let given = asked.receipt.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let report = match given {
        Some(text) => state.me.receipts.look_up(text).await?,
        None => None,
    };
    let page = match report {
        Some(report) => shown(&report, &state),
        None => ReceiptPage::ask(given.is_some()),
    };
    respond(&state.views, &request, &page)
}

fn shown(report: &ReceiptReport, state: &MeState) -> ReceiptPage {
    let day = |moment: Timestamp| state.time_zone.day_of(moment).to_string();
    let page = ReceiptPage::of(&report.receipt.to_string(), &day(report.requested_at), report.came_back);
    let page = match report.state {
        ReceiptState::GoingOn => page.going_on(),
        ReceiptState::Finished { at } => page.finished(&day(at)),
        ReceiptState::Lost => page.lost(),
    };
    match &report.code {
        Some(code) => page.with_file(code),
        None => page,
    }
}

/// `POST /receipt`: reads a file that the fan has kept.
pub(super) async fn read_file(mut form: Multipart) -> Result<HttpResponse, AppError> {
    let mut text = Vec::new();
    while let Some(part) = form.next().await {
        let mut part = part.map_err(|_| AppError::BadRequest)?;
        while let Some(chunk) = part.next().await {
            let chunk = chunk.map_err(|_| AppError::BadRequest)?;
            if text.len().saturating_add(chunk.len()) > MAX_BYTES {
                return Err(AppError::BodyTooLarge);
            }
            text.extend_from_slice(&chunk);
        }
        // What stands in two parts is no word.
        text.push(b'\n');
    }
    let text = String::from_utf8_lossy(&text);
    let code = Receipts::code_in(&text).filter(|code| code.bytes().all(is_plain));
    // The page says that it is none.
    Ok(see_other(&links::receipt(code.unwrap_or("-"))))
}

/// Whether a letter of a code goes into an address as it is.
fn is_plain(letter: u8) -> bool {
    letter.is_ascii_alphanumeric() || b"-_.".contains(&letter)
}

/// `GET /receipt/file?receipt=`: the receipt as a file, for whoever has its code.
pub(super) async fn file(
    asked: Query<Asked>,
    Language(language): Language,
    state: Data<MeState>,
) -> Result<HttpResponse, AppError> {
    let given = asked.receipt.as_deref().unwrap_or_default();
    let report = state.me.receipts.look_up(given).await?.ok_or(AppError::NotFound)?;
    let code = report.code.ok_or(AppError::NotFound)?;
    let number = report.receipt.to_string();
    let file = ReceiptFile {
        number: &number,
        requested_at: &report.requested_at.to_rfc3339(),
        code: &code,
        url: &state.login.site.url_of(routes::RECEIPT, &NextPath::root()),
    };
    let text = file.render(state.views.texts(), language)?;
    let name = format!("attachment; filename=\"receipt-{number}.txt\"");
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(text))
}
