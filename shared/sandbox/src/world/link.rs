//! A Link and all that belongs to it: in the exporter an account with the rights that a service mirror has there, in
//! the importer its credentials and the Link itself.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use super::LinkSpec;
use super::build::until;
use crate::failure::{Failure, in_place_of};
use crate::object::text;
use crate::{Running, Sandbox};

const NAMESPACE: &str = "linkerd-multicluster";
const ACCOUNT: &str = "linkerd-service-mirror-remote-access-default";
const RBAC: &str = "rbac.authorization.k8s.io";
const DEFINITION: &str = include_str!("../../worlds/link-definition.yaml");

/// Makes the Link in its importer.
pub(super) async fn make(sandbox: &Sandbox, link: &LinkSpec) -> Result<(), Failure> {
    let names: Vec<_> = sandbox.clusters().iter().map(Running::name).collect();
    let find = |name: &str| {
        let words = format!("links: there is no cluster {name:?}");
        sandbox.cluster(name).ok_or_else(|| Failure::new(words, in_place_of(name, &names)))
    };
    let (importer, exporter) = (find(&link.importer)?, find(&link.exporter)?);
    let token = account(exporter).await?;
    let definition: Value =
        serde_saphyr::from_str(DEFINITION).map_err(|error| Failure::new(error.to_string(), "report this"))?;
    let name = &link.exporter;
    ensure(importer, &definition)?;
    ensure(importer, &namespace())?;
    ensure(importer, &credentials(exporter, &token))?;
    ensure(importer, &probe(name))?;
    let mut spec = usual(name);
    spec.extend(link.spec.clone());
    let metadata = json!({"name": name, "namespace": NAMESPACE});
    let version = "multicluster.linkerd.io/v1alpha3";
    ensure(importer, &json!({"apiVersion": version, "kind": "Link", "metadata": metadata, "spec": spec}))
}

fn ensure(cluster: &Running, object: &Value) -> Result<(), Failure> {
    cluster.ensure(object).map_err(|failure| failure.at(cluster.name()))
}

fn namespace() -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
}

/// The exporter's account for service mirrors, and its token.
async fn account(exporter: &Running) -> Result<String, Failure> {
    let (version, named) = (format!("{RBAC}/v1"), json!({"name": ACCOUNT}));
    let here = json!({"name": ACCOUNT, "namespace": NAMESPACE});
    let rules = json!([
        {"apiGroups": [""], "resources": ["services", "endpoints", "pods"], "verbs": ["list", "get", "watch"]},
        {"apiGroups": [""], "resources": ["events"], "verbs": ["create", "patch"]},
    ]);
    let annotations = json!({"kubernetes.io/service-account.name": ACCOUNT});
    let secret = format!("{ACCOUNT}-token");
    let objects = [
        namespace(),
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": here}),
        json!({"apiVersion": version, "kind": "ClusterRole", "metadata": named, "rules": rules}),
        json!({"apiVersion": version, "kind": "ClusterRoleBinding", "metadata": named,
               "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": ACCOUNT},
               "subjects": [{"kind": "ServiceAccount", "name": ACCOUNT, "namespace": NAMESPACE}]}),
        json!({"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/service-account-token",
               "metadata": {"name": secret, "namespace": NAMESPACE, "annotations": annotations}}),
    ];
    for object in &objects {
        ensure(exporter, object)?;
    }
    let token = until("the token of the service mirror", || {
        let secret = exporter.read("secrets", NAMESPACE, &secret)?;
        let bytes = STANDARD.decode(text(&secret, "/data/token")).ok().filter(|bytes| !bytes.is_empty())?;
        String::from_utf8(bytes).ok()
    });
    token.await
}

fn credentials(exporter: &Running, token: &str) -> Value {
    let file = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "remote",
        "clusters": [{"name": "remote", "cluster": exporter.cluster_entry()}],
        "contexts": [{"name": "remote", "context": {"cluster": "remote", "user": ACCOUNT}}],
        "users": [{"name": ACCOUNT, "user": {"token": token}}],
    });
    let name = format!("cluster-credentials-{}", exporter.name());
    json!({
        "apiVersion": "v1", "kind": "Secret", "type": "mirror.linkerd.io/remote-kubeconfig",
        "metadata": {"name": name, "namespace": NAMESPACE}, "stringData": {"kubeconfig": file.to_string()},
    })
}

/// An installation brings this Service; the controller writes its Endpoints.
fn probe(link: &str) -> Value {
    let labels =
        json!({"mirror.linkerd.io/cluster-name": link, "mirror.linkerd.io/mirrored-gateway": "true"});
    let metadata = json!({"name": format!("probe-{link}"), "namespace": NAMESPACE, "labels": labels});
    json!({"apiVersion": "v1", "kind": "Service", "metadata": metadata,
           "spec": {"ports": [{"name": "mc-probe", "port": 4191, "protocol": "TCP"}]}})
}

/// What `linkerd multicluster link` writes. The address is one of the documentation's range: nobody calls it.
fn usual(exporter: &str) -> Map<String, Value> {
    let identity = "linkerd-gateway.linkerd-multicluster.serviceaccount.identity.linkerd.cluster.local";
    let spec = json!({
        "targetClusterName": exporter, "targetClusterDomain": "cluster.local",
        "targetClusterLinkerdNamespace": "linkerd",
        "clusterCredentialsSecret": format!("cluster-credentials-{exporter}"),
        "gatewayAddress": "203.0.113.10", "gatewayPort": "4143", "gatewayIdentity": identity,
        "probeSpec": {"path": "/ready", "port": "4191", "period": "3s", "timeout": "30s", "failureThreshold": "3"},
        "selector": {"matchLabels": {"mirror.linkerd.io/exported": "true"}},
        "remoteDiscoverySelector": {"matchLabels": {"mirror.linkerd.io/exported": "remote-discovery"}},
        "federatedServiceSelector": {"matchLabels": {"mirror.linkerd.io/federated": "member"}},
    });
    spec.as_object().cloned().unwrap_or_default()
}
