//! The time of a cluster: the machine's, or one that goes ahead of it or behind.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// A clock.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    /// Seconds ahead of the machine's time.
    skew: AtomicI64,
}

impl Clock {
    /// What time it is for this cluster.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place of the sandbox that asks the machine for the time"
    )]
    pub(crate) fn now(&self) -> Timestamp {
        let skew = SignedDuration::from_secs(self.skew.load(Ordering::Relaxed));
        Timestamp::now().saturating_add(skew).unwrap_or_else(|_| Timestamp::now())
    }

    /// Puts the clock ahead by so much, or behind.
    pub(crate) fn set(&self, skew: SignedDuration) {
        self.skew.store(skew.as_secs(), Ordering::Relaxed);
    }
}

/// A time as objects carry it: whole seconds, UTC.
pub(crate) fn text(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// So many seconds after this time.
pub(crate) fn after(time: Timestamp, span: Duration) -> Timestamp {
    time.saturating_add(span).unwrap_or(time)
}
