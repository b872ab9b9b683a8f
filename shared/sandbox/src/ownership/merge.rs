//! Merging a configuration over what is there.
//!
//! Whatever the configuration does not mention stays. An apply that says nothing new changes no order either, since that
//! alone would be a new version of the object; one that says another order gets it.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::schema::{Child, Rule};
use super::step::Step;

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

/// Items that both have are in the order of the configuration, the others stay where they are between them.
fn items(live: &Value, config: &Value, rule: Rule) -> Vec<Value> {
    let (live, mut pending) = (rule.children(live), rule.children(config));
    let configured: BTreeSet<_> = pending.iter().map(|item| item.step.clone()).collect();
    let old = |step: &Step| live.iter().find(|item| item.step == *step);
    let over = |new: Child<'_>| {
        old(&new.step).map_or_else(|| new.value.clone(), |old| merge(old.value, new.value, old.rule))
    };
    let mut merged = Vec::new();
    for item in &live {
        let next = pending.iter().position(|new| old(&new.step).is_some());
        if !configured.contains(&item.step) {
            merged.push(item.value.clone());
        } else if let Some(next) = next.filter(|at| pending.get(*at).is_some_and(|new| new.step == item.step))
        {
            merged.extend(pending.drain(..=next).map(over));
        }
    }
    merged.extend(pending.into_iter().map(over));
    merged
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
    fn ports_are_merged_by_number_and_protocol() {
        let spec = |ports: Value| json!({"spec": {"ports": ports}});
        let live = spec(
            json!([{"port": 53, "protocol": "UDP"}, {"port": 80, "protocol": "TCP", "targetPort": 8080}]),
        );
        let config = spec(json!([{"port": 80, "name": "http"}, {"port": 53}]));
        let http = json!({"port": 80, "protocol": "TCP", "targetPort": 8080, "name": "http"});
        assert_eq!(
            merged(&live, &config),
            spec(json!([{"port": 53, "protocol": "UDP"}, http, {"port": 53}]))
        );
    }

    #[test]
    fn items_are_in_the_order_of_the_configuration_and_others_keep_their_place_among_them() {
        let finalizers =
            |list: &str| json!({"metadata": {"finalizers": list.split_whitespace().collect::<Vec<_>>()}});
        for (live, config, expected) in [
            ("a b c", "b", "a b c"),
            ("a b", "b a", "b a"),
            ("a b x", "b a n", "b x a n"),
            ("a x b", "n a m b", "n a x m b"),
            ("x y", "a", "x y a"),
        ] {
            assert_eq!(
                merged(&finalizers(live), &finalizers(config)),
                finalizers(expected),
                "{live} and {config}"
            );
        }
    }

    #[test]
    fn sets_are_united_and_all_other_lists_are_replaced() {
        let live = json!({"metadata": {"finalizers": ["a"]}, "spec": {"externalIPs": ["192.0.2.1"]}});
        let config = json!({"metadata": {"finalizers": ["b", "a"]}, "spec": {"externalIPs": ["192.0.2.2"]}});
        let expected =
            json!({"metadata": {"finalizers": ["b", "a"]}, "spec": {"externalIPs": ["192.0.2.2"]}});
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
