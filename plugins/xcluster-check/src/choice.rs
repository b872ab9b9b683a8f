//! Which checks there are, and which of them are asked.

use crate::report::Part;
use clap_complete::engine::CompletionCandidate;
use platform::health::checks::CHECKS as STAND;
use platform::mesh::causes::{CAUSES, is_known};
use platform::mesh::checks::CHECKS;
use platform::mesh::fleetwide::FOUND;
use platform::terms::nearest;
use platform::verdict::Failure;
use std::collections::BTreeSet;

/// What says that something could not be seen, of which nobody knows what is wrong with it.
const BLIND: [&str; 6] = [
    "cluster-unseen",
    "services-unseen",
    "link-credentials",
    "mirror-unseen",
    "not-looked-at",
    "not-looked-at-here",
];

/// What is told beside all checks: of the fleet file, of what API servers warn of, and of labels in manifests.
const BESIDE: [&str; 3] = ["silence-ended", "server-warning", "export-label"];

/// How alike a word must be to a check for that to be meant.
const ALIKE: f64 = 0.75;

/// Which checks are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    only: BTreeSet<String>,
    skip: BTreeSet<String>,
}

impl Choice {
    /// These checks alone, or all where none is named, but for those that are skipped.
    ///
    /// # Errors
    /// A name that no check has, or that only others ask (exit 2).
    pub(crate) fn of(only: &[String], skip: &[String]) -> Result<Self, Failure> {
        let all = |names: &[String]| {
            names.iter().map(|name| asked(name).map(str::to_owned)).collect::<Result<_, _>>()
        };
        let choice = Self { only: all(only)?, skip: all(skip)? };
        // What says that something could not be seen is asked in any case, and is no reason for a run.
        let is_left = |id: &str| choice.has(id) && (choice.only.contains(id) || !BLIND.contains(&id));
        if askable().any(is_left) {
            return Ok(choice);
        }
        Err(Failure::usage(
            "--only and --skip leave no check to run",
            "name a check with --only that --skip does not name, or omit one of the flags",
        ))
    }

    /// How many of all checks are asked; `None` for all of them.
    pub(crate) fn part(&self) -> Option<Part> {
        // What is asked in any case is no choice of somebody who names others.
        let is_meant = |id: &&str| {
            self.has(id) && (self.only.is_empty() || self.only.contains(*id) || !BLIND.contains(id))
        };
        let part = Part { checks: askable().filter(is_meant).count(), of: askable().count() };
        (part.checks < part.of).then_some(part)
    }

    /// Whether this one is.
    pub(crate) fn has(&self, check: &str) -> bool {
        // Who asks for one thing alone still has to hear that it could not be seen.
        let is_meant = self.only.is_empty() || self.only.contains(check) || BLIND.contains(&check);
        is_meant && !self.skip.contains(check)
    }
}

/// A name of a check that this command asks.
///
/// # Errors
/// One that no check has, or that only others ask (exit 2).
fn asked(name: &str) -> Result<&str, Failure> {
    let name = known(name)?;
    if askable().any(|id| id == name) {
        return Ok(name);
    }
    Err(Failure::usage(
        format!("{name} is not a check of this command"),
        "run `kubectl mesh-export explain svc/NAME` for one Service, or choose another check",
    ))
}

/// Every check that this command asks, once.
fn askable() -> impl Iterator<Item = &'static str> {
    let all = STAND.iter().map(|check| check.id).chain(CHECKS.iter().map(|check| check.id));
    all.chain(FOUND).chain(BESIDE).collect::<BTreeSet<_>>().into_iter()
}

/// A name that a check has.
///
/// # Errors
/// The name, with the one that is most like it (exit 2).
pub(crate) fn known(name: &str) -> Result<&str, Failure> {
    // As `-o name` prints it.
    let name = name.strip_prefix("check/").unwrap_or(name);
    if ids().any(|id| id == name) {
        return Ok(name);
    }
    let next = nearest(name, ids(), ALIKE).map_or_else(
        || "list all checks with `kubectl xcluster-check explain`".to_owned(),
        |near| format!("did you mean {near}? `kubectl xcluster-check explain` lists all checks"),
    );
    Err(Failure::usage(format!("there is no check {name:?}"), next))
}

/// Every check: of what clusters stand on, then of the mesh.
pub(crate) fn ids() -> impl Iterator<Item = &'static str> {
    let beside = BESIDE.into_iter().filter(|id| !is_known(id));
    STAND.iter().map(|check| check.id).chain(CAUSES.iter().map(|cause| cause.id)).chain(beside)
}

/// What a check can be called, for who types it.
pub(crate) fn checks() -> Vec<CompletionCandidate> {
    ids().map(CompletionCandidate::new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(only: &[&str], skip: &[&str]) -> Result<Choice, Failure> {
        let [only, skip] =
            [only, skip].map(|names| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
        Choice::of(&only, &skip)
    }

    #[test]
    fn every_check_is_listed_once() {
        let once: BTreeSet<&str> = ids().collect();
        assert_eq!(once.len(), ids().count());
        assert!(askable().all(|id| once.contains(id)));
    }

    #[test]
    fn a_choice_that_leaves_nothing_is_refused_and_one_that_leaves_a_part_says_so() {
        let refused = choice(&["gateway-up"], &["gateway-up"]).unwrap_err();
        assert_eq!(refused.what, "--only and --skip leave no check to run");
        let all: Vec<&str> = askable().collect();
        assert!(choice(&[], &all).is_err());
        assert!(choice(&["cluster-unseen"], &[]).is_ok(), "who asks for it gets it");
        assert_eq!(choice(&[], &[]).unwrap().part(), None);
        let one = choice(&["gateway-up", "node-ready"], &["node-ready"]).unwrap();
        let part = one.part().unwrap();
        assert!(part.checks > 0 && part.checks <= 1 + BLIND.len() && part.of == all.len(), "{part:?}");
        assert_eq!(choice(&[], &["gateway-up"]).unwrap().part().unwrap().checks, all.len() - 1);
    }
}
