//! Namespaces: what every one gets, and how one ends.

use serde_json::{Value, json};

use super::{Hand, about};
use crate::kinds::Scope;
use crate::object::{fields, is_going, name, namespace};
use crate::store::Change;

const TABLE: &str = "namespaces";

pub(super) fn see(hand: &mut Hand<'_>, change: &Change) {
    if *change.table != *TABLE {
        let place = about(change).map(|object| namespace(object).to_owned()).unwrap_or_default();
        if change.after.is_none() && !place.is_empty() {
            end(hand, &place);
        }
        return;
    }
    let Some(object) = &change.after else { return };
    if is_going(object) {
        end(hand, name(object));
    } else if change.before.is_none() {
        furnish(hand, name(object));
    }
}

fn furnish(hand: &mut Hand<'_>, namespace: &str) {
    hand.make("serviceaccounts", namespace, json!({"metadata": {"name": "default"}}));
    let data = json!({"ca.crt": hand.authority});
    hand.make("configmaps", namespace, json!({"metadata": {"name": "kube-root-ca.crt"}, "data": data}));
}

/// Deletes what is left in a namespace that is going, and lets it go when nothing is.
fn end(hand: &mut Hand<'_>, namespace: &str) {
    let Some(object) = hand.get(TABLE, "", namespace).filter(|object| is_going(object)) else { return };
    let kinds = hand.state.kinds.all().iter().filter(|kind| kind.scope == Scope::Namespaced);
    let tables: Vec<_> = kinds.map(|kind| kind.table()).collect();
    let mut left = 0;
    for table in tables {
        for object in hand.list(&table, namespace) {
            if !is_going(&object) {
                hand.delete(&table, &object);
            }
        }
        left += hand.state.store.list(&table, Some(namespace)).count();
    }
    if left == 0 {
        let mut free = Value::clone(&object);
        fields(&mut free, "spec").insert("finalizers".into(), json!([]));
        hand.set(TABLE, &object, free);
    }
}
