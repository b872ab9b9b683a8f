//! What the accounts of an installation may do, and the policies of its gateway, as Linkerd's chart has them: manifests for
//! any cluster.

use serde_json::{Value, json};

use super::machinery::GATEWAY;
use super::remote::NAMESPACE;

const RBAC: &str = "rbac.authorization.k8s.io";
const POLICY: &str = "policy.linkerd.io";

/// A role and who has it, in a namespace or everywhere.
fn granted(namespace: Option<&str>, name: &str, account: &str, rules: &Value) -> [Value; 2] {
    let (version, kind) = (format!("{RBAC}/v1"), if namespace.is_some() { "Role" } else { "ClusterRole" });
    let metadata = match namespace {
        Some(namespace) => json!({"name": name, "namespace": namespace}),
        None => json!({"name": name}),
    };
    [
        json!({"apiVersion": version, "kind": kind, "metadata": metadata, "rules": rules}),
        json!({"apiVersion": version, "kind": format!("{kind}Binding"), "metadata": metadata,
               "roleRef": {"apiGroup": RBAC, "kind": kind, "name": name},
               "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": NAMESPACE}]}),
    ]
}

fn rule(group: &str, resources: &[&str], verbs: &[&str]) -> Value {
    json!({"apiGroups": [group], "resources": resources, "verbs": verbs})
}

/// A rule about one object.
fn only(resource: &str, name: &str, verbs: &[&str]) -> Value {
    json!({"apiGroups": [""], "resources": [resource], "resourceNames": [name], "verbs": verbs})
}

/// What the account for Links may do in an exporter, everywhere.
pub fn remote(account: &str) -> [Value; 2] {
    let read = ["list", "get", "watch"];
    let settings = only("configmaps", "linkerd-config", &["get"]);
    let rules = json!([
        rule("apps", &["replicasets"], &read),
        rule("batch", &["jobs"], &read),
        rule("", &["pods", "endpoints", "services"], &read),
        rule("discovery.k8s.io", &["endpointslices"], &read),
        rule(POLICY, &["servers"], &read),
        settings,
        rule("", &["events"], &["create", "patch"]),
    ]);
    granted(None, account, account, &rules)
}

/// What the controller of a Link may do in its importer: make mirrors everywhere, and read its Link and credentials.
pub fn controller(link: &str) -> Vec<Value> {
    let account = format!("controller-{link}");
    let read = ["list", "get", "watch"];
    let local = json!([
        rule("", &["endpoints", "services"], &["list", "get", "watch", "create", "delete", "update"]),
        rule("", &["namespaces"], &["list", "get", "watch", "create"]),
    ]);
    let credentials = only("secrets", &format!("cluster-credentials-{link}"), &read);
    let beside = json!([
        credentials,
        rule("multicluster.linkerd.io", &["links"], &read),
        rule("multicluster.linkerd.io", &["links/status"], &["update", "patch"]),
        rule("coordination.k8s.io", &["leases"], &["create", "get", "update", "patch"]),
    ]);
    let everywhere = granted(None, &format!("linkerd-multicluster-{account}"), &account, &local);
    let here = granted(Some(NAMESPACE), &format!("{account}-credentials"), &account, &beside);
    everywhere.into_iter().chain(here).collect()
}

/// The policies of a gateway: whoever is meshed gets through, and only the kubelet's probes reach its proxy's own port.
pub fn policies() -> Vec<Value> {
    let object = |kind: &str, name: &str, spec: Value| {
        let version = if kind == "Server" { "v1beta3" } else { "v1alpha1" };
        json!({"apiVersion": format!("{POLICY}/{version}"), "kind": kind,
               "metadata": {"name": name, "namespace": NAMESPACE}, "spec": spec})
    };
    let server = |name: &str, labels: Value, port: &str| {
        object("Server", name, json!({"podSelector": {"matchLabels": labels}, "port": port}))
    };
    let refer = |kind: &str, name: &str| json!({"group": POLICY, "kind": kind, "name": name});
    let policy = |server: &str, required: Value| {
        let spec = json!({"targetRef": refer("Server", server), "requiredAuthenticationRefs": required});
        object("AuthorizationPolicy", server, spec)
    };
    let networks = json!({"networks": [{"cidr": "0.0.0.0/0"}, {"cidr": "::/0"}]});
    let prometheus = json!([{"kind": "ServiceAccount", "name": "prometheus", "namespace": "linkerd-viz"}]);
    let meshed = json!([
        refer("MeshTLSAuthentication", "any-meshed"),
        refer("NetworkAuthentication", "source-cluster")
    ]);
    vec![
        server(GATEWAY, json!({"app": GATEWAY}), "linkerd-proxy"),
        server("linkerd-admin", json!({"linkerd.io/extension": "multicluster"}), "linkerd-admin"),
        object("MeshTLSAuthentication", "any-meshed", json!({"identities": ["*"]})),
        object("NetworkAuthentication", "source-cluster", networks),
        policy(GATEWAY, meshed),
        policy("linkerd-admin", prometheus),
    ]
}
