//! The words of a finding, wherever it is shown.

use crate::terms::ClusterName;
use crate::verdict::{Finding, Remedy};

/// Where it is: the object, else the cluster, else from which one to which.
pub(super) fn place(finding: &Finding) -> String {
    finding.object.as_ref().map_or_else(|| clusters(&finding.clusters), ToString::to_string)
}

/// One cluster, or the way from one to another.
pub(super) fn clusters(names: &[ClusterName]) -> String {
    names.iter().map(ClusterName::as_str).collect::<Vec<_>>().join(" -> ")
}

/// What to do; a command is alone on its line, to be pasted.
pub(super) fn next(remedy: &Remedy) -> Vec<String> {
    let colon = if remedy.command.is_some() { ":" } else { "" };
    let command = remedy.command.iter().map(|command| format!("    {command}"));
    std::iter::once(format!("next: {}{colon}", remedy.action)).chain(command).collect()
}

/// Fields and what was seen in them.
pub(super) fn evidence(finding: &Finding) -> impl Iterator<Item = (&str, &str)> {
    finding.evidence.iter().map(|seen| (seen.field.as_str(), seen.value.as_str()))
}
