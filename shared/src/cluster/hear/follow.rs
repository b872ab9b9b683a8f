//! One watch: open as long as somebody needs it, across closings and broken connections.

use super::interest::Object;
use super::plan::{SECONDS, Start};
use super::told::Told;
use crate::cluster::call::Call;
use crate::cluster::client::Cluster;
use crate::cluster::explain;
use crate::cluster::watch::{heard, pause};
use crate::terms::Obstacle;
use futures::StreamExt;
use std::sync::Arc;
use std::time::Duration;

/// The server ends a watch after its time. What is silent for so much longer has died on the way.
const LATE: Duration = Duration::from_secs(SECONDS + 30);

/// After so many failures in a row, which take eight seconds, what was read is not trusted any more.
const PATIENCE: u32 = 4;

/// How a watch ended.
enum Ended {
    /// Its time was over.
    Regularly,
    /// A look has to say where the next one begins.
    ForGood,
    Broken(Obstacle),
}

/// Tells of every change that matters, until a look has to say where to go on, or it is not allowed.
pub(super) async fn follow(cluster: Arc<Cluster>, key: String, mut start: Start, told: Arc<Told>) {
    let mut failures: u32 = 0;
    loop {
        tokio::time::sleep(pause(failures)).await;
        let mut has_spoken = false;
        let listening = listen(&cluster, &mut start, || told.changed(cluster.name(), &key), &mut has_spoken);
        let ended = tokio::time::timeout(LATE, Box::pin(listening)).await.unwrap_or(Ended::Regularly);
        failures = if has_spoken { 1 } else { failures.saturating_add(1) };
        match ended {
            Ended::Regularly => {}
            Ended::ForGood => return told.changed(cluster.name(), &key),
            Ended::Broken(obstacle @ (Obstacle::Forbidden { .. } | Obstacle::Refused { .. })) => {
                return told.refused(cluster.name(), &key, obstacle);
            }
            Ended::Broken(obstacle) => {
                tracing::debug!(cluster = %cluster.name(), watch = key, %obstacle, "broken");
                told.doubted();
            }
        }
        if failures > PATIENCE {
            return told.changed(cluster.name(), &key);
        }
    }
}

async fn listen(
    cluster: &Cluster,
    start: &mut Start,
    mut tell: impl FnMut(),
    has_spoken: &mut bool,
) -> Ended {
    let call = Call::hear(start.resource, (&start.scope, start.shape), start.version.as_deref(), SECONDS);
    let broken = |error: &kube::Error| ended(explain::obstacle(error, &call.names()));
    let events = async {
        let live = cluster.live(&call)?;
        let client = live.listener().await?;
        let opening = tokio::time::timeout(cluster.bound(), client.request_events::<Object>(call.request()?));
        match opening.await {
            Err(_) => Err(Obstacle::TimedOut { after: cluster.bound() }),
            Ok(opened) => opened.map_err(|error| explain::obstacle(&error, &call.names())),
        }
    };
    let mut events = match events.await {
        Ok(events) => events.boxed(),
        Err(Obstacle::Unauthorized) => return renewed(cluster, &call).await,
        Err(obstacle) => return ended(obstacle),
    };
    let mut version = start.version.clone().unwrap_or_default();
    while let Some(event) = events.next().await {
        let change = match event.map(|event| heard(event, &mut version)) {
            Ok(Ok(change)) => change,
            Ok(Err(status)) => return broken(&kube::Error::Api(status)),
            Err(error) => return broken(&error),
        };
        *has_spoken = true;
        start.version = Some(version.clone()).filter(|version| !version.is_empty());
        if change.is_some_and(|change| start.interest.is_met(change)) {
            tell();
        }
    }
    Ended::Regularly
}

/// Another try with renewed credentials, where there are such.
async fn renewed(cluster: &Cluster, call: &Call) -> Ended {
    match cluster.live(call) {
        Ok(live) if live.renew().await => Ended::Regularly,
        Ok(_) => Ended::Broken(Obstacle::Unauthorized),
        Err(obstacle) => Ended::Broken(obstacle),
    }
}

/// A history that is lost, and a kind that is gone, need a look.
fn ended(obstacle: Obstacle) -> Ended {
    let needs_a_look = matches!(
        obstacle,
        Obstacle::Expired | Obstacle::NotServed { .. } | Obstacle::Refused { code: 404, .. }
    );
    if needs_a_look { Ended::ForGood } else { Ended::Broken(obstacle) }
}
