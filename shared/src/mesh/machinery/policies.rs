//! Linkerd's policies for what comes in: which ports they are about, and whom they let in.

mod admission;

pub use admission::{Admission, Caller, Range, Routes, ranged};

use super::Pod;
use crate::terms::{LabelSelector, Labels};

/// The policies of some namespaces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policies {
    /// These namespaces; all where there are none.
    pub namespaces: Vec<String>,
    /// The Servers.
    pub servers: Vec<Server>,
    /// The AuthorizationPolicies.
    pub authorizations: Vec<Authorization>,
    /// The MeshTLSAuthentications.
    pub identities: Vec<Identities>,
    /// The NetworkAuthentications.
    pub networks: Vec<Networks>,
    /// The older ServerAuthorizations.
    pub older: Vec<Older>,
}

/// A Server: a port of some pods.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Server {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its labels.
    pub labels: Labels,
    /// The pods; `None` when it is about workloads outside of the cluster.
    pub pods: Option<LabelSelector>,
    /// The port, by number or by the name that containers give it.
    pub port: String,
    /// The protocol that its proxy takes for granted; empty where it looks.
    pub protocol: String,
    /// What is let in when no policy admits it; `deny` or empty for nothing.
    pub access: String,
}

/// Kind, namespace and name of an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reference {
    /// Its kind.
    pub kind: String,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

impl std::fmt::Display for Reference {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} {}/{}", self.kind, self.namespace, self.name)
    }
}

/// An AuthorizationPolicy: all that it requires, for one target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Authorization {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// A Server, a route or a namespace.
    pub target: Reference,
    /// Everything that a client has to be.
    pub required: Vec<Reference>,
}

/// A MeshTLSAuthentication: one of these identities or accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identities {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Identities, `*` or `*.suffix`.
    pub identities: Vec<String>,
    /// ServiceAccounts and namespaces of this cluster.
    pub accounts: Vec<Reference>,
}

/// A NetworkAuthentication: one of these ranges.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Each range of addresses, and what is taken out of it.
    pub ranges: Vec<(String, Vec<String>)>,
}

/// A ServerAuthorization.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Older {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The Server by its name, or empty.
    pub server: String,
    /// Servers by their labels.
    pub servers: Option<LabelSelector>,
    /// Whether everybody is let in, or everybody who is meshed.
    pub is_open: bool,
    /// Identities, as in a MeshTLSAuthentication.
    pub identities: Vec<String>,
    /// ServiceAccounts of this cluster.
    pub accounts: Vec<Reference>,
    /// The ranges of addresses that it is about besides, and what is taken out of each; all where there are none.
    pub ranges: Vec<(String, Vec<String>)>,
}

impl Server {
    /// Whether it is about a port of a pod.
    pub fn selects(&self, pod: &Pod, port: u16) -> bool {
        let is_port = self.port.parse() == Ok(port)
            || pod.ports.iter().any(|(name, number)| *name == self.port && *number == port);
        let is_pod = self.pods.as_ref().is_some_and(|pods| pods.holds(&pod.labels));
        self.namespace == pod.namespace && is_pod && is_port
    }
}

impl Policies {
    /// The Servers that are about a port of a pod.
    pub fn servers_of(&self, pod: &Pod, port: u16) -> Vec<&Server> {
        self.servers.iter().filter(|server| server.selects(pod, port)).collect()
    }
}
