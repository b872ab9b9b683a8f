//! `StatefulSets`, `DaemonSets` and `ReplicaSets`: how many pods there should be, and how far they are.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::age;
use super::layout::{AGE, Heading, Layout, NAME, number, or, pairs};
use super::template::{CONTAINERS, IMAGES, SELECTOR, containers, own, selector};
use crate::object::name;

const DESIRED: Heading = Heading::integer("Desired", "How many pods there should be.");
const CURRENT: Heading = Heading::integer("Current", "How many pods there are.");
const READY: Heading = Heading::integer("Ready", "How many pods are ready.");

pub(super) const STATEFUL_SET: Layout = Layout {
    headings: &[
        NAME,
        Heading::text("Ready", "How many pods are ready, of how many there should be."),
        AGE,
        CONTAINERS,
        IMAGES,
    ],
    cells: |set, now| {
        let ready = format!("{}/{}", number(set, "/status/readyReplicas"), desired(set));
        let [names, images] = containers(own(set));
        vec![json!(name(set)), json!(ready), json!(age::of(set, now)), names, images]
    },
};

pub(super) const DAEMON_SET: Layout = Layout {
    headings: &[
        NAME,
        DESIRED,
        CURRENT,
        READY,
        Heading::integer("Up-to-date", "How many pods are of the present template."),
        Heading::integer("Available", "How many pods have been ready for long enough."),
        Heading::text("Node Selector", "The labels of the nodes that get a pod."),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ],
    cells: daemon_set,
};

pub(super) const REPLICA_SET: Layout = Layout {
    headings: &[NAME, DESIRED, CURRENT, READY, AGE, CONTAINERS, IMAGES, SELECTOR],
    cells: |set, now| {
        let [names, images] = containers(own(set));
        vec![
            json!(name(set)),
            json!(desired(set)),
            json!(number(set, "/status/replicas")),
            json!(number(set, "/status/readyReplicas")),
            json!(age::of(set, now)),
            names,
            images,
            json!(selector(set.pointer("/spec/selector"))),
        ]
    },
};

fn daemon_set(set: &Value, now: Timestamp) -> Vec<Value> {
    let [names, images] = containers(own(set));
    let counts = [
        "/status/desiredNumberScheduled",
        "/status/currentNumberScheduled",
        "/status/numberReady",
        "/status/updatedNumberScheduled",
        "/status/numberAvailable",
    ];
    let nodes = pairs(set, "/spec/template/spec/nodeSelector").join(",");
    let mut cells = vec![json!(name(set))];
    cells.extend(counts.map(|way| json!(number(set, way))));
    cells.extend([json!(or(&nodes, "<none>")), json!(age::of(set, now)), names, images]);
    cells.push(json!(selector(set.pointer("/spec/selector"))));
    cells
}

/// One pod unless the object says otherwise.
fn desired(set: &Value) -> i64 {
    set.pointer("/spec/replicas").and_then(Value::as_i64).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(layout: Layout, status: &Value) -> Value {
        let pod = json!({ "spec": {
            "containers": [{ "name": "db", "image": "db:1" }, { "name": "log", "image": "log:2" }],
            "nodeSelector": { "disk": "ssd" },
        }});
        let spec = json!({ "replicas": 3, "template": pod, "selector": { "matchLabels": { "app": "db" } } });
        let metadata = json!({ "name": "db", "creationTimestamp": "2026-01-01T00:00:00Z" });
        let set = json!({ "metadata": metadata, "spec": spec, "status": status });
        json!((layout.cells)(&set, "2026-01-01T00:05:00Z".parse().unwrap()))
    }

    #[test]
    fn sets_show_how_far_they_are() {
        let status = json!({ "readyReplicas": 2, "replicas": 3 });
        assert_eq!(row(STATEFUL_SET, &status), json!(["db", "2/3", "5m", "db,log", "db:1,log:2"]));
        assert_eq!(row(REPLICA_SET, &status), json!(["db", 3, 3, 2, "5m", "db,log", "db:1,log:2", "app=db"]));
        let status = json!({
            "desiredNumberScheduled": 5, "currentNumberScheduled": 4, "numberReady": 3, "updatedNumberScheduled": 2,
            "numberAvailable": 1,
        });
        let expected = json!(["db", 5, 4, 3, 2, 1, "disk=ssd", "5m", "db,log", "db:1,log:2", "app=db"]);
        assert_eq!(row(DAEMON_SET, &status), expected);
    }
}
