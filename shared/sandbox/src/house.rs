//! What the cluster does by itself, as far as others rely on it: the work of kube-controller-manager, and of a node on
//! which pods run at once.
//!
//! It sees every change once, in order, and acts on the store directly; it runs after the request that made the change
//! has been answered, as it does in reality.

mod account;
mod endpoints;
mod garbage;
mod hand;
mod namespace;
mod node;
mod slices;
mod subsets;

use std::sync::Arc;

use serde_json::Value;

use crate::cluster::Cluster;
use crate::object::{name, namespace as namespace_of, text};
use crate::store::Change;

use endpoints::Stale;
use garbage::Garbage;
use hand::Hand;

/// Namespace and name of a Service.
type Place = (String, String);

/// Keeps the house in order until it is dropped.
pub(crate) async fn keep(cluster: Arc<Cluster>) {
    let mut house = House::default();
    let mut bell = cluster.bell();
    loop {
        bell.borrow_and_update();
        house.settle(&cluster);
        if bell.changed().await.is_err() {
            return;
        }
    }
}

#[derive(Debug, Default)]
struct House {
    seen: u64,
    garbage: Garbage,
}

impl House {
    /// Works until nothing changes any more.
    fn settle(&mut self, cluster: &Cluster) {
        let now = cluster.now();
        while cluster.with(|state| self.round(&mut Hand { state, now, authority: &cluster.authority })) {}
    }

    /// Looks at what has changed since the last round; says whether there was anything.
    fn round(&mut self, hand: &mut Hand<'_>) -> bool {
        let since = self.seen.max(hand.state.store.forgotten());
        let changes: Vec<Change> = hand.state.store.since(since).into_iter().flatten().cloned().collect();
        self.seen = hand.state.store.version();
        for change in &changes {
            self.garbage.note(change);
        }
        let mut stale = Stale::default();
        for change in &changes {
            namespace::see(hand, change);
            account::see(hand, change);
            node::see(hand, change);
            self.garbage.see(hand, change);
            endpoints::see(hand, change, &mut stale);
        }
        endpoints::refresh(hand, &stale);
        !changes.is_empty()
    }
}

/// The object that a change is about, as it is now or as it was.
fn about(change: &Change) -> Option<&Arc<Value>> {
    change.after.as_ref().or(change.before.as_ref())
}

fn place(object: &Value) -> Place {
    (namespace_of(object).to_owned(), name(object).to_owned())
}

/// Whether a selector of a Service picks these labels; an empty one picks nothing.
fn picks(service: &Value, object: &Value) -> bool {
    let selector = service.pointer("/spec/selector").and_then(Value::as_object);
    let label = |key: &str| object.pointer("/metadata/labels").and_then(|labels| labels.get(key));
    selector.is_some_and(|selector| {
        !selector.is_empty() && selector.iter().all(|(key, value)| label(key) == Some(value))
    })
}

fn is_alias(service: &Value) -> bool {
    text(service, "/spec/type") == "ExternalName"
}
