//! Two clusters in which nothing is wrong, with one Service that is mirrored in one of the three ways; and two with all that
//! surrounds one in production.

use crate::mesh::link::Way;
use json_patch::merge;
use serde_json::Value;

/// The clusters: who exports, and who has the Link.
pub(super) const CLUSTERS: [&str; 2] = ["infra", "apps"];

/// What the last of the worlds is called.
const POLICED: &str = "policed";

/// The objects of both clusters, open.
#[derive(Clone)]
pub(super) struct World(pub(super) [Vec<Value>; 2]);

fn read(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap()
}

/// The same object of a cluster.
pub(super) fn is_twin(one: &Value, other: &Value) -> bool {
    ["/kind", "/metadata/namespace", "/metadata/name"]
        .iter()
        .all(|part| one.pointer(part) == other.pointer(part))
}

fn list(value: Value) -> Vec<Value> {
    let Value::Array(list) = value else { panic!("a list of objects: {value}") };
    list
}

/// The same with a Link the other way round, and all that it needs.
fn both_ways(World(mut both): World) -> World {
    const KINDS: [&str; 4] = ["ClusterRole", "ClusterRoleBinding", "Link", "Lease"];
    let is_of_link = |object: &Value| {
        object["metadata"]["namespace"] == "linkerd-multicluster"
            || KINDS.iter().any(|kind| object["kind"] == *kind)
    };
    let of = |objects: &[Value]| -> Vec<Value> {
        objects
            .iter()
            .filter(|one| is_of_link(one))
            .map(|one| serde_json::from_str(&exchanged(&one.to_string())).unwrap())
            .collect()
    };
    let [first, second] = [of(&both[1]), of(&both[0])];
    both[0].extend(first);
    both[1].extend(second);
    World(both)
}

/// A text with what is of one cluster exchanged for what is of the other.
fn exchanged(text: &str) -> String {
    let pairs = [
        ("apps.mesh.example", "\u{1}"),
        ("mesh.example", "\u{2}"),
        ("infra.example:6443", "\u{3}"),
        ("infra.example", "\u{4}"),
        ("apps/v1", "\u{5}"),
        ("203.0.113.10", "203.0.113.20"),
        ("infra", "\u{6}"),
        ("apps", "infra"),
        ("\u{1}", "mesh.example"),
        ("\u{2}", "apps.mesh.example"),
        ("\u{3}", "apps.example:6443"),
        ("\u{4}", "cluster.local"),
        ("\u{5}", "apps/v1"),
        ("\u{6}", "apps"),
    ];
    pairs.into_iter().fold(text.to_owned(), |text, (one, other)| text.replace(one, other))
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

    /// The first of them in clusters as they run: with Cilium and its policies, a control plane, and a second Service.
    pub(super) fn policed() -> Self {
        let mut world = both_ways(Self::healthy(Way::Gateway));
        let more = read(include_str!("world/policed.yaml"));
        for (objects, name) in world.0.iter_mut().zip(CLUSTERS) {
            for one in list(more[name].clone()) {
                let is_same_group =
                    |other: &Value| is_twin(&one, other) && one["apiVersion"] == other["apiVersion"];
                match objects.iter().position(is_same_group) {
                    Some(at) => merge(&mut objects[at], &one),
                    None => objects.push(one),
                }
            }
        }
        world
    }

    /// Each with its name.
    pub(super) fn all() -> Vec<(&'static str, Self)> {
        let ways = Way::ALL.into_iter().map(|way| (way.word(), Self::healthy(way)));
        ways.chain([(POLICED, Self::policed())]).collect()
    }

    /// The world that another one is made of, whose leaves are changed there.
    pub(super) fn beside(name: &str) -> Option<Self> {
        (name == POLICED).then(|| Self::healthy(Way::Gateway))
    }

    /// Where its objects are that are to be changed: what of the last one stands in the first just so is changed there.
    pub(super) fn places(&self, name: &str) -> Vec<(usize, usize)> {
        let known = Self::beside(name);
        let is_known = |cluster: usize, at: usize| {
            known.as_ref().is_some_and(|known| known.0[cluster].contains(&self.0[cluster][at]))
        };
        let all =
            (0..CLUSTERS.len()).flat_map(|cluster| (0..self.0[cluster].len()).map(move |at| (cluster, at)));
        all.filter(|(cluster, at)| !is_known(*cluster, *at)).collect()
    }
}
