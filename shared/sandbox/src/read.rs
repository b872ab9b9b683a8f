//! Reads: one object, a list in pages, or a watch that goes on from a list.

mod page;
mod watch;

use std::sync::Arc;

use serde_json::Value;

use crate::kinds::{Kind, Scope};
use crate::object::{self, Kept};
use crate::refusal::Refusal;
use crate::request::{Place, Request};
use crate::selectors::{FieldSelector, LabelSelector};
use crate::state::State;

pub(crate) use page::{Listed, has_come, list};
pub(crate) use watch::{Said, Watch, bookmark, end_of_beginning, first_version};

/// Which objects are meant.
#[derive(Debug)]
pub(crate) struct Selection {
    pub(crate) namespace: Option<String>,
    labels: LabelSelector,
    fields: FieldSelector,
}

impl Selection {
    /// Reads place and selectors of a request.
    ///
    /// # Errors
    /// Refuses a selector that cannot be read, in the server's words.
    pub(crate) fn of(kind: &Kind, place: &Place, request: &Request) -> Result<Self, Refusal> {
        if matches!(place.namespace.as_str(), "." | "..") {
            let words = format!("invalid key: \"/{}/specs/{}\"", place.resource, place.namespace);
            return Err(Refusal::internal(words));
        }
        let namespace =
            Some(place.namespace.clone()).filter(|it| !it.is_empty() && kind.scope == Scope::Namespaced);
        let labels = LabelSelector::parse(request.asked("labelSelector").unwrap_or_default());
        let supported = supported_fields(kind, &place.version);
        let fields = FieldSelector::parse(request.asked("fieldSelector").unwrap_or_default(), &supported);
        let (labels, fields) = (labels.map_err(Refusal::bad_request)?, fields.map_err(Refusal::bad_request)?);
        Ok(Self { namespace, labels, fields })
    }

    /// Whether the object is one of them, wherever it is.
    pub(crate) fn selects(&self, object: &Value) -> bool {
        self.labels.selects(object) && self.fields.selects(object)
    }

    /// Whether the object is one of them.
    pub(crate) fn holds(&self, object: &Value) -> bool {
        let here = self.namespace.as_ref().is_none_or(|namespace| namespace == object::namespace(object));
        here && self.selects(object)
    }

    /// Whether anything but the place selects.
    pub(crate) fn is_everything(&self) -> bool {
        self.labels.is_empty() && self.fields.is_empty()
    }
}

/// Fields beside name and namespace that the server can select by: group, kind, fields.
const FIELDS: [(&str, &str, &[&str]); 7] = [
    ("", "Secret", &["type"]),
    (
        "",
        "Pod",
        &[
            "spec.hostNetwork",
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "status.nominatedNodeName",
            "status.phase",
            "status.podIP",
            "status.podIPs",
        ],
    ),
    ("", "Node", &["spec.unschedulable"]),
    ("", "Service", &["spec.clusterIP", "spec.type"]),
    ("", "Namespace", &["status.phase"]),
    ("batch", "Job", &["status.successful"]),
    (
        "",
        "Event",
        &[
            "involvedObject.apiVersion",
            "involvedObject.fieldPath",
            "involvedObject.kind",
            "involvedObject.name",
            "involvedObject.namespace",
            "involvedObject.resourceVersion",
            "involvedObject.uid",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ],
    ),
];

fn supported_fields<'a>(kind: &'a Kind, version: &str) -> Vec<&'a str> {
    let built_in = FIELDS.iter().find(|(group, name, _)| *group == kind.group && *name == kind.kind);
    let custom = kind.version(version).into_iter().flat_map(|version| &version.selectable);
    built_in.into_iter().flat_map(|(.., fields)| *fields).copied().chain(custom.map(String::as_str)).collect()
}

/// Reads one object.
///
/// # Errors
/// Refuses when it is not there.
pub(crate) fn get(state: &State, kind: &Kind, place: &Place) -> Result<Arc<Kept>, Refusal> {
    let namespace = if kind.scope == Scope::Cluster { "" } else { &place.namespace };
    let found = state.store.get(&kind.table(), &object::key(namespace, &place.name));
    found.ok_or_else(|| Refusal::not_found(&place.named()))
}
