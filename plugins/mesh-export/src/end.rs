//! What the end of a wait means: what is said, and how the run ends.

use platform::mesh::arrival::State;
use platform::mesh::explain::ask_its_mirror;
use platform::mesh::export::{Again, Target, foreign_owners, going_on};
use platform::mesh::link::Way;
use platform::mesh::observe::{mirroring_statuses, missing_at_home};
use platform::mesh::snapshot::MeshSeen;
use platform::mesh::waiting::{Goal, Wait, Waited};
use platform::terms::{ClusterName, GoDuration, Observed, Obstacle};
use platform::verdict::{Exit, Finding, Remedy, against, command, kubectl};
use std::collections::BTreeSet;

/// Judges a wait.
pub(crate) async fn verdict(wait: &Wait<'_>, waited: Waited, again: &Again) -> (Vec<Finding>, Exit) {
    match waited {
        Waited::Reached => (at_home(wait).await, Exit::Ok),
        Waited::SeenOnce => {
            let text = "seen in a single look, as --timeout=0 asks; it is proved when two looks, seconds apart, agree";
            let once = Finding::info("seen-once", &[&wait.seen.exporter], text);
            (std::iter::once(once).chain(at_home(wait).await).collect(), Exit::Ok)
        }
        Waited::TimedOut { after, unseen } => overdue(wait, (after, &unseen), again).await,
    }
}

/// Whether the exporter has the federated Services too, of which its own service mirror takes care.
async fn at_home(wait: &Wait<'_>) -> Vec<Finding> {
    match wait.goal {
        Goal::Arrived => missing_at_home(wait.set, wait.seen, wait.targets).await,
        Goal::Gone => Vec::new(),
    }
}

/// The clusters that could not be looked at: their mirrors are shown as unknown.
pub(crate) fn unseen(seen: &MeshSeen, unseen: &[(ClusterName, Obstacle)]) -> Vec<Finding> {
    let finding = |(name, obstacle): &(ClusterName, Obstacle)| {
        let text = format!("cannot see how far the mirrors are: {obstacle}");
        Finding::unknown("mirror-unseen", &[name], text, against(obstacle, name, &seen.fleet))
    };
    unseen.iter().map(finding).collect()
}

/// What to say when the deadline has passed, and how to leave: no when something was seen not to be as wanted, else
/// what hindered the last look.
async fn overdue(
    wait: &Wait<'_>,
    (after, hidden): (GoDuration, &[(ClusterName, Obstacle)]),
    again: &Again,
) -> (Vec<Finding>, Exit) {
    let late = late(wait, after);
    let passing = hidden.iter().all(|(_, obstacle)| obstacle.is_worth_another_try());
    let dead = if passing { died(wait, hidden, again) } else { Vec::new() };
    let exit = match (late.is_empty() && !hidden.is_empty(), passing) {
        (false, _) => Exit::No,
        (true, true) if !dead.is_empty() => Exit::Incomplete,
        (true, true) => Exit::Unreachable,
        (true, false) => Exit::Unsure,
    };
    let mut findings = if dead.is_empty() { unseen(wait.seen, hidden) } else { dead };
    if late.is_empty() && hidden.is_empty() {
        findings.extend(unsteady(wait, after, again));
    }
    findings.splice(0..0, explained(wait, late, again).await);
    (findings, exit)
}

/// The consumers that stopped to answer while an export waited for them, where it has come to others: it goes on
/// there, by the same command for them alone.
fn died(wait: &Wait<'_>, hidden: &[(ClusterName, Obstacle)], again: &Again) -> Vec<Finding> {
    let is_hidden = |name: &ClusterName| hidden.iter().any(|(hidden, _)| hidden == name);
    let has_others = wait.targets.iter().any(|target| !is_hidden(&target.consumer));
    let is_export = wait.goal == Goal::Arrived && again.verb.is_none();
    if !is_export || !has_others || is_hidden(&wait.seen.exporter) {
        return Vec::new();
    }
    let finding = |(name, obstacle): &(ClusterName, Obstacle)| {
        let text = format!("cannot see how far the mirrors are: {obstacle}");
        let action = format!("wait until {name} answers; to go on there, run");
        Finding::unknown(
            "mirror-unseen",
            &[name],
            text,
            Remedy::run(action, going_on(wait.seen, again, &[name])),
        )
    };
    hidden.iter().map(finding).collect()
}

/// The last look was good, and the one before it, or after it, was not.
fn unsteady(wait: &Wait<'_>, after: GoDuration, again: &Again) -> Option<Finding> {
    let first = wait.targets.first()?;
    let (seen, key) = (wait.seen, &first.exported);
    let words = match wait.goal {
        Goal::Arrived => as_verb("verify", again).command(&seen.fleet, &seen.exporter, key),
        Goal::Gone => {
            let list = as_verb("list", again);
            let place = list.place(&seen.fleet, &seen.exporter, &key.namespace);
            command(list.head().into_iter().chain(place))
        }
    };
    let action = if wait.targets.len() > 1 {
        "see whether it stays so, here for one of them"
    } else {
        "see whether it stays so"
    };
    let remedy = Remedy::run(action, words);
    let text =
        format!("everything was as wanted in the last look, after {after}, but not in two looks in a row");
    Some(Finding::error("mirror-unsteady", &[&seen.exporter, &first.consumer], text, remedy))
}

