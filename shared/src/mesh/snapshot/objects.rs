//! Services and Endpoints, exported and mirrored, by the few fields that are judged.

use super::Key;
use crate::mesh::names;
use crate::terms::{Labels, OwnerReference, Owners};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A port of a Service; prints as `5432/TCP`, as kubectl does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Port {
    /// Its name; empty when it has none.
    pub name: String,
    /// Its number.
    pub port: u16,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: String,
    /// What is spoken on it, where that is declared.
    #[serde(rename = "appProtocol", skip_serializing_if = "String::is_empty")]
    pub app_protocol: String,
}

impl std::fmt::Display for Port {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}/{}", self.port, self.protocol)
    }
}

/// A Service, exported or mirrored.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ServiceSeen {
    /// Its uid.
    pub uid: String,
    /// Its `resourceVersion`.
    pub version: String,
    /// Its labels.
    pub labels: Labels,
    /// Its annotations.
    pub annotations: Labels,
    /// Who owns which of its labels.
    pub owners: Owners,
    /// When it was made, as the API writes times; empty where it does not say.
    pub created: String,
    /// The object whose controller makes it, if one does.
    pub controller: Option<OwnerReference>,
    /// Its ports.
    pub ports: Vec<Port>,
    /// For each of its ports the one of its pods, by number or by the name that they give it; none of a mirror.
    pub targets: Vec<(u16, String)>,
    /// The labels of its pods; empty when somebody else writes its endpoints.
    pub selector: Labels,
    /// Whether it is no more than a name for something outside (`ExternalName`).
    pub is_external: bool,
    /// Whether it has no address of its own.
    pub is_headless: bool,
    /// Whether it leads who asks to pods of the same node alone.
    pub is_local: bool,
}

impl ServiceSeen {
    /// Whether the service mirror made it for this target: its label and its version annotation say so.
    pub fn is_mirror_from(&self, target_cluster_name: &str) -> bool {
        is_labelled_for(&self.labels, target_cluster_name)
            && self.annotations.contains_key(names::REMOTE_VERSION)
    }

    /// Whether it was written as a mirror for this target, and has lost labels since: the annotations stay that no foreign Service has.
    pub fn is_stripped_for(&self, target_cluster_name: &str) -> bool {
        let target = self.labels.get(names::CLUSTER_NAME);
        target.is_none_or(|said| said == target_cluster_name)
            && !is_labelled_for(&self.labels, target_cluster_name)
            && self.annotations.contains_key(names::REMOTE_VERSION)
    }

    /// Whether it mirrors just this Service: two pairs of a name and a suffix can give the same mirror name.
    pub fn mirrors(&self, exported: &Key) -> bool {
        let prefix = format!("{}.{}.svc.", exported.name, exported.namespace);
        self.annotations.get(names::REMOTE_NAME).is_some_and(|name| name.starts_with(&prefix))
    }

    /// Whether it is a mirror for a flat network.
    pub fn is_flat(&self) -> bool {
        self.labels.contains_key(names::REMOTE_DISCOVERY)
    }

    /// Whether the service mirror made it, and for no cluster alone: a federated Service.
    pub fn is_federated(&self) -> bool {
        is_made(&self.labels)
            && !self.labels.contains_key(names::CLUSTER_NAME)
            && self.remote_version().is_none()
    }

    /// The remote members of a federated Service, as `NAME@CLUSTER`. The list stays, empty, when the last one leaves.
    pub fn remote_members(&self) -> impl Iterator<Item = &str> {
        let listed = self.annotations.get(names::REMOTE_DISCOVERY).map_or("", String::as_str);
        listed.split(',').map(str::trim).filter(|member| !member.is_empty())
    }

    /// The member of a federated Service in its own cluster.
    pub fn local_member(&self) -> Option<&str> {
        self.annotations.get(names::LOCAL_DISCOVERY).map(String::as_str).filter(|member| !member.is_empty())
    }

    /// The version of the exported Service that a mirror was written from.
    pub fn remote_version(&self) -> Option<&str> {
        self.annotations.get(names::REMOTE_VERSION).map(String::as_str)
    }
}

/// An Endpoints object; the service mirror reads and writes these, not slices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndpointsSeen {
    /// Its `resourceVersion`.
    pub version: String,
    /// Its labels.
    pub labels: Labels,
    /// How many addresses are ready.
    pub ready: usize,
    /// How many are not: in a mirror, all of them once its gateway has died.
    pub not_ready: usize,
    /// All of them.
    pub addresses: BTreeSet<String>,
    /// The host names of pods that have some, and whether they are ready.
    pub hostnames: BTreeMap<String, bool>,
    /// Its ports, name and number.
    pub ports: BTreeSet<(String, u16)>,
    /// Whom a proxy expects there, where that is a gateway.
    pub identity: Option<String>,
    /// As what a gateway is asked for it, where that is not the Service that it is called after; empty where nobody says so.
    pub named: Option<String>,
    /// When the pods behind it last changed, as the API writes times; empty where Kubernetes did not write them.
    pub changed: String,
    /// When anybody last wrote it, likewise: a pod that goes leaves no other time behind.
    pub written: String,
}

/// An `EndpointSlice` of a mirror, as far as it says something else than the Endpoints that it was made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SliceSeen {
    /// Its name.
    pub name: String,
    /// Whom a proxy expects there.
    pub identity: Option<String>,
    /// All its addresses.
    pub addresses: BTreeSet<String>,
    /// Whether some of them are ready.
    pub is_ready: bool,
    /// When anybody last wrote it, as the API writes times.
    pub written: String,
}

impl EndpointsSeen {
    /// Whether the service mirror made it for this target: its labels say so.
    pub fn is_made_for(&self, target_cluster_name: &str) -> bool {
        is_labelled_for(&self.labels, target_cluster_name)
    }
}

fn is_labelled_for(labels: &Labels, target_cluster_name: &str) -> bool {
    is_made(labels) && labels.get(names::CLUSTER_NAME).is_some_and(|value| value == target_cluster_name)
}

fn is_made(labels: &Labels) -> bool {
    labels.get(names::MIRRORED_SERVICE).is_some_and(|value| value == "true")
}

/// A label or an annotation of a Service that looks as if it asked for a mirror.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// The Service.
    pub service: Key,
    /// The key of the label or annotation.
    pub field: String,
    /// Its value, as JSON where it is no text.
    pub value: String,
    /// Whether it is a label.
    pub is_label: bool,
    /// Whether its value is a text, as API servers want it.
    pub is_text: bool,
}
