//! What only a running cluster has: in manifests it is not known, whatever somebody has committed.

use super::super::call::Resource;
use serde_json::Value;

/// Group and plural of what controllers and nodes make, and nobody writes down.
const RESOURCES: [(&str, &str); 11] = [
    ("", "componentstatuses"),
    ("", "endpoints"),
    ("", "events"),
    ("", "nodes"),
    ("", "pods"),
    ("apps", "controllerrevisions"),
    ("apps", "replicasets"),
    ("coordination.k8s.io", "leases"),
    ("discovery.k8s.io", "endpointslices"),
    ("events.k8s.io", "events"),
    ("metrics.k8s.io", "pods"),
];

/// Whether a resource has its content from a running cluster alone; a subresource always has.
pub(super) fn is_live(resource: Resource) -> bool {
    resource.plural.contains('/') || RESOURCES.contains(&(resource.group, resource.plural))
}

/// Takes the status away.
pub(super) fn strip(object: &mut Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.shift_remove("status");
    }
}
