//! Links between the clusters of the ground, with credentials that work.

use k8s_openapi::api::core::v1::Secret;
use kube::{
    Api,
    api::{ApiResource, DeleteParams, DynamicObject, ListParams},
    core::GroupVersionKind,
};
use serde_json::{Map, Value, json};

use sandbox::world::machinery::{ADDRESS, IDENTITY, address};

use super::{MESH_NAMESPACE, account, kubeconfig::encoded, machinery, objects};
use crate::{crds, proxy::CountingProxy, real::Ground};

/// The account with which a service mirror reads the exporter.
const REMOTE_ACCESS: &str = "linkerd-service-mirror-remote-access-default";

/// What the credentials Secret of a Link holds.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// A kubeconfig with a static token that the exporter accepts.
    Real,
    /// The same, but with another server: its URL and the PEM of its CA.
    At(String, String),
    /// A kubeconfig with this token.
    Token(String),
    /// This text instead of a kubeconfig.
    Raw(String),
    /// There is no Secret.
    Missing,
}

/// A Link in the making, with the values of the recordings.
#[derive(Debug, Clone)]
pub struct LinkSpec {
    name: Option<String>,
    fields: Map<String, Value>,
    credentials: Credentials,
}

impl Default for LinkSpec {
    fn default() -> Self {
        let fields = json!({
            "targetClusterDomain": "cluster.local",
            "targetClusterLinkerdNamespace": "linkerd",
            "gatewayAddress": ADDRESS,
            "gatewayPort": "4143",
            "gatewayIdentity": IDENTITY,
            "probeSpec": { "path": "/ready", "port": "4191", "period": "3s", "timeout": "30s", "failureThreshold": "3" },
            "selector": { "matchLabels": { "mirror.linkerd.io/exported": "true" } },
            "remoteDiscoverySelector": { "matchLabels": { "mirror.linkerd.io/exported": "remote-discovery" } },
            "federatedServiceSelector": { "matchLabels": { "mirror.linkerd.io/federated": "member" } },
        });
        let fields = fields.as_object().unwrap().clone();
        Self { name: None, fields, credentials: Credentials::Real }
    }
}

impl LinkSpec {
    /// Names the Link; without this it is called like the exporter.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// Sets a field of the spec, such as `gatewayAddress` or `selector`.
    #[must_use]
    pub fn set(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(field.to_owned(), value.into());
        self
    }

    /// Takes a field of the spec away.
    #[must_use]
    pub fn without(mut self, field: &str) -> Self {
        self.fields.remove(field);
        self
    }

    /// Sets what the credentials Secret holds.
    #[must_use]
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = credentials;
        self
    }

    /// Lets the service mirror reach the exporter through a proxy.
    #[must_use]
    pub fn through(self, proxy: &CountingProxy) -> Self {
        self.credentials(Credentials::At(proxy.url(), proxy.ca_pem().to_owned()))
    }
}

/// Makes the Link and all that belongs to it in both clusters.
pub(super) async fn make(ground: &'static Ground, importer: &str, exporter: &str, link: LinkSpec) {
    let (here, there) = (ground.cluster(importer).client().await, ground.cluster(exporter).client().await);
    let namespace =
        json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": MESH_NAMESPACE } });
    objects::apply(&here, "", namespace.clone()).await;
    objects::apply(&there, "", namespace).await;
    // The exporter has the extension, too.
    for client in [&here, &there] {
        crds::ensure(client, &["linkerd/link.yaml"]).await;
    }
    let name = link.name.clone().unwrap_or_else(|| exporter.to_owned());
    machinery::install(ground, importer, exporter, &name).await;
    if let Some(text) = credentials(ground, exporter, &link.credentials).await {
        objects::apply(&here, MESH_NAMESPACE, secret(&name, &text)).await;
    }
    let mut spec = link.fields;
    spec.entry("targetClusterName").or_insert_with(|| exporter.into());
    // Who says nothing else means the gateway of this exporter.
    if let Some(usual) = spec.get_mut("gatewayAddress").filter(|usual| *usual == ADDRESS) {
        *usual = address(exporter).into();
    }
    if let Some(target) = spec
        .get("targetClusterName")
        .and_then(Value::as_str)
        .filter(|name| platform::terms::is_dns_label(name))
    {
        // Who tries mirrors past the gateway tries what the service mirror does, and nobody resolves them here.
        let control = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "linkerd" } });
        objects::apply(&here, "", control).await;
        objects::apply(&here, "linkerd", sandbox::world::remote::discovery(target, "kubeconfig", "none"))
            .await;
    }
    spec.entry("clusterCredentialsSecret").or_insert_with(|| secret_name(&name).into());
    let metadata = json!({ "name": name, "namespace": MESH_NAMESPACE });
    let version = "multicluster.linkerd.io/v1alpha3";
    let object = json!({ "apiVersion": version, "kind": "Link", "metadata": metadata, "spec": spec });
    objects::apply(&here, MESH_NAMESPACE, object).await;
}

