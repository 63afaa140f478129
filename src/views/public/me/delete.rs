use serde::Serialize;

use crate::{
    domain::routes,
    views::{Page, public::pages::visible_nickname},
};

/// Asks a fan who wants all deleted once more, and names what goes.
#[derive(Debug, Serialize)]
pub struct DeletePage<'a> {
    nickname: Option<&'a str>,
    photos: Option<u32>,
    delete_href: &'static str,
    back_href: &'static str,
}

impl<'a> DeletePage<'a> {
    /// `photos`: how many there are; none where fans have none.
    pub fn new(nickname: &'a str, photos: Option<u32>) -> Self {
        Self {
            nickname: visible_nickname(nickname),
            photos,
            delete_href: routes::ME_DELETE,
            back_href: routes::ME,
        }
    }
}

impl Page for DeletePage<'_> {
    const TEMPLATE: &'static str = "public/me/delete.html";
}
