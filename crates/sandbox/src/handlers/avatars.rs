//! The fans' pictures, drawn here so that pages show them without the internet.

use actix_web::{HttpResponse, http::header, web};

use crate::platform::Platform;

/// Sizes that a picture's URL may end in; 0 is the largest.
const SIZES: [&str; 5] = ["0", "46", "64", "96", "132"];

/// `/mmopen/vi_32/{avatar}/{size}`.
pub async fn show(path: web::Path<(String, String)>, platform: web::Data<Platform>) -> HttpResponse {
    let (avatar, size) = path.into_inner();
    let fan = platform
        .fans
        .find_by_avatar(&avatar)
        .filter(|_| SIZES.contains(&size.as_str()));
    let Some(fan) = fan else {
        return HttpResponse::NotFound().finish();
    };
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "image/svg+xml"))
        .insert_header((header::CACHE_CONTROL, "max-age=86400"))
        .body(draw(
            &fan.nickname,
            &fan.openid,
            if size == "0" { "640" } else { &size },
        ))
}

/// The first letter of the nickname on a colour that follows from the openid.
fn draw(nickname: &str, openid: &str, size: &str) -> String {
    let hue = openid.bytes().map(u32::from).sum::<u32>() * 47 % 360;
    let letter = match nickname
        .chars()
        .find(|letter| letter.is_alphanumeric() || *letter > '\u{2000}')
    {
        Some(letter) => letter.to_uppercase().to_string(),
        None => "?".to_owned(),
    };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{size}\" height=\"{size}\" viewBox=\"0 0 132 132\">\
         <rect width=\"132\" height=\"132\" fill=\"hsl({hue},52%,46%)\"/>\
         <text x=\"66\" y=\"70\" fill=\"#fff\" font-family=\"system-ui,sans-serif\" font-size=\"68\" text-anchor=\"middle\" \
         dominant-baseline=\"middle\">{letter}</text></svg>"
    )
}