pub(super) fn secret_name(link: &str) -> String {
    format!("cluster-credentials-{link}")
}

fn secret(link: &str, kubeconfig: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "mirror.linkerd.io/remote-kubeconfig",
        "metadata": { "name": secret_name(link) },
        "data": { "kubeconfig": encoded(kubeconfig) },
    })
}

async fn credentials(ground: &'static Ground, exporter: &str, wanted: &Credentials) -> Option<String> {
    let cluster = ground.cluster(exporter);
    let (mut server, mut authority) = (cluster.server(), cluster.authority());
    let token = match wanted {
        Credentials::Missing => return None,
        Credentials::Raw(text) => return Some(text.clone()),
        Credentials::Token(token) => token.clone(),
        Credentials::Real => remote_access(ground, exporter).await,
        Credentials::At(url, ca) => {
            (server, authority) = (url.clone(), ca.clone());
            remote_access(ground, exporter).await
        }
    };
    let file = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": REMOTE_ACCESS,
        "clusters": [{ "name": exporter, "cluster": { "server": server, "certificate-authority-data": encoded(&authority) } }],
        "users": [{ "name": REMOTE_ACCESS, "user": { "token": token } }],
        "contexts": [{ "name": REMOTE_ACCESS, "context": { "cluster": exporter, "user": REMOTE_ACCESS } }],
    });
    Some(serde_saphyr::to_string(&file).unwrap())
}

/// Makes the exporter's account for service mirrors, with the rights of the real one, and returns its token.
async fn remote_access(ground: &'static Ground, exporter: &str) -> String {
    let client = ground.cluster(exporter).client().await;
    for object in sandbox::world::roles::remote(REMOTE_ACCESS) {
        objects::apply(&client, "", object).await;
    }
    account::token(&client, MESH_NAMESPACE, REMOTE_ACCESS).await
}

/// Removes every Link of a cluster, whoever made it, and its credentials. Mirrors stay, as they do in reality.
pub(super) async fn remove_all(ground: &'static Ground, cluster: &str) {
    let client = ground.cluster(cluster).client().await;
    let kind = GroupVersionKind::gvk("multicluster.linkerd.io", "v1alpha3", "Link");
    let resource = ApiResource::from_gvk(&kind);
    let links = Api::<DynamicObject>::namespaced_with(client.clone(), MESH_NAMESPACE, &resource);
    let secrets = Api::<Secret>::namespaced(client, MESH_NAMESPACE);
    let (parameters, all) = (DeleteParams::default(), ListParams::default());
    match links.delete_collection(&parameters, &all).await {
        Ok(_) => {}
        Err(kube::Error::Api(status)) if status.code == 404 => {}
        Err(error) => panic!("cannot remove the Links of {cluster}: {error}"),
    }
    let credentials = all.fields("type=mirror.linkerd.io/remote-kubeconfig");
    drop(secrets.delete_collection(&parameters, &credentials).await);
}
