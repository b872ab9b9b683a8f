//! Merging a configuration over what is there.
//!
//! Whatever the configuration does not mention stays, and stays in its place: an apply that says nothing new must not
//! reorder anything, since that alone would be a new version of the object.

use serde_json::{Map, Value};

use super::schema::Rule;

/// What is there once the configuration holds.
pub(super) fn merge(live: &Value, config: &Value, rule: Rule) -> Value {
    if !rule.descends(live) || !rule.descends(config) || rule.children(live).is_empty() {
        return config.clone();
    }
    match (live, config) {
        (Value::Object(live), Value::Object(config)) => Value::Object(fields(live, config, rule)),
        (Value::Array(_), Value::Array(_)) => Value::Array(items(live, config, rule)),
        // An empty one of these says that nothing need be in there, not that nothing may be.
        (live, _) => live.clone(),
    }
}

fn fields(live: &Map<String, Value>, config: &Map<String, Value>, rule: Rule) -> Map<String, Value> {
    let mut merged = live.clone();
    for (name, value) in config {
        let value = live.get(name).map_or_else(|| value.clone(), |live| merge(live, value, rule.field(name)));
        merged.insert(name.clone(), value);
    }
    merged
}

/// What is there keeps its order; what is new comes after it.
fn items(live: &Value, config: &Value, rule: Rule) -> Vec<Value> {
    let (live, config) = (rule.children(live), rule.children(config));
    let kept = live.iter().map(|old| {
        let new = config.iter().find(|new| new.step == old.step);
        new.map_or_else(|| old.value.clone(), |new| merge(old.value, new.value, old.rule))
    });
    let added = config.iter().filter(|new| !live.iter().any(|old| old.step == new.step));
    kept.chain(added.map(|new| new.value.clone())).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ownership::Schema;

    fn merged(live: &Value, config: &Value) -> Value {
        merge(live, config, Rule::Struct(*Schema::of("Service")))
    }

    #[test]
    fn maps_are_merged_key_by_key() {
        let labels = |labels: Value| json!({"metadata": {"labels": labels}});
        let (live, config) = (labels(json!({"a": "1", "b": "1"})), labels(json!({"b": "2", "c": "2"})));
        assert_eq!(
            merged(&live, &config).to_string(),
            labels(json!({"a": "1", "b": "2", "c": "2"})).to_string()
        );
    }

    #[test]
    fn ports_are_merged_by_number_and_protocol_and_new_ones_come_last() {
        let spec = |ports: Value| json!({"spec": {"ports": ports}});
        let live = spec(
            json!([{"port": 80, "protocol": "TCP", "targetPort": 8080}, {"port": 53, "protocol": "UDP"}]),
        );
        let config = spec(json!([{"port": 443}, {"port": 80, "name": "http"}]));
        let first = json!({"port": 80, "protocol": "TCP", "targetPort": 8080, "name": "http"});
        let expected = spec(json!([first, {"port": 53, "protocol": "UDP"}, {"port": 443}]));
        assert_eq!(merged(&live, &config), expected);
    }

    #[test]
    fn sets_are_united_and_all_other_lists_are_replaced() {
        let live = json!({"metadata": {"finalizers": ["a"]}, "spec": {"externalIPs": ["192.0.2.1"]}});
        let config = json!({"metadata": {"finalizers": ["b", "a"]}, "spec": {"externalIPs": ["192.0.2.2"]}});
        let expected =
            json!({"metadata": {"finalizers": ["a", "b"]}, "spec": {"externalIPs": ["192.0.2.2"]}});
        assert_eq!(merged(&live, &config), expected);
    }

    #[test]
    fn an_empty_map_takes_nothing_away() {
        let live = json!({"metadata": {"labels": {"a": "1"}}, "spec": {"selector": {"app": "web"}}});
        let config = json!({"metadata": {"labels": {}}, "spec": {"selector": {}}});
        let expected = json!({"metadata": {"labels": {"a": "1"}}, "spec": {"selector": {}}});
        assert_eq!(merged(&live, &config), expected);
    }
}
