//! Deployments, Leases and Services of the multicluster extension, as they come over the wire.

use super::Metadata;
use super::pods::PodSpec;
use crate::mesh::machinery::{Deployment, GatewayService, Lease, Settings};
use crate::terms::Labels;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use serde::Deserialize;

/// A Service with what a gateway is reached by.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::mesh) struct WireService {
    metadata: Metadata,
    spec: ServiceSpec,
    status: ServiceStatus,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ServiceSpec {
    #[serde(rename = "type")]
    service_type: String,
    ports: Option<Vec<WirePort>>,
    #[serde(rename = "externalIPs")]
    external: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WirePort {
    name: String,
    port: u16,
    node_port: u16,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ServiceStatus {
    load_balancer: LoadBalancer,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct LoadBalancer {
    ingress: Option<Vec<Ingress>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Ingress {
    ip: String,
    hostname: String,
}

impl From<WireService> for GatewayService {
    fn from(service: WireService) -> Self {
        let ports = service.spec.ports.unwrap_or_default();
        let ingress = service.status.load_balancer.ingress.unwrap_or_default();
        Self {
            name: service.metadata.name,
            annotations: service.metadata.annotations.unwrap_or_default(),
            service_type: service.spec.service_type,
            ports: ports.into_iter().map(|port| (port.name, port.port, port.node_port)).collect(),
            ingress: ingress
                .into_iter()
                .map(|one| if one.ip.is_empty() { one.hostname } else { one.ip })
                .chain(service.spec.external.unwrap_or_default())
                .collect(),
        }
    }
}

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
    spec: PodSpec,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct DeploymentStatus {
    available_replicas: Option<u32>,
}

impl From<WireDeployment> for Deployment {
    fn from(deployment: WireDeployment) -> Self {
        let containers = deployment.spec.template.spec.containers.unwrap_or_default();
        Self {
            name: deployment.metadata.name,
            labels: deployment.metadata.labels.unwrap_or_default(),
            arguments: containers.into_iter().flat_map(|one| one.args.unwrap_or_default()).collect(),
            wanted: deployment.spec.replicas.unwrap_or(1),
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
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Values {
    cluster_domain: Option<String>,
    identity_trust_domain: Option<String>,
    cni_enabled: bool,
    proxy: Proxy,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Proxy {
    opaque_ports: Option<String>,
    default_inbound_policy: Option<String>,
}

/// The certificates of `linkerd-identity-trust-roots`, DER. What is none in it is passed over, as proxies do.
pub(in crate::mesh) fn roots(data: Option<&Labels>) -> Vec<Vec<u8>> {
    let bundle = data.and_then(|data| data.get("ca-bundle.crt")).map(String::as_bytes).unwrap_or_default();
    let found = CertificateDer::pem_slice_iter(bundle).filter_map(Result::ok);
    found.map(|certificate| certificate.to_vec()).collect()
}

/// The `values` of linkerd-config.
///
/// # Errors
/// They are no map in YAML.
pub(in crate::mesh) fn settings(data: Option<&Labels>) -> Result<Settings, ()> {
    let Some(values) = data.and_then(|data| data.get("values")) else { return Ok(Settings::default()) };
    let values: Values = serde_saphyr::from_str(values).map_err(|_| ())?;
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    Ok(Settings {
        cluster_domain: given(values.cluster_domain),
        trust_domain: given(values.identity_trust_domain),
        opaque_ports: given(values.proxy.opaque_ports),
        inbound_policy: given(values.proxy.default_inbound_policy),
        is_cni: values.cni_enabled,
    })
}

#[cfg(test)]
mod tests;
