//! Linkerd's policies, as they come over the wire.

use super::Metadata;
use crate::mesh::machinery::{Authorization, Identities, Networks, Older, Reference, Server};
use crate::terms::LabelSelector;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Any of them: what it is about, and its content.
#[derive(Debug, Default, Deserialize)]
#[serde(default, bound = "S: Default + DeserializeOwned")]
pub(in crate::mesh) struct Policy<S> {
    metadata: Metadata,
    spec: S,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::mesh) struct ServerSpec {
    pod_selector: Option<LabelSelector>,
    port: Port,
    proxy_protocol: String,
    #[serde(default = "closed")]
    access_policy: String,
}

/// What a Server lets in that names nothing.
fn closed() -> String {
    "deny".to_owned()
}

/// By number or by name.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Port {
    Number(u16),
    Name(String),
}

impl Default for Port {
    fn default() -> Self {
        Self::Name(String::new())
    }
}

impl From<Policy<ServerSpec>> for Server {
    fn from(Policy { metadata, spec }: Policy<ServerSpec>) -> Self {
        let port = match spec.port {
            Port::Number(number) => number.to_string(),
            Port::Name(name) => name,
        };
        let protocol = Some(spec.proxy_protocol).filter(|protocol| protocol != "unknown").unwrap_or_default();
        Self {
            namespace: metadata.namespace,
            name: metadata.name,
            labels: metadata.labels.unwrap_or_default(),
            pods: spec.pod_selector,
            access: spec.access_policy,
            port,
            protocol,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Ref {
    kind: String,
    namespace: String,
    name: String,
}

impl Ref {
    /// What names no namespace is beside the policy.
    fn of(self, home: &str) -> Reference {
        let namespace = if self.namespace.is_empty() { home.to_owned() } else { self.namespace };
        Reference { kind: self.kind, namespace, name: self.name }
    }
}

fn all(refs: Option<Vec<Ref>>, home: &str) -> Vec<Reference> {
    refs.unwrap_or_default().into_iter().map(|one| one.of(home)).collect()
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::mesh) struct AuthorizationSpec {
    target_ref: Ref,
    required_authentication_refs: Option<Vec<Ref>>,
}

impl From<Policy<AuthorizationSpec>> for Authorization {
    fn from(Policy { metadata, spec }: Policy<AuthorizationSpec>) -> Self {
        Self {
            target: spec.target_ref.of(&metadata.namespace),
            required: all(spec.required_authentication_refs, &metadata.namespace),
            namespace: metadata.namespace,
            name: metadata.name,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::mesh) struct IdentitiesSpec {
    identities: Option<Vec<String>>,
    identity_refs: Option<Vec<Ref>>,
}

impl From<Policy<IdentitiesSpec>> for Identities {
    fn from(Policy { metadata, spec }: Policy<IdentitiesSpec>) -> Self {
        Self {
            identities: spec.identities.unwrap_or_default(),
            accounts: all(spec.identity_refs, &metadata.namespace),
            namespace: metadata.namespace,
            name: metadata.name,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::mesh) struct NetworksSpec {
    networks: Option<Vec<Range>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Range {
    cidr: String,
    except: Option<Vec<String>>,
}

fn ranges(networks: Option<Vec<Range>>) -> Vec<(String, Vec<String>)> {
    let all = networks.unwrap_or_default().into_iter();
    all.map(|range| (range.cidr, range.except.unwrap_or_default())).collect()
}

impl From<Policy<NetworksSpec>> for Networks {
    fn from(Policy { metadata, spec }: Policy<NetworksSpec>) -> Self {
        Self { ranges: ranges(spec.networks), namespace: metadata.namespace, name: metadata.name }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::mesh) struct OlderSpec {
    server: OlderServer,
    client: Client,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OlderServer {
    name: String,
    selector: Option<LabelSelector>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Client {
    networks: Option<Vec<Range>>,
    unauthenticated: bool,
    #[serde(rename = "meshTLS")]
    mesh_tls: OlderTls,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct OlderTls {
    #[serde(rename = "unauthenticatedTLS")]
    unauthenticated: bool,
    identities: Option<Vec<String>>,
    service_accounts: Option<Vec<Ref>>,
}

impl From<Policy<OlderSpec>> for Older {
    fn from(Policy { metadata, spec: OlderSpec { server, client } }: Policy<OlderSpec>) -> Self {
        Self {
            server: server.name,
            servers: server.selector,
            ranges: ranges(client.networks),
            is_open: client.unauthenticated || client.mesh_tls.unauthenticated,
            identities: client.mesh_tls.identities.unwrap_or_default(),
            accounts: all(client.mesh_tls.service_accounts, &metadata.namespace),
            namespace: metadata.namespace,
            name: metadata.name,
        }
    }
}

#[cfg(test)]
mod tests;
