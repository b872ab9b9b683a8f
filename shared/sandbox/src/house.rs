//! What the cluster does by itself, as far as others rely on it: the work of kube-controller-manager, and of a node on
//! which pods run at once.
//!
//! It sees every change once, in order, and acts on the store directly; it runs after the request that made the change
//! has been answered, as it does in reality.

mod account;
mod endpoints;
mod garbage;
mod hand;
mod index;
mod namespace;
mod node;
mod slices;
mod subsets;

use std::sync::Arc;

use serde_json::Value;

use crate::cluster::Cluster;
use crate::object::{Kept, name, namespace as namespace_of, text};
use crate::store::Change;

use endpoints::Stale;
use garbage::Garbage;
use hand::Hand;
use index::Index;

/// Namespace and name of a Service.
type Place = (String, String);

/// Keeps the house in order until it is dropped.
pub(crate) async fn keep(cluster: Arc<Cluster>) {
    let mut house = House::default();
    let mut bell = cluster.bell();
    loop {
        bell.borrow_and_update();
        house.settle(&cluster).await;
        if bell.changed().await.is_err() {
            return;
        }
    }
}

#[derive(Debug, Default)]
struct House {
    seen: u64,
    garbage: Garbage,
    index: Index,
    stale: Stale,
}

impl House {
    /// Works until nothing changes any more, and lets others have their turn in between.
    async fn settle(&mut self, cluster: &Cluster) {
        let now = cluster.now();
        while cluster.with(|state| self.round(&mut Hand { state, now, authority: &cluster.authority })) {
            tokio::task::yield_now().await;
        }
    }

    /// Looks at what has changed since the last round; says whether there is more to do.
    fn round(&mut self, hand: &mut Hand<'_>) -> bool {
        let changes = self.news(hand);
        self.seen = hand.state.store.version();
        for change in &changes {
            self.garbage.note(change);
            self.index.note(change);
        }
        for change in &changes {
            namespace::see(hand, change);
            account::see(hand, change);
            node::see(hand, change);
            self.garbage.see(hand, change);
            endpoints::see(hand, change, (&self.index, &mut self.stale));
        }
        endpoints::refresh(hand, &self.index, &mut self.stale);
        !changes.is_empty() || !self.stale.is_empty()
    }

    /// The changes since the last round. When some of them are forgotten, as at the beginning, the books are begun
    /// anew with everything that is there, as if it had just come.
    fn news(&mut self, hand: &mut Hand<'_>) -> Vec<Change> {
        if let Some(changes) = hand.state.store.since(self.seen) {
            return changes.cloned().collect();
        }
        *self = Self::default();
        endpoints::drop_leftovers(hand);
        hand.state.store.everything().collect()
    }
}

/// The object that a change is about, as it is now or as it was.
fn about(change: &Change) -> Option<&Arc<Kept>> {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SLICES: &str = "endpointslices.discovery.k8s.io";

    fn shop(services: usize) -> Arc<Cluster> {
        let cluster = Cluster::new("infra", String::new());
        cluster.make("namespaces", "", json!({"metadata": {"name": "shop"}})).unwrap();
        for number in 0..services {
            let spec = json!({"selector": {"app": format!("a{number}")}, "ports": [{"port": 80}]});
            let service = json!({"metadata": {"name": format!("s{number}")}, "spec": spec});
            cluster.make("services", "shop", service).unwrap();
        }
        cluster
    }

    fn count(cluster: &Cluster, table: &str) -> usize {
        cluster.with(|state| state.store.list(table, Some("shop")).count())
    }

    /// More than are brought up to date at a time; each has one slice all the same.
    #[tokio::test]
    async fn every_service_of_a_large_namespace_has_endpoints_and_one_slice() {
        let cluster = shop(1_200);
        let mut house = House::default();
        house.settle(&cluster).await;
        assert_eq!((count(&cluster, "endpoints"), count(&cluster, SLICES)), (1_200, 1_200));
        let spec = json!({"nodeName": "worker-1", "containers": [{"name": "app", "image": "app"}]});
        let pod = json!({"metadata": {"name": "p", "labels": {"app": "a7", "b": "c"}}, "spec": spec});
        cluster.make("pods", "shop", pod).unwrap();
        house.settle(&cluster).await;
        assert_eq!(count(&cluster, SLICES), 1_200);
        let found = cluster.with(|state| state.store.get("endpoints", "shop/s7")).unwrap();
        assert_eq!(text(&found, "/subsets/0/addresses/0/targetRef/name"), "p");
    }

    #[tokio::test]
    async fn what_was_forgotten_is_found_by_looking_at_everything() {
        let cluster = shop(2);
        let mut house = House::default();
        house.settle(&cluster).await;
        cluster.with(|state| {
            state.store.remove("services", "shop/s0");
            state.store.forget();
        });
        house.settle(&cluster).await;
        assert_eq!((count(&cluster, "endpoints"), count(&cluster, SLICES)), (1, 1));
    }
}
