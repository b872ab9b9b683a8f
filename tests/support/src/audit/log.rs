//! The log as a file that grows while it is read.

#![expect(
    clippy::missing_panics_doc,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "test code: a log that cannot be read must stop the test; events are compared with the clock"
)]

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use k8s_openapi::jiff::Timestamp;

use super::event::{Event, Request};
use crate::real::ControlPlane;

/// How long nothing may arrive before the log counts as complete. The server writes an event right after the
/// client has its answer, so this is plenty.
const QUIET: Duration = Duration::from_millis(200);
/// When to give up on a client that never stops.
const PATIENCE: Duration = Duration::from_secs(20);

/// A place in the audit log of one cluster, and whose requests to look at.
#[derive(Debug, Clone)]
pub struct Audit {
    log: PathBuf,
    offset: u64,
    began: Timestamp,
    agent: String,
    user: Option<String>,
    namespace: Option<String>,
}

impl Audit {
    /// Remembers this moment. Requests that the server received earlier will not be reported, even when their
    /// answer comes later.
    pub fn mark(cluster: &ControlPlane) -> Self {
        let log = cluster.audit_log();
        let offset = std::fs::metadata(&log).expect("the audit log exists").len();
        Self { log, offset, began: Timestamp::now(), agent: String::new(), user: None, namespace: None }
    }

    /// Looks only at clients that call themselves like this or longer: `kubectl-mesh_export` finds
    /// `kubectl-mesh_export/0.1.0`.
    #[must_use]
    pub fn of_agent(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.agent);
        self
    }

    /// Looks only at what this user did, impersonated or not.
    #[must_use]
    pub fn of_user(mut self, user: &str) -> Self {
        self.user = Some(user.to_owned());
        self
    }

    /// Looks only at what is about this namespace: others may never be quiet.
    #[must_use]
    pub fn about(mut self, namespace: &str) -> Self {
        self.namespace = Some(namespace.to_owned());
        self
    }

    /// Returns the requests since the mark, in the order of the log, once no more of them arrive. A watch is
    /// there as soon as it is open, and once. Blocks the thread; panics when the requests do not stop.
    pub fn since(&self) -> Vec<Request> {
        let mut reading = Reading::new(&self.log, self.offset);
        let mut found: Vec<(String, Request)> = Vec::new();
        let start = Instant::now();
        let mut last = start;
        while last.elapsed() < QUIET {
            assert!(start.elapsed() < PATIENCE, "{} never becomes quiet", self.log.display());
            let taken = reading.more().into_iter().filter(|event| self.concerns(event));
            for event in taken {
                last = Instant::now();
                take(event, &mut found);
            }
            sleep(Duration::from_millis(20));
        }
        found.into_iter().map(|(_, request)| request).collect()
    }

    fn concerns(&self, event: &Event) -> bool {
        event.request_received_timestamp >= self.began
            && event.user_agent.starts_with(&self.agent)
            && self.user.as_ref().is_none_or(|user| user == event.user())
            && self.namespace.as_ref().is_none_or(|namespace| namespace == event.namespace())
    }
}

/// Adds the request of an event. The beginning of a watch is an event, and so is its end.
fn take(event: Event, found: &mut Vec<(String, Request)>) {
    if !found.iter().any(|(known, _)| *known == event.id) {
        found.push((event.id.clone(), event.request()));
    }
}

/// Reads whole lines; the last one may still be in the making.
struct Reading {
    file: File,
    rest: Vec<u8>,
    /// The mark may have been set while the server was in the middle of a line, which tells of an earlier request.
    in_line: bool,
}

impl Reading {
    fn new(log: &Path, offset: u64) -> Self {
        let mut file = File::open(log).expect("the audit log can be read");
        let before = offset.saturating_sub(1);
        file.seek(SeekFrom::Start(before)).expect("the audit log only grows");
        Self { file, rest: Vec::new(), in_line: offset > 0 }
    }

    fn more(&mut self) -> Vec<Event> {
        self.file.read_to_end(&mut self.rest).expect("the audit log can be read");
        let whole = self.rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let mut lines: Vec<u8> = self.rest.drain(..whole).collect();
        if self.in_line && whole > 0 {
            let end = lines.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            lines.drain(..end);
            self.in_line = false;
        }
        let event = |line: &[u8]| serde_json::from_slice(line).expect("a line of the audit log is an event");
        lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(event).collect()
    }
}
