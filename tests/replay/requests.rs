//! What the stand-in asked real API servers for, against the table of the contract.

#[path = "../contract/stand_in.rs"]
mod table;

use std::collections::BTreeSet;

use sandbox::controllers::mirror::AGENT;
use testkit::{
    audit::{Audit, Request},
    real::Ground,
};

/// A place in both audit logs.
pub(crate) struct Requests([Audit; 2]);

impl Requests {
    /// From here on.
    pub(crate) fn mark(ground: &Ground) -> Self {
        Self(["infra", "apps"].map(|name| Audit::mark(ground.cluster(name)).of_agent(AGENT)))
    }

    /// Wants each request in the table of beliefs; an error names those that are not.
    pub(crate) fn rest_on_beliefs(&self) -> Result<(), String> {
        let entries = table::REQUESTS.iter().filter(|one| !one.belief.is_empty());
        let known: BTreeSet<_> = entries.map(|one| [one.verb, one.resource, one.query]).collect();
        let sent = self.0.iter().flat_map(Audit::since).map(|request| kind(&request));
        let sent: BTreeSet<[String; 3]> = sent.collect();
        if sent.is_empty() {
            return Err("the audit logs know nothing of the stand-in".into());
        }
        let unknown: BTreeSet<[String; 3]> =
            sent.into_iter().filter(|kind| !known.contains(&kind.each_ref().map(String::as_str))).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        Err(format!("no belief is named for these requests of the stand-in: {unknown:#?}"))
    }
}

/// Verb, resource and the keys of the query, as the table writes them.
fn kind(request: &Request) -> [String; 3] {
    let query = request.uri.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let keys = query.split('&').filter_map(|pair| pair.split('=').next());
    // A second page is the same request with another beginning.
    let mut keys: Vec<&str> = keys.filter(|key| !["", "continue", "watch"].contains(key)).collect();
    keys.sort_unstable();
    [request.verb.clone(), request.resource.clone(), keys.join(",")]
}
