//! Removes the Jobs of runs that were killed. By the server's own clock: a Job's age is counted from those that were
//! made later.

use super::super::manifest::Probe;
use crate::cluster::{Call, Cluster, Resource, Shape};
use crate::terms::{Observed, Scope};
use jiff::{Timestamp, ToSpan};
use serde_json::Value;

/// Nobody waits longer than this for a Job that has ended, or whose own time is over.
const SECONDS: i64 = 60;

/// Removes what earlier runs have left of this mirror; `now` is when this run's Job was made. A courtesy: what cannot
/// be removed goes by itself or stays for the next run.
pub(super) async fn sweep(cluster: &Cluster, probe: &Probe, now: &str) {
    let Ok(now) = now.parse::<Timestamp>() else { return };
    let scope = Scope::namespace(Some(&probe.key.namespace)).labelled(probe.of_mirror());
    let Observed::Present(listed) = cluster.list::<Value>(Resource::JOBS, &scope, Shape::Full).await else {
        return;
    };
    for job in listed.items.iter().filter(|job| is_left(job, now)) {
        let name = text(job, "/metadata/name");
        let call = Call::remove(Resource::JOBS, &probe.key.namespace, name);
        if let Err(obstacle) = cluster.send(&call).await {
            tracing::debug!(cluster = %cluster.name(), name, %obstacle, "a Job of an earlier run remains");
        }
    }
}

fn is_left(job: &Value, now: Timestamp) -> bool {
    let ended = job.pointer("/status/conditions").and_then(Value::as_array).into_iter().flatten();
    let ended = ended
        .filter(|condition| ["Complete", "Failed"].contains(&text(condition, "/type")))
        .filter(|condition| text(condition, "/status") == "True")
        .find_map(|condition| text(condition, "/lastTransitionTime").parse::<Timestamp>().ok());
    let allowed = job.pointer("/spec/activeDeadlineSeconds").and_then(Value::as_i64).unwrap_or_default();
    let made = text(job, "/metadata/creationTimestamp").parse::<Timestamp>().ok();
    let over = ended.or_else(|| made?.checked_add(allowed.seconds()).ok());
    over.and_then(|over| over.checked_add(SECONDS.seconds()).ok()).is_some_and(|gone| gone <= now)
}

fn text<'a>(value: &'a Value, at: &str) -> &'a str {
    value.pointer(at).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn left(made: &str, ended: Option<&str>) -> bool {
        let condition =
            ended.map(|at| json!({ "type": "Complete", "status": "True", "lastTransitionTime": at }));
        let job = json!({
            "metadata": { "name": "a", "creationTimestamp": made }, "spec": { "activeDeadlineSeconds": 120 },
            "status": { "conditions": condition.into_iter().collect::<Vec<_>>() },
        });
        is_left(&job, "2026-01-01T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn what_ended_a_minute_ago_is_left_and_what_may_still_be_read_is_not() {
        assert!(left("2026-01-01T11:50:00Z", Some("2026-01-01T11:59:00Z")));
        assert!(!left("2026-01-01T11:50:00Z", Some("2026-01-01T11:59:01Z")));
    }

    #[test]
    fn what_never_ended_is_left_a_minute_after_its_own_time() {
        assert!(left("2026-01-01T11:57:00Z", None));
        assert!(!left("2026-01-01T11:57:01Z", None));
        assert!(!left("2026-01-01T12:00:00Z", None), "this run's own");
        assert!(!left("", None), "what has no age is let alone");
    }
}
