//! The thread that does the asynchronous work, and the clients that live on it.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Mutex, OnceLock, PoisonError, mpsc},
};

use futures::future::LocalBoxFuture;
use kube::Client;
use tokio::{
    runtime::Builder,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::{LocalSet, spawn_local},
};

use crate::real::Ground;

type Work = Box<dyn FnOnce() -> LocalBoxFuture<'static, ()> + Send>;

/// Does asynchronous work on a thread in the background and waits for its result; works inside and outside of
/// a runtime. A panic of the work is one of the caller's as well.
pub fn wait<T: Send + 'static>(work: impl AsyncFnOnce() -> T + Send + 'static) -> T {
    let (done, result) = mpsc::channel();
    let work: Work = Box::new(move || {
        // The caller waits for it, so this cannot fail.
        Box::pin(async move { drop(done.send(work().await)) })
    });
    assert!(background().send(work).is_ok(), "the thread in the background is alive");
    result.recv().expect("the work in the background has panicked; see above")
}

/// Begins asynchronous work on the thread in the background and does not wait for it.
pub(crate) fn begin(work: impl AsyncFnOnce() + Send + 'static) {
    let work: Work = Box::new(move || Box::pin(work()));
    assert!(background().send(work).is_ok(), "the thread in the background is alive");
}

pub(super) fn client(ground: &'static Ground, cluster: &str) -> Client {
    static CLIENTS: Mutex<BTreeMap<PathBuf, Client>> = Mutex::new(BTreeMap::new());
    let mut clients = CLIENTS.lock().unwrap_or_else(PoisonError::into_inner);
    let control_plane = ground.cluster(cluster);
    let connect = || wait(async || control_plane.client().await);
    clients.entry(control_plane.folder().to_path_buf()).or_insert_with(connect).clone()
}

fn background() -> &'static UnboundedSender<Work> {
    static THREAD: OnceLock<UnboundedSender<Work>> = OnceLock::new();
    THREAD.get_or_init(|| {
        let (sender, works) = unbounded_channel();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        std::thread::spawn(move || LocalSet::new().block_on(&runtime, serve(works)));
        sender
    })
}

async fn serve(mut works: UnboundedReceiver<Work>) {
    while let Some(work) = works.recv().await {
        spawn_local(work());
    }
}
