//! The report as tables, names and a document.

use crate::report::{ChangeRow, MirrorRow, Outcome, Report};
use platform::mesh::converge::Surplus;
use platform::mesh::export::{Effect, Planned, SideEffect};
use platform::mesh::link::Way;
use platform::mesh::probe::outcome::PortOutcome;
use platform::surface::{Rendered, Table};
use platform::terms::{ClusterName, Kind, ObjectRef};
use platform::verdict::Failure;
use std::collections::BTreeSet;

/// What kubectl writes where there is nothing.
const NONE: &str = "<none>";

/// How many side effects are named in a question; more are counted.
const NAMED: usize = 5;

/// Prepares a report for every format.
///
/// # Errors
/// None in practice; a value that cannot be written as JSON would be a bug (exit 70).
pub(crate) fn rendered(report: &Report) -> Result<Rendered, Failure> {
    let changes = report.changes.iter().map(|row| change(row, report));
    let details = report.dry_run.into_iter().flat_map(|_| details(report));
    let above = changes.chain(details).chain(report.mirrors.iter().flat_map(probes)).collect();
    let (table, wide, names) = (table(report), wide(report), names(report));
    Ok(Rendered { table, wide, names, above, ..Rendered::of(report)? })
}

fn change(row: &ChangeRow, report: &Report) -> String {
    let suffix = match (report.dry_run, row.outcome) {
        (Some("server"), Outcome::Failed) => " (refused in a server dry run)",
        (Some("server"), _) => " (server dry run)",
        (Some(_), _) => " (dry run)",
        (None, Outcome::Done | Outcome::Pending) => "",
        (None, Outcome::Failed) => " (failed)",
        (None, Outcome::NotAttempted) => " (not attempted)",
        (None, Outcome::Unconfirmed) => " (sent, no answer seen)",
    };
    // One namespace may be made in several clusters.
    let (object, place) = if row.kind == Kind::Namespace {
        (format!("namespace/{}", row.namespace), format!(" in {}", row.cluster))
    } else {
        (named(report, (&row.namespace, &row.service)), String::new())
    };
    format!("{object} {}{place}{suffix}", row.change)
}

/// `service/NAME` as kubectl has it; with the namespace between them where `-A` may give one name twice.
fn named(report: &Report, (namespace, name): (&str, &str)) -> String {
    if report.all_namespaces { format!("service/{namespace}/{name}") } else { format!("service/{name}") }
}

/// What a plan does to each object, and what happens besides: a table of mirrors shows neither.
fn details(report: &Report) -> Vec<String> {
    let changed = report.changes.iter().filter(|row| !row.details.is_empty());
    let lines = changed.map(|row| to_be(&row.object(), row.change, &row.details));
    lines
        .chain(report.mode_changes.iter().map(switch))
        .chain(report.side_effects.iter().map(effect))
        .collect()
}

/// The same of a plan that is about to be carried out.
pub(crate) fn outlook(planned: &Planned) -> Vec<String> {
    let steps = planned.plan.steps().iter();
    let lines = steps.map(|step| to_be(&step.object, step.action.done(), &step.action.details()));
    let besides = planned.switches.iter().map(switch).chain(planned.side_effects.iter().map(effect));
    lines.chain(besides.filter(|_| !planned.plan.is_empty())).collect()
}

fn to_be(object: &ObjectRef, done: &str, details: &str) -> String {
    format!("{object}: to be {done}: {details}")
}

/// What a probe saw on each port; where it saw none, what became of it.
fn probes(row: &MirrorRow) -> Vec<String> {
    let Some(probe) = &row.probe else { return Vec::new() };
    let object = ObjectRef::namespaced(&row.consumer, Kind::Service, &row.namespace, &row.mirror);
    if probe.ports.is_empty() {
        return vec![format!("{object}: {}", probe.state.word())];
    }
    let port = |seen: &PortOutcome| match seen.detail.as_str() {
        "" => format!("{object}:{} {}", seen.port, seen.outcome.word()),
        detail => format!("{object}:{} {}: {detail}", seen.port, seen.outcome.word()),
    };
    probe.ports.iter().map(port).collect()
}

fn table(report: &Report) -> Table {
    // By the flag and not by the rows, so that scripts find the same columns in every run.
    let several = report.all_namespaces;
    let mut table = if several {
        Table::new(["namespace", "service", "consumer", "state", "address"])
    } else {
        Table::new(["service", "consumer", "state", "address"])
    };
    for row in &report.mirrors {
        let namespace = several.then(|| row.namespace.clone());
        let rest = [row.service.clone(), row.consumer.to_string(), row.state.word().to_owned(), address(row)];
        table.row(namespace.into_iter().chain(rest));
    }
    table
}

