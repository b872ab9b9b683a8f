//! A node on which pods run: one with a `nodeName` is Running and Ready at once, and its processes do not exist.

use serde_json::{Value, json};

use super::Hand;
use crate::clock;
use crate::object::{as_map, is_going, list, text};
use crate::store::Change;

pub(super) fn see(hand: &mut Hand<'_>, change: &Change) {
    let Some(pod) = change.after.as_ref().filter(|_| *change.table == *"pods") else { return };
    if text(pod, "/spec/nodeName").is_empty() || text(pod, "/status/phase") != "Pending" || is_going(pod) {
        return;
    }
    let address = hand.state.addresses.pod();
    let now = clock::text(hand.now);
    let condition = |kind: &str| json!({"type": kind, "status": "True", "lastTransitionTime": now});
    let conditions: Vec<_> =
        ["PodScheduled", "Initialized", "ContainersReady", "Ready"].into_iter().map(condition).collect();
    let container = |container: &Value| {
        json!({
            "name": container.get("name"), "image": container.get("image"), "imageID": "", "containerID": "",
            "ready": true, "started": true, "restartCount": 0, "state": {"running": {"startedAt": now}},
        })
    };
    let containers: Vec<_> = list(pod, "/spec/containers").iter().map(container).collect();
    let status = json!({
        "phase": "Running", "conditions": conditions, "hostIP": "127.0.0.1", "podIP": address,
        "podIPs": [{"ip": address}], "startTime": now, "containerStatuses": containers,
    });
    let mut new = Value::clone(pod);
    as_map(&mut new).insert("status".into(), status);
    hand.set_status("pods", pod, new);
}
