//! Objects as rows of a table, for clients that ask for `as=Table` as kubectl does.
//!
//! The server decides what a user of `kubectl get` sees; kubectl only lines the cells up. So a test that
//! reads kubectl's output needs the server's columns and cells, by the letter. The real server always
//! computes the columns of `-o wide`, too, and leaves it to the client to hide those with a priority above
//! 0. Descriptions are for readers of `kubectl explain`-like tools and are words of the sandbox's own.

mod age;
mod custom;
mod deployment;
mod endpoints;
mod event;
mod layout;
mod node;
mod plain;
mod pod;
mod service;

use jiff::Timestamp;
use serde_json::Value;

use crate::kinds::Kind;

use layout::Layout;

/// A column as `columnDefinitions` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub name: String,
    /// What `type` says of the cells; the cells of a `date` are ages, and text.
    pub kind: &'static str,
    pub format: String,
    pub description: String,
    /// 0, or more for what only a wide table shows.
    pub priority: i64,
}

/// The columns for a kind in a version. A kind with printer columns of its definition has these, and so does one that
/// is not laid out here, with its age in place of none.
pub(crate) fn columns(kind: &Kind, version: &str) -> Vec<Column> {
    match layout(kind) {
        Some(layout) => layout.headings.iter().map(layout::Heading::column).collect(),
        None => custom::columns(printer(kind, version)),
    }
}

/// The cells of an object, one for each of the [`columns`].
pub(crate) fn cells(kind: &Kind, version: &str, object: &Value, now: Timestamp) -> Vec<Value> {
    match layout(kind) {
        Some(layout) => (layout.cells)(object, now),
        None => custom::cells(printer(kind, version), object, now),
    }
}

fn printer<'a>(kind: &'a Kind, version: &str) -> &'a [Value] {
    kind.version(version).map(|version| version.columns.as_slice()).unwrap_or_default()
}

/// The layout of a kind of the server's own.
fn layout(kind: &Kind) -> Option<Layout> {
    match (kind.group.as_str(), kind.kind.as_str()) {
        ("", "Service") => Some(service::LAYOUT),
        ("", "Endpoints") => Some(endpoints::ENDPOINTS),
        ("discovery.k8s.io", "EndpointSlice") => Some(endpoints::SLICE),
        ("", "Pod") => Some(pod::LAYOUT),
        ("", "Namespace") => Some(plain::NAMESPACE),
        ("", "ConfigMap") => Some(plain::CONFIG_MAP),
        ("", "Secret") => Some(plain::SECRET),
        ("", "ServiceAccount") => Some(plain::SERVICE_ACCOUNT),
        ("", "Event") => Some(event::LAYOUT),
        ("", "Node") => Some(node::LAYOUT),
        ("apps", "Deployment") => Some(deployment::LAYOUT),
        ("apiextensions.k8s.io", "CustomResourceDefinition")
        | ("rbac.authorization.k8s.io", "ClusterRole" | "Role") => Some(plain::DATED),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::Kinds;

    fn link(columns: &Value) -> Kinds {
        let version =
            json!({"name": "v1", "served": true, "storage": true, "additionalPrinterColumns": columns});
        let names = json!({"kind": "Service", "plural": "services"});
        let spec = json!({"group": "mesh.example", "names": names, "versions": [version]});
        let mut kinds = Kinds::default();
        kinds.define([&std::sync::Arc::new(json!({ "spec": spec }))].into_iter());
        kinds
    }

    fn names(columns: Vec<Column>, priority: i64) -> Vec<String> {
        columns.into_iter().filter(|one| one.priority == priority).map(|column| column.name).collect()
    }

    #[test]
    fn every_kind_has_a_cell_for_each_column_even_of_an_empty_object_and_one_is_the_name() {
        for kind in link(&json!([])).all() {
            let (columns, cells) =
                (columns(kind, "v1"), cells(kind, "v1", &json!({}), Timestamp::UNIX_EPOCH));
            assert_eq!(cells.len(), columns.len(), "{}", kind.kind);
            let named: Vec<_> = columns.iter().filter(|column| column.format == "name").collect();
            assert!(matches!(named.as_slice(), [only] if only.name == "Name"), "{}", kind.kind);
            assert!(columns.iter().all(|column| !column.description.is_empty()), "{}", kind.kind);
        }
    }

    #[test]
    fn a_service_shows_what_kubectl_shows() {
        let kinds = Kinds::default();
        let columns = || columns(&kinds.of_object("v1", "Service").unwrap(), "v1");
        assert_eq!(names(columns(), 0), ["Name", "Type", "Cluster-IP", "External-IP", "Port(s)", "Age"]);
        assert_eq!(names(columns(), 1), ["Selector"]);
    }

    #[test]
    fn a_custom_kind_has_its_own_columns_whatever_it_is_called() {
        let printer = json!([{ "name": "Url", "type": "string", "jsonPath": ".status.url" }]);
        for (printer, expected) in [(json!([]), ["Name", "Age"]), (printer, ["Name", "Url"])] {
            let kind = link(&printer).of_object("mesh.example/v1", "Service").unwrap();
            assert_eq!(names(columns(&kind, "v1"), 0), expected);
        }
    }
}
