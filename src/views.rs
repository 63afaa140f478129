//! The pages that a fan sees: one typed context struct per page, rendered by Tera from templates inside the binary.
//!
//! No page contains an inline script or style, so that a strict Content-Security-Policy is possible:
//! `script-src 'self'; style-src 'self'; img-src 'self' data: https:; form-action 'self'`. WeUI draws its icons from
//! `data:` images.

mod assets;
mod brand;
mod error;
pub mod links;
mod page_script;
mod public;
pub mod qr_code;
mod renderer;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod text_functions;

use serde::Serialize;

use crate::{
    domain::Language,
    settings::{Colours, Logo, PoliceFiling},
    texts::TextError,
};

pub use assets::{Asset, Assets};
pub use error::{ErrorPage, Failure, Retry, failure_texts};
pub use page_script::{PageScript, SdkOrigins, StableFile};
pub use public::{
    login::{DeclinedPage, OutsideWechatPage, SignedOutPage, SnapshotPage, WelcomePage},
    me::{DeletePage, KeptOfFan, MePage, ReceiptFile, ReceiptPage},
    pages::{AppLink, IndexPage, NoLoginPage},
    photos::{PhotosNotice, PhotosPage, ShownPhoto},
};
pub use renderer::Views;

/// A page: the values for its template, and the template's path.
pub trait Page: Serialize {
    /// The template's path below `templates/`.
    const TEMPLATE: &'static str;
}

/// How a page is shown to one visitor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RenderContext {
    /// The language of its texts.
    pub language: Language,
    /// The link to the same page in the other language, relative to its URL. None where the page cannot be loaded again.
    pub other_language_href: Option<String>,
}

/// The account's data that every page may show, from `site.*`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Site {
    /// The account's name.
    pub name: String,
    /// The URL of the privacy policy.
    pub privacy_url: Option<String>,
    /// How fans reach the operator.
    pub contact: Option<String>,
    /// The number of the ICP filing.
    pub icp: Option<String>,
    /// The filing at the police.
    pub police: Option<PoliceFiling>,
    /// The logo, which the pages link to.
    #[serde(skip)]
    pub logo: Option<Logo>,
    /// Own colours, in a style sheet that the pages link to.
    #[serde(skip)]
    pub colours: Colours,
}

/// Why a page could not be rendered. Each of these is a fault of fanpass.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// A template does not parse, or uses a missing template.
    #[error("the templates are faulty")]
    Templates(#[source] tera::Error),
    /// The texts are faulty.
    #[error("the texts are faulty")]
    Texts(#[from] TextError),
    /// A template of a page, or a file that the pages need, is not in the binary.
    #[error("{0} is not in the binary")]
    Missing(&'static str),
    /// A page could not be rendered.
    #[error("{template} could not be rendered")]
    Render {
        /// The template's path below `templates/`.
        template: &'static str,
        /// Tera's error.
        #[source]
        source: tera::Error,
    },
    /// A URL does not fit into a QR code.
    #[error("the URL does not fit into a QR code")]
    QrCode(#[source] qrcode::types::QrError),
    /// A picture could not be written.
    #[error("the picture could not be written")]
    Picture(#[source] image::ImageError),
}
