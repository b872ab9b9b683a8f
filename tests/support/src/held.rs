//! A world of the sandbox that a test holds: more clusters than the grounds have.

#![expect(
    clippy::missing_panics_doc,
    clippy::expect_used,
    reason = "test code: without its clusters, no test can go on"
)]

use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;

use sandbox::world::World;
use tempfile::TempDir;
use tokio::sync::oneshot;

/// Clusters of a world, held by a thread of their own until this is dropped.
#[derive(Debug)]
pub struct Held {
    folder: TempDir,
    _end: oneshot::Sender<()>,
}

impl Held {
    /// Starts a world in YAML, as `sandbox serve` reads it.
    pub fn start(text: &str) -> Self {
        let world = World::read(text).expect("a world");
        let (ready, kubeconfig) = mpsc::channel();
        let (end, ended) = oneshot::channel::<()>();
        thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let started = world.start().await.expect("a world that starts");
                ready.send(started.sandbox.kubeconfig().to_string()).expect("somebody waits");
                // It ends with an error when the other side is dropped, which is the end that is waited for.
                drop(ended.await);
            });
        });
        let folder = TempDir::new().expect("a folder");
        let text = kubeconfig.recv().expect("the world starts");
        std::fs::write(folder.path().join("kubeconfig"), text).expect("a file");
        Self { folder, _end: end }
    }

    /// The kubeconfig with a context for each cluster.
    pub fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("kubeconfig")
    }
}