/// A DNS name with its ports, ready for a connection string when there is one port: `x.y.svc.cluster.local:5432`.
fn address(row: &MirrorRow) -> String {
    let port = |port: &platform::mesh::snapshot::Port| match port.protocol.as_str() {
        "TCP" => port.port.to_string(),
        _ => port.to_string(),
    };
    let ports = row.ports.iter().map(port).collect::<Vec<_>>().join(",");
    if ports.is_empty() { row.dns.clone() } else { format!("{}:{ports}", row.dns) }
}

fn wide(report: &Report) -> Table {
    let mut table =
        Table::new(["namespace", "service", "consumer", "link", "mirror", "mode", "state", "ports", "dns"]);
    for row in &report.mirrors {
        let ports = row.ports.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        table.row([
            row.namespace.clone(),
            row.service.clone(),
            row.consumer.to_string(),
            row.link.clone().unwrap_or_else(|| NONE.to_owned()),
            row.mirror.clone(),
            row.mode.word().to_owned(),
            row.state.word().to_owned(),
            if ports.is_empty() { NONE.to_owned() } else { ports },
            row.dns.clone(),
        ]);
    }
    table
}

/// Each distinct mirror once: two consumers may have it under one name.
fn names(report: &Report) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let distinct = report.mirrors.iter().filter(|row| seen.insert((&row.namespace, &row.mirror)));
    distinct.map(|row| named(report, (&row.namespace, &row.mirror))).collect()
}

/// The exports that are pruned, for the question.
pub(crate) fn pruned(surplus: &[Surplus]) -> Option<String> {
    let pruned: Vec<&Surplus> = surplus.iter().filter(|one| one.pruned).collect();
    let part = |one: &Surplus| {
        let to: Vec<&str> = one.to.iter().map(ClusterName::as_str).collect();
        let modes: Vec<&str> = one.modes.iter().map(|mode| mode.word()).collect();
        let parts = [("to", to), ("with", modes)].into_iter().filter(|(_, words)| !words.is_empty());
        parts.map(|(word, words)| format!(" {word} {}", words.join(", "))).collect::<Vec<_>>().concat()
    };
    let words =
        pruned.iter().take(NAMED).map(|one| format!("svc/{}/{}{}", one.namespace, one.service, part(one)));
    let more = pruned.len().saturating_sub(NAMED);
    let words: Vec<String> = words.chain((more > 0).then(|| format!("{more} more"))).collect();
    (!words.is_empty()).then(|| format!("not in the list, and undone: {}", words.join(", ")))
}

/// The sentence that is asked before a mirror comes or goes where nobody asked for it.
pub(crate) fn question(effects: &[SideEffect]) -> String {
    let words = effects.iter().take(NAMED).map(effect);
    let more = effects.len().saturating_sub(NAMED);
    let rest = (more > 0).then(|| format!("and {more} more"));
    let words: Vec<String> = words.chain(rest).collect();
    words.join("; ")
}

/// A mirror that goes on under its name, and leads clients another way.
fn switch(side: &SideEffect) -> String {
    let SideEffect { cluster, namespace, mirror, mode, .. } = side;
    let was = if *mode == Way::Flat { Way::Gateway } else { Way::Flat };
    format!(
        "{cluster}: svc/{namespace}/{mirror}: mode to be changed from {} to {}, in place",
        was.word(),
        mode.word()
    )
}

fn effect(side: &SideEffect) -> String {
    let SideEffect { cluster, namespace, mirror, mode, effect } = side;
    let mirror = format!("svc/{namespace}/{mirror}");
    match effect {
        Effect::Gains if *mode == Way::Federated => {
            format!("{mirror} in {cluster} also gains it as a member")
        }
        Effect::Loses if *mode == Way::Federated => {
            format!("{mirror} in {cluster} also loses it as a member")
        }
        Effect::Gains => format!("{cluster} also gains {mirror}"),
        Effect::Loses => format!("{cluster} also loses {mirror}"),
        Effect::Unseen => format!("{cluster} may gain or lose {mirror} too, which cannot be seen"),
        Effect::ToGateway => format!("{mirror} in {cluster} changes from a flat network to the gateway"),
        Effect::ToFlat => format!("{mirror} in {cluster} changes from the gateway to a flat network"),
    }
}
