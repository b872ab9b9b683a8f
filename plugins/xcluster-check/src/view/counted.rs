//! The last line: what it comes to, and how much was looked at.

use crate::report::{Part, Report};

/// One, or so many.
pub(super) fn many(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// How many of something there are, if any.
fn besides(what: &str, count: usize) -> String {
    if count == 0 { String::new() } else { format!("; {what}: {count}") }
}

/// What it comes to, and how much was looked at.
pub(super) fn counted(report: &Report) -> String {
    let summary = &report.summary;
    let found = [(summary.errors, "error"), (summary.warnings, "warning")];
    let mut found: Vec<String> =
        found.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| many(count, word)).collect();
    if summary.unknown > 0 {
        found.push(format!("{} not seen", summary.unknown));
    }
    let other = if summary.silenced > 0 { " else" } else { "" };
    let verdict = match (found.as_slice(), summary.not_looked_at + report.looked.unanswered) {
        ([], 0) if report.chosen.is_some() => format!("nothing{other} is wrong in what was asked"),
        ([], 0) => format!("nothing{other} is wrong"),
        // Of the rest nobody knows.
        ([], _) => format!("nothing{other} wrong was seen"),
        (found, _) => found.join(", "),
    };
    let reached = report.clusters.iter().filter(|cluster| cluster.reached).count();
    let looked = report.looked;
    // What could not be seen is counted by the questions that it left open.
    let unanswered = match (looked.unanswered, summary.not_looked_at) {
        (0, 0) => String::new(),
        (0, count) => format!("; not looked at: {count}"),
        (count, _) => format!("; not answered: {count} ({})", looked.unanswered_because.words()),
    };
    let chosen = report.chosen.map(|Part { checks, of }| format!("; asked: {checks} of {of} checks"));
    let chosen = chosen.unwrap_or_default();
    let unfilled = besides("objects skipped", report.unfilled);
    // It may be mistyped.
    let namespace = report.namespace.as_ref().filter(|_| looked.mirrors == 0);
    let empty = namespace.map(|name| format!("; no exports in namespace {name}")).unwrap_or_default();
    let silenced = besides("known and accepted", summary.silenced);
    format!(
        "{verdict}: {} of {}, {}, {}, {}{unanswered}{unfilled}{empty}{chosen}{silenced}",
        reached,
        many(report.clusters.len(), "cluster"),
        many(looked.links, "Link"),
        many(looked.mirrors, "mirror"),
        many(looked.questions, "question")
    )
}
