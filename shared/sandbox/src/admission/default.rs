//! Small defaults of other kinds.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::preset;
use crate::object::{as_map, fields, list, metadata, name, text};

/// Kinds of the core API.
pub(super) fn core(kind: &str, object: &mut Value) {
    match kind {
        "Namespace" => namespace(object),
        "Secret" => secret(object),
        "Pod" => pod(object),
        "Event" => event(object),
        _ => {}
    }
}

fn namespace(object: &mut Value) {
    let name = name(object).to_owned();
    let labels = metadata(object).entry("labels").or_insert_with(|| json!({}));
    as_map(labels).insert("kubernetes.io/metadata.name".into(), name.into());
    preset(object, "spec", "finalizers", json!(["kubernetes"]));
    preset(object, "status", "phase", "Active");
}

/// What is written as text is kept as bytes.
fn secret(object: &mut Value) {
    as_map(object).entry("type").or_insert_with(|| "Opaque".into());
    let Some(Value::Object(texts)) = as_map(object).shift_remove("stringData") else { return };
    for (key, value) in texts {
        let bytes = STANDARD.encode(value.as_str().unwrap_or_default());
        fields(object, "data").insert(key, bytes.into());
    }
}

/// What the server writes although it is empty.
fn event(object: &mut Value) {
    let fields = as_map(object);
    for (name, value) in
        [("eventTime", Value::Null), ("reportingComponent", "".into()), ("reportingInstance", "".into())]
    {
        fields.entry(name).or_insert(value);
    }
}

fn pod(object: &mut Value) {
    preset(object, "spec", "restartPolicy", "Always");
    preset(object, "spec", "schedulerName", "default-scheduler");
    preset(object, "spec", "serviceAccountName", "default");
    preset(object, "status", "phase", "Pending");
}

/// Numbers that the server writes although they are none.
pub(super) fn daemon_set(object: &mut Value) {
    for count in ["currentNumberScheduled", "desiredNumberScheduled", "numberMisscheduled", "numberReady"] {
        preset(object, "status", count, 0);
    }
}

/// A policy is about what comes in, and about what goes out where it lets something of that through.
pub(super) fn network_policy(object: &mut Value) {
    let is_outward = !list(object, "/spec/egress").is_empty();
    let types = if is_outward { json!(["Ingress", "Egress"]) } else { json!(["Ingress"]) };
    preset(object, "spec", "policyTypes", types);
    for rules in ["/spec/ingress", "/spec/egress"] {
        let rules = object.pointer_mut(rules).and_then(Value::as_array_mut).into_iter().flatten();
        let ports = rules.filter_map(|rule| rule.get_mut("ports").and_then(Value::as_array_mut)).flatten();
        for port in ports {
            as_map(port).entry("protocol").or_insert_with(|| "TCP".into());
        }
    }
}

/// A definition is served as soon as it is there.
pub(super) fn definition(object: &mut Value) {
    let names = object.pointer("/spec/names").cloned().unwrap_or_default();
    let condition = |kind: &str, reason: &str, message: &str| {
        json!({"type": kind, "status": "True", "reason": reason, "message": message,
               "lastTransitionTime": text(object, "/metadata/creationTimestamp")})
    };
    let conditions = json!([
        condition("NamesAccepted", "NoConflicts", "no conflicts found"),
        condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
    ]);
    let stored: Vec<_> =
        list(object, "/spec/versions").iter().filter(|version| version["storage"] == true).collect();
    let stored: Value = stored.into_iter().map(|version| version["name"].clone()).collect();
    let status = json!({"conditions": conditions, "acceptedNames": names, "storedVersions": stored});
    as_map(object).insert("status".into(), status);
}
