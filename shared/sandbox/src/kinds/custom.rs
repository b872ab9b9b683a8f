//! From a `CustomResourceDefinition` to a kind.

use std::cmp::Reverse;

use serde_json::Value;

use super::{Kind, Origin, Scope, Version};
use crate::object::{list, text};

/// Reads the kind; `None` for a definition without a name or a served version.
pub(super) fn kind(definition: &Value) -> Option<Kind> {
    let plural = text(definition, "/spec/names/plural");
    let mut versions: Vec<_> =
        list(definition, "/spec/versions").iter().filter(|version| version["served"] == true).collect();
    versions.sort_by_key(|version| priority(text(version, "/name")));
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

/// Which version is preferred: the stable ones before beta and alpha, the newer ones before the older; and any other
/// name by its letters.
pub(crate) fn priority(name: &str) -> impl Ord + use<> {
    let number = |text: &str| text.parse().ok().filter(|_| !text.starts_with(['0', '+']));
    let read = |stage: Stage, word: &str| {
        let (major, minor) = name.strip_prefix('v')?.split_once(word)?;
        Some((stage, number(major)?, number(minor)?))
    };
    let stable = || Some((Stage::Stable, number(name.strip_prefix('v')?)?, 0));
    let found = stable().or_else(|| read(Stage::Beta, "beta")).or_else(|| read(Stage::Alpha, "alpha"));
    (
        Reverse(found.unwrap_or((Stage::Other, 0, 0))),
        if found.is_some() { String::new() } else { name.to_owned() },
    )
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Other,
    Alpha,
    Beta,
    Stable,
}

fn version(version: &Value) -> Version {
    let selectable = list(version, "/selectableFields").iter();
    Version {
        name: text(version, "/name").into(),
        has_status: version.pointer("/subresources/status").is_some(),
        columns: list(version, "/additionalPrinterColumns").to_vec(),
        selectable: selectable
            .map(|field| text(field, "/jsonPath").trim_start_matches('.').to_owned())
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_definition_gives_a_kind_whose_newest_stable_version_is_preferred() {
        let definition = json!({"spec": {
            "group": "mesh.example", "scope": "Namespaced",
            "names": {"kind": "Link", "plural": "links", "singular": "link", "shortNames": ["ln"]},
            "versions": [
                {"name": "v1alpha1", "served": true, "storage": true},
                {"name": "v1alpha2", "served": false, "storage": false},
                {"name": "v1", "served": true, "storage": false, "subresources": {"status": {}}},
            ],
        }});
        let kind = kind(&definition).unwrap();
        let versions: Vec<_> = kind.versions.iter().map(|one| (one.name.as_str(), one.has_status)).collect();
        assert_eq!(versions, [("v1", true), ("v1alpha1", false)]);
        assert_eq!((kind.table().as_str(), kind.scope), ("links.mesh.example", Scope::Namespaced));
        assert!(super::kind(&json!({"spec": {"names": {"plural": "links"}}})).is_none());
    }

    /// The example of the documentation of Kubernetes.
    #[test]
    fn versions_are_in_the_order_of_kubernetes() {
        let expected =
            ["v10", "v2", "v1", "v11beta2", "v10beta3", "v3beta1", "v12alpha1", "v11alpha2", "foo1", "foo10"];
        let mut names = expected;
        names.sort_unstable();
        names.sort_by_key(|name| priority(name));
        assert_eq!(names, expected);
    }
}
