//! An object of each resource that requests are about, and where it is.

use serde_json::{Value, json};
use testkit::belief::Request;

use crate::room::{Room, service};

/// `group/version` of a resource.
fn api(resource: &str) -> &'static str {
    match resource {
        "servers.policy.linkerd.io" | "httproutes.policy.linkerd.io" => return "policy.linkerd.io/v1beta3",
        "serverauthorizations.policy.linkerd.io" => return "policy.linkerd.io/v1beta1",
        _ => {}
    }
    match resource.split_once('.').map_or("", |(_, group)| group) {
        "" => "v1",
        "admissionregistration.k8s.io" => "admissionregistration.k8s.io/v1",
        "apps" => "apps/v1",
        "batch" => "batch/v1",
        "cilium.io" => "cilium.io/v2",
        "coordination.k8s.io" => "coordination.k8s.io/v1",
        "multicluster.linkerd.io" => "multicluster.linkerd.io/v1alpha3",
        "networking.k8s.io" => "networking.k8s.io/v1",
        "cert-manager.io" => "cert-manager.io/v1",
        "gateway.networking.k8s.io" => "gateway.networking.k8s.io/v1",
        "policy.linkerd.io" => "policy.linkerd.io/v1alpha1",
        "rbac.authorization.k8s.io" => "rbac.authorization.k8s.io/v1",
        other => panic!("no version is known of {other}"),
    }
}

/// Whether every cluster of a ground has it.
pub(super) fn is_served(resource: &str) -> bool {
    !resource.ends_with(".gateway.networking.k8s.io") && !resource.ends_with(".cert-manager.io")
}

/// Whether its objects are in no namespace.
pub(super) fn is_everywhere(resource: &str) -> bool {
    let begins = |begin: &str| resource.starts_with(begin);
    ["namespaces", "nodes"].contains(&resource)
        || begins("clusterrole")
        || begins("ciliumclusterwide")
        || begins("mutatingwebhook")
}

/// Where the objects of a resource are.
pub(super) fn path(namespace: &str, resource: &str) -> String {
    let (plural, api) = (resource.split('.').next().unwrap(), api(resource));
    let root = if api == "v1" { "/api/v1".to_owned() } else { format!("/apis/{api}") };
    if is_everywhere(plural) {
        return format!("{root}/{plural}");
    }
    format!("{root}/namespaces/{namespace}/{plural}")
}

/// A name that no other request of the table uses; of a namespace that is there, its own.
pub(super) fn name(at: &Room, kind: &Request, number: usize) -> String {
    match (kind.resource, kind.verb) {
        ("namespaces", "create") | ("nodes", _) => format!("{}-{number}", at.namespace),
        ("namespaces", _) => at.namespace.clone(),
        (resource, _) if is_everywhere(resource) => format!("{}-{number}", at.namespace),
        _ => format!("form-{number}"),
    }
}

/// An object of this name. Its label `form` is its name.
pub(super) fn object(at: &Room, resource: &str, name: &str) -> Value {
    let resource = resource.split('/').next().unwrap();
    let metadata = json!({ "name": name, "labels": { "form": name } });
    let with = |kind: &str, field: &str, value: Value| {
        let mut object = json!({ "apiVersion": api(resource), "kind": kind, "metadata": metadata });
        if !field.is_empty() {
            object[field] = value;
        }
        object
    };
    match resource {
        "services" => service(name, &metadata),
        "configmaps" => with("ConfigMap", "", Value::Null),
        "namespaces" => with("Namespace", "", Value::Null),
        "serviceaccounts" => with("ServiceAccount", "", Value::Null),
        "secrets" => with("Secret", "stringData", json!({ "key": "value" })),
        "endpoints" => {
            let subset =
                json!({ "addresses": [{ "ip": "203.0.113.1" }], "ports": [{ "name": "http", "port": 80 }] });
            with("Endpoints", "subsets", json!([subset]))
        }
        "nodes" => with("Node", "spec", json!({ "podCIDR": "10.99.7.0/24" })),
        // It names no node, and nobody places it.
        "pods" => with("Pod", "spec", pod()),
        "events" => {
            let mut event = with("Event", "reason", "Formed".into());
            event["involvedObject"] = json!({ "kind": "Service", "namespace": at.namespace, "name": name });
            event
        }
        _ => object_of_a_group(resource, name, with),
    }
}

