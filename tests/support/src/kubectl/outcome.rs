//! What a run left behind.

use std::{fmt, os::unix::process::ExitStatusExt, process::ExitStatus, time::Duration};

use regex::{Captures, Regex};

use crate::schema;

/// Patterns of what differs between runs, for [`Outcome::redacted`].
pub mod redact {
    /// A uid, 36 characters.
    pub const UID: &str = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    /// A point in time in RFC 3339, with or without a fraction.
    pub const TIME: &str = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z";
    /// A loopback address with its port.
    pub const ADDRESS: &str = r"127\.0\.0\.1:\d{2,5}";
    /// An address of IPv4 that a cluster has given to somebody.
    pub const GIVEN: &str = r"\b10(\.\d+){3}\b";
    /// The age or length of something: `3s`, `1m20s`, `1.5s`, `120ms`.
    pub const DURATION: &str = r"\b(\d+m)?\d+(\.\d+)?m?s\b";

    /// What somebody has annotated a Service with, so that it changes.
    const TOUCHED: &str = r"\btouched=\d+";
    /// Versions that are compared.
    const COMPARED: &str = r"(resource-version\]|resourceVersion of svc/\S+): \d+";
    /// A pod that somebody has made of a Deployment.
    const POD: &str = r" of pod/[a-z0-9-]+";

    /// A text in which every identity, moment, version and address of one run is none any more.
    pub fn everywhere(text: &str) -> String {
        let patterns = [(UID, "<uid>"), (TIME, "<time>"), (ADDRESS, "<address>"), (GIVEN, "<ip>")];
        let patterns = patterns.into_iter().chain([
            (TOUCHED, "touched=1"),
            (COMPARED, "$1: <version>"),
            (POD, " of pod/<pod>"),
        ]);
        patterns.fold(text.to_owned(), |text, (pattern, instead)| {
            let pattern = regex::Regex::new(pattern).expect("a regular expression");
            pattern.replace_all(&text, instead).into_owned()
        })
    }
}

/// What a finished run printed and how it ended. Printed with `{}` it is one text for a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "an outcome that nobody looks at proves nothing"]
pub struct Outcome {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The exit code; `None` when a signal ended the run.
    pub code: Option<i32>,
    /// The signal that ended the run.
    pub signal: Option<i32>,
    /// How long it took.
    pub elapsed: Duration,
}

impl Outcome {
    /// Whatever a test is about: a report that its published schema does not allow fails it.
    pub(super) fn new(stdout: &[u8], stderr: &[u8], status: ExitStatus, elapsed: Duration) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (code, signal) = (status.code(), status.signal());
        let against = schema::report(&text(stdout)).map(|report| schema::against(&report));
        assert_eq!(against.unwrap_or_default(), Vec::<String>::new(), "{}", text(stdout));
        Self { stdout: text(stdout), stderr: text(stderr), code, signal, elapsed }
    }

    /// Returns standard output as JSON; fails the test when it is anything else or more than one document.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| {
            assert!(error.is_data(), "no JSON on standard output: {error}\n{self}");
            serde_json::Value::Null
        })
    }

    /// Replaces what matches each pattern (a regular expression) in both streams, in the order given.
    ///
    /// In a table, that is before two or more spaces, the replacement is filled up to the width of what it
    /// replaces, so that the columns stay where they are.
    pub fn redacted(mut self, patterns: &[(&str, &str)]) -> Self {
        for (pattern, replacement) in patterns {
            let pattern = Regex::new(pattern).expect("a regular expression");
            self.stdout = replace(&pattern, replacement, &self.stdout);
            self.stderr = replace(&pattern, replacement, &self.stderr);
        }
        self
    }
}

fn replace(pattern: &Regex, replacement: &str, text: &str) -> String {
    let filled = |captures: &Captures<'_>| {
        let Some(found) = captures.get(0) else { return String::new() };
        let in_table = text.get(found.end()..).is_some_and(|rest| rest.starts_with("  "));
        let width = if in_table { found.as_str().chars().count() } else { 0 };
        format!("{replacement:width$}")
    };
    pattern.replace_all(text, filled).into_owned()
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let open = |text: &str| if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        write!(formatter, "{}{}", self.stdout, open(&self.stdout))?;
        write!(formatter, "-- stderr --\n{}{}", self.stderr, open(&self.stderr))?;
        match (self.code, self.signal) {
            (Some(code), _) => write!(formatter, "-- exit {code} --"),
            (None, Some(signal)) => write!(formatter, "-- signal {signal} --"),
            (None, None) => write!(formatter, "-- no exit --"),
        }
    }
}
