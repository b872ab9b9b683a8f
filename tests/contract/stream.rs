//! The events of a watch, one after the other.

use std::time::Duration;

use http_body_util::BodyExt as _;
use kube::client::Body;
use serde_json::Value;
use tokio::time::timeout;

/// What must come, comes within this time on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// An open watch.
pub(crate) struct Stream {
    body: Body,
    unread: Vec<u8>,
}

impl Stream {
    pub(crate) fn new(body: Body) -> Self {
        Self { body, unread: Vec::new() }
    }

    /// The next event; `None` when the server has closed the watch.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                return Some(serde_json::from_slice(&line).unwrap());
            }
            let frame = timeout(PATIENCE, self.body.frame()).await.expect("an event, or the end");
            self.unread.extend(frame?.unwrap().into_data().unwrap());
        }
    }

    /// The next event as its type, the object's name and its value of one label.
    pub(crate) async fn said(&mut self, label: &str) -> (String, String, Option<String>) {
        let event = self.next().await.expect("the watch is still open");
        let metadata = &event["object"]["metadata"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let label = metadata["labels"][label].as_str().map(str::to_owned);
        (text(&event["type"]), text(&metadata["name"]), label)
    }

    /// Everything until the server closes the watch.
    pub(crate) async fn rest(mut self) -> Vec<Value> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            events.push(event);
        }
        events
    }
}

/// An event as a case writes it down.
pub(crate) fn event(kind: &str, name: &str, label: Option<&str>) -> (String, String, Option<String>) {
    (kind.to_owned(), name.to_owned(), label.map(str::to_owned))
}
