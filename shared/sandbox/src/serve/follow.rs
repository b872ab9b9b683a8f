//! The body of a watch: lines that come when something happens, until its time is over.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Bytes, Frame};
use tokio::sync::watch::Receiver;
use tokio::time::{Instant, sleep, sleep_until};

use super::{Out, SENT, asked_for};
use crate::cluster::Cluster;
use crate::encode::error_event;
use crate::handle::Streaming;
use crate::read::{Said, bookmark};

/// How long a watch lasts that does not say.
const USUAL: u64 = 1800;
/// How long one lasts at most: a year, which is no time that anybody waits for.
const LONGEST: u64 = 365 * 24 * 3600;

struct Open {
    cluster: Arc<Cluster>,
    bell: Receiver<u64>,
    streaming: Streaming,
    end: Instant,
    over: bool,
    /// How many events may still come before the connection is closed; `None` for all.
    left: Option<u32>,
}

/// The body of this watch, which is cut after so many events.
pub(super) fn body(cluster: Arc<Cluster>, streaming: Streaming, events: Option<u32>) -> Out {
    let end = Instant::now() + Duration::from_secs(streaming.seconds.unwrap_or(USUAL).min(LONGEST));
    let bell = cluster.bell();
    let open = Open { cluster, bell, streaming, end, over: false, left: events };
    let frames = stream::unfold(open, |mut open| async move {
        let frame = open.frame().await?;
        Some((frame, open))
    });
    BodyExt::boxed(StreamBody::new(frames))
}

impl Open {
    async fn frame(&mut self) -> Option<io::Result<Frame<Bytes>>> {
        if self.left == Some(0) {
            sleep(SENT).await;
            return Some(Err(asked_for()));
        }
        let mut lines = self.lines().await?;
        if let Some(left) = &mut self.left {
            *left -= keep(&mut lines, *left);
        }
        Some(Ok(Frame::data(Bytes::from(lines))))
    }

    /// The next lines; `None` at the end.
    async fn lines(&mut self) -> Option<Vec<u8>> {
        if self.over {
            return None;
        }
        loop {
            let mut lines = std::mem::take(&mut self.streaming.due);
            self.bell.borrow_and_update();
            lines.extend(self.news());
            if !lines.is_empty() {
                return Some(lines);
            }
            tokio::select! {
                rung = self.bell.changed() => rung.ok()?,
                () = sleep_until(self.end) => {
                    self.over = true;
                    return self.last_words();
                }
            }
        }
    }

    fn news(&mut self) -> Vec<u8> {
        let streaming = &mut self.streaming;
        match self.cluster.with(|state| streaming.watch.next(state)) {
            Said::Events(events) => {
                // Ages in a table are those of the moment in which an event is told.
                streaming.encoder.now = self.cluster.now();
                let lines = events.iter().map(|event| streaming.encoder.event(event.word, &event.object));
                lines.collect::<Vec<_>>().concat()
            }
            Said::Lost(refusal) => {
                self.over = true;
                error_event(&refusal)
            }
        }
    }

    /// Whoever wants bookmarks learns from where to go on.
    fn last_words(&self) -> Option<Vec<u8>> {
        if !self.streaming.bookmarks {
            return None;
        }
        let event = bookmark(self.cluster.with(|state| state.store.version()));
        Some(self.streaming.encoder.event(event.word, &event.object))
    }
}

/// Keeps the first so many lines, and says how many there are.
fn keep(lines: &mut Vec<u8>, most: u32) -> u32 {
    let mut kept = 0;
    let mut end = 0;
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        if kept == most {
            break;
        }
        kept += 1;
        end += line.len();
    }
    lines.truncate(end);
    kept
}

#[cfg(test)]
mod tests {
    use super::keep;

    #[test]
    fn no_more_lines_are_kept_than_may_come() {
        for (most, expected) in [(0, (0, "")), (1, (1, "a\n")), (2, (2, "a\nbc\n")), (9, (2, "a\nbc\n"))] {
            let mut lines = b"a\nbc\n".to_vec();
            let kept = keep(&mut lines, most);
            assert_eq!((kept, std::str::from_utf8(&lines).unwrap()), expected, "{most}");
        }
    }
}