fn pod() -> Value {
    json!({ "containers": [{ "name": "app", "image": "example.test/app:1" }] })
}

/// An object of a resource outside of the core group.
fn object_of_a_group(resource: &str, name: &str, with: impl Fn(&str, &str, Value) -> Value) -> Value {
    match resource {
        "deployments.apps" => {
            let template = json!({ "metadata": { "labels": { "form": name } }, "spec": pod() });
            let selector = json!({ "matchLabels": { "form": name } });
            with("Deployment", "spec", json!({ "replicas": 0, "selector": selector, "template": template }))
        }
        "jobs.batch" => {
            let mut spec = pod();
            spec["restartPolicy"] = "Never".into();
            with("Job", "spec", json!({ "suspend": true, "template": { "spec": spec } }))
        }
        "leases.coordination.k8s.io" => with("Lease", "spec", json!({ "holderIdentity": name })),
        "ingresses.networking.k8s.io" => {
            let backend = json!({ "service": { "name": "web", "port": { "number": 80 } } });
            with("Ingress", "spec", json!({ "defaultBackend": backend }))
        }
        "links.multicluster.linkerd.io" => {
            with("Link", "spec", json!({ "targetClusterName": name, "gatewayAddress": "203.0.113.10" }))
        }
        "clusterroles.rbac.authorization.k8s.io" => with("ClusterRole", "rules", json!([])),
        "roles.rbac.authorization.k8s.io" => with("Role", "rules", json!([])),
        "clusterrolebindings.rbac.authorization.k8s.io" => {
            with("ClusterRoleBinding", "roleRef", role("ClusterRole"))
        }
        "rolebindings.rbac.authorization.k8s.io" => with("RoleBinding", "roleRef", role("Role")),
        "mutatingwebhookconfigurations.admissionregistration.k8s.io" => {
            with("MutatingWebhookConfiguration", "webhooks", json!([]))
        }
        "networkpolicies.networking.k8s.io" => {
            with("NetworkPolicy", "spec", json!({ "podSelector": {}, "policyTypes": ["Ingress"] }))
        }
        "ciliumnetworkpolicies.cilium.io" => with("CiliumNetworkPolicy", "spec", shut()),
        "ciliumclusterwidenetworkpolicies.cilium.io" => with("CiliumClusterwideNetworkPolicy", "spec", {
            let mut spec = shut();
            spec["endpointSelector"] = json!({ "matchLabels": { "form": name } });
            spec
        }),
        _ => object_of_a_policy(resource, name, with),
    }
}

/// What a policy of Cilium says that lets nothing in.
fn shut() -> Value {
    json!({ "endpointSelector": {}, "ingress": [{}] })
}

/// What Linkerd permits whom.
fn object_of_a_policy(resource: &str, name: &str, with: impl Fn(&str, &str, Value) -> Value) -> Value {
    match resource {
        "servers.policy.linkerd.io" => with("Server", "spec", json!({ "podSelector": {}, "port": 80 })),
        "httproutes.policy.linkerd.io" => {
            let parent = json!({ "group": "policy.linkerd.io", "kind": "Server", "name": name });
            with("HTTPRoute", "spec", json!({ "parentRefs": [parent] }))
        }
        "authorizationpolicies.policy.linkerd.io" => {
            let target = json!({ "group": "policy.linkerd.io", "kind": "Server", "name": name });
            let spec = json!({ "targetRef": target, "requiredAuthenticationRefs": [] });
            with("AuthorizationPolicy", "spec", spec)
        }
        "meshtlsauthentications.policy.linkerd.io" => {
            with("MeshTLSAuthentication", "spec", json!({ "identities": ["*"] }))
        }
        "networkauthentications.policy.linkerd.io" => {
            with("NetworkAuthentication", "spec", json!({ "networks": [{ "cidr": "10.0.0.0/8" }] }))
        }
        "serverauthorizations.policy.linkerd.io" => {
            let spec = json!({ "server": { "name": name }, "client": { "unauthenticated": true } });
            with("ServerAuthorization", "spec", spec)
        }
        other => panic!("no sample of {other}"),
    }
}

fn role(kind: &str) -> Value {
    json!({ "apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": "nobody" })
}
