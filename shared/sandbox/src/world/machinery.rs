//! What an installation of Linkerd multicluster consists of beside Links: the gateway of an exporter, and a controller
//! for each Link of an importer. Manifests for any cluster; nothing runs in their pods.

use serde_json::{Value, json};

use super::remote::NAMESPACE;

/// The gateway's name: of its Deployment, Service and account.
pub const GATEWAY: &str = "linkerd-gateway";
/// The identity that it has where nobody sets a trust domain.
pub const IDENTITY: &str =
    "linkerd-gateway.linkerd-multicluster.serviceaccount.identity.linkerd.cluster.local";
/// The address that the load balancer of the first exporter gave it: one of the documentation's range, so nobody calls it.
pub const ADDRESS: &str = "203.0.113.10";
/// The cluster that has it in all worlds with names of their own.
const FIRST: &str = "infra";

/// The address of an exporter's gateway, always the same, and each its own: of the range that is kept for benchmarks, which
/// nobody calls either.
pub fn address(exporter: &str) -> String {
    if exporter == FIRST {
        return ADDRESS.to_owned();
    }
    let mixed = exporter.bytes().fold(5381_u32, |mixed, byte| mixed.wrapping_mul(33) ^ u32::from(byte));
    format!("198.18.{}.{}", mixed / 250 % 250, 1 + mixed % 250)
}

/// The gateway of an exporter: its account, its Service and its Deployment.
pub fn gateway(exporter: &str) -> [Value; 3] {
    let annotations = json!({
        "mirror.linkerd.io/gateway-identity": IDENTITY, "mirror.linkerd.io/multicluster-gateway": "true",
        "mirror.linkerd.io/probe-path": "/ready", "mirror.linkerd.io/probe-period": "3",
    });
    let labels = json!({"linkerd.io/extension": "multicluster"});
    let metadata =
        json!({"name": GATEWAY, "namespace": NAMESPACE, "labels": labels, "annotations": annotations});
    let port = |name: &str, port: u16| json!({"name": name, "port": port, "protocol": "TCP"});
    let spec = json!({"type": "LoadBalancer", "selector": {"app": GATEWAY},
        "ports": [port("mc-gateway", 4143), port("mc-probe", 4191)]});
    let status = json!({"loadBalancer": {"ingress": [{"ip": address(exporter)}]}});
    let service =
        json!({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec, "status": status});
    [account(GATEWAY), service, deployment(GATEWAY, &gateway_labels(), &gateway_spec())]
}

/// The labels of the gateway's pods.
pub fn gateway_labels() -> Value {
    json!({"app": GATEWAY, "linkerd.io/extension": "multicluster"})
}

/// The controller of a Link: its account, its Deployment, and the Lease that says that it leads, for ever.
pub fn controller(link: &str) -> [Value; 3] {
    let name = format!("controller-{link}");
    let arguments = json!(["service-mirror", format!("-probe-service=probe-{link}"), link]);
    let lease = json!({
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
        "metadata": {"name": format!("service-mirror-write-{link}"), "namespace": NAMESPACE},
        "spec": {"holderIdentity": format!("{name}-0"), "leaseDurationSeconds": 30,
                 "renewTime": "2099-12-31T23:59:59.000000Z"},
    });
    [account(&name), deployment(&name, &controller_labels(link), &controller_spec(&name, &arguments)), lease]
}

/// The labels of the pods of a Link's controller.
pub fn controller_labels(link: &str) -> Value {
    json!({"component": "controller", "linkerd.io/extension": "multicluster",
           "mirror.linkerd.io/cluster-name": link})
}

/// A pod of the gateway, for clusters where nobody makes pods.
pub fn gateway_pod() -> Value {
    pod(GATEWAY, &gateway_labels(), &gateway_spec())
}

/// A pod of a Link's controller, likewise.
pub fn controller_pod(link: &str) -> Value {
    let name = format!("controller-{link}");
    pod(&name, &controller_labels(link), &controller_spec(&name, &json!([])))
}

fn pod(name: &str, labels: &Value, spec: &Value) -> Value {
    let metadata = json!({"name": format!("{name}-0"), "namespace": NAMESPACE, "labels": labels});
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
}

fn account(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": NAMESPACE}})
}

fn deployment(name: &str, labels: &Value, spec: &Value) -> Value {
    let metadata = json!({"name": name, "namespace": NAMESPACE, "labels": labels});
    let template = json!({"metadata": {"labels": labels}, "spec": spec});
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata,
        "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": template},
        "status": {"replicas": 1, "readyReplicas": 1, "availableReplicas": 1, "updatedReplicas": 1},
    })
}

/// Its proxy has the ports that policies speak of, and the probes of the kubelet that they let through.
fn gateway_spec() -> Value {
    let probe = |path: &str| json!({"httpGet": {"path": path, "port": 4191}});
    let proxy = json!({
        "name": "linkerd-proxy", "image": "example.test/linkerd/proxy:1",
        "ports": [{"name": "linkerd-proxy", "containerPort": 4143}, {"name": "linkerd-admin", "containerPort": 4191}],
        "livenessProbe": probe("/live"), "readinessProbe": probe("/ready"),
    });
    pod_spec(GATEWAY, (&json!([]), &proxy), false)
}

/// The stand-in runs beside the clusters, on the network of the machine: so do the pods that stand for it.
fn controller_spec(account: &str, arguments: &Value) -> Value {
    let proxy = json!({"name": "linkerd-proxy", "image": "example.test/linkerd/proxy:1"});
    pod_spec(account, (arguments, &proxy), true)
}

/// With the container that Linkerd's injector adds; on a node, since nobody places pods.
fn pod_spec(account: &str, (arguments, proxy): (&Value, &Value), is_on_host: bool) -> Value {
    let app = json!({"name": "controller", "image": "example.test/linkerd/controller:1", "args": arguments});
    json!({"nodeName": "worker-1", "hostNetwork": is_on_host, "serviceAccountName": account, "containers": [app, proxy],
           "tolerations": [{"operator": "Exists"}]})
}
