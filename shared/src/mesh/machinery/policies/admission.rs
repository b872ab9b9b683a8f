//! Whether a Server lets a client in. Where that cannot be told from what was read, it does: nobody is accused of what
//! is not seen.

use super::{Authorization, Identities, Networks, Older, Policies, Reference, Server};
use crate::mesh::network::Cidr;

/// A client, by what is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller<'a> {
    /// An account of this cluster, with its whole identity and the addresses of its pods.
    Known {
        /// Its identity.
        identity: &'a str,
        /// Namespace and name of its account.
        account: (&'a str, &'a str),
        /// The addresses of its pods; empty when they are not known.
        addresses: &'a [String],
    },
    /// Somebody of a trust domain, which may be that of this cluster too.
    Anybody {
        /// The trust domain, where it is known.
        trust: Option<&'a str>,
        /// The trust domain of this cluster, where it is known.
        own_trust: Option<&'a str>,
    },
}

/// Whether a Server lets a client in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// It does, or may.
    Open,
    /// Nothing admits the client.
    Closed,
    /// What would admit the client names something that is not there.
    Dangling(Reference),
}

const ROUTES: [&str; 3] = ["HTTPRoute", "GRPCRoute", "TCPRoute"];

impl Policies {
    /// Whether a Server lets a client in.
    pub fn admission(&self, server: &Server, caller: Caller<'_>) -> Admission {
        if !["", "deny"].contains(&server.access.as_str()) {
            return Admission::Open;
        }
        let mut dangling = None;
        for policy in self.authorizations.iter().filter(|policy| policy.is_about(server)) {
            match self.meets(policy, caller) {
                Admission::Open => return Admission::Open,
                Admission::Dangling(missing) => dangling = Some(missing),
                Admission::Closed => {}
            }
        }
        let is_older = |older: &Older| older.is_about(server) && older.admits(caller);
        match dangling {
            _ if self.older.iter().any(is_older) => Admission::Open,
            Some(missing) => Admission::Dangling(missing),
            None => Admission::Closed,
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

    /// What a policy requires and nobody finds.
    pub fn missing<'a>(&self, policy: &'a Authorization) -> Option<&'a Reference> {
        let anybody = Caller::Anybody { trust: None, own_trust: None };
        policy.required.iter().find(|required| self.is(required, anybody).is_none())
    }

    /// What is required, with whom that lets in where it says so.
    pub fn words(&self, required: &Reference) -> String {
        let is_it = |namespace: &str, name: &str| namespace == required.namespace && name == required.name;
        let found = self.identities.iter().find(|one| is_it(&one.namespace, &one.name));
        match found.filter(|_| required.kind == "MeshTLSAuthentication") {
            Some(found) => format!("{required} (spec.identities: {})", found.identities.join(", ")),
            None => required.to_string(),
        }
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

impl Caller<'_> {
    /// Whether it comes, or may come, from one of these ranges.
    fn is_in(self, ranges: &[(String, Vec<String>)]) -> bool {
        let Self::Known { addresses, .. } = self else { return !ranges.is_empty() };
        // A range that cannot be read lets in, and takes nothing out.
        let covers = |range: &str, address: &str| {
            let length = if address.contains(':') { 128 } else { 32 };
            Some(Cidr::read(range)?.covers(Cidr::read(&format!("{address}/{length}"))?))
        };
        let is_admitted = |address: &String| {
            let is_out = |out: &String| covers(out, address).unwrap_or(false);
            let is_in = |wide: &str| covers(wide, address).unwrap_or(true);
            ranges.iter().any(|(wide, out)| is_in(wide) && !out.iter().any(is_out))
        };
        !ranges.is_empty() && addresses.iter().all(is_admitted)
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

impl Caller<'_> {
    /// Whether an identity of a policy is, or may be, that of the client.
    fn has_identity(self, pattern: &str) -> bool {
        let suffix = pattern.strip_prefix('*');
        // Elsewhere it stands for itself, and no identity has it.
        if suffix.unwrap_or(pattern).contains('*') {
            return false;
        }
        match (self, suffix) {
            (_, Some("")) | (Self::Anybody { trust: None, .. }, _) => true,
            (Self::Known { identity, .. }, Some(suffix)) => identity.ends_with(suffix),
            (Self::Known { identity, .. }, None) => identity == pattern,
            (Self::Anybody { trust: Some(trust), .. }, suffix) => {
                let trust = format!(".{trust}");
                pattern.ends_with(&trust) || suffix.is_some_and(|suffix| trust.ends_with(suffix))
            }
        }
    }

    /// Whether an account of this cluster is, or may be, that of the client: its identity has this cluster's trust domain.
    fn is_account(self, wanted: &Reference) -> bool {
        match self {
            Self::Known { account: (namespace, name), .. } => match wanted.kind.as_str() {
                "Namespace" => wanted.name == namespace,
                _ => wanted.namespace == namespace && wanted.name == name,
            },
            Self::Anybody { trust, own_trust } => {
                trust.zip(own_trust).is_none_or(|(trust, own)| trust == own)
            }
        }
    }
}

#[cfg(test)]
mod tests;
