//! A spawned future that ends with its owner.

use std::future::Future;

use tokio::task::JoinHandle;

/// Aborts what it spawned when it is dropped, so that no work outlives the controller.
#[derive(Debug)]
pub(super) struct Task(JoinHandle<()>);

impl Task {
    pub(super) fn spawn(work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(tokio::spawn(work))
    }

    /// Aborts and waits until the future has been dropped.
    pub(super) async fn stop(mut self) {
        self.0.abort();
        // The only possible outcome is that it was cancelled, or had ended before.
        (&mut self.0).await.unwrap_or_default();
    }

    pub(super) fn is_finished(&self) -> bool {
        self.0.is_finished()
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}
