//! What cannot be changed once it is set.

use serde_json::{Value, json};

use crate::kinds::Kind;
use crate::object::{list, text};
use crate::refusal::{Problem, Refusal};

const IMMUTABLE: &str = "field is immutable";
const APPS: &str = "apps";
const RBAC: &str = "rbac.authorization.k8s.io";
const STORAGE: &str = "storage.k8s.io";

/// Group, kind, field, and the words of its refusal.
const FIXED: [(&str, &str, &str, &str); 15] = [
    ("", "Secret", "type", IMMUTABLE),
    (APPS, "DaemonSet", "spec.selector", IMMUTABLE),
    (APPS, "Deployment", "spec.selector", IMMUTABLE),
    (APPS, "ReplicaSet", "spec.selector", IMMUTABLE),
    ("batch", "Job", "spec.completionMode", IMMUTABLE),
    ("batch", "Job", "spec.completions", IMMUTABLE),
    ("batch", "Job", "spec.selector", IMMUTABLE),
    ("batch", "Job", "spec.template", IMMUTABLE),
    ("discovery.k8s.io", "EndpointSlice", "addressType", IMMUTABLE),
    (RBAC, "ClusterRoleBinding", "roleRef", "cannot change roleRef"),
    (RBAC, "RoleBinding", "roleRef", "cannot change roleRef"),
    (STORAGE, "StorageClass", "parameters", IMMUTABLE),
    (STORAGE, "StorageClass", "provisioner", IMMUTABLE),
    (STORAGE, "StorageClass", "reclaimPolicy", IMMUTABLE),
    (STORAGE, "StorageClass", "volumeBindingMode", IMMUTABLE),
];

/// Group, kind, and what of its spec may change; where the server has rules of its own for the rest, it is refused.
const SPECS: [(&str, &str, &[&str]); 3] = [
    ("", "PersistentVolumeClaim", &[]),
    ("", "Pod", &["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds"]),
    (
        APPS,
        "StatefulSet",
        &[
            "replicas",
            "ordinals",
            "template",
            "updateStrategy",
            "revisionHistoryLimit",
            "persistentVolumeClaimRetentionPolicy",
            "minReadySeconds",
        ],
    ),
];

/// What is wrong with the change.
///
/// # Errors
/// Refuses changes of which it does not know whether the server takes them.
pub(super) fn problems(kind: &Kind, before: &Value, object: &Value) -> Result<Vec<Problem>, Refusal> {
    let spec = SPECS.iter().find(|(group, name, _)| kind.is(group, name));
    if spec.is_some_and(|(.., free)| frame(before, free) != frame(object, free)) {
        return Err(Refusal::not_done(&format!("this change of the spec of a {}", kind.kind)));
    }
    let rows = FIXED.iter().filter(|(group, name, ..)| kind.is(group, name));
    let mut problems: Vec<_> = rows.filter_map(|row| fixed(row.2, row.3, (before, object))).collect();
    if kind.is("", "ConfigMap") || kind.is("", "Secret") {
        problems.extend(sealed(before, object));
    }
    Ok(problems)
}

fn fixed(field: &str, why: &str, (before, object): (&Value, &Value)) -> Option<Problem> {
    let way = format!("/{}", field.replace('.', "/"));
    let (old, new) = (before.pointer(&way), object.pointer(&way));
    if old == new {
        return None;
    }
    let shown = match (field, new) {
        // The server shows its own form of a reference.
        ("roleRef", Some(role)) => json!({
            "APIGroup": text(role, "/apiGroup"), "Kind": text(role, "/kind"), "Name": text(role, "/name"),
        }),
        (_, new) => new.cloned().unwrap_or_default(),
    };
    Some(Problem::number(field, shown, why))
}

/// Of a `ConfigMap` or Secret that says that it is immutable.
fn sealed(before: &Value, object: &Value) -> Vec<Problem> {
    if before.get("immutable") != Some(&Value::Bool(true)) {
        return Vec::new();
    }
    let changed =
        ["immutable", "data", "binaryData"].into_iter().filter(|name| before.get(name) != object.get(name));
    changed.map(|name| Problem::forbidden(name, "field is immutable when `immutable` is set")).collect()
}

/// The part of a spec that stays: all but these fields, and the images of containers.
fn frame(object: &Value, free: &[&str]) -> Value {
    let mut spec = object.get("spec").cloned().unwrap_or_default();
    for way in ["/initContainers", "/containers"] {
        for index in 0..list(&spec, way).len() {
            let container = spec.pointer_mut(&format!("{way}/{index}")).and_then(Value::as_object_mut);
            container.and_then(|container| container.shift_remove("image"));
        }
    }
    if let Some(fields) = spec.as_object_mut() {
        fields.retain(|name, _| !free.contains(&name.as_str()));
    }
    spec
}
