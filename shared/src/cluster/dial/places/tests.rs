use super::{AnyError, Held, Placed, Places};
use futures::FutureExt;
use proptest::prelude::*;
use std::future::{Ready, pending, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tower_service::Service;

/// How an attempt to connect goes.
#[derive(Debug, Clone, Copy)]
enum Peer {
    Takes,
    Refuses,
    Silent,
}

/// Connects as the peer lets it; a connection is its number.
#[derive(Clone)]
struct Dialing;

impl Service<Peer> for Dialing {
    type Response = u8;
    type Error = std::io::Error;
    type Future = Pin<Box<dyn Future<Output = std::io::Result<u8>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, peer: Peer) -> Self::Future {
        let done = |outcome| -> Ready<std::io::Result<u8>> { ready(outcome) };
        match peer {
            Peer::Takes => Box::pin(done(Ok(1))),
            Peer::Refuses => Box::pin(done(Err(std::io::ErrorKind::ConnectionRefused.into()))),
            Peer::Silent => Box::pin(pending()),
        }
    }
}

type Attempt = Pin<Box<dyn Future<Output = Result<Held<u8>, AnyError>> + Send>>;

fn connector(places: usize, patience: Duration) -> (Placed<Dialing>, Places) {
    let (placed, places, alive) = mortal(places, patience);
    // Its client lives for as long as the test.
    std::mem::forget(alive);
    (placed, places)
}

/// The same with what the client holds.
fn mortal(places: usize, patience: Duration) -> (Placed<Dialing>, Places, watch::Sender<()>) {
    let (places, (alive, client)) = (Arc::new(Semaphore::new(places)), watch::channel(()));
    (Placed { inner: Dialing, places: places.clone(), patience, client }, places, alive)
}

#[tokio::test]
async fn what_waits_for_a_place_gives_up_when_its_client_is_gone() {
    let (mut placed, places, alive) = mortal(1, Duration::from_secs(9));
    let held = placed.call(Peer::Takes).await.unwrap_or_else(|error| panic!("{error}"));
    let mut waiting = placed.call(Peer::Takes);
    assert!((&mut waiting).now_or_never().is_none());
    drop(alive);
    assert!(waiting.await.is_err(), "it would keep the pool of its client, and the place in there");
    drop(held);
    assert_eq!(places.available_permits(), 1);
}

/// What happens next to connections and to attempts at them.
#[derive(Debug, Clone, Copy)]
enum Event {
    Try(Peer),
    Close(usize),
    GiveUp(usize),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => Just(Event::Try(Peer::Takes)),
        1 => Just(Event::Try(Peer::Refuses)),
        2 => Just(Event::Try(Peer::Silent)),
        2 => (0..9usize).prop_map(Event::Close),
        2 => (0..9usize).prop_map(Event::GiveUp),
    ]
}

fn without<T>(list: &mut Vec<T>, index: usize) {
    if !list.is_empty() {
        drop(list.swap_remove(index % list.len()));
    }
}

/// Takes every attempt as far as it goes now.
fn advance(waiting: &mut Vec<Attempt>, open: &mut Vec<Held<u8>>) {
    let before = std::mem::take(waiting);
    for mut attempt in before {
        match (&mut attempt).now_or_never() {
            Some(Ok(connection)) => open.push(connection),
            Some(Err(_)) => {}
            None => waiting.push(attempt),
        }
    }
}

proptest! {
    #[test]
    fn no_more_connections_are_open_than_there_are_places_and_no_place_is_lost(
        places in 1..4usize,
        events in prop::collection::vec(event(), 0..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let _inside = runtime.enter();
        let (mut connector, free) = connector(places, Duration::from_hours(1));
        let (mut waiting, mut open): (Vec<Attempt>, Vec<Held<u8>>) = (Vec::new(), Vec::new());
        for event in events {
            match event {
                Event::Try(peer) => waiting.push(connector.call(peer)),
                Event::Close(which) => without(&mut open, which),
                Event::GiveUp(which) => without(&mut waiting, which),
            }
            advance(&mut waiting, &mut open);
            prop_assert!(open.len() <= places);
            // Whoever can connect does as long as a place is free.
            prop_assert!(free.available_permits() == 0 || open.len() + waiting.len() <= places);
        }
        drop((waiting, open));
        prop_assert_eq!(free.available_permits(), places);
    }
}

#[tokio::test]
async fn a_connection_that_does_not_stand_in_time_is_an_error_of_that_kind_and_gives_its_place_back() {
    let (mut connector, places) = connector(1, Duration::from_millis(1));
    let error = connector.call(Peer::Silent).await.err().unwrap();
    let kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    assert_eq!((kind, places.available_permits()), (Some(std::io::ErrorKind::TimedOut), 1));
}

#[tokio::test]
async fn waiting_for_a_place_is_not_waiting_for_the_peer() {
    let (mut connector, _) = connector(1, Duration::from_millis(1));
    let first = connector.call(Peer::Takes).await.unwrap();
    let second = connector.call(Peer::Takes);
    let (second, ()) = tokio::join!(second, async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        drop(first);
    });
    assert!(second.is_ok());
}
