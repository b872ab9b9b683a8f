//! From a `CustomResourceDefinition` to a kind.

use serde_json::Value;

use super::{Kind, Origin, Scope, Version};
use crate::object::{list, text};

/// Reads the kind; `None` for a definition without a name or a served version.
pub(super) fn kind(definition: &Value) -> Option<Kind> {
    let plural = text(definition, "/spec/names/plural");
    let mut versions: Vec<_> =
        list(definition, "/spec/versions").iter().filter(|version| version["served"] == true).collect();
    versions.sort_by_key(|version| version["storage"] != true);
    if plural.is_empty() || versions.is_empty() {
        return None;
    }
    let words = |way: &str| {
        list(definition, way).iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
    };
    Some(Kind {
        group: text(definition, "/spec/group").into(),
        versions: versions.into_iter().map(version).collect(),
        kind: text(definition, "/spec/names/kind").into(),
        plural: plural.into(),
        singular: text(definition, "/spec/names/singular").into(),
        short_names: words("/spec/names/shortNames"),
        categories: words("/spec/names/categories"),
        scope: if text(definition, "/spec/scope") == "Cluster" { Scope::Cluster } else { Scope::Namespaced },
        origin: Origin::Custom,
    })
}

fn version(version: &Value) -> Version {
    Version {
        name: text(version, "/name").into(),
        has_status: version.pointer("/subresources/status").is_some(),
        columns: list(version, "/additionalPrinterColumns").to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_definition_gives_a_kind_whose_stored_version_is_preferred() {
        let definition = json!({"spec": {
            "group": "mesh.example", "scope": "Namespaced",
            "names": {"kind": "Link", "plural": "links", "singular": "link", "shortNames": ["ln"]},
            "versions": [
                {"name": "v1alpha1", "served": true, "storage": false},
                {"name": "v1alpha2", "served": false, "storage": false},
                {"name": "v1", "served": true, "storage": true, "subresources": {"status": {}}},
            ],
        }});
        let kind = kind(&definition).unwrap();
        let versions: Vec<_> = kind.versions.iter().map(|one| (one.name.as_str(), one.has_status)).collect();
        assert_eq!(versions, [("v1", true), ("v1alpha1", false)]);
        assert_eq!((kind.table().as_str(), kind.scope), ("links.mesh.example", Scope::Namespaced));
        assert!(super::kind(&json!({"spec": {"names": {"plural": "links"}}})).is_none());
    }
}
