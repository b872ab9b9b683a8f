use super::*;
use crate::cluster::Resource;
use serde_json::json;

#[test]
fn the_table_is_sorted_and_names_each_kind_once() {
    for table in [NAMESPACED, CLUSTER_SCOPED, EXTENSIONS, WIDE_EXTENSIONS] {
        assert!(table.is_sorted_by(|one, next| (one.0, one.1) < (next.0, next.1)));
    }
}

#[test]
fn every_resource_of_the_library_has_a_kind() {
    let kinds = Kinds::default();
    for (resource, kind) in [
        (Resource::SERVICES, "Service"),
        (Resource::ENDPOINTS, "Endpoints"),
        (Resource::NAMESPACES, "Namespace"),
        (Resource::NODES, "Node"),
        (Resource::SECRETS, "Secret"),
        (Resource::PODS, "Pod"),
        (Resource::EVENTS, "Event"),
        (Resource::SERVICE_ACCOUNTS, "ServiceAccount"),
        (Resource::CONFIG_MAPS, "ConfigMap"),
        (Resource::JOBS, "Job"),
        (Resource::INGRESSES, "Ingress"),
        (Resource::NETWORK_POLICIES, "NetworkPolicy"),
        (Resource::HTTP_ROUTES, "HTTPRoute"),
        (Resource::DEPLOYMENTS, "Deployment"),
        (Resource::LEASES, "Lease"),
        (Resource::CLUSTER_ROLES, "ClusterRole"),
        (Resource::CLUSTER_ROLE_BINDINGS, "ClusterRoleBinding"),
        (Resource::ROLES, "Role"),
        (Resource::ROLE_BINDINGS, "RoleBinding"),
    ] {
        assert_eq!(kinds.resource(resource.group, kind).0, resource.plural);
    }
}

#[test]
fn a_definition_tells_the_plural_the_place_and_what_is_served() {
    let mut kinds = Kinds::default();
    kinds.learn(&json!({"kind": "CustomResourceDefinition", "spec": {
        "group": "example.com", "scope": "Cluster", "names": {"kind": "Ox", "plural": "oxen"},
        "versions": [{"name": "v1", "served": true}, {"name": "v1beta1", "served": false}]
    }}));
    kinds.learn(&json!({"kind": "CustomResourceDefinition", "spec": "odd"}));
    assert_eq!(kinds.resource("example.com", "Ox"), ("oxen".to_owned(), Place::Cluster));
    assert_eq!(kinds.serves("example.com", "v1", "oxen"), Some(true));
    assert_eq!(kinds.serves("example.com", "v1beta1", "oxen"), Some(false));
    assert_eq!(kinds.serves("example.com", "v1", "cows"), None);
}

#[test]
fn what_nobody_tells_is_guessed_as_kubectl_does() {
    let kinds = Kinds::default();
    for (kind, plural) in
        [("Widget", "widgets"), ("Policy", "policies"), ("Bus", "buses"), ("MyEndpoints", "myendpoints")]
    {
        assert_eq!(kinds.resource("example.com", kind), (plural.to_owned(), Place::Unknown));
    }
}
