//! Flags of an export alone: it may prove itself, and make what mirrors need.

use super::ProbeArgs;
use clap::Args;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use platform::mesh::checks::CHECKS;
use platform::mesh::converge::Pruning;
use platform::mesh::export::Creation;
use platform::terms::nearest;
use std::collections::BTreeSet;

/// What only an export can be told.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Create the Service's namespace where it is missing, copying its mesh and pod-security settings
    #[arg(long)]
    create_namespace: bool,
    /// Undo exports made by this tool that are not in the list of -f, in the namespaces of the list, or with -A in all
    #[arg(long)]
    prune: bool,
    /// Export even if one of these checks fails, named as in -o json; comma-separated or repeated
    #[arg(long, value_name = "CHECKS", value_delimiter = ',', value_parser = check, add = ArgValueCandidates::new(checks))]
    despite: Vec<String>,
    #[command(flatten)]
    pub(crate) probe: ProbeArgs,
}

/// All checks, for who completes the line.
fn checks() -> Vec<CompletionCandidate> {
    CHECKS.iter().map(|check| CompletionCandidate::new(check.id).help(Some(check.title.into()))).collect()
}

/// A check by its id; there are too many to list them all to who mistypes one.
fn check(id: &str) -> Result<String, String> {
    let near = nearest(id, CHECKS.iter().map(|check| check.id), 0.0).unwrap_or_default();
    if near == id { Ok(id.to_owned()) } else { Err(format!("unknown check; did you mean {near}?")) }
}

impl ExportArgs {
    /// Checks of which an error forbids nothing.
    pub(crate) fn despite(&self) -> BTreeSet<String> {
        self.despite.iter().cloned().collect()
    }

    /// What becomes of namespaces that are missing.
    pub(crate) fn creation(&self) -> Creation {
        if self.create_namespace { Creation::Asked } else { Creation::Refused }
    }

    /// What becomes of exports that are not in a list.
    pub(crate) fn pruning(&self) -> Pruning {
        if self.prune { Pruning::Asked } else { Pruning::Shown }
    }

    /// The flags that a command to paste must repeat.
    pub(crate) fn again(&self) -> Vec<String> {
        let create = self.create_namespace.then(|| "--create-namespace".to_owned());
        let prune = self.prune.then(|| "--prune".to_owned());
        let despite = (!self.despite.is_empty()).then(|| format!("--despite={}", self.despite.join(",")));
        create.into_iter().chain(prune).chain(despite).chain(self.probe.again()).collect()
    }
}
