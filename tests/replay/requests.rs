//! What the stand-in asked API servers for, against the table of the contract.

#[path = "../contract/stand_in.rs"]
mod table;

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use testkit::{belief::Request, proxy::RequestKind};

/// What was sent in the scenarios that have been played on a ground so far.
pub(crate) struct Sent(Mutex<(usize, BTreeSet<RequestKind>)>);

impl Sent {
    pub(crate) const fn nothing() -> Self {
        Self(Mutex::new((0, BTreeSet::new())))
    }

    /// Wants each request of a scenario in the table of beliefs and, when all of so many scenarios have been played,
    /// each entry of the table among the requests; an error names those that are not.
    pub(crate) fn rest_on_beliefs(&self, scenario: BTreeSet<RequestKind>, of: usize) -> Result<(), String> {
        let known: BTreeSet<RequestKind> = table::REQUESTS.iter().map(Request::kind).collect();
        if scenario.is_empty() {
            return Err("the controllers asked for nothing".into());
        }
        nothing_in(scenario.difference(&known), "no belief is named for these requests of the stand-in")?;
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sent.0 += 1;
        sent.1.extend(scenario);
        if sent.0 < of {
            return Ok(());
        }
        nothing_in(known.difference(&sent.1), "no scenario sends these any more")
    }
}

fn nothing_in<'a>(kinds: impl Iterator<Item = &'a RequestKind>, why: &str) -> Result<(), String> {
    let kinds: Vec<_> = kinds.collect();
    if kinds.is_empty() { Ok(()) } else { Err(format!("{why}: {kinds:#?}")) }
}
