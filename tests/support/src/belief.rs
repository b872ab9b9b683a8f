//! A kind of request, and the belief of the contract that it rests on: what the tables of requests are made of.

use crate::proxy::RequestKind;

/// A kind of request. Names of objects, namespaces and values of the query do not belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Request {
    /// As in [`RequestKind::verb`].
    pub verb: &'static str,
    /// As in [`RequestKind::resource`].
    pub resource: &'static str,
    /// As in [`RequestKind::query`].
    pub query: &'static str,
    /// As in [`RequestKind::body`].
    pub body: &'static str,
    /// As in [`RequestKind::accept`].
    pub accept: &'static str,
    /// The case of the contract that it rests on, with its room.
    pub belief: &'static str,
}

impl Request {
    /// Returns an entry of a table: verb, resource and query; body and accept; belief.
    pub const fn new(
        [verb, resource, query]: [&'static str; 3],
        [body, accept]: [&'static str; 2],
        belief: &'static str,
    ) -> Self {
        Self { verb, resource, query, body, accept, belief }
    }

    /// Returns what a request of this kind is recorded as.
    pub fn kind(&self) -> RequestKind {
        let [verb, resource, query, body, accept] =
            [self.verb, self.resource, self.query, self.body, self.accept].map(str::to_owned);
        RequestKind { verb, resource, query, body, accept }
    }
}
