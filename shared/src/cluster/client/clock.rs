//! What the answers of an API server tell of its clock.

use http::{HeaderMap, header};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use std::sync::atomic::{AtomicI64, Ordering};

/// How far a clock was ahead, by the last answer that told.
#[derive(Debug)]
pub(super) struct Clock(AtomicI64);

/// No answer has told yet; no clock is that far ahead.
const UNTOLD: i64 = i64::MIN;

impl Default for Clock {
    fn default() -> Self {
        Self(AtomicI64::new(UNTOLD))
    }
}

impl Clock {
    /// Takes what an answer says that came at this moment.
    pub(super) fn hear(&self, headers: &HeaderMap, now: Timestamp) {
        let said = headers.get(header::DATE).and_then(|date| date.to_str().ok());
        if let Some(ahead) = said.and_then(|date| ahead(date, now)) {
            self.0.store(ahead, Ordering::Relaxed);
        }
    }

    /// In seconds; negative when it was behind.
    pub(super) fn ahead(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|ahead| *ahead != UNTOLD)
    }
}

fn ahead(date: &str, now: Timestamp) -> Option<i64> {
    let said = DateTimeParser::new().parse_timestamp(date).ok()?;
    Some(said.as_second().saturating_sub(now.as_second()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_as_far_ahead_as_the_last_answer_that_told() {
        let clock = Clock::default();
        let now = "1994-11-06T08:49:37.9Z".parse().unwrap();
        let headers = |date: &str| HeaderMap::from_iter([(header::DATE, date.parse().unwrap())]);
        clock.hear(&HeaderMap::new(), now);
        assert_eq!(clock.ahead(), None);
        for (date, ahead) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
            ("Sun, 06 Nov 1994 08:51:07 GMT", 90),
            ("yesterday", 90),
            ("Sun, 06 Nov 1994 08:49:30 GMT", -7),
        ] {
            clock.hear(&headers(date), now);
            assert_eq!(clock.ahead(), Some(ahead), "{date}");
        }
    }
}
