//! The pages that a fan sees: one typed context struct per page, rendered by Tera from templates inside the binary.
//!
//! No page carries an inline script or style, so that a strict Content-Security-Policy can hold:
//! `script-src 'self'; style-src 'self'; img-src 'self' data: https:; form-action 'self'`. WeUI draws its icons from
//! `data:` images.

mod assets;
mod declined;
mod error;
mod index;
pub mod links;
mod outside_wechat;
mod qr;
mod signed_out;
mod snapshot;
#[cfg(test)]
mod testing;
mod welcome;

use rust_embed::RustEmbed;
use serde::Serialize;
use tera::{Context, Tera};

pub use assets::{Asset, Assets};
pub use declined::DeclinedPage;
pub use error::{ErrorPage, Failure, Retry};
pub use index::IndexPage;
pub use outside_wechat::OutsideWechatPage;
pub use signed_out::SignedOutPage;
pub use snapshot::SnapshotPage;
pub use welcome::WelcomePage;

/// A page: what its template may use, and which template that is.
pub trait Page: Serialize {
    /// The template's file name under `templates/`.
    const TEMPLATE: &'static str;
}

/// What every page may say about the account, from `site.*`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Site {
    /// The account's name.
    pub name: String,
    /// The address of the privacy policy.
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
        /// The template's file name.
        template: &'static str,
        /// What Tera says.
        #[source]
        source: tera::Error,
    },
    /// An address does not fit into a QR code.
    #[error("the address does not fit into a QR code")]
    QrCode(#[source] qrcode::types::QrError),
}

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Templates;

/// The addresses of the files that the frame of every page links to. They are put together from names of ours and hashes:
/// the templates need not escape them.
#[derive(Serialize)]
struct FrameAssets {
    weui_css: &'static str,
    app_css: &'static str,
    app_js: &'static str,
    icon: &'static str,
}

impl FrameAssets {
    fn find() -> Result<Self, ViewError> {
        let url = |name| Assets::url(name).ok_or(ViewError::Missing(name));
        Ok(Self {
            weui_css: url("vendor/weui/weui.min.css")?,
            app_css: url("app.css")?,
            app_js: url("app.js")?,
            icon: url("icon.svg")?,
        })
    }
}

/// Renders the pages of one site. Made once; parsing is done then.
#[derive(Debug)]
pub struct Views {
    tera: Tera,
}

impl Views {
    /// Parses every template and checks that each page has its own.
    ///
    /// # Errors
    /// If a template or an asset is missing or faulty.
    pub fn new(site: &Site) -> Result<Self, ViewError> {
        let mut tera = Tera::new();
        tera.autoescape_on([".html"]);
        tera.add_raw_templates(sources()).map_err(ViewError::Templates)?;
        require_templates(&tera)?;
        let common = tera.global_context();
        common.insert("site", site);
        common.insert("assets", &FrameAssets::find()?);
        Ok(Self { tera })
    }

    /// Renders a page to HTML.
    ///
    /// # Errors
    /// If the template uses what the page does not give.
    pub fn render<P: Page>(&self, page: &P) -> Result<String, ViewError> {
        let failed = |source| ViewError::Render {
            template: P::TEMPLATE,
            source,
        };
        let context = Context::from_serialize(page).map_err(failed)?;
        self.tera.render(P::TEMPLATE, &context).map_err(failed)
    }
}

fn sources() -> Vec<(String, String)> {
    Templates::iter()
        .filter_map(|name| {
            let file = Templates::get(&name)?;
            Some((name.into_owned(), String::from_utf8_lossy(&file.data).into_owned()))
        })
        .collect()
}

fn require_templates(tera: &Tera) -> Result<(), ViewError> {
    let names = [
        IndexPage::TEMPLATE,
        WelcomePage::TEMPLATE,
        SignedOutPage::TEMPLATE,
        DeclinedPage::TEMPLATE,
        SnapshotPage::TEMPLATE,
        OutsideWechatPage::TEMPLATE,
        ErrorPage::TEMPLATE,
    ];
    match names.into_iter().find(|name| !tera.contains_template(name)) {
        Some(name) => Err(ViewError::Missing(name)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{Tag, every_page, tags};
    use super::*;

    #[test]
    fn every_page_is_a_whole_chinese_document_with_a_title() {
        for (name, html) in every_page() {
            assert!(html.starts_with("<!DOCTYPE html>"), "{name}");
            assert!(html.contains("<html lang=\"zh-CN\">"), "{name}");
            assert!(html.contains("viewport-fit=cover"), "{name}");
            assert!(
                !html.contains("user-scalable") && !html.contains("maximum-scale"),
                "{name}"
            );
            let title = html
                .split("<title>")
                .nth(1)
                .and_then(|rest| rest.split("</title>").next());
            assert!(title.is_some_and(|title| !title.trim().is_empty()), "{name}");
            assert_eq!(html.matches("<h1").count(), 1, "{name}");
        }
    }

    #[test]
    fn no_page_has_an_inline_script_style_or_event_handler() {
        for (name, html) in every_page() {
            for tag in tags(&html) {
                assert!(is_clean(&tag), "{name}: {tag:?}");
            }
        }
    }

    fn is_clean(tag: &Tag) -> bool {
        let inline_script = tag.name == "script" && tag.attribute("src").is_none_or(str::is_empty);
        let attribute_ok = |(key, value): &(String, String)| {
            key != "style" && !key.starts_with("on") && !value.trim_start().starts_with("javascript:")
        };
        tag.name != "style" && tag.name != "base" && !inline_script && tag.attributes.iter().all(attribute_ok)
    }

    #[test]
    fn the_check_for_inline_code_sees_it() {
        for bad in [
            "<script>x</script>",
            "<style>x</style>",
            "<p style='color:red'>",
            "<img src=x onerror=alert(1)>",
            "<a href=\"javascript:x\">",
        ] {
            assert!(tags(bad).iter().any(|tag| !is_clean(tag)), "{bad}");
        }
    }

    #[test]
    fn every_asset_that_a_page_names_exists() {
        for (name, html) in every_page() {
            let mut seen = 0;
            for tag in tags(&html) {
                for key in ["href", "src"] {
                    let Some(url) = tag.attribute(key) else { continue };
                    if let Some(asset) = url.strip_prefix("/static/") {
                        assert!(Assets::find(asset).is_some(), "{name}: {url}");
                        seen += 1;
                    }
                }
            }
            assert_eq!(seen, 4, "{name}");
        }
    }

    #[test]
    fn a_missing_value_is_an_error_and_not_a_blank() {
        #[derive(Serialize)]
        struct Nothing {}
        impl Page for Nothing {
            const TEMPLATE: &'static str = IndexPage::TEMPLATE;
        }
        let views = Views::new(&testing::site()).unwrap();
        assert!(matches!(views.render(&Nothing {}), Err(ViewError::Render { .. })));
    }
}
