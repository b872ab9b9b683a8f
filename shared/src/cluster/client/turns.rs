//! Whose turn it is: how many requests to one API server are under way at once, and over how many connections.

use crate::cluster::dial::{CONNECTIONS, Dialer, EAGER};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// How long a request waits for one of the first connections before it may have another. A server nearby has answered by
/// then; to one that is far away a few milliseconds are nothing.
const LATER: Duration = Duration::from_millis(25);

/// The turns at one API server. Each of the later ones brings a place for a connection, once.
pub(super) struct Turns {
    first: Semaphore,
    later: Semaphore,
    opened: AtomicUsize,
}

impl Turns {
    pub(super) fn new() -> Self {
        let (first, later) = (Semaphore::new(EAGER), Semaphore::new(CONNECTIONS - EAGER));
        Self { first, later, opened: AtomicUsize::new(EAGER) }
    }

    /// The next turn: one of the first, or a later one for who has waited a while.
    pub(super) async fn next(&self, dialer: &Dialer) -> Option<SemaphorePermit<'_>> {
        let later = async {
            tokio::time::sleep(LATER).await;
            let turn = self.later.acquire().await;
            self.open_one_more(dialer);
            turn
        };
        let turn = tokio::select! {
            biased;
            turn = self.first.acquire() => turn,
            turn = later => turn,
        };
        turn.ok()
    }

    /// A turn for a watch, which stays: it takes first what requests take last.
    pub(super) async fn to_watch(&self, dialer: &Dialer) -> Option<SemaphorePermit<'_>> {
        match self.later.try_acquire() {
            Ok(turn) => {
                self.open_one_more(dialer);
                Some(turn)
            }
            Err(_) => self.next(dialer).await,
        }
    }

    /// There are never fewer places than turns that somebody has.
    fn open_one_more(&self, dialer: &Dialer) {
        let more = |open: usize| (open < CONNECTIONS).then_some(open + 1);
        if self.opened.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok() {
            dialer.open_one_more();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::dial::stand::Caller;
    use futures::FutureExt as _;

    fn dialer() -> Dialer {
        let folder = tempfile::tempdir().unwrap();
        Caller::default().dialer(folder.path(), "{server: 'http://127.0.0.1:1'}", "{}").unwrap()
    }

    #[tokio::test]
    async fn the_first_have_their_turn_at_once_and_the_others_when_they_have_waited() {
        let (turns, dialer, mut held) = (Turns::new(), dialer(), Vec::new());
        for _ in 0..EAGER {
            held.push(turns.next(&dialer).now_or_never().flatten().unwrap());
        }
        assert!(turns.next(&dialer).now_or_never().is_none());
        held.push(turns.next(&dialer).await.unwrap());
        assert_eq!(turns.opened.load(Ordering::Relaxed), EAGER + 1);
        // Who has waited takes whatever is free first.
        drop(held.remove(0));
        assert!(turns.next(&dialer).now_or_never().flatten().is_some());
    }

    #[tokio::test]
    async fn there_are_as_many_places_as_turns_and_never_more_than_connections() {
        let (turns, dialer) = (Turns::new(), dialer());
        for _ in 0..3 {
            // No later turn is left for the last watches: they take those of the first.
            let watches = (0..CONNECTIONS).map(|_| turns.to_watch(&dialer).now_or_never().flatten());
            let held: Option<Vec<_>> = watches.collect();
            assert_eq!((held.map(|all| all.len()), turns.opened.load(Ordering::Relaxed)), (Some(8), 8));
        }
        let _held: Vec<_> = (0..CONNECTIONS).map(|_| turns.to_watch(&dialer).now_or_never()).collect();
        assert!(tokio::time::timeout(LATER * 4, turns.next(&dialer)).await.is_err(), "all have their turn");
    }
}
