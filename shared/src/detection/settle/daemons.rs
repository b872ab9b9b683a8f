//! A `DaemonSet` has a pod on each node, and counts those that serve.

use super::{add, is_ready, is_selected, name, of_kind, place, runs};
use serde_json::{Value, json};

/// Its pods go with it; those that it lacks are made, by its template.
pub(super) fn daemon_sets(objects: &mut Vec<Value>, before: &[Value]) {
    for (_, old) in of_kind(before, "DaemonSet") {
        let selector = &old["spec"]["selector"]["matchLabels"];
        let is_own = |pod: &Value| {
            pod["kind"] == "Pod" && name(pod).0 == name(old).0 && is_selected(pod, selector) && runs(pod)
        };
        if place(objects, "DaemonSet", old).is_none() {
            objects.retain(|object| !is_own(object));
            continue;
        }
        let wanted = of_kind(objects, "Node").count();
        let own = objects.iter().filter(|object| is_own(object)).count();
        let made = before.iter().enumerate().find(|(_, object)| is_own(object));
        for extra in own..wanted {
            if let Some((at, pod)) = made {
                add(objects, (at, pod), extra);
            }
        }
        let serving = objects.iter().filter(|object| is_own(object) && is_ready(object)).count();
        if let Some(now) = place(objects, "DaemonSet", old) {
            let generation = objects[now]["metadata"]["generation"].clone();
            objects[now]["status"] = json!({"desiredNumberScheduled": wanted, "currentNumberScheduled": wanted,
                "updatedNumberScheduled": wanted, "numberReady": serving, "numberAvailable": serving,
                "numberUnavailable": wanted.saturating_sub(serving), "observedGeneration": generation});
        }
    }
}
