use crate::{
    domain::{ApiRight, Application, ApplicationId},
    settings::{
        fault::Violation,
        loader::{MergedLayers, Section},
        secrets::api_key_sha256,
    },
};

/// The most characters of a name.
const MAX_NAME: usize = 64;

/// `apps.<id>.*`: the operator's applications, in the order of their ids.
pub(in crate::settings) fn read_apps(layers: &MergedLayers<'_>) -> Option<Vec<Application>> {
    layers.named_sections("apps", read_app)
}

fn read_app(id: &str, section: Section<'_>) -> Option<Application> {
    let parsed = ApplicationId::parse(id).map_err(|error| {
        let hint = format!("write {}", error.expected);
        section.name_fault(Violation::not_accepted(id, hint));
    });
    let name = section.optional_text("name", app_name);
    let api = section.has("api").then(|| section.list("api", right));
    let api = api.unwrap_or_else(|| Some(Vec::new()));
    let api_key_sha256 = section.optional_text("api_key_sha256", api_key_sha256);
    let id = parsed.ok()?;
    Some(Application {
        name: name?.unwrap_or_else(|| id.to_string()),
        api: api?.into(),
        api_key_sha256: api_key_sha256?,
        id,
    })
}

fn app_name(text: &str) -> Result<String, Violation> {
    let name = text.trim();
    if name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        let hint = format!("write at most {MAX_NAME} characters on one line");
        return Err(Violation::not_accepted(text, hint));
    }
    Ok(name.to_owned())
}

fn right(text: &str) -> Result<ApiRight, Violation> {
    ApiRight::parse(text).map_err(|error| Violation::not_accepted(text, format!("write {}", error.expected)))
}
