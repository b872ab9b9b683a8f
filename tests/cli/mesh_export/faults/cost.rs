//! What an export costs, in a namespace of one Service and in one of hundreds.

use super::stage::{MIRROR, Stage, ended};
use serde_json::json;
use testkit::world::{World, mesh_shared};

const OTHERS: usize = 600;
const HANDS: usize = 12;
/// More would be a request that grew in unnoticed.
const MOST: usize = 12;
/// kube speaks HTTP/1.1: each of them is a handshake.
const CONNECTIONS: usize = 8;

#[test]
fn an_export_costs_the_same_among_hundreds_of_services_as_alone() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "cost");
    let alone = cost(&stage);
    ended(&stage.undo(&[]), 0, &[]);
    stage.eventually("the mirror is gone", || stage.get("apps", "Service", MIRROR).is_none());
    std::thread::scope(|scope| {
        for hand in 0..HANDS {
            let world = &stage.world;
            scope.spawn(move || (hand..OTHERS).step_by(HANDS).for_each(|number| other(world, number)));
        }
    });
    let crowded = cost(&stage);
    assert_eq!(crowded, alone, "requests to infra and apps");
    assert!(alone.0 <= MOST && alone.1 <= MOST, "{alone:?}");
}

/// How many requests an export sends to the exporter and to the consumer.
fn cost(stage: &Stage) -> (usize, usize) {
    stage.infra.reset();
    stage.apps.reset();
    ended(&stage.export(&[]), 0, &["endpoints ready"]);
    for proxy in [&stage.infra, &stage.apps] {
        let lines: Vec<String> = proxy.requests().iter().map(testkit::proxy::Recorded::line).collect();
        assert!(proxy.connections() <= CONNECTIONS, "{} at once: {lines:#?}", proxy.connections());
    }
    (stage.infra.requests().len(), stage.apps.requests().len())
}

/// Headless, so that hundreds of them do not use up the addresses of the cluster.
fn other(world: &World, number: usize) {
    let metadata = json!({ "name": format!("other-{number}"), "namespace": world.namespace() });
    let spec = json!({ "clusterIP": "None", "ports": [{ "name": "http", "port": 80 }] });
    world
        .apply("infra", json!({ "apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec }));
}
