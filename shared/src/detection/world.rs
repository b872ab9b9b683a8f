//! Two clusters in which nothing is wrong, with one Service that is mirrored in one of the three ways.

use crate::mesh::link::Way;
use serde_json::Value;

/// The clusters: who exports, and who has the Link.
pub(super) const CLUSTERS: [&str; 2] = ["infra", "apps"];

/// The objects of both clusters, open.
#[derive(Clone)]
pub(super) struct World(pub(super) [Vec<Value>; 2]);

fn read(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap()
}

fn list(value: Value) -> Vec<Value> {
    let Value::Array(list) = value else { panic!("a list of objects: {value}") };
    list
}

impl World {
    pub(super) fn healthy(way: Way) -> Self {
        let mirror = match way {
            Way::Gateway | Way::Flat => "postgres-rw-infra",
            Way::Federated => "postgres-rw-federated",
        };
        // Who comes to the backends: the gateway, or a client itself.
        let client = match way {
            Way::Gateway => "*.linkerd.mesh.example",
            Way::Flat | Way::Federated => "*.linkerd.apps.mesh.example",
        };
        let apps = include_str!("world/apps.yaml").replace("{$mirror}", mirror);
        let infra = include_str!("world/infra.yaml").replace("{$client}", client);
        let mut both = [list(read(&infra)), list(read(&apps))];
        let more = read(match way {
            Way::Gateway => include_str!("world/gateway.yaml"),
            Way::Flat => include_str!("world/flat.yaml"),
            Way::Federated => include_str!("world/federated.yaml"),
        });
        for (objects, name) in both.iter_mut().zip(CLUSTERS) {
            objects.extend(list(more[name].clone()));
        }
        let link = both[1].iter_mut().find(|object| object["kind"] == "Link").unwrap();
        let own = more["link"].as_object().unwrap().clone();
        link["spec"].as_object_mut().unwrap().extend(own);
        Self(both)
    }
}
