//! Kinds whose cells are read off the object.
//!
//! Data is only counted here: a table is what people paste into tickets, and the values of a Secret do not
//! belong there.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::age;
use super::layout::{AGE, Heading, Layout, NAME, or};
use crate::object::{name, text};

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
    fn a_definition_shows_the_time_and_not_the_age() {
        assert_eq!(row(DATED, &json!({})), json!(["it", "2026-01-01T00:00:00Z"]));
    }
}
