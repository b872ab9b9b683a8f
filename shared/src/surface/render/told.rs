//! The words of a finding, wherever it is shown.

use crate::verdict::{Finding, Remedy};

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
