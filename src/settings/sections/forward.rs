use std::collections::BTreeSet;

use url::{Host, Url};

use crate::{
    domain::{
        AddressReach, Application, ApplicationId, FAN_ERASED, ForwardFilter, ForwardFormat, ForwardName, ForwardTarget,
        routes,
    },
    settings::{
        fault::{ForwardViolation, Violation},
        loader::{MergedLayers, Section},
        url_rules::web_url,
    },
};

/// The keys of the list, as its name in the files.
const LIST: &str = "push.forward";

/// The longest name of a message or an event, in bytes. The platform's longest has 31.
const MAX_FILTER_NAME: usize = 64;

/// `[[push.forward]]`: the systems that pushes are passed on to, in the order of the file.
pub(in crate::settings) fn read_forward(layers: &MergedLayers<'_>) -> Option<Vec<ForwardTarget>> {
    layers.section("push").tables("forward", LIST, read_target)
}

fn read_target(section: Section<'_>) -> Option<ForwardTarget> {
    let name = section.text("name", |text| {
        ForwardName::parse(text).map_err(|error| Violation::not_accepted(text, format!("write {}", error.expected)))
    });
    let is_private = optional_flag(section, "private");
    let url = section.text("url", |text| target_url(text, is_private.unwrap_or_default()));
    let messages = optional_list(section, "messages");
    let events = optional_list(section, "events");
    let answers = optional_flag(section, "answers");
    let format = section.optional_text("format", format);
    let app = section.optional_text("app", |text| {
        ApplicationId::parse(text).map_err(|error| Violation::not_accepted(text, format!("write {}", error.expected)))
    });
    let filter = ForwardFilter::new(messages?, events?);
    let target = ForwardTarget {
        name: name?,
        url: url?,
        answers: answers?,
        format: format?.unwrap_or(ForwardFormat::Json),
        is_private: is_private?,
        app: app?,
        filter,
    };
    check_use(section, &target).then_some(target)
}

/// Reports what makes no sense together in one target.
fn check_use(section: Section<'_>, target: &ForwardTarget) -> bool {
    let filter = &target.filter;
    let fault = match () {
        () if !filter.wants_pushes() && !filter.wants_erasures() => Some(("messages", ForwardViolation::WantsNothing)),
        () if target.answers && !filter.wants_pushes() => Some(("answers", ForwardViolation::NothingToAnswer)),
        () if target.app.is_some() && !filter.wants_erasures() => Some(("app", ForwardViolation::NoErasures)),
        () if target.app.is_some() && target.format == ForwardFormat::WeChat => {
            Some(("app", ForwardViolation::EnvelopeNamesOpenId))
        }
        () => None,
    };
    let is_right = fault.is_none();
    if let Some((key, violation)) = fault {
        section.fault(key, violation);
    }
    is_right
}

fn optional_flag(section: Section<'_>, key: &'static str) -> Option<bool> {
    let is_set = section.has(key);
    if is_set { section.flag(key) } else { Some(false) }
}

/// The outer `None` is a fault.
fn optional_list(section: Section<'_>, key: &'static str) -> Option<Option<Vec<String>>> {
    let is_set = section.has(key);
    if is_set {
        section.list(key, filter_name).map(Some)
    } else {
        Some(None)
    }
}

fn filter_name(text: &str) -> Result<String, Violation> {
    let is_right = |letter: u8| letter.is_ascii_alphanumeric() || b"_.-".contains(&letter);
    let has_form = !text.is_empty() && text.len() <= MAX_FILTER_NAME && text.bytes().all(is_right);
    if text == "*" || has_form {
        return Ok(text.to_owned());
    }
    let hint = format!("write names of the platform as in `text` or `subscribe`, `*` for all, or `{FAN_ERASED}`");
    Err(Violation::not_accepted(text, hint))
}

fn format(text: &str) -> Result<ForwardFormat, Violation> {
    match text {
        "json" => Ok(ForwardFormat::Json),
        "wechat" => Ok(ForwardFormat::WeChat),
        other => Err(Violation::not_accepted(other, "write \"json\" or \"wechat\"")),
    }
}

/// A URL that may be called. What its name resolves to is judged at each call.
fn target_url(text: &str, is_private: bool) -> Result<Url, Violation> {
    let url = web_url(text)?;
    if url.fragment().is_some() {
        return Err(ForwardViolation::Fragment.into());
    }
    if url.scheme() == "http" && !is_private {
        return Err(ForwardViolation::Unprotected.into());
    }
    let ip = match url.host() {
        Some(Host::Ipv4(ip)) => Some(ip.into()),
        Some(Host::Ipv6(ip)) => Some(ip.into()),
        Some(Host::Domain(_)) | None => None,
    };
    match ip.map(AddressReach::of) {
        Some(AddressReach::Never) => Err(ForwardViolation::NeverCalled.into()),
        Some(AddressReach::Private) if !is_private => Err(ForwardViolation::PrivateAddress.into()),
        _ => Ok(url),
    }
}

/// Reports targets that do not fit together, or not to the rest of the settings.
pub(in crate::settings) fn check_forward(
    layers: &MergedLayers<'_>,
    targets: &[ForwardTarget],
    apps: Option<&[Application]>,
    public_url: Option<&Url>,
) {
    let section = layers.section("push");
    let mut names = BTreeSet::new();
    for target in targets {
        let name = target.name.to_string();
        let is_known = |app: &ApplicationId| apps.is_none_or(|apps| apps.iter().any(|known| known.id == *app));
        if !names.insert(name.clone()) {
            section.fault("forward", ForwardViolation::SameName { name: name.clone() });
        }
        if let Some(app) = target.app.as_ref().filter(|app| !is_known(app)) {
            let app = app.to_string();
            section.fault(
                "forward",
                ForwardViolation::UnknownApp {
                    name: name.clone(),
                    app,
                },
            );
        }
        if public_url.is_some_and(|own| is_own_page(own, &target.url)) {
            section.fault("forward", ForwardViolation::OwnPage { name });
        }
    }
    let mut answering = targets.iter().filter(|target| target.answers);
    if let (Some(first), Some(second)) = (answering.next(), answering.next()) {
        let (first, second) = (first.name.to_string(), second.name.to_string());
        section.fault("forward", ForwardViolation::TwoAnswer { first, second });
    }
}

/// Whether a URL is one of this site's own pages: a push would come back as a push, and so on.
fn is_own_page(own: &Url, url: &Url) -> bool {
    let segment = url
        .path_segments()
        .and_then(|mut segments| segments.next())
        .unwrap_or_default();
    own.origin() == url.origin() && (segment.is_empty() || routes::first_segments().any(|route| route == segment))
}
