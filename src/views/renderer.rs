use std::sync::Arc;

use rust_embed::RustEmbed;
use serde::Serialize;
use tera::{Context, Tera};

use super::{
    Asset, Assets, DeclinedPage, DeletePage, ErrorPage, IndexPage, MePage, NoLoginPage, OutsideWechatPage, Page,
    PhotosPage, ReceiptPage, RenderContext, SignedOutPage, Site, SnapshotPage, ViewError, WelcomePage, brand::Brand,
    text_functions,
};
use crate::{
    domain::{ConsentVersion, Language, routes},
    texts::Texts,
};

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Templates;

/// The URLs of the files that every page links to. They consist of our own names and hashes, so the templates need not
/// escape them.
#[derive(Serialize)]
struct AssetUrls<'a> {
    weui_css: &'static str,
    app_css: &'static str,
    app_js: &'static str,
    photos_js: &'static str,
    icon: &'static str,
    /// The operator's own, if there are any.
    colours: Option<&'a str>,
    logo: Option<LogoImage<'a>>,
}

#[derive(Serialize)]
struct LogoImage<'a> {
    url: &'a str,
    width: u32,
    height: u32,
}

impl<'a> AssetUrls<'a> {
    fn find(site: &Site, brand: &'a Brand) -> Result<Self, ViewError> {
        let url = |name| Assets::url(name).ok_or(ViewError::Missing(name));
        Ok(Self {
            weui_css: url("vendor/weui/weui.min.css")?,
            app_css: url("app.css")?,
            app_js: url("app.js")?,
            photos_js: url("photos.js")?,
            icon: url("icon.svg")?,
            colours: brand.colours_url(),
            logo: site.logo.as_ref().zip(brand.logo_url()).map(|(logo, url)| LogoImage {
                url,
                width: logo.width,
                height: logo.height,
            }),
        })
    }
}

/// The routes that templates link to without parameters. They need no escaping either.
#[derive(Serialize)]
struct Routes {
    login: &'static str,
    logout: &'static str,
}

/// Renders the pages of one account. Templates and texts are parsed once, when this is made.
#[derive(Debug)]
pub struct Views {
    texts: Arc<Texts>,
    brand: Brand,
    chinese: Tera,
    english: Tera,
}

impl Views {
    /// Parses every template and checks that each page has its own.
    ///
    /// # Errors
    /// If a template or an asset is missing or faulty.
    pub fn new(site: &Site, texts: Texts) -> Result<Self, ViewError> {
        let (texts, brand) = (Arc::new(texts), Brand::new(site.logo.as_ref(), site.colours));
        Ok(Self {
            chinese: templates(site, &brand, &texts, Language::Chinese)?,
            english: templates(site, &brand, &texts, Language::English)?,
            texts,
            brand,
        })
    }

    /// Renders a page to HTML.
    ///
    /// # Errors
    /// If the template uses a value that the page does not have, or a text that does not exist.
    pub fn render<P: Page>(&self, page: &P, shown: &RenderContext) -> Result<String, ViewError> {
        let failed = |source| ViewError::Render {
            template: P::TEMPLATE,
            source,
        };
        let mut context = Context::from_serialize(page).map_err(failed)?;
        context.insert("other_language_href", &shown.other_language_href);
        let tera = match shown.language {
            Language::Chinese => &self.chinese,
            Language::English => &self.english,
        };
        tera.render(P::TEMPLATE, &context).map_err(failed)
    }

    /// The file whose URL is `/static/` followed by `hashed_name`: the operator's own or a built-in one.
    pub fn asset(&self, hashed_name: &str) -> Option<Asset> {
        self.brand.find(hashed_name).or_else(|| Assets::find(hashed_name))
    }

    /// The version of the registration prompt in this language.
    pub fn consent_version(&self, language: Language) -> ConsentVersion {
        self.texts.consent_version(language)
    }

    /// The texts, for what is no page.
    pub fn texts(&self) -> &Texts {
        &self.texts
    }
}

/// The templates in one language, with the values that all pages share.
fn templates(site: &Site, brand: &Brand, texts: &Arc<Texts>, language: Language) -> Result<Tera, ViewError> {
    let mut tera = Tera::new();
    tera.autoescape_on([".html"]);
    text_functions::register(&mut tera, texts, language);
    tera.add_raw_templates(sources()).map_err(ViewError::Templates)?;
    require_templates(&tera)?;
    let common = tera.global_context();
    common.insert("site", site);
    common.insert("assets", &AssetUrls::find(site, brand)?);
    common.insert("language", language.tag());
    common.insert("other_language", language.other().tag());
    common.insert(
        "routes",
        &Routes {
            login: routes::LOGIN,
            logout: routes::LOGOUT,
        },
    );
    Ok(tera)
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
        NoLoginPage::TEMPLATE,
        PhotosPage::TEMPLATE,
        MePage::TEMPLATE,
        DeletePage::TEMPLATE,
        ReceiptPage::TEMPLATE,
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
    use super::*;
    use crate::views::testing;

    #[test]
    fn a_missing_value_is_an_error_and_not_a_blank() {
        #[derive(Serialize)]
        struct Nothing {}
        impl Page for Nothing {
            const TEMPLATE: &'static str = IndexPage::TEMPLATE;
        }
        let views = testing::views(&testing::site());
        let rendered = views.render(&Nothing {}, &RenderContext::default());
        assert!(matches!(rendered, Err(ViewError::Render { .. })));
    }
}
