//! Time as data. Who needs the present takes it as an argument.

use super::GoDuration;
use jiff::Timestamp;
use std::time::{Duration, Instant};

/// Nobody waits a year; every clock can name it.
const FAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// The moment after which nobody waits any longer. It may be moved, when a wait turns out to be a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    started: Instant,
    allowed: Duration,
}

impl Deadline {
    /// A deadline this long after the given moment.
    pub fn starting(started: Instant, allowed: GoDuration) -> Self {
        Self { started, allowed: allowed.as_duration() }
    }

    /// How long is left at this moment; zero when it has passed.
    pub fn left(&self, now: Instant) -> Duration {
        self.allowed.saturating_sub(now.saturating_duration_since(self.started))
    }

    /// The moment itself. One that the clock cannot name is further away than any that it can, and than any wait.
    pub fn moment(&self) -> Instant {
        let moment = |allowed| self.started.checked_add(allowed);
        moment(self.allowed).or_else(|| moment(FAR)).unwrap_or(self.started)
    }

    /// How long was allowed in all.
    pub fn allowed(&self) -> Duration {
        self.allowed
    }

    /// The same start with more time, never with less.
    #[must_use]
    pub fn at_least(self, allowed: Duration) -> Self {
        Self { started: self.started, allowed: self.allowed.max(allowed) }
    }
}

/// Whether a moment is more than so many seconds after another one, both as API servers write them; where one is no time,
/// nobody can tell, and it is not.
pub fn is_later_by(seconds: i64, moment: &str, other: &str) -> bool {
    let (moment, other) = (moment.parse::<Timestamp>(), other.parse::<Timestamp>());
    let between = moment.ok().zip(other.ok()).map(|(moment, other)| moment.duration_since(other).as_secs());
    between.is_some_and(|between| between > seconds)
}

/// Units of time in seconds, the longest first.
const UNITS: [(i64, &str); 4] = [(86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")];

/// So many days, or whatever so many seconds come to at the most.
pub fn long(seconds: i64) -> String {
    let unit = UNITS.into_iter().find(|(unit, _)| seconds >= *unit);
    let (count, word) = unit.map_or((0, "second"), |(unit, word)| (seconds / unit, word));
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

#[cfg(test)]
mod tests;
