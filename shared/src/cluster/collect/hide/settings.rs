//! Objects with settings: the few that are judged, and nothing of others.

use super::{HIDDEN, pods};
use crate::cluster::yaml;
use serde_json::Value;

/// By their names; their namespaces may be others than usual.
const JUDGED: [&str; 4] =
    ["linkerd-config", "linkerd-identity-trust-roots", "cilium-config", "kube-root-ca.crt"];
/// Where Linkerd's chart keeps its values.
const VALUES: &str = "values";

/// Takes out what nobody judges.
pub(super) fn config_map(object: &mut Value) {
    let name = object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
    let is_judged = JUDGED.contains(&name);
    let Some(fields) = object.as_object_mut() else { return };
    fields.remove("binaryData");
    let Some(data) = fields.get_mut("data").and_then(Value::as_object_mut) else { return };
    for (key, value) in data {
        if !is_judged {
            *value = HIDDEN.into();
        } else if key == VALUES
            && let Some(text) = value.as_str()
        {
            *value = values(text).into();
        }
    }
}

/// The values of a chart, without what containers are told there. What cannot be read is no better hidden.
fn values(text: &str) -> String {
    match yaml::value(text) {
        Ok(mut values) => {
            let before = values.clone();
            pods::environments(&mut values);
            super::texts::doors(&mut values);
            // As it was written, where nothing had to be taken out.
            if values == before { text.to_owned() } else { values.to_string() }
        }
        Err(()) => HIDDEN.to_owned(),
    }
}
