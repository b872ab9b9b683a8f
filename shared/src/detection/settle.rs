//! What a cluster's own controllers make of a change before anybody looks: Endpoints follow the pods that their Service
//! selects, and a Deployment has as many pods as it wants, and counts those that serve. A world that they would not let stand
//! for a second is none to judge.

mod apis;
mod pools;
mod workloads;

use super::world::World;
use serde_json::{Value, json};

/// The world as they leave it, where it was healthy before.
pub(super) fn settled(mut world: World, healthy: &World) -> World {
    for (objects, before) in world.0.iter_mut().zip(&healthy.0) {
        workloads::deployments(objects, before);
        workloads::daemon_sets(objects, before);
        endpoints(objects, before);
        apis::services(objects);
        pools::addresses(objects, before);
    }
    world
}

fn of_kind<'a>(objects: &'a [Value], kind: &'a str) -> impl Iterator<Item = (usize, &'a Value)> {
    objects.iter().enumerate().filter(move |(_, object)| object["kind"] == kind)
}

fn name(object: &Value) -> (&Value, &Value) {
    (&object["metadata"]["namespace"], &object["metadata"]["name"])
}

fn place(objects: &[Value], kind: &str, twin: &Value) -> Option<usize> {
    of_kind(objects, kind).find(|(_, object)| name(object) == name(twin)).map(|(at, _)| at)
}

/// Whether a pod has the labels that a selector asks for.
fn is_selected(pod: &Value, selector: &Value) -> bool {
    let labels = &pod["metadata"]["labels"];
    selector.as_object().is_some_and(|all| all.iter().all(|(key, value)| labels.get(key) == Some(value)))
}

fn runs(pod: &Value) -> bool {
    !["Failed", "Succeeded"].iter().any(|phase| pod["status"]["phase"] == *phase)
}

fn is_ready(pod: &Value) -> bool {
    let conditions = pod["status"]["conditions"].as_array().into_iter().flatten();
    conditions.into_iter().any(|one| one["type"] == "Ready" && one["status"] == "True")
}

/// The controller of Endpoints writes those of a Service with a selector, and nobody else's last.
fn endpoints(objects: &mut Vec<Value>, before: &[Value]) {
    for (at, written) in of_kind(before, "Endpoints") {
        let Some(old) = place(before, "Service", written).map(|at| &before[at]["spec"]["selector"]) else {
            continue;
        };
        if old.is_null() {
            continue;
        }
        let there = place(objects, "Endpoints", written);
        let service = place(objects, "Service", written);
        let selector = service.map(|at| objects[at]["spec"]["selector"].clone());
        match (selector, there) {
            (None, Some(at)) => drop(objects.remove(at)),
            (Some(selector), there) if selector.as_object().is_some_and(|all| !all.is_empty()) => {
                let anew = following(written, objects, &selector);
                match there {
                    Some(at) => objects[at] = anew,
                    None => objects.insert(at, anew),
                }
            }
            // Without a selector somebody else writes them.
            (None | Some(_), _) => {}
        }
    }
}

/// The Endpoints with the pods that are selected now.
fn following(written: &Value, objects: &[Value], selector: &Value) -> Value {
    let mut anew = written.clone();
    for subset in anew["subsets"].as_array_mut().into_iter().flatten() {
        let pod = |address: &Value| {
            let wanted = (&written["metadata"]["namespace"], &address["targetRef"]["name"]);
            of_kind(objects, "Pod").map(|(_, pod)| pod).find(|pod| name(pod) == wanted)
        };
        let all: Vec<Value> = subset["addresses"].as_array().cloned().unwrap_or_default();
        let kept =
            all.into_iter().filter_map(|address| Some((is_behind(pod(&address)?, selector)?, address)));
        let (ready, others): (Vec<_>, Vec<_>) = kept.partition(|(is_ready, _)| *is_ready);
        let addresses = |part: Vec<(bool, Value)>| part.into_iter().map(|(_, one)| one).collect::<Value>();
        subset["addresses"] = addresses(ready);
        if !others.is_empty() {
            subset["notReadyAddresses"] = addresses(others);
        }
    }
    anew
}

/// Whether a pod behind a Service is ready; `None` when it is not behind it.
fn is_behind(pod: &Value, selector: &Value) -> Option<bool> {
    (is_selected(pod, selector) && runs(pod)).then(|| is_ready(pod))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::link::Way;

    #[test]
    fn a_healthy_world_stays_as_it_is() {
        for (name, world) in World::all() {
            assert_eq!(settled(world.clone(), &world).0, world.0, "{name}");
        }
    }

    fn world_with(change: impl Fn(&mut Value)) -> (World, World) {
        let healthy = World::healthy(Way::Gateway);
        let mut world = healthy.clone();
        world.0.iter_mut().flatten().for_each(change);
        (settled(world, &healthy), healthy)
    }

    #[test]
    fn endpoints_follow_the_pods_and_are_written_back() {
        let is_pod = |object: &Value| object["kind"] == "Pod" && object["metadata"]["name"] == "postgres-1";
        let ends = |world: &World| {
            let at = of_kind(&world.0[0], "Endpoints").next().unwrap().0;
            world.0[0][at]["subsets"][0].clone()
        };
        let (world, _) = world_with(|object| {
            if is_pod(object) {
                object["status"]["conditions"][0]["status"] = json!("False");
            }
        });
        assert_eq!(ends(&world)["addresses"], json!([]));
        assert_eq!(ends(&world)["notReadyAddresses"][0]["targetRef"]["name"], "postgres-1");
        let (world, _) = world_with(|object| {
            if is_pod(object) {
                object["metadata"]["labels"] = json!({});
            }
        });
        assert_eq!(ends(&world)["notReadyAddresses"], Value::Null, "it is not selected any more");
        let (world, healthy) = world_with(|object| {
            if object["kind"] == "Endpoints" && object["metadata"]["name"] == "postgres-rw" {
                object["subsets"] = json!([]);
            }
        });
        assert_eq!(world.0, healthy.0);
    }

    #[test]
    fn a_deployment_makes_what_it_lacks_and_counts_what_serves() {
        let is_own = |object: &Value| object["metadata"]["name"] == "controller-infra-0";
        let pods = |world: &World| of_kind(&world.0[1], "Pod").count();
        let (world, healthy) = world_with(|object| {
            if is_own(object) {
                object["status"]["conditions"][0]["status"] = json!("False");
            }
        });
        let at = of_kind(&world.0[1], "Deployment").next().unwrap().0;
        assert_eq!(
            (&world.0[1][at]["status"]["availableReplicas"], pods(&world)),
            (&json!(0), pods(&healthy))
        );
        let (world, healthy) = world_with(|object| {
            if is_own(object) {
                object["metadata"]["labels"] = json!({});
            }
        });
        assert_eq!(
            (&world.0[1][at]["status"]["availableReplicas"], pods(&world)),
            (&json!(1), pods(&healthy) + 1)
        );
        let healthy = World::healthy(Way::Gateway);
        let mut less = healthy.clone();
        less.0[1].retain(|object| !is_own(object));
        assert_eq!(settled(less, &healthy).0, healthy.0, "it is made anew");
    }
}
