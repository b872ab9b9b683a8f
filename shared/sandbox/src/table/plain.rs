//! Kinds whose cells are read off the object.
//!
//! Data is only counted here: a table is what people paste into tickets, and the values of a Secret do not
//! belong there.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::age;
use super::layout::{AGE, Heading, Layout, NAME, or};
use super::template::selector;
use crate::object::{key, list, name, text};

pub(super) const NAMESPACE: Layout = Layout {
    headings: &[NAME, Heading::text("Status", "Whether the namespace is in use or going away."), AGE],
    cells: |object, now| {
        let phase = or(text(object, "/status/phase"), "Active");
        vec![json!(name(object)), json!(phase), age(object, now)]
    },
};

pub(super) const CONFIG_MAP: Layout = Layout {
    headings: &[NAME, Heading::text("Data", "How many keys there are."), AGE],
    cells: |object, now| {
        let keys = count(object, "/data") + count(object, "/binaryData");
        vec![json!(name(object)), json!(keys), age(object, now)]
    },
};

pub(super) const SECRET: Layout = Layout {
    headings: &[
        NAME,
        Heading::text("Type", "What the secret is for."),
        Heading::text("Data", "How many keys there are."),
        AGE,
    ],
    cells: |object, now| {
        let kind = json!(text(object, "/type"));
        vec![json!(name(object)), kind, json!(count(object, "/data")), age(object, now)]
    },
};

pub(super) const SERVICE_ACCOUNT: Layout =
    Layout { headings: &[NAME, AGE], cells: |object, now| vec![json!(name(object)), age(object, now)] };

/// Kinds that nobody has given columns; kubectl shows the time as it is.
pub(super) const DATED: Layout = Layout {
    headings: &[NAME, Heading::date("Created At", "When the server created the object.")],
    cells: |object, _| vec![json!(name(object)), json!(text(object, "/metadata/creationTimestamp"))],
};

pub(super) const LEASE: Layout = Layout {
    headings: &[NAME, Heading::text("Holder", "Who has it."), AGE],
    cells: |object, now| {
        let holder = text(object, "/spec/holderIdentity");
        vec![json!(name(object)), json!(holder), age(object, now)]
    },
};

pub(super) const WEBHOOKS: Layout = Layout {
    headings: &[NAME, Heading::integer("Webhooks", "How many are called."), AGE],
    cells: |object, now| vec![json!(name(object)), json!(list(object, "/webhooks").len()), age(object, now)],
};

pub(super) const API_SERVICE: Layout = Layout {
    headings: &[
        NAME,
        Heading::text("Service", "Who answers for the API."),
        Heading::text("Available", "Whether it is answered for."),
        AGE,
    ],
    cells: |object, now| {
        let service = match (text(object, "/spec/service/namespace"), text(object, "/spec/service/name")) {
            ("", "") => "Local".to_owned(),
            (namespace, name) => format!("{namespace}/{name}"),
        };
        let condition = list(object, "/status/conditions").iter().find(|one| one["type"] == "Available");
        let told = |way| condition.map_or("", |condition| text(condition, way));
        let available = match (told("/status"), told("/reason")) {
            ("", _) => "Unknown".to_owned(),
            (status @ "True", _) | (status, "") => status.to_owned(),
            (status, reason) => format!("{status} ({reason})"),
        };
        vec![json!(name(object)), json!(service), json!(available), age(object, now)]
    },
};

pub(super) const NETWORK_POLICY: Layout = Layout {
    headings: &[NAME, Heading::text("Pod-Selector", "The labels of the pods that it is about."), AGE],
    cells: |object, now| {
        let pods = selector(object.pointer("/spec/podSelector"));
        vec![json!(name(object)), json!(pods), age(object, now)]
    },
};

/// Who has a role, in a namespace or everywhere.
pub(super) const BINDING: Layout = Layout {
    headings: &[
        NAME,
        Heading::text("Role", "The role that is given."),
        AGE,
        Heading::text("Users", "The users who have it.").wide(),
        Heading::text("Groups", "The groups that have it.").wide(),
        Heading::text("ServiceAccounts", "The accounts that have it.").wide(),
    ],
    cells: |object, now| {
        let role = format!("{}/{}", text(object, "/roleRef/kind"), text(object, "/roleRef/name"));
        let [users, groups, accounts] =
            ["User", "Group", "ServiceAccount"].map(|kind| subjects(object, kind));
        vec![json!(name(object)), json!(role), age(object, now), users, groups, accounts]
    },
};

