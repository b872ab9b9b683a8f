//! The body of a watch: lines that come when something happens, until its time is over.

use std::sync::Arc;
use std::time::Duration;

use futures::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Bytes, Frame};
use tokio::sync::watch::Receiver;
use tokio::time::{Instant, sleep_until};

use super::Out;
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
}

/// The body of this watch.
pub(super) fn body(cluster: Arc<Cluster>, streaming: Streaming) -> Out {
    let end = Instant::now() + Duration::from_secs(streaming.seconds.unwrap_or(USUAL).min(LONGEST));
    let bell = cluster.bell();
    let open = Open { cluster, bell, streaming, end, over: false };
    let frames = stream::unfold(open, |mut open| async move {
        let lines = open.lines().await?;
        Some((Ok(Frame::data(Bytes::from(lines))), open))
    });
    BodyExt::boxed(StreamBody::new(frames))
}

impl Open {
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
