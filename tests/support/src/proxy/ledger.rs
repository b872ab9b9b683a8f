//! What the proxy remembers, shared between its thread and the test's.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::{HeaderName, header, request::Parts};
use tokio::sync::oneshot;

use super::fault::{Fault, When};

/// One request as it arrived, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// 1 for the first request.
    pub number: usize,
    /// Such as `GET`.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query as it was written, without the question mark; empty when there was none.
    pub query: String,
    /// The header `Accept`; empty when it was not sent.
    pub accept: String,
    /// The header `Content-Type`; empty when it was not sent.
    pub content_type: String,
    /// The header `User-Agent`; empty when it was not sent.
    pub user_agent: String,
    /// What the API server answered; `None` when it was not asked or has not answered.
    pub upstream: Option<u16>,
    /// What the client was told; `None` when it was told nothing.
    pub status: Option<u16>,
    /// Why the API server could not be asked.
    pub trouble: Option<String>,
}

impl Recorded {
    /// Returns `METHOD path` or `METHOD path?query`, handy in snapshots.
    pub fn line(&self) -> String {
        let mark = if self.query.is_empty() { "" } else { "?" };
        format!("{} {}{mark}{}", self.method, self.path, self.query)
    }

    /// Says whether the method is one that may change something.
    pub fn is_write(&self) -> bool {
        !matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS")
    }

    /// Says whether this asks for a watch.
    pub fn is_watch(&self) -> bool {
        self.query.split('&').any(|pair| matches!(pair, "watch=true" | "watch=1"))
    }

    fn of(number: usize, parts: &Parts) -> Self {
        let text = |name: HeaderName| {
            parts
                .headers
                .get(name)
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
                .unwrap_or_default()
        };
        Self {
            number,
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            accept: text(header::ACCEPT),
            content_type: text(header::CONTENT_TYPE),
            user_agent: text(header::USER_AGENT),
            upstream: None,
            status: None,
            trouble: None,
        }
    }
}

#[derive(Default)]
struct State {
    requests: Vec<Recorded>,
    // Those that a reset has taken off the record.
    earlier: Vec<Recorded>,
    orders: Vec<(When, Fault)>,
    held: Vec<(usize, oneshot::Sender<()>)>,
    open: usize,
    peak: usize,
}

#[derive(Default)]
pub(super) struct Ledger {
    state: Mutex<State>,
    changed: Condvar,
}

impl Ledger {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn order(&self, when: When, fault: Fault) {
        self.state().orders.push((when, fault));
    }

    pub(super) fn reset(&self) {
        let mut state = self.state();
        let gone = std::mem::take(&mut state.requests);
        state.earlier.extend(gone);
        state.orders.clear();
        state.peak = state.open;
    }

    pub(super) fn requests(&self) -> Vec<Recorded> {
        self.state().requests.clone()
    }

    pub(super) fn all_requests(&self) -> Vec<Recorded> {
        let state = self.state();
        state.earlier.iter().chain(&state.requests).cloned().collect()
    }

    pub(super) fn peak(&self) -> usize {
        self.state().peak
    }

    /// Writes a request down; returns it, and the fault that was ordered for it.
    pub(super) fn arrive(&self, parts: &Parts) -> (Recorded, Option<Fault>) {
        let mut state = self.state();
        let request = Recorded::of(state.requests.len() + 1, parts);
        state.requests.push(request.clone());
        let order =
            state.orders.iter_mut().find_map(|(when, fault)| when.claims(&request).then(|| fault.clone()));
        self.changed.notify_all();
        (request, order)
    }

    /// Changes what is known of a request, if it has not been forgotten by a reset.
    pub(super) fn amend(&self, number: usize, change: impl FnOnce(&mut Recorded)) {
        if let Some(request) = self.state().requests.get_mut(number - 1) {
            change(request);
        }
    }

    /// Registers a held request. The receiver yields a value on release, an error on cut.
    pub(super) fn hold(&self, number: usize) -> oneshot::Receiver<()> {
        let (go, wait) = oneshot::channel();
        self.state().held.push((number, go));
        self.changed.notify_all();
        wait
    }

    pub(super) fn release(&self) {
        for (_, go) in std::mem::take(&mut self.state().held) {
            // An error only means that the client has gone away meanwhile.
            let _ = go.send(());
        }
    }

    pub(super) fn cut(&self) {
        self.state().held.clear();
    }

    pub(super) fn wait_held(&self, timeout: Duration) -> Option<usize> {
        let idle = |state: &mut State| {
            // A client that went away has taken its request along.
            state.held.retain(|(_, go)| !go.is_closed());
            state.held.is_empty()
        };
        let (state, _) = self.changed.wait_timeout_while(self.state(), timeout, idle).ok()?;
        state.held.first().map(|(number, _)| *number)
    }

    pub(super) fn wait_requests(&self, count: usize, timeout: Duration) -> bool {
        let short = |state: &mut State| state.requests.len() < count;
        let waited = self.changed.wait_timeout_while(self.state(), timeout, short);
        waited.is_ok_and(|(state, _)| state.requests.len() >= count)
    }

    pub(super) fn opened(&self) {
        let mut state = self.state();
        state.open += 1;
        state.peak = state.peak.max(state.open);
    }

    pub(super) fn closed(&self) {
        self.state().open -= 1;
    }
}
