//! The two lists in a Link's status: entries and edits. Pure.

use k8s_openapi::jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::keys;

/// Which of the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    /// Mirrors, of either mode.
    Mirrors,
    /// Members of federated Services.
    Federated,
}

impl List {
    /// Returns the name of its field.
    pub(super) fn field(self) -> &'static str {
        match self {
            Self::Mirrors => "mirrorServices",
            Self::Federated => "federatedServices",
        }
    }
}

/// What the status says about one exported Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The mirror or federated Service with this name was written.
    Mirrored(String),
    /// The Service cannot be mirrored as what it is, for this reason.
    Invalid(&'static str),
    /// The importer lacks the namespace.
    MissingNamespace,
    /// A write failed, in these words.
    Error(String),
}

/// The exported Service that an entry is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exported<'a> {
    pub(super) namespace: &'a str,
    pub(super) name: &'a str,
}

/// Returns the list with the entry of this Service replaced where it stood, or appended.
pub(super) fn with(list: &[Value], exported: Exported, outcome: &Outcome, now: Timestamp) -> Vec<Value> {
    let entry = entry(exported, outcome, now);
    let mut list = list.to_vec();
    match list.iter_mut().find(|one| is_about(one, exported)) {
        Some(old) => *old = entry,
        None => list.push(entry),
    }
    list
}

/// Returns the list without the entry of this Service.
pub(super) fn without(list: &[Value], exported: Exported) -> Vec<Value> {
    list.iter().filter(|one| !is_about(one, exported)).cloned().collect()
}

/// Returns the merge patch that sets one list.
///
/// An empty list is left out of the patch, which therefore changes nothing: the last entry stays. This
/// is a flaw of the real controller that its users have to live with.
pub(super) fn patch(list: List, entries: Vec<Value>) -> Value {
    let mut status = Map::new();
    if !entries.is_empty() {
        status.insert(list.field().into(), entries.into());
    }
    json!({"status": status})
}

fn is_about(entry: &Value, exported: Exported) -> bool {
    let says = |field: &str, text: &str| {
        entry.pointer(&format!("/remoteRef/{field}")).and_then(Value::as_str) == Some(text)
    };
    says("name", exported.name) && says("namespace", exported.namespace)
}

/// Returns what the status says of this Service.
pub(super) fn entry(exported: Exported, outcome: &Outcome, now: Timestamp) -> Value {
    let (status, reason, message) = match outcome {
        Outcome::Mirrored(_) => ("True", "Mirrored", ""),
        Outcome::Invalid(words) => ("False", "InvalidService", *words),
        Outcome::MissingNamespace => ("False", "MissingNamespace", "Namespace does not exist"),
        Outcome::Error(words) => ("False", "Error", words.as_str()),
    };
    let mut condition = json!({
        "type": "Mirrored", "status": status, "reason": reason, "message": message,
        "lastTransitionTime": now.to_string(),
    });
    if let (Outcome::Mirrored(mirror), Some(fields)) = (outcome, condition.as_object_mut()) {
        fields.insert("localRef".into(), reference(exported.namespace, mirror));
    }
    json!({
        "conditions": [condition],
        "controllerName": keys::STATUS_CONTROLLER,
        "remoteRef": reference(exported.namespace, exported.name),
    })
}

fn reference(namespace: &str, name: &str) -> Value {
    json!({"group": "core", "kind": "Service", "name": name, "namespace": namespace})
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEB: Exported = Exported { namespace: "shop", name: "web" };
    const API: Exported = Exported { namespace: "shop", name: "api" };

    fn names(list: &[Value]) -> Vec<&str> {
        list.iter().map(|entry| entry["remoteRef"]["name"].as_str().unwrap()).collect()
    }

    #[test]
    fn an_entry_keeps_its_place_when_it_changes() {
        let mirrored = Outcome::Mirrored("x-infra".into());
        let list = with(&[], WEB, &mirrored, Timestamp::UNIX_EPOCH);
        let list = with(&list, API, &mirrored, Timestamp::UNIX_EPOCH);
        let list = with(&list, WEB, &Outcome::Error("refused".into()), Timestamp::UNIX_EPOCH);
        assert_eq!(names(&list), ["web", "api"]);
        assert_eq!(list[0]["conditions"][0]["message"], "refused");
        assert_eq!(list[0]["conditions"][0].get("localRef"), None);
        assert_eq!(list[1]["conditions"][0]["localRef"]["name"], "x-infra");
    }

    #[test]
    fn a_service_of_the_same_name_elsewhere_is_another_one() {
        let elsewhere = Exported { namespace: "other", name: "web" };
        let list = with(&[], WEB, &Outcome::MissingNamespace, Timestamp::UNIX_EPOCH);
        assert_eq!(without(&list, elsewhere).len(), 1);
        assert_eq!(without(&list, WEB).len(), 0);
    }

    #[test]
    fn an_invalid_service_has_no_mirror_to_name() {
        let list = with(&[], WEB, &Outcome::Invalid("no address"), Timestamp::UNIX_EPOCH);
        assert_eq!(
            list[0]["conditions"],
            json!([{
                "type": "Mirrored", "status": "False", "reason": "InvalidService", "message": "no address",
                "lastTransitionTime": "1970-01-01T00:00:00Z",
            }])
        );
    }

    #[test]
    fn the_patch_of_an_emptied_list_changes_nothing() {
        assert_eq!(patch(List::Mirrors, Vec::new()), json!({"status": {}}));
        assert_eq!(patch(List::Mirrors, vec![json!(1)]), json!({"status": {"mirrorServices": [1]}}));
        assert_eq!(patch(List::Federated, vec![json!(1)]), json!({"status": {"federatedServices": [1]}}));
    }
}
