//! What a long queue does to mirrors: the scenarios 18 and 17-rate, at a tenth of the recorded times.

use std::{
    ops::{Range, RangeInclusive},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::{StreamExt, TryStreamExt};
use k8s_openapi::api::core::v1::Service;
use kube::{
    Api, Client,
    api::{WatchEvent, WatchParams},
};
use serde_json::{Value, json};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};

use super::{
    seed::{creatable, text},
    stage::Stage,
    step::{On, PACE, Step},
    wait::until,
};

/// Mirroring these takes 7.2 s: the second lot waits behind them to be looked at, long enough for a loaded machine.
const FIRST_LOT: usize = 24;
const MANY: usize = 30;
/// What it takes at the most until the controller has heard of a Service.
const HEARD: Duration = Duration::from_secs(1);

pub(crate) const ALL_THERE: Step = Step::Same(On::Apps, "after.apps.yaml");

/// A burst of changes destroys mirrors and makes them again.
pub(crate) async fn burst(stage: &mut Stage<'_>) -> Result<(), String> {
    let mirrors = Mirrors::watch(stage).await?;
    let documents = stage.documents("before.infra.yaml")?;
    let template = documents.iter().find(|one| text(one, "/kind") == "Service").ok_or("no Service")?;
    for number in 0..12 {
        let name = format!("web-{number:02}");
        stage.ground.at(On::Infra).create(&named(template, &name)).await?;
        let note = json!({"metadata": {"annotations": {"example.com/second-write": "1"}}});
        let path = format!("/api/v1/namespaces/{}/services/{name}", stage.scenario.namespace);
        stage.ground.at(On::Infra).merge(&path, &note).await?;
    }
    stage.step(ALL_THERE).await?;
    // Ten of twelve in the recording; how many depends on how soon the first ones are worked off.
    mirrors.expect_destroyed(6..=12)
}

/// Mirrors are paced, and a look at everything destroys those of a long queue.
pub(crate) async fn rate(stage: &mut Stage<'_>) -> Result<(), String> {
    stage.start().await?;
    let mirrors = Mirrors::watch(stage).await?;
    let documents = stage.documents("before.infra.yaml")?;
    let template = documents.first().ok_or("no Service")?;
    stage.idle().await?;
    let start = Instant::now();
    create(stage, template, 0..FIRST_LOT).await?;
    // With the third mirror the whole first lot has been looked at and stands in the queue to be mirrored. The
    // second waits behind it to be looked at at all; then has to come the look at everything.
    let begun = async || Ok(mirrors.made.load(Ordering::Relaxed) >= 3);
    until("the third mirror", Duration::from_secs(10), begun).await?;
    create(stage, template, FIRST_LOT..MANY).await?;
    sleep(HEARD).await;
    stage.look_again();
    let enough = async || Ok(mirrors.made.load(Ordering::Relaxed) >= MANY);
    until("all mirrors", Duration::from_secs(40), enough).await?;
    // Three requests for each mirror.
    let least = Duration::from_secs(3) / PACE * 29;
    if start.elapsed() < least {
        return Err(format!("{MANY} mirrors in {:?}, less than {least:?}", start.elapsed()));
    }
    stage.idle().await?;
    mirrors.expect_destroyed(3..=MANY)?;
    mirrors.expect_present(MANY)
}

async fn create(stage: &Stage<'_>, template: &Value, numbers: Range<usize>) -> Result<(), String> {
    for number in numbers {
        stage.ground.at(On::Infra).create(&named(template, &format!("svc-{number:05}"))).await?;
    }
    Ok(())
}

/// Counts what happens to the Services of the importer's namespace.
struct Mirrors {
    made: Arc<AtomicUsize>,
    destroyed: Arc<AtomicUsize>,
    watch: JoinHandle<()>,
}

impl Mirrors {
    async fn watch(stage: &Stage<'_>) -> Result<Self, String> {
        let client = stage.ground.at(On::Apps).client.clone();
        let (made, destroyed) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let counting = count(client, stage.scenario.namespace, made.clone(), destroyed.clone());
        let watch = tokio::spawn(async move { counting.await.unwrap_or_default() });
        // From version 0 the watch tells what is there first, so that nothing can be missed.
        sleep(Duration::from_millis(100)).await;
        Ok(Self { made, destroyed, watch })
    }

    fn expect_destroyed(&self, range: RangeInclusive<usize>) -> Result<(), String> {
        let destroyed = self.destroyed.load(Ordering::Relaxed);
        let expected = range.contains(&destroyed);
        expected.then_some(()).ok_or_else(|| format!("{destroyed} mirrors were destroyed, not {range:?}"))
    }

    fn expect_present(&self, count: usize) -> Result<(), String> {
        let present = self.made.load(Ordering::Relaxed) - self.destroyed.load(Ordering::Relaxed);
        (present == count).then_some(()).ok_or_else(|| format!("{present} mirrors are left, not {count}"))
    }
}

impl Drop for Mirrors {
    fn drop(&mut self) {
        self.watch.abort();
    }
}

async fn count(
    client: Client,
    namespace: &str,
    made: Arc<AtomicUsize>,
    destroyed: Arc<AtomicUsize>,
) -> kube::Result<()> {
    let api: Api<Service> = Api::namespaced(client, namespace);
    let mut events = api.watch(&WatchParams::default(), "0").await?.boxed();
    while let Some(event) = events.try_next().await? {
        match event {
            WatchEvent::Added(_) => _ = made.fetch_add(1, Ordering::Relaxed),
            WatchEvent::Deleted(_) => _ = destroyed.fetch_add(1, Ordering::Relaxed),
            WatchEvent::Modified(_) | WatchEvent::Bookmark(_) | WatchEvent::Error(_) => {}
        }
    }
    Ok(())
}

fn named(template: &Value, name: &str) -> Value {
    let mut service = creatable(template);
    if let Some(field) = service.pointer_mut("/metadata/name") {
        *field = name.into();
    }
    service
}
