//! Two clusters in this process, shared by all its tests: the ground that is always there.

#![expect(
    clippy::missing_panics_doc,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "test code: without its ground, no test can go on"
)]

use std::path::Path;
use std::sync::{OnceLock, mpsc};
use std::thread;

use k8s_openapi::jiff::SignedDuration;
use sandbox::Sandbox;
use sandbox::world::World;
use serde_json::Value;

use crate::real::Ground;

/// A kubeconfig with contexts, clusters and users `infra` and `apps`, which lead to the sandbox of this process.
pub fn kubeconfig() -> &'static Value {
    static KUBECONFIG: OnceLock<Value> = OnceLock::new();
    KUBECONFIG.get_or_init(|| {
        let (ready, kubeconfig) = mpsc::channel();
        // It lives as long as the process: a thread of its own serves the tests of all others.
        thread::spawn(move || serve(&ready));
        kubeconfig.recv().expect("the sandbox starts")
    })
}

/// The same as a ground. It has no folder, and so no audit log and no file of a kubeconfig.
pub fn ground() -> &'static Ground {
    static GROUND: OnceLock<Ground> = OnceLock::new();
    GROUND.get_or_init(|| {
        let kubeconfig = serde_json::from_value(kubeconfig().clone()).expect("a kubeconfig");
        Ground::of(&kubeconfig, Path::new(""))
    })
}

/// A kubeconfig of the clusters of a world of its own, the first of which is the current one. They live as long as the
/// process.
pub fn world(yaml: &str) -> Value {
    held(World::read(yaml).expect("a world"), 0)
}

/// The same, made so many seconds ago: what is as young as a roll-out excuses much.
pub fn aged(yaml: &str, seconds: i64) -> Value {
    held(World::read(yaml).expect("a world"), seconds)
}

fn held(world: World, age: i64) -> Value {
    let (ready, kubeconfig) = mpsc::channel();
    thread::spawn(move || hold(world, age, &ready));
    kubeconfig.recv().expect("the world starts")
}

/// A cluster dates by its own clock what it makes, so that this one is put right behind that.
fn hold(mut world: World, age: i64, ready: &mpsc::Sender<Value>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let first = world.clusters.first().map(|first| first.name.clone()).unwrap_or_default();
        let right: Vec<i64> = world.clusters.iter().map(|cluster| cluster.skew).collect();
        world.clusters.iter_mut().for_each(|cluster| cluster.skew -= age);
        let started = world.start().await.expect("a world that can be started");
        for (cluster, skew) in started.sandbox.clusters().iter().zip(right) {
            cluster.skew(SignedDuration::from_secs(skew));
        }
        let mut kubeconfig = started.sandbox.kubeconfig();
        kubeconfig["current-context"] = first.into();
        ready.send(kubeconfig).expect("somebody waits");
        std::future::pending::<()>().await;
    });
}

fn serve(ready: &mpsc::Sender<Value>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let sandbox = Sandbox::start(&["infra", "apps"]).await.expect("free ports");
        ready.send(sandbox.kubeconfig()).expect("somebody waits");
        std::future::pending::<()>().await;
    });
}
