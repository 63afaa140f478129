//! The groups of one listener, and how a request finds its own.

use std::collections::{BTreeMap, HashMap};

use actix_web::http::Method;

use super::RoutePolicy;

/// The methods of a route, as the header `Allow` lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Methods(&'static str);

impl Methods {
    /// For what is only read. Load balancers and link previews use HEAD.
    pub const GET_AND_HEAD: Self = Self("GET, HEAD");
    /// For a GET with effects.
    pub const GET: Self = Self("GET");
    /// For a form.
    pub const POST: Self = Self("POST");
    /// For what is only removed.
    pub const DELETE: Self = Self("DELETE");
    /// For an endpoint that takes its parameters either way.
    pub const GET_AND_POST: Self = Self("GET, POST");

    /// For a page whose own form sends a file to it.
    pub const GET_HEAD_AND_POST: Self = Self("GET, HEAD, POST");

    /// The value of `Allow`.
    pub const fn allow(self) -> &'static str {
        self.0
    }

    /// Whether the route takes this method.
    pub fn contains(self, method: &Method) -> bool {
        self.0.split(", ").any(|listed| listed == method.as_str())
    }
}

/// Routes with the same policy.
#[derive(Debug, Clone, Copy)]
pub struct RouteGroup {
    /// What they have in common.
    pub policy: RoutePolicy,
    /// The pattern of each, and its methods. A method that is not listed never reaches a handler.
    pub routes: &'static [(&'static str, Methods)],
}

/// The policies of one listener. `P` is the policy, or what a middleware has made of it.
#[derive(Debug, Clone)]
pub struct PolicyTable<P = RoutePolicy> {
    groups: Vec<P>,
    routes: HashMap<String, (usize, Methods)>,
    unknown: P,
}

/// The policy of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoutePolicyMatch<'a, P = RoutePolicy> {
    /// The policy of its group, or the default one.
    pub policy: &'a P,
    /// The methods of its route. `None` if there is no such route.
    pub methods: Option<Methods>,
}

impl PolicyTable {
    /// The policies of `groups`. What belongs to none of them has the policy `unknown`.
    pub fn new(groups: &[RouteGroup], unknown: RoutePolicy) -> Self {
        let mut table = Self {
            groups: Vec::new(),
            routes: HashMap::new(),
            unknown,
        };
        for group in groups {
            let routes = group.routes.iter();
            table.add(
                group.policy,
                routes.map(|(path, methods)| ((*path).to_owned(), *methods)),
            );
        }
        table
    }

    /// Adds a group whose routes come from the settings.
    pub fn add(&mut self, policy: RoutePolicy, routes: impl IntoIterator<Item = (String, Methods)>) {
        let group = self.groups.len();
        self.groups.push(policy);
        let routes = routes.into_iter().map(|(path, methods)| (path, (group, methods)));
        self.routes.extend(routes);
    }

    /// Makes routes unknown that are not served.
    pub fn remove(&mut self, routes: &[&str]) {
        self.routes.retain(|route, _| !routes.contains(&route.as_str()));
    }
}

impl<P> PolicyTable<P> {
    /// The same table with something made of each policy, once for each group.
    ///
    /// # Errors
    /// The first error of `make`.
    pub fn try_map<Q, E>(self, make: impl Fn(P) -> Result<Q, E>) -> Result<PolicyTable<Q>, E> {
        Ok(PolicyTable {
            groups: self.groups.into_iter().map(&make).collect::<Result<_, _>>()?,
            routes: self.routes,
            unknown: make(self.unknown)?,
        })
    }

    /// The policy of the route with this pattern.
    pub fn of(&self, pattern: Option<&str>) -> RoutePolicyMatch<'_, P> {
        let route = pattern.and_then(|pattern| self.routes.get(pattern));
        let known = route.and_then(|(group, methods)| Some((self.groups.get(*group)?, *methods)));
        match known {
            Some((policy, methods)) => RoutePolicyMatch {
                policy,
                methods: Some(methods),
            },
            None => RoutePolicyMatch {
                policy: &self.unknown,
                methods: None,
            },
        }
    }

    /// Every route with its methods, in order.
    pub fn routes(&self) -> BTreeMap<&str, Methods> {
        let routes = self.routes.iter();
        routes.map(|(path, (_, methods))| (path.as_str(), *methods)).collect()
    }
}
