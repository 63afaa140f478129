mod colours;
mod filing;
mod logo;

use std::path::Path;

use url::Url;

pub use self::{colours::Colours, filing::PoliceFiling, logo::Logo};

use crate::{
    domain::TimeZone,
    settings::{fault::Violation, loader::Section, url_rules::web_url},
};

/// `site.*`: what the pages say about the account.
#[derive(Debug, Clone)]
pub struct SiteSettings {
    /// The account's name, 1 to 64 characters.
    pub name: String,
    /// The privacy policy. `None`: the registration prompt links none.
    pub privacy_url: Option<Url>,
    /// How fans reach the operator. `None`: the pages name no contact.
    pub contact: Option<String>,
    /// Where a day begins for the counts of a day.
    pub time_zone: TimeZone,
    /// The number of the ICP filing (ICP备案), for the footer of every page.
    pub icp: Option<String>,
    /// The filing at the police (公安备案), for the footer of every page.
    pub police: Option<PoliceFiling>,
    /// The logo at the head of every page.
    pub logo: Option<Logo>,
    /// The operator's own colours.
    pub colours: Colours,
}

impl SiteSettings {
    pub(in crate::settings) fn read(section: Section<'_>, directory: &Path) -> Option<Self> {
        let name = section.text("name", |text| line(text, 64));
        let privacy_url = section.optional_text("privacy_url", web_url);
        let contact = section.optional_text("contact", |text| line(text, 200));
        let time_zone = section.text("time_zone", time_zone);
        let icp = section.optional_text("icp", filing::icp);
        let police = section.optional_text("police", filing::police);
        let logo = section.optional_text("logo", |file| Logo::read(directory, file));
        let colours = Colours::read(section);
        Some(Self {
            name: name?,
            privacy_url: privacy_url?,
            contact: contact?,
            time_zone: time_zone?,
            icp: icp?,
            police: police?,
            logo: logo?,
            colours: colours?,
        })
    }
}

/// One line of text for a page.
fn line(text: &str, longest: usize) -> Result<String, Violation> {
    let line = text.trim();
    if line.is_empty() || line.chars().count() > longest || line.chars().any(char::is_control) {
        let hint = format!("write one line of 1 to {longest} characters");
        return Err(Violation::not_accepted(text, hint));
    }
    Ok(line.to_owned())
}

fn time_zone(name: &str) -> Result<TimeZone, Violation> {
    let hint = "write a name of the IANA database, as in Asia/Shanghai or UTC";
    TimeZone::parse(name.trim()).map_err(|_| Violation::not_accepted(name, hint))
}
