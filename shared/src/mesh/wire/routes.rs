//! Routes, as they come over the wire: what they are attached to, and where they lead.

use super::Metadata;
use crate::mesh::machinery::{Reference, Route};
use crate::terms::Kind;
use serde::Deserialize;

/// An `HTTPRoute`, of the Gateway API or of Linkerd, a `GRPCRoute` or a `TCPRoute`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::mesh) struct WireRoute {
    metadata: Metadata,
    spec: Spec,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    parent_refs: Option<Vec<Ref>>,
    rules: Option<Vec<Rule>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Rule {
    backend_refs: Option<Vec<Weighed>>,
}

/// A backend with weight 0 gets no requests.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Weighed {
    #[serde(flatten)]
    to: Ref,
    weight: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Ref {
    kind: Option<String>,
    namespace: Option<String>,
    name: String,
}

impl Ref {
    /// What names no namespace is beside the route.
    fn of(self, home: &str, usual: &str) -> Reference {
        Reference {
            kind: self.kind.unwrap_or_else(|| usual.to_owned()),
            namespace: self.namespace.unwrap_or_else(|| home.to_owned()),
            name: self.name,
        }
    }
}

impl WireRoute {
    /// With its kind and group, which objects of a list do not say.
    pub(in crate::mesh) fn of(self, (kind, group): (Kind, &str)) -> Route {
        let Self { metadata: Metadata { namespace, name, .. }, spec } = self;
        let parents = spec.parent_refs.unwrap_or_default().into_iter();
        let rules = spec.rules.unwrap_or_default().into_iter();
        let backends = rules.flat_map(|rule| rule.backend_refs.unwrap_or_default());
        let backends = backends.filter(|one| one.weight != Some(0)).map(|one| one.to);
        Route {
            kind,
            group: group.to_owned(),
            parents: parents.map(|one| one.of(&namespace, "Gateway")).collect(),
            backends: backends.map(|one| one.of(&namespace, "Service")).collect(),
            mirrors: None,
            namespace,
            name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_route_leaves_out_is_usual_and_beside_it() {
        let route = json!({
            "metadata": { "namespace": "shop", "name": "web" },
            "spec": {
                "parentRefs": [{ "name": "edge" }, { "kind": "Service", "group": "core", "name": "web" }],
                "rules": [
                    { "backendRefs": [{ "name": "web-apps", "port": 80 }, { "name": "old", "namespace": "other" },
                        { "name": "none", "weight": 0 }] },
                    { "matches": [] },
                ],
            },
        });
        let route =
            serde_json::from_value::<WireRoute>(route).unwrap().of((Kind::HttpRoute, "policy.linkerd.io"));
        let words = |list: &[Reference]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(words(&route.parents), ["Gateway shop/edge", "Service shop/web"]);
        assert_eq!(words(&route.backends), ["Service shop/web-apps", "Service other/old"]);
        let empty = serde_json::from_value::<WireRoute>(json!({ "spec": { "rules": null } })).unwrap();
        assert!(empty.of((Kind::TcpRoute, "gateway.networking.k8s.io")).parents.is_empty());
    }
}
