//! Definitions of kinds that no world of the sandbox has by itself.

use serde_json::{Value, json};

/// Group, version, plural, kind, and whether its objects are in namespaces.
pub(crate) type Defined = (&'static str, &'static str, &'static str, &'static str, bool);

/// A definition of a kind, which accepts any content.
pub(crate) fn definition((group, version, plural, kind, is_namespaced): Defined) -> Value {
    let scope = if is_namespaced { "Namespaced" } else { "Cluster" };
    let names = json!({"kind": kind, "listKind": format!("{kind}List"), "plural": plural, "singular": kind.to_lowercase()});
    let schema = json!({"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}});
    json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("{plural}.{group}")},
        "spec": {"group": group, "scope": scope, "names": names,
            "versions": [{"name": version, "served": true, "storage": true, "schema": schema}]}})
}