/// The same clusters, another subcommand; its flags are its own.
fn as_verb(verb: &'static str, again: &Again) -> Again {
    Again { verb: Some(verb), flags: Vec::new(), ..again.clone() }
}

/// The mirrors that have not come, or have not gone, in time; of those that cannot be seen nobody can say.
fn late<'a>(wait: &Wait<'a>, after: GoDuration) -> Vec<(&'a Target, State, String)> {
    let board = wait.board.borrow();
    let states = wait.targets.iter().zip(wait.states());
    let seen = states.filter(|(_, state)| *state != State::Unknown);
    let late = seen.filter_map(|(target, state)| match wait.goal {
        Goal::Arrived if state != State::end_of(target.way) => {
            let end = State::end_of(target.way).word();
            Some((target, state, format!("{} after {after}, not {end}", state.word())))
        }
        Goal::Gone if !board.is_gone(target) => Some((target, state, format!("still there after {after}"))),
        Goal::Arrived | Goal::Gone => None,
    });
    late.collect()
}

/// The same as findings, with what the Link's status says of each. It is quoted as hearsay: a status may be old.
async fn explained(wait: &Wait<'_>, late: Vec<(&Target, State, String)>, again: &Again) -> Vec<Finding> {
    let targets: Vec<&Target> = late.iter().map(|(target, _, _)| *target).collect();
    let statuses = mirroring_statuses(wait.set, wait.seen, &targets).await;
    let findings = late.into_iter().zip(statuses).map(|((target, state, text), said)| {
        let remedy = match wait.goal {
            Goal::Arrived => remedy(wait, (target, state), again),
            Goal::Gone => staying(wait, target),
        };
        let text = said.map_or(text.clone(), |said| format!("{text}; the Link says: {said}"));
        let clusters = [&wait.seen.exporter, &target.consumer];
        Finding::error("mirror-late", &clusters, text, remedy).about(target.object())
    });
    findings.collect()
}

/// Whoever has to do the next step is asked.
fn remedy(wait: &Wait<'_>, (target, state): (&Target, State), again: &Again) -> Remedy {
    let seen = wait.seen;
    let key = &target.exported;
    let service = format!("svc/{}", key.name);
    let look = |verb| kubectl(&seen.fleet, &seen.exporter, &["--namespace", &key.namespace, verb, &service]);
    match state {
        State::NotExported => Remedy::run("recreate the Service; to look for it, run", look("get")),
        State::NotLabelled => {
            let flags = again.flags.iter().filter(|flag| flag.starts_with("--mode")).cloned().collect();
            let export = Again { verb: None, flags, ..again.clone() };
            Remedy::run("export it", export.command(&seen.fleet, &seen.exporter, key))
        }
        State::Mirrored if !has_backends(seen, target) => Remedy::run(
            "start the pods of the Service; to see its selector and Endpoints, run",
            look("describe"),
        ),
        State::Labelled if is_passed_over(wait, target) => {
            let words = again.command(&seen.fleet, &seen.exporter, key);
            Remedy::run("its service mirror skipped it while creating the mirror; make it retry, run", words)
        }
        State::Unknown
        | State::Labelled
        | State::Behind
        | State::Mirrored
        | State::EndpointsReady
        | State::Joined => ask_its_mirror(seen, target),
    }
}

/// Whether the mirror of the Service is there, and its federated Service does not list it.
fn is_passed_over(wait: &Wait<'_>, target: &Target) -> bool {
    let beside = |other: &&Target| other.consumer == target.consumer && other.link == target.link;
    let has_come = |(other, state): (&Target, State)| {
        beside(&other) && state >= State::Mirrored && other.way != Way::Federated
    };
    target.way == Way::Federated && wait.targets.iter().zip(wait.states()).any(has_come)
}

/// Why a mirror stays: somebody has put the labels back, something holds it, or its service mirror does nothing.
fn staying(wait: &Wait<'_>, target: &Target) -> Remedy {
    let (seen, board) = (wait.seen, wait.board.borrow());
    let Some(link) = target.link_in(seen) else {
        let (key, object) = (target.key(), format!("svc/{}", target.mirror));
        let words = ["--namespace", &key.namespace, "get", &object, "-o", "yaml"];
        return Remedy::run(
            "remove the finalizer that blocks it; to see it, run",
            kubectl(&seen.fleet, &target.consumer, &words),
        );
    };
    let again = board.exported(&target.exported).filter(|service| link.goes(&service.labels, target.way));
    let Some(service) = again else { return ask_its_mirror(seen, target) };
    let keys = link.selector_of(target.way).requirements();
    let owners: BTreeSet<String> = keys.flat_map(|part| foreign_owners(service, &part.key)).collect();
    let owners = owners.into_iter().collect::<Vec<_>>().join(", ");
    let by = if owners.is_empty() { String::new() } else { format!(" by {owners}") };
    Remedy::new(format!("the labels of the export are back, set{by}: remove them there, then run again"))
}

/// Whether the exported Service had ready endpoints; then it is the gateway that does not answer.
fn has_backends(seen: &MeshSeen, target: &Target) -> bool {
    let Observed::Present(endpoints) = &seen.endpoints else { return false };
    endpoints.by_key.get(&target.exported).is_some_and(|found| found.ready > 0)
}
