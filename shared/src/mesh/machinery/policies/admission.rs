//! Whether a Server lets a client in. Where that cannot be told from what was read, it does: nobody is accused of what
//! is not seen.

mod caller;

pub use caller::Caller;

use super::{Authorization, Identities, Networks, Older, Policies, Reference, Server};
use crate::mesh::machinery::Route;
use crate::terms::Kind;

/// Whether a Server lets a client in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// It does, or may.
    Open,
    /// Nothing admits the client.
    Closed,
    /// What would admit the client names something that is not there.
    Dangling(Reference),
    /// What would admit the client is about a route that the Server does not have.
    Elsewhere(Reference),
}

/// A range of addresses, and what is taken out of it.
pub type Range = (String, Vec<String>);

/// It in words.
pub fn ranged((range, out): &Range) -> String {
    if out.is_empty() { range.clone() } else { format!("{range} without {}", out.join(", ")) }
}

/// The routes of some namespaces, where they were looked at.
pub type Routes<'a> = Option<&'a [Route]>;

const ROUTES: [&str; 3] = ["HTTPRoute", "GRPCRoute", "TCPRoute"];

impl Policies {
    /// Whether a Server lets a client in.
    pub fn admission(&self, server: &Server, caller: Caller<'_>, routes: Routes<'_>) -> Admission {
        if !["", "deny"].contains(&server.access.as_str()) {
            return Admission::Open;
        }
        let (mut dangling, mut elsewhere) = (None, None);
        for policy in self.authorizations.iter().filter(|policy| policy.is_about(server)) {
            let is_apart = policy.is_apart(server, routes);
            match self.meets(policy, caller) {
                Admission::Open if is_apart => elsewhere = Some(policy.target.clone()),
                Admission::Open => return Admission::Open,
                Admission::Dangling(missing) if !is_apart => dangling = Some(missing),
                Admission::Dangling(_) | Admission::Elsewhere(_) | Admission::Closed => {}
            }
        }
        let is_older = |older: &Older| older.is_about(server) && older.admits(caller);
        match (dangling, elsewhere) {
            _ if self.older.iter().any(is_older) => Admission::Open,
            (Some(missing), _) => Admission::Dangling(missing),
            (None, Some(route)) => Admission::Elsewhere(route),
            (None, None) => Admission::Closed,
        }
    }

    /// Whether a client is all that a policy requires.
    fn meets(&self, policy: &Authorization, caller: Caller<'_>) -> Admission {
        let met = policy.required.iter().map(|required| self.is(required, caller).ok_or(required));
        match met.collect::<Result<Vec<bool>, _>>() {
            Err(missing) => Admission::Dangling(missing.clone()),
            Ok(met) if !met.contains(&false) => Admission::Open,
            Ok(_) => Admission::Closed,
        }
    }

    /// Whether a client is, or may be, what is required; `None` when nobody says what that is.
    fn is(&self, required: &Reference, caller: Caller<'_>) -> Option<bool> {
        let is_hidden = !self.namespaces.is_empty() && !self.namespaces.contains(&required.namespace);
        if is_hidden && required.kind != "ServiceAccount" {
            return Some(true);
        }
        let is_it = |namespace: &str, name: &str| namespace == required.namespace && name == required.name;
        match required.kind.as_str() {
            "MeshTLSAuthentication" => {
                let found = self.identities.iter().find(|one| is_it(&one.namespace, &one.name))?;
                Some(found.admits(caller))
            }
            "NetworkAuthentication" => {
                let found = self.networks.iter().find(|one| is_it(&one.namespace, &one.name))?;
                Some(found.admits(caller))
            }
            "ServiceAccount" => Some(caller.is_account(required)),
            _ => Some(true),
        }
    }
}

impl Policies {
    /// The policies that are about a Server.
    pub fn authorizations_of<'a>(&'a self, server: &'a Server) -> impl Iterator<Item = &'a Authorization> {
        self.authorizations.iter().filter(|policy| policy.is_about(server))
    }

    /// Whether a client is, or may be, all that a policy requires.
    pub fn admits(&self, policy: &Authorization, caller: Caller<'_>) -> bool {
        self.meets(policy, caller) == Admission::Open
    }

