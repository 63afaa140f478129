//! The operator's applications at the internal API: whose a key is, and what its owner may do.

pub mod callers;
pub mod fan_directory;
pub mod pairwise;
pub mod relay_tokens;

use std::{fmt, sync::Arc};

use crate::{
    domain::{ApiKeyDigest, ApiRight, Application, ApplicationId, Malformed, OPS, RelayPath},
    settings::ApiKeys,
};

/// The applications of one account, and their keys. Clones share them.
#[derive(Debug, Clone)]
pub struct Apps(Arc<[Entry]>);

#[derive(Debug)]
struct Entry {
    key: ApiKeyDigest,
    caller: Caller,
}

/// Who calls the internal API.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The owner of the key.
    pub name: CallerName,
    rights: Arc<[ApiRight]>,
}

/// The owner of a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CallerName {
    /// The operator, with `OPS_API_KEY`.
    Ops,
    /// An application.
    App(ApplicationId),
}

impl Apps {
    /// The owners of `keys`. An application without a key cannot call.
    pub fn new(applications: &[Application], keys: &ApiKeys) -> Self {
        let ops = keys.ops.iter().map(|key| Entry {
            key: key.clone(),
            caller: Caller {
                name: CallerName::Ops,
                rights: Arc::default(),
            },
        });
        let apps = applications.iter().filter_map(|app| {
            let caller = Caller {
                name: CallerName::App(app.id.clone()),
                rights: Arc::clone(&app.api),
            };
            let key = keys.apps.get(&app.id)?.clone();
            Some(Entry { key, caller })
        });
        Self(ops.chain(apps).collect())
    }

    /// The owner of a key. Compares it with every key, so that the time tells nothing.
    /// A text that is shorter than any key is nobody's.
    pub fn by_key(&self, key: &str) -> Option<&Caller> {
        if key.len() < ApiKeyDigest::MIN_KEY {
            return None;
        }
        let digest = ApiKeyDigest::of(key);
        let mut found = None;
        for entry in &*self.0 {
            if digest.matches(&entry.key) {
                found = Some(entry);
            }
        }
        found.map(|entry: &Entry| &entry.caller)
    }

    /// The owner of a key who says that they are `name`: the id of an application, or `ops`.
    pub fn by_name_and_key(&self, name: &str, key: &str) -> Option<&Caller> {
        self.by_key(key).filter(|caller| caller.name.as_str() == name)
    }

    /// The caller of this name and the digest of their key.
    pub fn by_name(&self, name: &CallerName) -> Option<(&Caller, &ApiKeyDigest)> {
        let found = self.0.iter().find(|entry| entry.caller.name == *name);
        found.map(|entry| (&entry.caller, &entry.key))
    }
}

impl Caller {
    /// Whether they have this right.
    pub fn may(&self, right: &ApiRight) -> bool {
        self.name == CallerName::Ops || self.rights.contains(right)
    }

    /// The right to call this path of the platform, as a text for metrics and logs; `None` if they have none.
    pub fn relay_right(&self, path: &str) -> Option<RelayRight<'_>> {
        if self.name == CallerName::Ops {
            return Some(RelayRight::All);
        }
        let paths = self.rights.iter().filter_map(|right| match right {
            ApiRight::Relay(path) => Some(path),
            _ => None,
        });
        let mut paths = paths.filter(|right| right.permits(path));
        paths.next().map(RelayRight::Path)
    }
}

/// A right to call the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelayRight<'a> {
    /// The operator's: every path that the relay passes on.
    All,
    /// An application's.
    Path(&'a RelayPath),
}

impl fmt::Display for RelayRight<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => formatter.write_str("*"),
            Self::Path(path) => path.fmt(formatter),
        }
    }
}

impl CallerName {
    /// Reads a name.
    ///
    /// # Errors
    /// [`Malformed`] if nobody can be called so.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        match text {
            OPS => Ok(Self::Ops),
            id => ApplicationId::parse(id).map(Self::App),
        }
    }

    /// The application; none for the operator.
    pub const fn app(&self) -> Option<&ApplicationId> {
        match self {
            Self::Ops => None,
            Self::App(id) => Some(id),
        }
    }

    /// `ops`, or the id of the application.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Ops => OPS,
            Self::App(id) => id.as_str(),
        }
    }
}

impl fmt::Display for CallerName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made up.
    const OPS_KEY: &str = "the operator's key, which nobody else has";
    const SHOP_KEY: &str = "the shop's key, which nobody else has";

    fn apps() -> Apps {
        let application = |id, api: &[&str]| Application {
            id: ApplicationId::parse(id).unwrap(),
            name: id.to_owned(),
            hosts: [].into(),
            jssdk: false,
            url: None,
            api: api.iter().map(|text| ApiRight::parse(text).unwrap()).collect(),
            api_key_sha256: None,
        };
        let shop = application("shop", &["fans", "relay:/cgi-bin/menu/*", "relay:/cgi-bin/menu/create"]);
        let keyless = application("keyless", &["fans"]);
        let empty = application("empty", &["access-token"]);
        let keys = ApiKeys {
            ops: Some(ApiKeyDigest::of(OPS_KEY)),
            apps: [
                (shop.id.clone(), ApiKeyDigest::of(SHOP_KEY)),
                (empty.id.clone(), ApiKeyDigest::of("")),
            ]
            .into(),
        };
        Apps::new(&[keyless, shop, empty], &keys)
    }

    #[test]
    fn a_key_has_one_owner_and_an_unknown_one_has_none() {
        let apps = apps();
        let owner = |key| apps.by_key(key).map(|caller| caller.name.as_str().to_owned());
        assert_eq!(owner(OPS_KEY).as_deref(), Some("ops"));
        assert_eq!(owner(SHOP_KEY).as_deref(), Some("shop"));
        assert_eq!(owner("the shop's key, which nobody else has "), None);
        assert_eq!(owner(""), None, "a digest of nothing lets nobody in");
        assert!(apps.by_name_and_key("shop", SHOP_KEY).is_some());
        for (name, key) in [
            ("ops", SHOP_KEY),
            ("shop", OPS_KEY),
            ("keyless", ""),
            ("empty", ""),
            ("", SHOP_KEY),
        ] {
            assert!(apps.by_name_and_key(name, key).is_none(), "{name}");
        }
    }

    #[test]
    fn an_app_has_its_rights_and_the_operator_has_all() {
        let apps = apps();
        let shop = apps.by_key(SHOP_KEY).unwrap();
        assert!(shop.may(&ApiRight::Fans) && !shop.may(&ApiRight::AccessToken));
        let right = |path| shop.relay_right(path).map(|right| right.to_string());
        assert_eq!(right("/cgi-bin/menu/get").as_deref(), Some("/cgi-bin/menu/*"));
        assert_eq!(right("/cgi-bin/menu/create").as_deref(), Some("/cgi-bin/menu/create"));
        assert_eq!(right("/cgi-bin/menu/delete"), None);
        let ops = apps.by_key(OPS_KEY).unwrap();
        assert!(ops.may(&ApiRight::AccessToken));
        assert_eq!(ops.relay_right("/cgi-bin/menu/delete"), Some(RelayRight::All));
    }
}
