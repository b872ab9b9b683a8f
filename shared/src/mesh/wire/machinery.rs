//! Deployments and Leases of the multicluster extension, and the settings of Linkerd, as they come over the wire.

use super::Metadata;
use super::pods::{Container, PodSpec};
use crate::cluster::{pem, yaml};
use crate::mesh::machinery::{Deployment, Lease, Refused, Settings};
use crate::terms::Labels;
use serde::Deserialize;
use serde_json::Value;

/// A Deployment.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::mesh) struct WireDeployment {
    metadata: Metadata,
    spec: DeploymentSpec,
    status: DeploymentStatus,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct DeploymentSpec {
    replicas: Option<u32>,
    template: Template,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Template {
    metadata: Metadata,
    spec: PodSpec,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct DeploymentStatus {
    available_replicas: Option<u32>,
    conditions: Option<Vec<Value>>,
}

impl DeploymentStatus {
    /// What keeps pods from being made, such as the security of their namespace.
    fn trouble(&self) -> String {
        let text =
            |one: &Value, field: &str| one.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        let failed = |one: &&Value| text(one, "type") == "ReplicaFailure" && text(one, "status") == "True";
        self.conditions.iter().flatten().find(failed).map(|one| text(one, "message")).unwrap_or_default()
    }

    /// Since when it has served, or not; `None` before a controller has looked at it.
    fn turned(&self) -> Option<String> {
        let is_of_service = |one: &&Value| one.get("type").and_then(Value::as_str) == Some("Available");
        let found = self.conditions.iter().flatten().find(is_of_service)?;
        found.get("lastTransitionTime").and_then(Value::as_str).map(str::to_owned)
    }
}

impl WireDeployment {
    /// The same where pod security bars what sets up the network of its pods.
    pub(in crate::mesh) fn refused(self) -> Option<Refused> {
        let message = self.status.trouble();
        let is_it = message.contains("violates PodSecurity") && message.contains("linkerd-init");
        let (own, labels) = (self.metadata, self.spec.template.metadata.labels.unwrap_or_default());
        is_it.then_some(Refused { namespace: own.namespace, name: own.name, labels, message })
    }
}

impl From<WireDeployment> for Deployment {
    fn from(deployment: WireDeployment) -> Self {
        let containers = deployment.spec.template.spec.containers.unwrap_or_default();
        Self {
            version: containers.iter().find_map(Container::version).unwrap_or_default().to_owned(),
            name: deployment.metadata.name,
            labels: deployment.metadata.labels.unwrap_or_default(),
            arguments: containers.into_iter().flat_map(|one| one.args.unwrap_or_default()).collect(),
            wanted: deployment.spec.replicas.unwrap_or(1),
            trouble: deployment.status.trouble(),
            turned: deployment.status.turned().unwrap_or_default(),
            available: deployment.status.available_replicas.unwrap_or_default(),
        }
    }
}

/// A Lease.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::mesh) struct WireLease {
    metadata: Metadata,
    spec: LeaseSpec,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct LeaseSpec {
    holder_identity: Option<String>,
    lease_duration_seconds: Option<i64>,
    renew_time: Option<jiff::Timestamp>,
}

impl WireLease {
    /// The Lease as of a moment.
    pub(in crate::mesh) fn at(self, now: jiff::Timestamp) -> Lease {
        let age = |renewed: jiff::Timestamp| now.duration_since(renewed).as_secs();
        Lease {
            name: self.metadata.name,
            holder: self.spec.holder_identity.unwrap_or_default(),
            duration: self.spec.lease_duration_seconds.unwrap_or_default(),
            age: self.spec.renew_time.map(age),
            behind: None,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Values {
    #[serde(deserialize_with = "yaml::text")]
    cluster_domain: Option<String>,
    #[serde(deserialize_with = "yaml::text")]
    identity_trust_domain: Option<String>,
    cni_enabled: bool,
    #[serde(rename = "disableIPv6", deserialize_with = "yaml::text")]
    disable_ipv6: Option<String>,
    #[serde(deserialize_with = "yaml::text")]
    enable_endpoint_slices: Option<String>,
    #[serde(deserialize_with = "yaml::text")]
    linkerd_version: Option<String>,
    #[serde(rename = "identityTrustAnchorsPEM")]
    anchors: Option<String>,
    #[serde(deserialize_with = "yaml::text")]
    cluster_networks: Option<String>,
    proxy: Proxy,
    policy_controller: PolicyController,
    proxy_init: ProxyInit,
    identity: Identity,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ProxyInit {
    #[serde(deserialize_with = "yaml::text")]
    ignore_inbound_ports: Option<String>,
    #[serde(deserialize_with = "yaml::text")]
    ignore_outbound_ports: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Identity {
    #[serde(rename = "externalCA")]
    is_external: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Proxy {
    #[serde(deserialize_with = "yaml::text")]
    opaque_ports: Option<String>,
    #[serde(deserialize_with = "yaml::text")]
    default_inbound_policy: Option<String>,
    #[serde(deserialize_with = "yaml::text")]
    outbound_transport_mode: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PolicyController {
    probe_networks: Option<Vec<String>>,
}

/// The `values` of linkerd-config.
///
/// # Errors
/// They are no map in YAML.
pub(in crate::mesh) fn settings(data: Option<&Labels>) -> Result<Settings, ()> {
    let Some(values) = data.and_then(|data| data.get("values")) else { return Ok(Settings::default()) };
    let values: Values = yaml::read(values)?;
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    Ok(Settings {
        cluster_domain: given(values.cluster_domain),
        trust_domain: given(values.identity_trust_domain),
        opaque_ports: given(values.proxy.opaque_ports),
        inbound_policy: given(values.proxy.default_inbound_policy),
        transport: given(values.proxy.outbound_transport_mode),
        version: given(values.linkerd_version),
        probe_argument: None,
        probe_networks: values.policy_controller.probe_networks.filter(|ranges| !ranges.is_empty()),
        // Where others bring the anchors, those of the chart are not used.
        anchors: if values.identity.is_external {
            Vec::new()
        } else {
            pem::certificates(values.anchors.as_deref().unwrap_or_default())
        },
        networks: given(values.cluster_networks)
            .map(|ranges| ranges.split(',').map(|range| range.trim().to_owned()).collect()),
        is_cni: values.cni_enabled,
        skipped_in: given(values.proxy_init.ignore_inbound_ports),
        skipped_out: given(values.proxy_init.ignore_outbound_ports),
        is_by_endpoints: values.enable_endpoint_slices.as_deref() == Some("false"),
        is_ipv6: values.disable_ipv6.as_deref() == Some("false"),
    })
}

#[cfg(test)]
mod tests;
