//! Objects of any kind, as they come over the wire, and what their conditions say.

use super::super::snapshot::{SCALED_DOWN, WorkloadSeen};
use crate::terms::{Labels, ManagedField};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// One object.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Object {
    pub(super) metadata: Metadata,
    pub(super) spec: Value,
    pub(super) status: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Metadata {
    pub(super) name: String,
    pub(super) namespace: Option<String>,
    pub(super) generation: Option<u64>,
    pub(super) creation_timestamp: Option<String>,
    pub(super) deletion_timestamp: Option<String>,
    pub(super) labels: Option<Labels>,
    managed_fields: Option<Vec<ManagedField>>,
}

/// Something that a controller says of an object.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Condition {
    pub(super) r#type: String,
    pub(super) status: String,
    pub(super) reason: Option<String>,
    pub(super) message: Option<String>,
    last_transition_time: Option<String>,
}

impl Condition {
    pub(super) fn is(&self, name: &str, status: &str) -> bool {
        self.r#type == name && self.status == status
    }

    /// For how many seconds it has been so.
    pub(super) fn age(&self, now: jiff::Timestamp) -> Option<i64> {
        seconds_since(self.last_transition_time.as_deref()?, now)
    }

    pub(super) fn why(&self) -> String {
        self.reason.clone().unwrap_or_default()
    }
}

fn seconds_since(time: &str, now: jiff::Timestamp) -> Option<i64> {
    Some(now.duration_since(time.parse::<jiff::Timestamp>().ok()?).as_secs())
}

impl Object {
    /// For how many seconds it has been there.
    pub(super) fn age(&self, now: jiff::Timestamp) -> Option<i64> {
        seconds_since(self.metadata.creation_timestamp.as_deref()?, now)
    }

    /// A label of it.
    pub(super) fn label(&self, key: &str) -> Option<&str> {
        self.metadata.labels.as_ref()?.get(key).map(String::as_str)
    }

    /// For how many seconds its status is as it is, by who wrote it last; `None` where nobody says, as in most dumps. Times of the
    /// API are texts of one form, so that they sort.
    pub(super) fn status_age(&self, now: jiff::Timestamp) -> Option<i64> {
        let fields = self.metadata.managed_fields.iter().flatten();
        let times = fields.filter(|one| one.subresource == "status").filter_map(|one| one.time.as_deref());
        seconds_since(times.max()?, now)
    }

    /// What it says of this name and status.
    pub(super) fn condition(&self, name: &str, status: &str) -> Option<Condition> {
        let all = entries(&self.status, "/conditions").filter_map(|one| Condition::deserialize(one).ok());
        all.into_iter().find(|one| one.is(name, status))
    }

    /// A number of its status; `None` where it does not say.
    pub(super) fn count(&self, field: &str) -> Option<u32> {
        self.status.get(field)?.as_u64()?.try_into().ok()
    }

    /// It as a Deployment, without the nodes of its pods. Fields of its status that are zero are left out; one without any has not been looked at.
    pub(super) fn workload(self, now: jiff::Timestamp) -> WorkloadSeen {
        let is_looked_at = self.status.as_object().is_some_and(|status| !status.is_empty());
        let lacking = self.condition("Available", "False");
        let failed = self.condition("ReplicaFailure", "True");
        let is_scaled_down = self.spec.get("replicas").and_then(Value::as_u64) == Some(0);
        WorkloadSeen {
            available: is_looked_at.then(|| self.count("availableReplicas").unwrap_or_default()),
            age: lacking.as_ref().and_then(|one| one.age(now)),
            refusal: failed.as_ref().and_then(|one| one.message.clone()).unwrap_or_default(),
            reason: if is_scaled_down {
                SCALED_DOWN.to_owned()
            } else {
                failed.or(lacking).map(|one| one.why()).unwrap_or_default()
            },
            failing: None,
            unfound: Vec::new(),
            name: self.metadata.name,
            idle: BTreeSet::new(),
            nodes: BTreeSet::new(),
        }
    }
}

/// The entries of a list; none where there is no list.
pub(super) fn entries<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> {
    value.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

/// A text; empty where there is none.
pub(super) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_as_old_as_what_was_last_written_of_it() {
        let of = |fields: Value| {
            let object: Object =
                serde_json::from_value(serde_json::json!({"metadata": {"managedFields": fields}})).unwrap();
            object.status_age("2026-01-01T00:01:30Z".parse().unwrap())
        };
        let written =
            |subresource: &str, time: &str| serde_json::json!({"subresource": subresource, "time": time});
        let (old, new) = ("2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z");
        assert_eq!(of(serde_json::json!([written("status", old), written("status", new)])), Some(30));
        assert_eq!(of(serde_json::json!([written("status", old), written("", new)])), Some(90));
        assert_eq!(of(serde_json::json!([written("", new)])), None);
        assert_eq!(of(Value::Null), None);
    }

    #[test]
    fn a_deployment_that_nobody_has_looked_at_yet_says_no_number_and_one_without_pods_says_none() {
        let of = |status: Value| {
            let object = Object { status, ..Object::default() };
            object.workload("2026-01-01T00:01:30Z".parse().unwrap())
        };
        assert_eq!(of(Value::Null).available, None);
        assert_eq!(of(serde_json::json!({})).available, None);
        let lacking = serde_json::json!({"type": "Available", "status": "False", "reason": "MinimumReplicasUnavailable",
            "lastTransitionTime": "2026-01-01T00:00:00Z"});
        let seen = of(serde_json::json!({"replicas": 1, "conditions": [lacking, 7, null]}));
        let reason = "MinimumReplicasUnavailable".to_owned();
        assert_eq!(
            seen,
            WorkloadSeen { available: Some(0), age: Some(90), reason, ..WorkloadSeen::default() }
        );
        let fine = serde_json::json!({"availableReplicas": 2, "conditions": [{"type": "Available", "status": "True"}]});
        assert_eq!(of(fine), WorkloadSeen { available: Some(2), ..WorkloadSeen::default() });
    }
}
