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

/// The columns for a kind. A kind with `printer` columns of its definition has these, and so does an
/// unknown one, with its age in place of none.
pub(crate) fn columns(kind: &str, printer: &[Value]) -> Vec<Column> {
    match layout(kind, printer) {
        Some(layout) => layout.headings.iter().map(layout::Heading::column).collect(),
        None => custom::columns(printer),
    }
}

/// The cells of an object, one for each of the [`columns`].
pub(crate) fn cells(kind: &str, printer: &[Value], object: &Value, now: Timestamp) -> Vec<Value> {
    match layout(kind, printer) {
        Some(layout) => (layout.cells)(object, now),
        None => custom::cells(printer, object, now),
    }
}

/// The layout of a kind of the server's own. Custom kinds may have the same name, hence `printer`.
fn layout(kind: &str, printer: &[Value]) -> Option<Layout> {
    if !printer.is_empty() {
        return None;
    }
    match kind {
        "Service" => Some(service::LAYOUT),
        "Endpoints" => Some(endpoints::ENDPOINTS),
        "EndpointSlice" => Some(endpoints::SLICE),
        "Pod" => Some(pod::LAYOUT),
        "Namespace" => Some(plain::NAMESPACE),
        "ConfigMap" => Some(plain::CONFIG_MAP),
        "Secret" => Some(plain::SECRET),
        "ServiceAccount" => Some(plain::SERVICE_ACCOUNT),
        "Event" => Some(event::LAYOUT),
        "Node" => Some(node::LAYOUT),
        "Deployment" => Some(deployment::LAYOUT),
        "CustomResourceDefinition" | "ClusterRole" | "Role" => Some(plain::DATED),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const KINDS: [&str; 14] = [
        "Service",
        "Endpoints",
        "EndpointSlice",
        "Pod",
        "Namespace",
        "ConfigMap",
        "Secret",
        "ServiceAccount",
        "Event",
        "Node",
        "Deployment",
        "CustomResourceDefinition",
        "Role",
        "Link",
    ];

    fn names(kind: &str, priority: i64) -> Vec<String> {
        let shown = columns(kind, &[]).into_iter().filter(|column| column.priority == priority);
        shown.map(|column| column.name).collect()
    }

    #[test]
    fn every_kind_has_a_cell_for_each_column_even_of_an_empty_object() {
        for kind in KINDS {
            let cells = cells(kind, &[], &json!({}), Timestamp::UNIX_EPOCH);
            assert_eq!(cells.len(), columns(kind, &[]).len(), "{kind}");
        }
    }

    #[test]
    fn one_column_is_the_name() {
        for kind in KINDS {
            let columns = columns(kind, &[]);
            let named: Vec<_> = columns.iter().filter(|column| column.format == "name").collect();
            assert!(matches!(named.as_slice(), [only] if only.name == "Name"), "{kind}");
            assert!(columns.iter().all(|column| !column.description.is_empty()), "{kind}");
        }
    }

    #[test]
    fn a_service_shows_what_kubectl_shows() {
        assert_eq!(names("Service", 0), ["Name", "Type", "Cluster-IP", "External-IP", "Port(s)", "Age"]);
        assert_eq!(names("Service", 1), ["Selector"]);
    }

    #[test]
    fn an_unknown_kind_has_a_name_and_an_age() {
        assert_eq!(names("Link", 0), ["Name", "Age"]);
    }

    #[test]
    fn columns_of_a_definition_come_before_a_built_in_layout_of_the_same_name() {
        let printer = [json!({ "name": "Url", "type": "string", "jsonPath": ".status.url" })];
        let columns = columns("Service", &printer);
        assert_eq!(columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(), ["Name", "Url"]);
    }
}
