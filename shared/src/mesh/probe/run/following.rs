//! Follows the pod of a Job until it has spoken, will not come any further, or time is up.

use super::super::manifest::{CONTAINER, Probe};
use super::super::outcome::{Probed, Trouble};
use super::super::pod::{Stage, is_meshed, late, stage};
use super::super::reading::{last_words, outcomes};
use super::rehearsal;
use crate::cluster::{Call, Change, Cluster, Listed, Resource, Shape, Versioned};
use crate::terms::{Observed, Obstacle, Scope};
use futures::StreamExt;
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout};

/// How long a pod may be missing before the Job is asked why, and how often.
const ASK: Duration = Duration::from_secs(1);
/// What of a log is read: a few kilobytes for each port.
const LOG: usize = 256 * 1024;

#[derive(Clone, Deserialize)]
#[serde(transparent)]
struct Pod(Value);

impl Versioned for Pod {
    fn version(&self) -> &str {
        self.0.pointer("/metadata/resourceVersion").and_then(Value::as_str).unwrap_or_default()
    }
}

/// What became of the probe.
///
/// # Errors
/// Why its pod cannot be followed.
pub(super) async fn follow(cluster: &Cluster, probe: &Probe, patience: Duration) -> Result<Probed, Obstacle> {
    let mut last = None;
    match timeout(patience, until_told(cluster, probe, &mut last)).await {
        Ok(Ok(Ok(pod))) => said(cluster, probe, &pod).await,
        Ok(Ok(Err(trouble))) => Ok(Probed::Stopped(trouble)),
        Ok(Err(obstacle)) => Err(obstacle),
        Err(_) => Ok(Probed::Stopped(late(last.as_ref()))),
    }
}

/// The pod once the probe has spoken, or what keeps it from that.
async fn until_told(
    cluster: &Cluster,
    probe: &Probe,
    last: &mut Option<Value>,
) -> Result<Result<Value, Trouble>, Obstacle> {
    let scope = Scope::namespace(Some(&probe.key.namespace)).labelled(probe.of_run());
    let listed = cluster.list::<Pod>(Resource::PODS, &scope, Shape::Full).await.known()?;
    let (items, version) = listed.map_or_else(Default::default, |Listed { items, version }| (items, version));
    *last = items.into_iter().next_back().map(|pod| pod.0);
    let mut changes = cluster.follow::<Pod>(Resource::PODS, scope, version);
    let mut ask = Instant::now() + ASK;
    loop {
        match last.as_ref().map(|pod| (stage(pod), pod)) {
            Some((Stage::Done, pod)) => return Ok(Ok(pod.clone())),
            Some((Stage::Stuck(trouble), _)) => return Ok(Err(trouble)),
            Some((Stage::Coming(_), _)) | None => {}
        }
        tokio::select! {
            Some(change) = changes.next() => match change {
                Change::Set(pod) => *last = Some(pod.0),
                Change::All { objects, .. } => *last = objects.into_iter().next_back().map(|pod| pod.0),
                Change::Gone(_) => *last = None,
                Change::Blind(obstacle @ Obstacle::Forbidden { .. }) => return Err(obstacle),
                // It is opened again, and time is bounded.
                Change::Blind(_) => {}
            },
            () = sleep_until(ask) => {
                ask = Instant::now() + ASK;
                if last.is_none() && let Some(message) = failure(cluster, probe).await {
                    return Ok(Err(rehearsal::refusal(cluster, probe, message).await));
                }
            }
        }
    }
}

/// Why the Job has no pod, as its controller says. Who may not see events waits instead.
async fn failure(cluster: &Cluster, probe: &Probe) -> Option<String> {
    #[derive(Deserialize)]
    struct Event {
        #[serde(default)]
        message: String,
    }
    let about = format!("involvedObject.kind=Job,involvedObject.name={},reason=FailedCreate", probe.key.name);
    let scope = Scope::namespace(Some(&probe.key.namespace)).with_fields(about);
    match cluster.list::<Event>(Resource::EVENTS, &scope, Shape::Full).await {
        Observed::Present(listed) => listed.items.into_iter().next_back().map(|event| event.message),
        Observed::Absent | Observed::Unknown(_) => None,
    }
}

async fn said(cluster: &Cluster, probe: &Probe, pod: &Value) -> Result<Probed, Obstacle> {
    if !is_meshed(pod) {
        return Ok(Probed::Stopped(Trouble::Unmeshed));
    }
    let name = pod.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
    let log = cluster.send(&Call::log(&probe.key.namespace, name, CONTAINER, LOG)).await?;
    let log = String::from_utf8_lossy(&log);
    let ran = outcomes(&log, &probe.ports).map(Probed::Ran);
    Ok(ran.unwrap_or_else(|| Probed::Stopped(Trouble::Speechless(last_words(&log)))))
}
