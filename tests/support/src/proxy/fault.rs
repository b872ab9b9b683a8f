//! What can go wrong on the way, and with which request it does.

use std::time::Duration;

use super::{answer::Answer, ledger::Recorded};

/// What happens to a request instead of, or on top of, being passed on.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Answered by the proxy; the API server never sees it.
    Answer(Answer),
    /// The connection is closed; the API server never sees the request.
    CutBefore,
    /// The API server does it, then the connection is closed before the first byte of the answer.
    CutAfter,
    /// Passed on after this time.
    Delay(Duration),
    /// Passed on; the client gets status and headers, then nothing until it gives up.
    StallAfterHeaders,
    /// Kept until [`super::CountingProxy::release`], then passed on.
    HoldBefore,
    /// Passed on and done; the answer is kept until [`super::CountingProxy::release`].
    HoldAfter,
    /// Answered like a watch whose resource version is too old: an ERROR event with code 410, then the end.
    Expire,
}

/// Which requests an order is about. Methods are compared whole, paths and queries by what they contain.
#[derive(Debug, Clone, Default)]
pub struct When {
    number: Option<usize>,
    method: Option<&'static str>,
    path: String,
    query: String,
    skip: usize,
    left: Option<usize>,
}

impl When {
    /// The request with this number, counted from 1.
    pub fn request(number: usize) -> Self {
        Self { number: Some(number), left: Some(1), ..Self::default() }
    }

    /// Every request of this method whose path contains `path`.
    pub fn every(method: &'static str, path: impl Into<String>) -> Self {
        Self { method: Some(method), path: path.into(), ..Self::default() }
    }

    /// The first request from now on of this method whose path contains `path`.
    pub fn first(method: &'static str, path: impl Into<String>) -> Self {
        Self { left: Some(1), ..Self::every(method, path) }
    }

    /// Every request whose path contains `path`, whatever its method. An empty path is contained in all.
    pub fn any(path: impl Into<String>) -> Self {
        Self { path: path.into(), ..Self::default() }
    }

    /// Narrows to requests whose query contains this text, such as `dryRun=All` or `watch=true`.
    #[must_use]
    pub fn query(mut self, text: impl Into<String>) -> Self {
        self.query = text.into();
        self
    }

    /// Lets this many matching requests pass before the order begins to count.
    #[must_use]
    pub fn after(mut self, passed: usize) -> Self {
        self.skip = passed;
        self
    }

    /// Ends the order after this many requests.
    #[must_use]
    pub fn times(mut self, times: usize) -> Self {
        self.left = Some(times);
        self
    }

    /// Says whether the order applies to this request, and counts it when it does.
    pub(super) fn claims(&mut self, request: &Recorded) -> bool {
        if !self.fits(request) || self.left == Some(0) {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        self.left = self.left.map(|left| left - 1);
        true
    }

    fn fits(&self, request: &Recorded) -> bool {
        self.number.is_none_or(|number| number == request.number)
            && self.method.is_none_or(|method| method == request.method)
            && request.path.contains(&self.path)
            && request.query.contains(&self.query)
    }
}
