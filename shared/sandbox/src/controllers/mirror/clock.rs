//! The one place that reads the clock: objects carry the time of their writing.

use k8s_openapi::jiff::{Timestamp, Unit};

/// Returns the present moment, without fractions of a second, as Kubernetes writes times.
pub(super) fn now() -> Timestamp {
    let now = precise();
    now.round(Unit::Second).unwrap_or(now)
}

/// Returns a number that grows with time, for names that must not be taken.
pub(super) fn ticks() -> i128 {
    precise().as_nanosecond()
}

#[expect(clippy::disallowed_methods, reason = "a controller writes at the time at which it writes")]
fn precise() -> Timestamp {
    Timestamp::now()
}
