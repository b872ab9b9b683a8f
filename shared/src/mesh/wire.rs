//! The few fields of API objects that this domain reads, as they come over the wire. Only this file knows their
//! spelling; unknown fields are ignored, absent ones have no consequence until somebody judges.

mod clients;
mod endpoints;
mod fences;
mod gateway;
mod machinery;
mod pods;
mod policies;
mod rights;
mod routes;
mod trust;
mod webhooks;

pub(super) use clients::{client, ingress};
pub(super) use endpoints::{Endpoints, Slice};
pub(super) use fences::{CiliumPolicy, WirePolicy};
pub(super) use gateway::WireService;
pub(super) use machinery::{WireDeployment, WireLease, settings};
pub(super) use pods::WirePod;
pub(super) use policies::{AuthorizationSpec, IdentitiesSpec, NetworksSpec, OlderSpec, Policy, ServerSpec};
pub(super) use rights::{WireBinding, WireRole};
pub(super) use routes::WireRoute;
pub(super) use trust::{WireIssuer, roots};
pub(super) use webhooks::WireWebhooks;

use super::names::VIRTUAL;
use super::snapshot::{Key, Port, ServiceSeen};
use crate::cluster::Versioned;
use crate::terms::{Labels, ManagedField, OwnerReference, Owners, Part};
pub(super) use crate::terms::{Mirror, Mirrors};
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Metadata {
    pub(super) name: String,
    pub(super) namespace: String,
    pub(super) uid: String,
    pub(super) resource_version: String,
    pub(super) labels: Option<Labels>,
    pub(super) annotations: Option<Labels>,
    pub(super) managed_fields: Option<Vec<ManagedField>>,
    pub(super) owner_references: Option<Vec<OwnerReference>>,
    pub(super) creation_timestamp: Option<String>,
    pub(super) deletion_timestamp: Option<String>,
}

impl Metadata {
    pub(super) fn key(&self) -> Key {
        Key::new(self.namespace.clone(), self.name.clone())
    }

    /// Its labels; none where Go writes null.
    pub(super) fn labels(&self) -> &Labels {
        static NONE: Labels = Labels::new();
        self.labels.as_ref().unwrap_or(&NONE)
    }

    /// Whether it is of a node that is none.
    pub(super) fn is_virtual_node(&self) -> bool {
        let (key, value) = VIRTUAL;
        self.labels().get(key).is_some_and(|found| found == value)
    }

    /// The latest time at which somebody wrote this part of it. Times of the API are texts of one form, so that they sort.
    pub(super) fn written(&self, part: Part) -> String {
        let fields = self.managed_fields.iter().flatten();
        let of_part = fields.filter(|field| field.owns(part));
        let times = of_part.filter_map(|field| field.time.clone());
        times.chain(self.creation_timestamp.clone()).max().unwrap_or_default()
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Service {
    pub(super) metadata: Metadata,
    spec: ServiceSpec,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct ServiceSpec {
    #[serde(rename = "type")]
    service_type: String,
    #[serde(rename = "clusterIP")]
    cluster_ip: String,
    #[serde(rename = "internalTrafficPolicy")]
    traffic: String,
    selector: Option<Labels>,
    ports: Option<Vec<WirePort>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct WirePort {
    name: String,
    port: u16,
    #[serde(default = "tcp")]
    protocol: String,
    #[serde(rename = "appProtocol")]
    app_protocol: String,
    #[serde(rename = "targetPort")]
    target: Target,
}

/// The protocol of a port that names none.
fn tcp() -> String {
    "TCP".to_owned()
}

/// By number or by name; left out, it is the port itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Target {
    Number(u16),
    Name(String),
}

impl Default for Target {
    fn default() -> Self {
        Self::Number(0)
    }
}

impl Target {
    /// Where a port of a Service leads.
    fn of(&self, port: u16) -> String {
        match self {
            Self::Number(0) => port.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Name(name) => name.clone(),
        }
    }
}

impl WirePort {
    fn target(&self) -> (u16, String) {
        (self.port, self.target.of(self.port))
    }
}

impl Versioned for Service {
    fn version(&self) -> &str {
        &self.metadata.resource_version
    }
}

impl From<Service> for ServiceSeen {
    fn from(service: Service) -> Self {
        let Service { metadata, spec } = service;
        let owners = metadata.owner_references.unwrap_or_default();
        let ports = spec.ports.unwrap_or_default();
        let targets = ports.iter().map(WirePort::target).collect();
        let port = |WirePort { name, port, protocol, app_protocol, target: _ }| Port {
            name,
            port,
            protocol,
            app_protocol,
        };
        Self {
            uid: metadata.uid,
            version: metadata.resource_version,
            created: metadata.creation_timestamp.unwrap_or_default(),
            labels: metadata.labels.unwrap_or_default(),
            annotations: metadata.annotations.unwrap_or_default(),
            owners: Owners::new(metadata.managed_fields.unwrap_or_default()),
            controller: owners.into_iter().find(|owner| owner.controller),
            ports: ports.into_iter().map(port).collect(),
            selector: spec.selector.unwrap_or_default(),
            targets,
            is_external: spec.service_type == "ExternalName",
            is_headless: spec.cluster_ip == "None",
            is_local: spec.traffic == "Local",
        }
    }
}

/// Any object of which only metadata, or an unjudged spec or status, matters.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Plain {
    pub(super) metadata: Metadata,
    pub(super) spec: Value,
    pub(super) status: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ConfigMap {
    pub(super) metadata: Metadata,
    pub(super) data: Option<Labels>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Secret {
    pub(super) metadata: Metadata,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) data: Option<Labels>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nulls_where_go_writes_them_are_empty() {
        let service: Service = serde_json::from_value(serde_json::json!({
            "metadata": {"name": "web", "namespace": "shop", "labels": null, "managedFields": null},
            "spec": {"type": "ExternalName", "ports": null}
        }))
        .unwrap();
        let seen = ServiceSeen::from(service);
        assert_eq!((seen.labels.len(), seen.ports.len(), seen.is_external), (0, 0, true));
    }
}
