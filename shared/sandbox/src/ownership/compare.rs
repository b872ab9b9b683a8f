//! The fields of a configuration, and the fields in which two versions of an object differ.
//!
//! Only what ends a path is owned by who configures it. A comparison counts more: a map, struct or item that comes into
//! being is a field of its own, because whoever made it has to be asked before it goes.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fields::{FieldSet, Node};
use super::schema::Rule;
use super::step::Step;

/// The fields that a configuration sets: what ends a path, and the items of lists.
pub(super) fn fields_of(config: &Value, rule: Rule) -> FieldSet {
    let mut set = FieldSet::default();
    for child in rule.children(config) {
        let below = fields_of(child.value, child.rule);
        let member = below.is_empty() || !matches!(child.step, Step::Field(_));
        set.insert(child.step, Node { member, below });
    }
    set
}

/// How one version of an object differs from another.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// What was added or has another value; nothing tells the two apart.
    pub(super) changed: FieldSet,
    pub(super) removed: FieldSet,
}

/// Compares two versions of an object.
pub(super) fn compare(old: &Value, new: &Value, rule: Rule) -> Comparison {
    let difference = differ(Sides { old: Some(old), new: Some(new) }, rule);
    Comparison { changed: difference.changed.below, removed: difference.removed.below }
}

#[derive(Debug, Clone, Copy, Default)]
struct Sides<'a> {
    old: Option<&'a Value>,
    new: Option<&'a Value>,
}

#[derive(Debug, Default)]
struct Difference {
    changed: Node,
    removed: Node,
}

fn differ(sides: Sides<'_>, rule: Rule) -> Difference {
    let mut difference = Difference::default();
    if sides.old == sides.new {
        return difference;
    }
    let children = children(sides, rule);
    difference.removed.member = sides.new.is_none();
    difference.changed.member = match (sides.old, sides.new) {
        (Some(old), Some(new)) => children.is_empty() || !(rule.descends(old) && rule.descends(new)),
        (None, _) | (_, None) => sides.old.is_none(),
    };
    for (step, (rule, sides)) in children {
        let found = differ(sides, rule);
        difference.changed.below.insert(step.clone(), found.changed);
        difference.removed.below.insert(step, found.removed);
    }
    difference
}

/// What is below either side, side by side.
fn children(sides: Sides<'_>, rule: Rule) -> BTreeMap<Step, (Rule, Sides<'_>)> {
    let mut children = BTreeMap::new();
    for child in sides.old.into_iter().flat_map(|old| rule.children(old)) {
        children.insert(child.step, (child.rule, Sides { old: Some(child.value), new: None }));
    }
    for child in sides.new.into_iter().flat_map(|new| rule.children(new)) {
        let (_, sides) = children.entry(child.step).or_insert((child.rule, Sides::default()));
        sides.new = Some(child.value);
    }
    children
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ownership::Schema;

    const SERVICE: fn() -> Rule = || Rule::Struct(*Schema::of("Service"));

    fn changes(old: &Value, new: &Value) -> (Value, Value) {
        let comparison = compare(old, new, SERVICE());
        (comparison.changed.encode(), comparison.removed.encode())
    }

    #[test]
    fn the_fields_of_a_port_are_the_port_and_what_it_says() {
        let config = json!({"spec": {"ports": [{"port": 80, "name": "http"}], "selector": {"app": "web"}}});
        let port = json!({".": {}, "f:port": {}, "f:name": {}});
        let expected =
            json!({"f:spec": {"f:ports": {r#"k:{"port":80,"protocol":"TCP"}"#: port}, "f:selector": {}}});
        assert_eq!(fields_of(&config, SERVICE()).encode(), expected);
    }

    #[test]
    fn empty_maps_empty_lists_and_nulls_are_fields_themselves() {
        let config = json!({"metadata": {"labels": {}, "finalizers": []}, "spec": {"type": null}});
        let expected = json!({"f:metadata": {"f:labels": {}, "f:finalizers": {}}, "f:spec": {"f:type": {}}});
        assert_eq!(fields_of(&config, SERVICE()).encode(), expected);
    }

    #[test]
    fn a_map_that_comes_into_being_is_a_change_of_its_own() {
        let (without, with) = (json!({"metadata": {}}), json!({"metadata": {"labels": {"a": "1"}}}));
        let whole = json!({"f:metadata": {"f:labels": {".": {}, "f:a": {}}}});
        assert_eq!(changes(&without, &with), (whole.clone(), json!({})));
        assert_eq!(changes(&with, &without), (json!({}), whole));
    }

    #[test]
    fn a_key_in_a_map_that_was_there_is_only_itself() {
        let (old, new) = (json!({"metadata": {"labels": {}}}), json!({"metadata": {"labels": {"a": "1"}}}));
        assert_eq!(changes(&old, &new), (json!({"f:metadata": {"f:labels": {"f:a": {}}}}), json!({})));
    }

    #[test]
    fn the_order_of_a_keyed_list_is_no_change() {
        let ports = |order: [u16; 2]| json!({"spec": {"ports": order.map(|port| json!({"port": port}))}});
        assert_eq!(changes(&ports([80, 443]), &ports([443, 80])), (json!({}), json!({})));
    }

    #[test]
    fn an_atomic_map_changes_as_one() {
        let selector = |app: &str| json!({"spec": {"selector": {"app": app}}});
        assert_eq!(
            changes(&selector("a"), &selector("b")),
            (json!({"f:spec": {"f:selector": {}}}), json!({}))
        );
    }

    #[test]
    fn a_text_that_becomes_an_object_is_changed_together_with_what_is_in_it() {
        let value = |value: Value| json!({"spec": {"x": value}});
        let (changed, removed) = changes(&value(json!("a")), &value(json!({"b": 1})));
        assert_eq!((changed, removed), (json!({"f:spec": {"f:x": {".": {}, "f:b": {}}}}), json!({})));
    }
}
