//! Pruning: taking out what a manager had applied, applies no more, and nobody else owns.
//!
//! A struct of which only this manager owned something goes as a whole, together with what was filled in around it: a
//! default is not worth keeping once nobody wants the rest. An item of a list goes only if it was applied itself.

use serde_json::Value;

use super::fields::{FieldSet, Node};
use super::schema::Rule;
use super::step::Step;

/// Takes out of `value` what is in `last` and not in `kept`. What is empty afterwards is null: it has lost all that was
/// in it, which is not the same as having been taken out.
pub(super) fn prune(value: &mut Value, last: &FieldSet, kept: &FieldSet, rule: Rule) {
    if rule.children(value).is_empty() {
        return;
    }
    let sets = (last, kept);
    let left = match value {
        Value::Object(fields) => {
            fields.retain(|name, value| stays(&Step::field(name), value, sets, rule.field(name)));
            fields.len()
        }
        Value::Array(items) => {
            items
                .retain_mut(|item| rule.item(item).is_none_or(|(step, rule)| stays(&step, item, sets, rule)));
            items.len()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return,
    };
    if left == 0 {
        *value = Value::Null;
    }
}

fn stays(step: &Step, value: &mut Value, (last, kept): (&FieldSet, &FieldSet), rule: Rule) -> bool {
    let Some(last) = last.get(step) else { return true };
    let nothing = Node::default();
    let kept = kept.get(step).unwrap_or(&nothing);
    if holds(step, last) && !holds(step, kept) {
        return false;
    }
    prune(value, &last.below, &kept.below, rule);
    true
}

/// Whether who owns this also answers for the node: a field does by anything in it, an item only by itself.
fn holds(step: &Step, node: &Node) -> bool {
    match step {
        Step::Field(_) => !node.is_empty(),
        Step::Key(_) | Step::Item(_) | Step::Index(_) => node.member,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ownership::Schema;

    fn pruned(mut value: Value, last: &Value, kept: &Value) -> Value {
        let sets = (FieldSet::decode(last).unwrap(), FieldSet::decode(kept).unwrap());
        prune(&mut value, &sets.0, &sets.1, Rule::Struct(*Schema::of("Service")));
        value
    }

    const PORT: &str = r#"k:{"port":80,"protocol":"TCP"}"#;

    #[test]
    fn a_port_goes_with_what_was_filled_in_and_others_stay() {
        let value = json!({"spec": {"ports": [{"port": 80, "targetPort": 8080}, {"port": 81}]}});
        let last = json!({"f:spec": {"f:ports": {PORT: {".": {}, "f:port": {}}}}});
        let kept =
            json!({"f:spec": {"f:ports": {r#"k:{"port":81,"protocol":"TCP"}"#: {".": {}, "f:port": {}}}}});
        assert_eq!(pruned(value, &last, &kept), json!({"spec": {"ports": [{"port": 81}]}}));
    }

    #[test]
    fn a_port_of_another_manager_loses_only_the_field() {
        let value = json!({"spec": {"ports": [{"port": 80, "name": "http"}]}});
        let last = json!({"f:spec": {"f:ports": {PORT: {".": {}, "f:port": {}, "f:name": {}}}}});
        let kept = json!({"f:spec": {"f:ports": {PORT: {".": {}, "f:port": {}}}}});
        assert_eq!(pruned(value, &last, &kept), json!({"spec": {"ports": [{"port": 80}]}}));
    }

    #[test]
    fn a_struct_that_nobody_owns_anything_of_goes_whole() {
        let value = json!({"spec": {"type": "ClusterIP", "x": {"a": 1, "default": 2}}});
        let last = json!({"f:spec": {"f:x": {"f:a": {}}}});
        assert_eq!(
            pruned(value, &last, &json!({"f:spec": {"f:type": {}}})),
            json!({"spec": {"type": "ClusterIP"}})
        );
    }

    #[test]
    fn a_map_that_somebody_owns_is_left_empty() {
        let value = json!({"metadata": {"labels": {"a": "1"}}});
        let (last, kept) =
            (json!({"f:metadata": {"f:labels": {"f:a": {}}}}), json!({"f:metadata": {"f:labels": {}}}));
        assert_eq!(pruned(value, &last, &kept), json!({"metadata": {"labels": null}}));
    }

    #[test]
    fn an_item_of_a_set_goes() {
        let value = json!({"metadata": {"finalizers": ["a", "b"]}});
        let last = json!({"f:metadata": {"f:finalizers": {"v:\"a\"": {}}}});
        let kept = json!({"f:metadata": {"f:finalizers": {"v:\"b\"": {}}}});
        assert_eq!(pruned(value, &last, &kept), json!({"metadata": {"finalizers": ["b"]}}));
    }
}
