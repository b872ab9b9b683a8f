//! What time it is: the one place that reads the clocks of this machine, so that nobody judges by one.

use super::{Archive, Cluster};
use jiff::Timestamp;
use std::time::Instant;

/// The present, by the clock of this machine.
#[expect(clippy::disallowed_methods, reason = "the edge that reads the clock, and hands down what it says")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// The clock of pauses, which a test may stop. It measures how long something takes, and says no date.
pub fn ticks() -> Instant {
    tokio::time::Instant::now().into_std()
}

impl Cluster {
    /// The present, for ages and expiries: of files when they were taken, else by the clock of this machine.
    pub fn now(&self) -> Timestamp {
        self.archive().and_then(Archive::taken_at).unwrap_or_else(now)
    }

    /// The present, for what is renewed all the time: of files that do not say when they were taken, when the last of their
    /// Leases was renewed. By a later clock nobody would renew any.
    pub fn now_of_leases(&self) -> Timestamp {
        let untold = self.archive().filter(|files| files.taken_at().is_none());
        untold.and_then(Archive::last_renewal).unwrap_or_else(|| self.now())
    }
}
