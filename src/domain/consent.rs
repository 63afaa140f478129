/// The version of the registration prompt's notice. It is stored with each consent: raise it whenever the notice's
/// meaning changes.
pub const CONSENT_VERSION: &str = "2026-11";
