//! What an exporter must have for a Link to work, and what comes with the Link, as manifests for any cluster.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// The account whose token a Link uses.
pub const ACCOUNT: &str = "linkerd-service-mirror-remote-access-default";
/// Where the Links are, and the accounts for them.
pub const NAMESPACE: &str = "linkerd-multicluster";

/// The namespace of all of it.
pub fn namespace() -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
}

/// The account with the rights that a Link's credentials have, and no more, and a Secret for its token.
pub fn access() -> [Value; 4] {
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount",
                         "metadata": {"name": ACCOUNT, "namespace": NAMESPACE}});
    let [role, binding] = super::roles::remote(ACCOUNT);
    [account, role, binding, token(&token_name())]
}

/// The Secret for the account's token.
pub fn token_name() -> String {
    format!("{ACCOUNT}-token")
}

/// A Secret that the exporter fills with a token of the account.
pub fn token(name: &str) -> Value {
    let annotations = json!({"kubernetes.io/service-account.name": ACCOUNT});
    json!({"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/service-account-token",
           "metadata": {"name": name, "namespace": NAMESPACE, "annotations": annotations}})
}

/// A kubeconfig of the exporter that listens here, has this certificate of its authority in PEM, and takes this token.
pub fn kubeconfig(server: &str, authority: &str, token: &str) -> String {
    let cluster = json!({"server": server, "certificate-authority-data": STANDARD.encode(authority)});
    let file = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "remote",
        "clusters": [{"name": "remote", "cluster": cluster}],
        "contexts": [{"name": "remote", "context": {"cluster": "remote", "user": ACCOUNT}}],
        "users": [{"name": ACCOUNT, "user": {"token": token}}],
    });
    file.to_string()
}

/// The Secret with the credentials of a Link: this text under this key.
pub fn credentials(name: &str, key: &str, text: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Secret", "type": "mirror.linkerd.io/remote-kubeconfig",
        "metadata": {"name": name, "namespace": NAMESPACE}, "stringData": {key: text},
    })
}

/// The same credentials for the control plane of the importer, which finds them by their label.
pub fn discovery(target: &str, key: &str, text: &str) -> Value {
    let label = json!({"multicluster.linkerd.io/cluster-name": target});
    let annotations = json!({
        "multicluster.linkerd.io/trust-domain": "cluster.local",
        "multicluster.linkerd.io/cluster-domain": "cluster.local",
    });
    let name = format!("cluster-credentials-{target}");
    json!({
        "apiVersion": "v1", "kind": "Secret", "type": "mirror.linkerd.io/remote-kubeconfig",
        "metadata": {"name": name, "namespace": "linkerd", "labels": label, "annotations": annotations},
        "stringData": {key: text},
    })
}

/// An installation brings this Service; the controller writes its Endpoints.
pub fn probe(link: &str) -> Value {
    let labels =
        json!({"mirror.linkerd.io/cluster-name": link, "mirror.linkerd.io/mirrored-gateway": "true"});
    let metadata = json!({"name": format!("probe-{link}"), "namespace": NAMESPACE, "labels": labels});
    json!({"apiVersion": "v1", "kind": "Service", "metadata": metadata,
           "spec": {"ports": [{"name": "mc-probe", "port": 4191, "protocol": "TCP"}]}})
}
