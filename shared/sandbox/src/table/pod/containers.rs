//! What the status of one container says.
//!
//! A container waits, runs or has ended, and has been restarted some number of times before. Statuses are
//! read leniently: what is not there is `false`, 0 or no reason, as in the server's own types.

use jiff::Timestamp;
use serde_json::Value;

use crate::object::text;
use crate::table::age;
use crate::table::layout::number;

/// How often containers have been restarted, and when last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Restarts {
    count: i64,
    last: Option<Timestamp>,
}

impl Restarts {
    pub(super) fn add(&mut self, status: &Value) {
        self.count += number(status, "/restartCount");
        let ended = text(status, "/lastState/terminated/finishedAt").parse().ok();
        self.last = self.last.max(ended);
    }

    pub(super) fn print(&self, now: Timestamp) -> String {
        match self.last.filter(|_| self.count != 0) {
            Some(last) => format!("{} ({} ago)", self.count, age::elapsed(&last.to_string(), now)),
            None => self.count.to_string(),
        }
    }
}

/// The reason to wait, if one is given.
pub(super) fn waits_for(status: &Value) -> Option<&str> {
    Some(text(status, "/state/waiting/reason")).filter(|reason| !reason.is_empty())
}

pub(super) fn is_ready(status: &Value) -> bool {
    status.get("ready") == Some(&Value::Bool(true))
}

pub(super) fn is_started(status: &Value) -> bool {
    status.get("started") == Some(&Value::Bool(true))
}

pub(super) fn is_running(status: &Value) -> bool {
    status.pointer("/state/running").is_some_and(Value::is_object)
}

/// How a container has ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct End<'a>(&'a Value);

impl<'a> End<'a> {
    pub(super) fn of(status: &'a Value) -> Option<Self> {
        status.pointer("/state/terminated").filter(|end| end.is_object()).map(Self)
    }

    pub(super) fn is_success(self) -> bool {
        number(self.0, "/exitCode") == 0
    }

    /// The reason, or else the signal, or else the code.
    pub(super) fn word(self) -> String {
        match (text(self.0, "/reason"), number(self.0, "/signal")) {
            ("", 0) => format!("ExitCode:{}", number(self.0, "/exitCode")),
            ("", signal) => format!("Signal:{signal}"),
            (reason, _) => reason.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn restarted(count: i64, at: &str) -> Value {
        json!({ "restartCount": count, "lastState": { "terminated": { "finishedAt": at } } })
    }

    #[test]
    fn restarts_add_up_and_the_latest_counts() {
        let mut restarts = Restarts::default();
        for (count, at) in [(1, "2026-01-01T00:01:00Z"), (2, "2026-01-01T00:02:00Z"), (0, "")] {
            restarts.add(&restarted(count, at));
        }
        assert_eq!(restarts.print("2026-01-01T00:02:05Z".parse().unwrap()), "3 (5s ago)");
    }

    #[test]
    fn restarts_without_a_time_or_a_time_without_restarts_are_a_number() {
        let now = Timestamp::UNIX_EPOCH;
        for (count, at, expected) in [(2, "", "2"), (0, "1970-01-01T00:00:00Z", "0")] {
            let mut restarts = Restarts::default();
            restarts.add(&restarted(count, at));
            assert_eq!(restarts.print(now), expected);
        }
    }

    #[test]
    fn an_end_is_called_by_the_best_word_there_is() {
        for (end, word, success) in [
            (json!({ "exitCode": 137, "signal": 9, "reason": "OOMKilled" }), "OOMKilled", false),
            (json!({ "exitCode": 137, "signal": 9 }), "Signal:9", false),
            (json!({ "exitCode": 0 }), "ExitCode:0", true),
        ] {
            let status = json!({ "state": { "terminated": end } });
            let end = End::of(&status).unwrap();
            assert_eq!((end.word().as_str(), end.is_success()), (word, success));
        }
        assert!(End::of(&json!({ "state": { "terminated": null } })).is_none());
    }
}
