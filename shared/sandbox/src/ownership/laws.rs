//! Laws that hold for all objects and configurations, not only for those that somebody thought of.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::fields::FieldSet;
use super::{Schema, Writer, apply, update};

fn writer<'a>(manager: &'a str, now: &'a str) -> Writer<'a> {
    Writer { manager, api_version: "v1", subresource: None, now }
}

fn applied(live: Option<&Value>, config: &Value, manager: &str, now: &str) -> Value {
    apply(live, config, &writer(manager, now), true, Schema::of("Service")).unwrap()
}

fn labels(fewest: usize) -> impl Strategy<Value = Value> {
    btree_map("[a-d]", prop_oneof![Just(json!(null)), "[xy]".prop_map(Value::from)], fewest..4)
        .prop_map(|labels| json!(labels))
}

fn port() -> impl Strategy<Value = Value> {
    (80_u16..83, prop::option::of("[ab]")).prop_map(|(port, name)| match name {
        Some(name) => json!({"port": port, "name": name}),
        None => json!({"port": port}),
    })
}

fn ports() -> impl Strategy<Value = Value> {
    vec(port(), 0..3).prop_map(|mut ports| {
        ports.sort_by_key(|port| port["port"].as_u64());
        ports.dedup_by_key(|port| port["port"].as_u64());
        Value::from(ports)
    })
}

/// Configurations of Services, with all kinds of values that merging tells apart.
fn config(fewest: usize) -> impl Strategy<Value = Value> {
    let metadata = prop::option::of(labels(fewest))
        .prop_map(|labels| labels.map_or(json!({}), |labels| json!({"labels": labels})));
    let spec = (ports(), prop::option::of(labels(0)), prop_oneof![Just(json!(null)), Just(json!("ClusterIP"))])
        .prop_map(|(ports, selector, kind)| json!({"ports": ports, "selector": selector, "type": kind, "x": {"y": {}}}));
    (metadata, prop::option::of(spec)).prop_map(|(metadata, spec)| {
        let mut config = json!({"metadata": metadata});
        if let Some(spec) = spec {
            config["spec"] = spec;
        }
        config
    })
}

fn set() -> impl Strategy<Value = Value> {
    let step = prop_oneof![
        "f:[a-z./]{0,5}",
        (0..99_u8).prop_map(|port| format!("k:{{\"port\":{port},\"protocol\":\"TCP\"}}")),
        any::<String>().prop_map(|text| format!("v:{}", Value::from(text))),
        any::<u16>().prop_map(|number| format!("i:{number}")),
    ];
    let leaf = Just(json!({}));
    leaf.prop_recursive(4, 24, 4, move |below| {
        (any::<bool>(), btree_map(step.clone(), below, 0..4)).prop_map(|(member, mut fields)| {
            if member && !fields.is_empty() {
                fields.insert(".".to_owned(), json!({}));
            }
            json!(fields)
        })
    })
}

fn repeats(configs: &[(Value, String)]) -> Result<(), TestCaseError> {
    let mut live = None;
    for (config, manager) in configs {
        let once = applied(live.as_ref(), config, manager, "2026-01-02T03:04:05Z");
        let twice = applied(Some(&once), config, manager, "2027-01-01T00:00:00Z");
        prop_assert_eq!(twice.to_string(), once.to_string());
        live = Some(once);
    }
    Ok(())
}

proptest! {
    #[test]
    fn the_same_apply_again_changes_nothing(configs in vec(config(0), 1..4)) {
        let managed: Vec<_> = configs.into_iter().map(|config| (config, "one".to_owned())).collect();
        repeats(&managed)?;
    }

    /// Without empty maps of labels: an object keeps none, so that each one applied is new, and takes the map over.
    #[test]
    fn the_same_apply_again_changes_nothing_among_several_managers(configs in vec((config(1), "[ab]"), 1..5)) {
        repeats(&configs)?;
    }

    #[test]
    fn an_update_to_what_is_there_changes_nothing(config in config(0)) {
        let live = applied(None, &config, "one", "2026-01-02T03:04:05Z");
        let again = update(Some(&live), live.clone(), &writer("two", "2027-01-01T00:00:00Z"), Schema::of("Service"));
        prop_assert_eq!(again.to_string(), live.to_string());
    }

    #[test]
    fn managers_of_different_labels_never_conflict(
        one in btree_map("[a-c]", "[xy]", 1..3), other in btree_map("[x-z]", "[xy]", 1..3),
    ) {
        let schema = Schema::of("Service");
        let config = |labels: &std::collections::BTreeMap<String, String>| json!({"metadata": {"labels": labels}});
        let first = apply(None, &config(&one), &writer("one", "t"), false, schema).unwrap();
        let both = apply(Some(&first), &config(&other), &writer("two", "t"), false, schema).unwrap();
        let mut all = one.clone();
        all.extend(other);
        prop_assert_eq!(&both["metadata"]["labels"], &json!(all));
        let without = apply(Some(&both), &json!({}), &writer("two", "t"), false, schema).unwrap();
        prop_assert_eq!(without, first);
    }

    #[test]
    fn an_apply_of_nothing_takes_back_all_that_its_manager_applied(config in config(0)) {
        let nothing = json!({"metadata": {"name": "web"}});
        let one = applied(None, &config, "one", "t");
        prop_assert_eq!(applied(Some(&one), &nothing, "one", "t"), json!({"metadata": {}}));
    }

    #[test]
    fn a_set_of_fields_reads_back_as_it_was_written(mut value in set()) {
        value.as_object_mut().unwrap().shift_remove("."); // the object as a whole is nobody's
        let set = FieldSet::decode(&value).unwrap();
        prop_assert_eq!(FieldSet::decode(&set.encode()), Some(set.clone()));
        prop_assert_eq!(set.encode(), value);
    }
}
