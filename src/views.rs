//! The pages that a fan sees: one typed context struct per page, rendered by Tera from templates inside the binary.
//!
//! No page carries an inline script or style, so that a strict Content-Security-Policy can hold:
//! `script-src 'self'; style-src 'self'; img-src 'self' data: https:; form-action 'self'`. WeUI draws its icons from
//! `data:` images.

mod assets;
mod error;
pub mod links;
mod public;
mod renderer;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use serde::Serialize;

pub use assets::{Asset, Assets};
pub use error::{ErrorPage, Failure, Retry};
pub use public::{
    login::{DeclinedPage, OutsideWechatPage, SignedOutPage, SnapshotPage, WelcomePage},
    pages::IndexPage,
};
pub use renderer::Views;

/// A page: what its template may use, and which template that is.
pub trait Page: Serialize {
    /// The template's path below `templates/`.
    const TEMPLATE: &'static str;
}

/// What every page may say about the account, from `site.*`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Site {
    /// The account's name.
    pub name: String,
    /// Where the privacy policy is.
    pub privacy_url: Option<String>,
    /// How fans reach the operator.
    pub contact: Option<String>,
}

/// Why a page could not be made. Each of these is a fault of ours.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// A template does not parse, or names what is not there.
    #[error("the templates are faulty")]
    Templates(#[source] tera::Error),
    /// A template of a page, or a file that the pages need, is not in the binary.
    #[error("{0} is not in the binary")]
    Missing(&'static str),
    /// A page could not be rendered.
    #[error("{template} could not be rendered")]
    Render {
        /// Its path below `templates/`.
        template: &'static str,
        /// What Tera says.
        #[source]
        source: tera::Error,
    },
    /// A URL does not fit into a QR code.
    #[error("the URL does not fit into a QR code")]
    QrCode(#[source] qrcode::types::QrError),
}
