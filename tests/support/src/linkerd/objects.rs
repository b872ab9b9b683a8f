//! The objects of it.

use k8s_openapi::ByteString;
use serde_json::{Value, json};

/// A node that is ready and whose kubelet listens on this port of the machine. Nobody else writes its status then.
pub(super) fn node(name: &str, port: u16) -> Value {
    let condition = json!({
        "type": "Ready", "status": "True", "reason": "KubeletReady", "message": "a stand-in",
        "lastHeartbeatTime": "2026-01-01T00:00:00Z", "lastTransitionTime": "2026-01-01T00:00:00Z",
    });
    json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": { "name": name, "labels": { "kubernetes.io/os": "linux", "kubernetes.io/hostname": name } },
        "status": {
            "conditions": [condition],
            "addresses": [{ "type": "InternalIP", "address": "127.0.0.1" }],
            "daemonEndpoints": { "kubeletEndpoint": { "Port": port } },
        },
    })
}

/// The injector, for new pods of this namespace.
pub(super) fn webhook(name: &str, namespace: &str, port: u16, authority: &str) -> Value {
    let bundle = serde_json::to_value(ByteString(authority.as_bytes().to_vec())).unwrap_or_default();
    json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
        "metadata": { "name": name },
        "webhooks": [{
            "name": "linkerd-proxy-injector.linkerd.io",
            "clientConfig": { "url": format!("https://127.0.0.1:{port}/inject"), "caBundle": bundle },
            "rules": [{ "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"] }],
            "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": namespace } },
            "failurePolicy": "Fail", "sideEffects": "None", "admissionReviewVersions": ["v1"],
        }],
    })
}

/// What the injector answers to a review.
pub(super) fn reviewed(review: &Value, with_init: bool) -> Value {
    let at = |way: &str| review.pointer(way).cloned().unwrap_or_default();
    let uid = at("/request/uid");
    let response = if at("/request/object/metadata/annotations/linkerd.io~1inject") == "enabled" {
        let patch = json!([{ "op": "add", "path": "/spec/initContainers", "value": added(with_init) }]);
        let patch = ByteString(patch.to_string().into_bytes());
        json!({ "uid": uid, "allowed": true, "patchType": "JSONPatch", "patch": patch })
    } else {
        json!({ "uid": uid, "allowed": true })
    };
    json!({ "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response })
}

fn added(with_init: bool) -> Vec<Value> {
    let proxy = json!({
        "name": "linkerd-proxy", "image": "example.test/proxy:1", "restartPolicy": "Always",
        "securityContext": {
            "allowPrivilegeEscalation": false, "runAsNonRoot": true, "runAsUser": 2102,
            "readOnlyRootFilesystem": true, "capabilities": { "drop": ["ALL"] },
        },
    });
    let init = json!({
        "name": "linkerd-init", "image": "example.test/proxy-init:1",
        "securityContext": {
            "allowPrivilegeEscalation": false, "runAsNonRoot": true, "runAsUser": 65534,
            "readOnlyRootFilesystem": true, "capabilities": { "add": ["NET_ADMIN", "NET_RAW"] },
        },
    });
    if with_init { vec![init, proxy] } else { vec![proxy] }
}
