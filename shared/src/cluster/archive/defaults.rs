//! What an API server adds to what is written: manifests may leave it out, and nobody who judges should have to know that.

use serde_json::{Map, Value, json};

/// Adds it, where it matters to a look.
pub(super) fn add(object: &mut Value) {
    let is_service = object.get("kind").is_some_and(|kind| kind == "Service")
        && object.get("apiVersion").is_some_and(|version| version == "v1");
    if is_service && let Some(spec) = object.get_mut("spec").and_then(Value::as_object_mut) {
        service(spec);
    }
}

fn service(spec: &mut Map<String, Value>) {
    let kind = fill(spec, "type", || json!("ClusterIP"));
    let is_of_nobody = kind.as_str() == Some("ExternalName");
    let ports = spec.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten();
    for port in ports.filter_map(Value::as_object_mut) {
        fill(port, "protocol", || json!("TCP"));
        let number = port.get("port").cloned().filter(|_| !is_of_nobody);
        if let Some(number) = number {
            fill(port, "targetPort", || number);
        }
    }
}

/// The value of a field, which an empty one takes first.
fn fill(fields: &mut Map<String, Value>, key: &str, value: impl FnOnce() -> Value) -> Value {
    let field = fields.entry(key).or_insert(Value::Null);
    if field.is_null() || field == "" {
        *field = value();
    }
    field.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(mut object: Value) -> Value {
        add(&mut object);
        object["spec"].take()
    }

    #[test]
    fn a_service_has_a_type_and_its_ports_have_a_protocol_and_a_target() {
        let service = |spec: Value| added(json!({ "apiVersion": "v1", "kind": "Service", "spec": spec }));
        let ports = json!([{ "port": 80 }, { "port": 53, "protocol": "UDP", "targetPort": "dns" }]);
        let filled = json!([
            { "port": 80, "protocol": "TCP", "targetPort": 80 },
            { "port": 53, "protocol": "UDP", "targetPort": "dns" },
        ]);
        assert_eq!(service(json!({ "ports": ports })), json!({ "ports": filled, "type": "ClusterIP" }));
        assert_eq!(
            service(json!({ "ports": "80", "type": null })),
            json!({ "ports": "80", "type": "ClusterIP" })
        );
        assert_eq!(service(json!("odd")), json!("odd"));
        let other =
            json!({ "apiVersion": "serving.knative.dev/v1", "kind": "Service", "spec": { "ports": [{}] } });
        assert_eq!(added(other), json!({ "ports": [{}] }));
    }
}
