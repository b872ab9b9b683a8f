//! Objects as rows of a table, for clients that ask for `as=Table` as kubectl does.
//!
//! The server decides what a user of `kubectl get` sees; kubectl only lines the cells up. So a test that
//! reads kubectl's output needs the server's columns and cells, by the letter. The real server always
//! computes the columns of `-o wide`, too, and leaves it to the client to hide those with a priority above
//! 0. Descriptions are for readers of `kubectl explain`-like tools and are words of the sandbox's own.

mod age;
mod batch;
mod custom;
mod deployment;
mod endpoints;
mod event;
mod ingress;
mod layout;
mod node;
mod path;
mod plain;
mod pod;
mod service;
mod storage;
mod template;
mod workload;

use jiff::Timestamp;
use serde_json::Value;

use crate::kinds::Kind;
use crate::refusal::Refusal;
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

/// How objects of a kind are shown.
#[derive(Debug, Clone)]
pub(crate) struct Form(Columns);

#[derive(Debug, Clone)]
enum Columns {
    BuiltIn(Layout),
    Custom(custom::Printer),
}

impl Form {
    /// The form of a kind in this version.
    ///
    /// # Errors
    /// Refuses what would not be shown as the server shows it: a wrong table is worse than none.
    pub(crate) fn of(kind: &Kind, version: &str) -> Result<Self, Refusal> {
        if !kind.is_custom() {
            let layout = layout(&kind.kind).map(|layout| Self(Columns::BuiltIn(layout)));
            return layout.ok_or_else(|| Refusal::not_done(&format!("tables of {}", kind.table())));
        }
        let columns = kind.version(version).map(|version| version.columns.as_slice()).unwrap_or_default();
        custom::Printer::of(columns).map(|printer| Self(Columns::Custom(printer))).map_err(|path| {
            let words =
                format!("tables of {} with a column {path}; ask for -o name or -o yaml", kind.table());
            Refusal::not_done(&words)
        })
    }

    pub(crate) fn columns(&self) -> Vec<Column> {
        match &self.0 {
            Columns::BuiltIn(layout) => layout.headings.iter().map(layout::Heading::column).collect(),
            Columns::Custom(printer) => printer.columns(),
        }
    }

    /// The cells of an object, one for each of the [`columns`](Self::columns).
    pub(crate) fn cells(&self, object: &Value, now: Timestamp) -> Vec<Value> {
        match &self.0 {
            Columns::BuiltIn(layout) => (layout.cells)(object, now),
            Columns::Custom(printer) => printer.cells(object, now),
        }
    }
}

/// The layout of a kind of the server's own.
fn layout(kind: &str) -> Option<Layout> {
    Some(match kind {
        "APIService" => plain::API_SERVICE,
        "ConfigMap" => plain::CONFIG_MAP,
        "CronJob" => batch::CRON_JOB,
        "CustomResourceDefinition" | "ClusterRole" | "Role" => plain::DATED,
        "DaemonSet" => workload::DAEMON_SET,
        "Deployment" => deployment::LAYOUT,
        "EndpointSlice" => endpoints::SLICE,
        "Endpoints" => endpoints::ENDPOINTS,
        "Event" => event::LAYOUT,
        "Ingress" => ingress::LAYOUT,
        "Job" => batch::JOB,
        "Lease" => plain::LEASE,
        "MutatingWebhookConfiguration" => plain::WEBHOOKS,
        "Namespace" => plain::NAMESPACE,
        "NetworkPolicy" => plain::NETWORK_POLICY,
        "Node" => node::LAYOUT,
        "PersistentVolumeClaim" => storage::CLAIM,
        "Pod" => pod::LAYOUT,
        "ReplicaSet" => workload::REPLICA_SET,
        "RoleBinding" | "ClusterRoleBinding" => plain::BINDING,
        "Secret" => plain::SECRET,
        "Service" => service::LAYOUT,
        "ServiceAccount" => plain::SERVICE_ACCOUNT,
        "StatefulSet" => workload::STATEFUL_SET,
        "StorageClass" => storage::CLASS,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds::Kinds;

    fn forms() -> Vec<(String, Form)> {
        let kinds = Kinds::default();
        kinds.all().iter().map(|kind| (kind.table(), Form::of(kind, "v1").unwrap())).collect()
    }

    /// A definition of this kind, with these columns.
    fn defined(kind: &str, columns: &Value) -> Result<Form, Refusal> {
        let mut kinds = Kinds::default();
        let version =
            json!({"name": "v1", "served": true, "storage": true, "additionalPrinterColumns": columns});
        let definition = json!({"spec": {
            "group": "mesh.example", "scope": "Namespaced", "names": {"kind": kind, "plural": "things"},
            "versions": [version],
        }});
        kinds.define(std::iter::once(&std::sync::Arc::new(crate::object::Kept::new(definition))));
        Form::of(&kinds.of_table("things.mesh.example").unwrap(), "v1")
    }

    fn names(form: &Form) -> Vec<String> {
        form.columns().into_iter().map(|column| column.name).collect()
    }

    #[test]
    fn every_kind_has_a_cell_for_each_column_even_of_an_empty_object() {
        for (kind, form) in forms() {
            assert_eq!(form.cells(&json!({}), Timestamp::UNIX_EPOCH).len(), form.columns().len(), "{kind}");
        }
    }

    #[test]
    fn one_column_is_the_name_and_all_say_what_they_are() {
        for (kind, form) in forms() {
            let columns = form.columns();
            let named: Vec<_> = columns.iter().filter(|column| column.format == "name").collect();
            assert!(matches!(named.as_slice(), [only] if only.name == "Name"), "{kind}");
            assert!(columns.iter().all(|column| !column.description.is_empty()), "{kind}");
        }
    }

    #[test]
    fn a_custom_kind_has_the_columns_of_its_definition_whatever_its_name() {
        let columns = json!([{ "name": "Url", "type": "string", "jsonPath": ".status.url" }]);
        assert_eq!(names(&defined("Service", &columns).unwrap()), ["Name", "Url"]);
        assert_eq!(names(&defined("Service", &json!([])).unwrap()), ["Name", "Age"]);
    }

    #[test]
    fn a_column_that_cannot_be_shown_refuses_the_table() {
        let columns = json!([{ "name": "All", "type": "string", "jsonPath": ".status.parts[0:2]" }]);
        let refusal = defined("Link", &columns).unwrap_err();
        let expected = "the sandbox does not serve this: tables of things.mesh.example with a column .status.parts[0:2]; \
                        ask for -o name or -o yaml";
        assert_eq!((refusal.code, refusal.message.as_str()), (501, expected));
    }
}