fn subjects(binding: &Value, kind: &str) -> Value {
    let all = list(binding, "/subjects").iter().filter(|subject| text(subject, "/kind") == kind);
    let names = all.map(|subject| key(text(subject, "/namespace"), text(subject, "/name")));
    json!(names.collect::<Vec<_>>().join(", "))
}

fn age(object: &Value, now: Timestamp) -> Value {
    json!(age::of(object, now))
}

fn count(object: &Value, way: &str) -> usize {
    object.pointer(way).and_then(Value::as_object).map_or(0, serde_json::Map::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(layout: Layout, rest: &Value) -> Value {
        let mut object = json!({ "metadata": { "name": "it", "creationTimestamp": "2026-01-01T00:00:00Z" } });
        for (key, value) in rest.as_object().unwrap() {
            object[key] = value.clone();
        }
        json!((layout.cells)(&object, "2026-01-01T00:02:30Z".parse().unwrap()))
    }

    #[test]
    fn a_namespace_shows_its_phase() {
        assert_eq!(
            row(NAMESPACE, &json!({ "status": { "phase": "Active" } })),
            json!(["it", "Active", "2m30s"])
        );
    }

    #[test]
    fn a_config_map_counts_keys_of_text_and_of_bytes() {
        let map = json!({ "data": { "a": "1", "b": "2" }, "binaryData": { "c": "AA==" } });
        assert_eq!(row(CONFIG_MAP, &map), json!(["it", 3, "2m30s"]));
        assert_eq!(row(CONFIG_MAP, &json!({})), json!(["it", 0, "2m30s"]));
    }

    #[test]
    fn a_secret_shows_its_type_and_how_much_it_holds() {
        let secret = json!({ "type": "Opaque", "data": { "token": "c2VjcmV0" } });
        assert_eq!(row(SECRET, &secret), json!(["it", "Opaque", 1, "2m30s"]));
    }

    #[test]
    fn a_service_account_shows_no_secrets_any_more() {
        assert_eq!(row(SERVICE_ACCOUNT, &json!({ "secrets": [{ "name": "x" }] })), json!(["it", "2m30s"]));
    }

    #[test]
    fn an_api_shows_who_answers_and_why_nobody_does() {
        assert_eq!(row(API_SERVICE, &json!({})), json!(["it", "Local", "Unknown", "2m30s"]));
        let api = |status: &str| {
            let condition = json!({ "type": "Available", "status": status, "reason": "Passed" });
            json!({ "spec": { "service": { "namespace": "kube-system", "name": "metrics" } },
                "status": { "conditions": [condition] } })
        };
        assert_eq!(row(API_SERVICE, &api("True")), json!(["it", "kube-system/metrics", "True", "2m30s"]));
        assert_eq!(row(API_SERVICE, &api("False"))[2], "False (Passed)");
    }

    #[test]
    fn a_definition_shows_the_time_and_not_the_age() {
        assert_eq!(row(DATED, &json!({})), json!(["it", "2026-01-01T00:00:00Z"]));
    }

    #[test]
    fn a_binding_shows_the_role_and_who_has_it() {
        let subjects = json!([
            { "kind": "User", "name": "ann" }, { "kind": "ServiceAccount", "name": "ci", "namespace": "build" },
            { "kind": "Group", "name": "ops" }, { "kind": "User", "name": "bob" },
        ]);
        let binding = json!({ "roleRef": { "kind": "ClusterRole", "name": "view" }, "subjects": subjects });
        let expected = json!(["it", "ClusterRole/view", "2m30s", "ann, bob", "ops", "build/ci"]);
        assert_eq!(row(BINDING, &binding), expected);
    }

    #[test]
    fn a_lease_and_a_policy_show_whom_they_are_about() {
        assert_eq!(
            row(LEASE, &json!({ "spec": { "holderIdentity": "node-1" } })),
            json!(["it", "node-1", "2m30s"])
        );
        let policy = json!({ "spec": { "podSelector": { "matchLabels": { "app": "web" } } } });
        assert_eq!(row(NETWORK_POLICY, &policy), json!(["it", "app=web", "2m30s"]));
        assert_eq!(row(NETWORK_POLICY, &json!({})), json!(["it", "<none>", "2m30s"]));
    }
}
