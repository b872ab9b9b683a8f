//! The wish to stop: SIGINT and SIGTERM, or Ctrl-C where there are no signals.

use crate::verdict::Exit;
use tokio::sync::watch;

/// Remembers the first signal that came.
pub(super) struct Signals {
    came: watch::Receiver<Option<Exit>>,
}

impl Signals {
    /// Listens from now on. Must be called inside a runtime.
    pub(super) fn listen() -> Self {
        let (tell, came) = watch::channel(None);
        tokio::spawn(async move {
            let exit = first_signal().await;
            // Nobody listens any more when the run has ended.
            tell.send(Some(exit)).ok();
            // The sender stays, so that a receiver that comes later still sees the signal.
            std::future::pending::<()>().await;
        });
        Self { came }
    }

    /// Waits for the first signal; returns at once when it has come already.
    pub(super) async fn first(&self) -> Exit {
        let mut came = self.came.clone();
        match came.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(exit)) => *exit,
            // The listener is gone: no signal will be heard of.
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }
}

#[cfg(unix)]
async fn first_signal() -> Exit {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        // A question that a SIGTERM breaks off answers it with a SIGINT of its own; what came from outside counts.
        biased;
        _ = terminate.recv() => Exit::Terminated,
        _ = interrupt.recv() => Exit::Interrupted,
    }
}

#[cfg(not(unix))]
async fn first_signal() -> Exit {
    match tokio::signal::ctrl_c().await {
        Ok(()) => Exit::Interrupted,
        Err(_) => std::future::pending().await,
    }
}
