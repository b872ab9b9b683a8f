//! The signals that ask this program to end.

use sandbox::Failure;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listens from when it is made: what comes earlier than anybody waits is not lost.
pub(crate) struct Stop {
    #[cfg(unix)]
    signals: [Signal; 3],
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

impl Stop {
    #[cfg(unix)]
    pub(crate) fn listen() -> Result<Self, Failure> {
        let listen = |kind| signal(kind).map_err(|error| deaf(&error));
        let kinds = (SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup());
        Ok(Self { signals: [listen(kinds.0)?, listen(kinds.1)?, listen(kinds.2)?] })
    }

    #[cfg(windows)]
    pub(crate) fn listen() -> Result<Self, Failure> {
        let interrupt = tokio::signal::windows::ctrl_c().map_err(|error| deaf(&error))?;
        Ok(Self { interrupt })
    }

    /// Returns when somebody asks, with the exit code that a shell expects of a program that was interrupted so.
    #[cfg(unix)]
    pub(crate) async fn asked(&mut self) -> u8 {
        let [interrupt, terminate, hangup] = &mut self.signals;
        tokio::select! {
            _ = interrupt.recv() => 130,
            _ = terminate.recv() => 143,
            _ = hangup.recv() => 129,
        }
    }

    #[cfg(windows)]
    pub(crate) async fn asked(&mut self) -> u8 {
        let _asked = self.interrupt.recv().await;
        130
    }
}

fn deaf(error: &std::io::Error) -> Failure {
    Failure::new(
        format!("cannot listen to signals: {error}"),
        "raise the limit of open files with `ulimit -n`",
    )
}
