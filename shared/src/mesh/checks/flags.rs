//! What the service mirror of a Link is told on its command line.

use super::controller::serves;
use super::{Pair, known};

/// Whether the controller of the Link runs with a flag of Go, which may stand alone or with a value.
pub(super) fn has_flag(asked: &Pair<'_>, flag: &str) -> bool {
    let is_on = |argument: &String| {
        let said = argument.trim_start_matches('-').strip_prefix(flag);
        argument.starts_with('-') && said.is_some_and(|value| ["", "=true", "=1", "=t"].contains(&value))
    };
    arguments(asked).any(is_on)
}

/// What follows a flag, after `=` or as the next argument.
pub(super) fn value<'a>(asked: &'a Pair<'_>, flag: &str) -> Option<&'a str> {
    let mut all = arguments(asked);
    while let Some(argument) = all.next() {
        let Some(rest) = argument.trim_start_matches('-').strip_prefix(flag) else { continue };
        if !argument.starts_with('-') {
            continue;
        }
        if rest.is_empty() {
            return all.next().map(String::as_str);
        }
        if let Some(value) = rest.strip_prefix('=') {
            return Some(value);
        }
    }
    None
}

fn arguments<'a>(asked: &'a Pair<'_>) -> impl Iterator<Item = &'a String> {
    let deployments = asked.here().and_then(|here| known(&here.deployments)).unwrap_or_default();
    deployments.iter().filter(|one| serves(&one.labels, asked.link)).flat_map(|one| &one.arguments)
}
