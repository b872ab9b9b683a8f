//! Which checks there are, and which of them are asked.

use clap_complete::engine::CompletionCandidate;
use platform::health::checks::CHECKS as STAND;
use platform::mesh::causes::CAUSES;
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
        Ok(Self { only: all(only)?, skip: all(skip)? })
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
    let mut asked = STAND
        .iter()
        .map(|check| check.id)
        .chain(CHECKS.iter().map(|check| check.id))
        .chain(FOUND)
        .chain(BESIDE);
    if asked.any(|id| id == name) {
        return Ok(name);
    }
    Err(Failure::usage(
        format!("{name} is not asked here"),
        "ask `kubectl mesh-export explain svc/NAME` about one Service, or choose another check",
    ))
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
    STAND.iter().map(|check| check.id).chain(CAUSES.iter().map(|cause| cause.id)).chain(BESIDE)
}

/// What a check can be called, for who types it.
pub(crate) fn checks() -> Vec<CompletionCandidate> {
    ids().map(CompletionCandidate::new).collect()
}