    /// What a policy requires and nobody finds.
    pub fn missing<'a>(&self, policy: &'a Authorization) -> Option<&'a Reference> {
        let anybody = Caller::Anybody { trust: None, own_trust: None, without: None, addresses: &[] };
        policy.required.iter().find(|required| self.is(required, anybody).is_none())
    }

    /// What is required, with whom that lets in where it says so.
    pub fn words(&self, required: &Reference) -> String {
        let is_it = |namespace: &str, name: &str| namespace == required.namespace && name == required.name;
        let found = self.identities.iter().find(|one| is_it(&one.namespace, &one.name));
        match found.filter(|_| required.kind == "MeshTLSAuthentication") {
            Some(found) => format!("{required} (spec.identities: {})", found.identities.join(", ")),
            None if required.kind == "NetworkAuthentication" => {
                let ranges: Vec<String> = self.ranges(required).map(ranged).collect();
                format!("{required} (spec.networks: {})", ranges.join(", "))
            }
            None => required.to_string(),
        }
    }

    /// The ranges that policies about a Server ask for.
    pub fn ranges_of<'a>(&'a self, server: &'a Server) -> impl Iterator<Item = &'a Range> {
        self.authorizations_of(server).flat_map(|policy| self.ranges_by(policy))
    }

    /// The ranges that a policy asks for.
    pub fn ranges_by<'a>(&'a self, policy: &'a Authorization) -> impl Iterator<Item = &'a Range> {
        let required = policy.required.iter().filter(|one| one.kind == "NetworkAuthentication");
        required.flat_map(|one| self.ranges(one))
    }

    fn ranges<'a>(&'a self, required: &Reference) -> impl Iterator<Item = &'a Range> + use<'a> {
        let is_it = |one: &&Networks| one.namespace == required.namespace && one.name == required.name;
        let found = self.networks.iter().find(is_it);
        found.into_iter().flat_map(|one| &one.ranges)
    }
}

impl Authorization {
    /// What is about a route may be about one of the Server, which is not looked at.
    fn is_about(&self, server: &Server) -> bool {
        let is_here = self.namespace == server.namespace;
        is_here
            && match self.target.kind.as_str() {
                "Server" => self.target.name == server.name,
                "Namespace" => self.target.name == server.namespace,
                kind => ROUTES.contains(&kind),
            }
    }
}

impl Authorization {
    /// Whether it is about a route that a Server does not have, if it has any at all: it authorizes nothing there.
    fn is_apart(&self, server: &Server, routes: Routes<'_>) -> bool {
        let Some(routes) = routes.filter(|_| self.target.kind == "HTTPRoute") else { return false };
        let is_servers = |one: &Reference| {
            one.kind == "Server" && one.namespace == server.namespace && one.name == server.name
        };
        let is_it = |route: &&Route| {
            route.kind == Kind::HttpRoute
                && route.namespace == self.target.namespace
                && route.name == self.target.name
        };
        !routes.iter().filter(is_it).any(|route| route.parents.iter().any(is_servers))
    }
}

impl Identities {
    fn admits(&self, caller: Caller<'_>) -> bool {
        self.identities.iter().any(|one| caller.has_identity(one))
            || self.accounts.iter().any(|one| caller.is_account(one))
    }
}

impl Networks {
    fn admits(&self, caller: Caller<'_>) -> bool {
        caller.is_in(&self.ranges)
    }
}

impl Older {
    fn is_about(&self, server: &Server) -> bool {
        let by_label = self.servers.as_ref().is_some_and(|servers| servers.holds(&server.labels));
        self.namespace == server.namespace && (self.server == server.name || by_label)
    }

    fn admits(&self, caller: Caller<'_>) -> bool {
        let is_there = self.ranges.is_empty() || caller.is_in(&self.ranges);
        is_there && self.admits_as(caller)
    }

    fn admits_as(&self, caller: Caller<'_>) -> bool {
        self.is_open
            || self.identities.iter().any(|one| caller.has_identity(one))
            || self.accounts.iter().any(|one| caller.is_account(one))
    }
}

#[cfg(test)]
mod tests;
