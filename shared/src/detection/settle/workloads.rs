//! What makes pods makes those that it lacks, by its template, and counts those that serve. Its pods go with it.

use super::{is_ready, is_selected, name, of_kind, place, runs};
use serde_json::{Value, json};

/// A Deployment has as many pods as it wants.
pub(super) fn deployments(objects: &mut Vec<Value>, before: &[Value]) {
    let wanted = |_: &[Value], now: &Value| {
        now["spec"]["replicas"].as_u64().and_then(|wanted| wanted.try_into().ok()).unwrap_or(1)
    };
    kept(objects, before, "Deployment", wanted, |now, _, serving| {
        now["status"]["availableReplicas"] = json!(serving);
    });
}

/// A `DaemonSet` has one on each node.
pub(super) fn daemon_sets(objects: &mut Vec<Value>, before: &[Value]) {
    let wanted = |objects: &[Value], _: &Value| of_kind(objects, "Node").count();
    kept(objects, before, "DaemonSet", wanted, |now, wanted, serving| {
        let generation = now["metadata"]["generation"].clone();
        now["status"] = json!({"desiredNumberScheduled": wanted, "currentNumberScheduled": wanted,
            "updatedNumberScheduled": wanted, "numberReady": serving, "numberAvailable": serving,
            "numberUnavailable": wanted.saturating_sub(serving), "observedGeneration": generation});
    });
}

/// All of a kind, by how many pods each wants, and what it says of how many there should be and how many serve.
fn kept(
    objects: &mut Vec<Value>,
    before: &[Value],
    kind: &str,
    wanted: impl Fn(&[Value], &Value) -> usize,
    count: impl Fn(&mut Value, usize, usize),
) {
    for (_, old) in of_kind(before, kind) {
        let selector = &old["spec"]["selector"]["matchLabels"];
        let is_own = |pod: &Value| {
            pod["kind"] == "Pod" && name(pod).0 == name(old).0 && is_selected(pod, selector) && runs(pod)
        };
        let Some(now) = place(objects, kind, old) else {
            objects.retain(|object| !is_own(object));
            continue;
        };
        let wanted = wanted(objects, &objects[now]);
        let own = objects.iter().filter(|object| is_own(object)).count();
        let made = before.iter().enumerate().find(|(_, object)| is_own(object));
        for extra in own..wanted {
            if let Some((at, pod)) = made {
                add(objects, (at, pod), extra);
            }
        }
        let serving = objects.iter().filter(|object| is_own(object) && is_ready(object)).count();
        if let Some(now) = place(objects, kind, old) {
            count(&mut objects[now], wanted, serving);
        }
    }
}

/// One more pod like this one, under its name where that is free.
fn add(objects: &mut Vec<Value>, (at, pod): (usize, &Value), extra: usize) {
    if place(objects, "Pod", pod).is_none() {
        objects.insert(at, pod.clone());
        return;
    }
    let mut more = pod.clone();
    more["metadata"]["name"] = json!(format!("{}-{extra}", name(pod).1.as_str().unwrap_or_default()));
    objects.push(more);
}
