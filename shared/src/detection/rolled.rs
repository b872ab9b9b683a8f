//! A law of fingerprints: a roll-out gives pods other names, and what is found of them is the same thing as before.

use super::certificates::Certificates;
use super::look::Seen;
use super::world::World;
use crate::mesh::link::Way;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The same world, whose pods Deployments have made of templates with this hash.
fn rolled(world: &World, hash: &str) -> World {
    let mut world = world.clone();
    for objects in &mut world.0 {
        let pods: Vec<String> = objects.iter().filter(|one| one["kind"] == "Pod").map(name).collect();
        for pod in &pods {
            let text = json!(objects).to_string();
            let renamed = text.replace(&format!("\"{pod}\""), &format!("\"{pod}-{hash}-{hash}\""));
            *objects = serde_json::from_str(&renamed).unwrap();
        }
        for pod in objects.iter_mut().filter(|one| one["kind"] == "Pod") {
            let set = name(pod).trim_end_matches(&format!("-{hash}")).to_owned() + "-" + hash;
            let metadata = pod["metadata"].as_object_mut().unwrap();
            metadata.insert(
                "ownerReferences".into(),
                json!([{ "kind": "ReplicaSet", "name": set, "controller": true }]),
            );
            metadata.entry("labels").or_insert_with(|| json!({}))["pod-template-hash"] = json!(hash);
        }
    }
    world
}

fn name(object: &Value) -> String {
    object["metadata"]["name"].as_str().unwrap().to_owned()
}

fn fingerprints(world: &World) -> BTreeSet<String> {
    let found = Seen::of(world, &Certificates::new()).judged();
    found.into_iter().map(|finding| finding.fingerprint).collect()
}

#[test]
fn what_is_found_of_pods_is_the_same_after_a_roll_out() {
    type Fault = fn(&mut Value);
    let bare = |pod: &mut Value| drop(pod["spec"]["containers"].as_array_mut().unwrap().pop());
    let old = |pod: &mut Value| {
        pod["metadata"]["annotations"] = json!({ "linkerd.io/proxy-version": "stable-2.9.0" });
    };
    let faults: [(&str, &str, Fault); 4] = [
        ("client-proxy", "shop-0", bare),
        ("controller-meshed", "controller-infra-0", bare),
        ("gateway-meshed", "linkerd-gateway-a", bare),
        ("version-skew", "controller-infra-0", old),
    ];
    for (check, pod, fault) in faults {
        let mut world = World::healthy(Way::Gateway);
        let pods =
            || world.0.iter().flatten().filter(|one| one["kind"] == "Pod").map(name).collect::<Vec<_>>();
        assert!(pods().contains(&pod.to_owned()), "{pod}: {:?}", pods());
        world.0.iter_mut().flatten().filter(|one| one["kind"] == "Pod" && name(one) == pod).for_each(fault);
        let [before, after] = ["5d8f", "77c9"].map(|hash| fingerprints(&rolled(&world, hash)));
        assert!(before.iter().any(|one| one.starts_with(check)), "{check}: {before:?}");
        assert_eq!(before, after, "{check}");
    }
}
