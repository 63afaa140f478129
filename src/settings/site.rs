use url::Url;

/// `site.*`: what the pages say about the account.
#[derive(Debug, Clone)]
pub struct SiteSettings {
    /// The account's name.
    pub name: String,
    /// The privacy policy.
    pub privacy_url: Option<Url>,
    /// How fans reach the operator.
    pub contact: Option<String>,
}
