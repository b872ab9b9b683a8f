//! From what was planned, done and seen to the rows of a report.

use crate::change::Direction;
use crate::report::{ChangeRow, Leaving, MirrorRow, Outcome, Progress};
use crate::survey::{Survey, is_worth_another_try};
use platform::cluster::ClusterSet;
use platform::mesh::act::Went;
use platform::mesh::arrival::{Board, State};
use platform::mesh::change::Change;
use platform::mesh::export::{Planned, Target};
use platform::mesh::observe::mirroring_statuses;
use platform::mesh::snapshot::{Key, MeshSeen};
use platform::mesh::waiting::Wait;
use platform::plan::{Plan, Step};
use platform::terms::{ClusterName, GoDuration, Observed, Obstacle};
use platform::verdict::{Exit, Finding, Remedy, against, command};

/// A run as far as it has come.
pub(crate) struct Followed<'a> {
    pub(crate) survey: &'a Survey,
    pub(crate) planned: &'a Planned,
    pub(crate) went: &'a [Went],
    pub(crate) board: &'a Board,
    pub(crate) direction: Direction,
}

impl Followed<'_> {
    /// A row for each step, and `unchanged` for each Service that needed none.
    pub(crate) fn changes(&self, dry: Option<Outcome>) -> Vec<ChangeRow> {
        let steps = self.planned.plan.steps();
        let mut rows: Vec<ChangeRow> = steps
            .iter()
            .zip(self.went)
            .map(|(step, went)| ChangeRow {
                cluster: step.object.cluster.clone(),
                namespace: step.object.namespace.clone().unwrap_or_default(),
                service: step.object.name.clone(),
                change: step.action.done(),
                outcome: dry.unwrap_or_else(|| outcome(went)),
                details: step.action.details(),
            })
            .collect();
        let Observed::Present(services) = &self.survey.seen.services else { return rows };
        let exporter = &self.survey.seen.exporter;
        let untouched = services.by_key.keys().filter(|key| {
            !steps.iter().any(|step| {
                step.object.cluster == *exporter
                    && step.object.name == key.name
                    && step.object.namespace.as_deref() == Some(&key.namespace)
            })
        });
        rows.extend(untouched.map(|key| ChangeRow {
            cluster: exporter.clone(),
            namespace: key.namespace.clone(),
            service: key.name.clone(),
            change: "unchanged",
            outcome: Outcome::Done,
            details: String::new(),
        }));
        rows
    }

    /// A row for each mirror.
    pub(crate) fn mirrors(&self) -> Vec<MirrorRow> {
        self.planned.targets.iter().map(|target| self.mirror(target)).collect()
    }

    fn mirror(&self, target: &Target) -> MirrorRow {
        let state = match self.direction {
            Direction::Export => Progress::Coming(state(&self.survey.seen, self.board, target)),
            Direction::Undo if self.board.is_gone(target) => Progress::Going(Leaving::Gone),
            Direction::Undo => Progress::Going(Leaving::Present),
        };
        mirror_row(target, state)
    }
}

/// A row of a mirror in this state.
pub(crate) fn mirror_row(target: &Target, state: Progress) -> MirrorRow {
    let Target { exported, consumer, link, mirror, dns, ports, .. } = target.clone();
    let Key { namespace, name: service } = exported;
    MirrorRow { service, namespace, consumer, link, mirror, dns, ports, state }
}

/// How far a mirror has come by what the board knows.
pub(crate) fn state(seen: &MeshSeen, board: &Board, target: &Target) -> State {
    let links = seen.links_of(&target.consumer);
    let link = links.into_iter().find(|link| link.name == target.link);
    board.state(target, |service| link.is_some_and(|link| link.mirrors(&service.labels)))
}

fn outcome(went: &Went) -> Outcome {
    match went {
        Went::Waiting => Outcome::NotAttempted,
        Went::Sent | Went::Unanswered(_) => Outcome::Unconfirmed,
        Went::Done => Outcome::Done,
        Went::Failed(_) => Outcome::Failed,
    }
}

/// What is deleted by a plan, for the question.
pub(crate) fn deletions(plan: &Plan<Change>) -> Vec<String> {
    let deleted = plan.steps().iter().filter(|step| matches!(step.action, Change::DeleteMirror { .. }));
    deleted.map(|step| format!("{} is deleted, since {}", step.object, step.why)).collect()
}

/// Why a step could not be done.
pub(crate) fn failure(
    seen: &MeshSeen,
    step: &Step<Change>,
    (obstacle, in_doubt): (&Obstacle, bool),
) -> Finding {
    let cluster = &step.object.cluster;
    let remedy = against(obstacle, cluster, seen.context(cluster));
    let done = step.action.done();
    let text = if in_doubt { format!("may be {done} or not") } else { format!("could not be {done}") };
    let text = format!("{text}: {obstacle}");
    Finding::error("write-failed", &[cluster], text, remedy).about(step.object.clone())
}

/// What to say when the deadline has passed, and how to leave: no when something was seen not to be as wanted, else
/// what hindered the last look.
pub(crate) async fn overdue(
    wait: &Wait<'_>,
    direction: Direction,
    (after, unseen): (GoDuration, Vec<(ClusterName, Obstacle)>),
) -> (Vec<Finding>, Exit) {
    let (set, seen) = (wait.set, wait.seen);
    let blind =
        |target: &Target| unseen.iter().any(|(name, _)| *name == target.consumer || *name == seen.exporter);
    let mut late = late(wait, direction, after);
    late.retain(|(target, _)| !blind(target));
    let passing = unseen.iter().all(|(_, obstacle)| is_worth_another_try(obstacle));
    let exit = match (late.is_empty() && !unseen.is_empty(), passing) {
        (false, _) => Exit::No,
        (true, true) => Exit::Unreachable,
        (true, false) => Exit::Unsure,
    };
    let mut findings = explained(set, seen, late).await;
    findings.extend(unseen.iter().map(|(name, obstacle)| unseen_in_the_end(seen, name, obstacle)));
    (findings, exit)
}

fn unseen_in_the_end(seen: &MeshSeen, name: &ClusterName, obstacle: &Obstacle) -> Finding {
    let text = format!("cannot see how far the mirrors are: {obstacle}; the table shows what was seen last");
    Finding::unknown("mirror-unseen", &[name], text, against(obstacle, name, seen.context(name)))
}

/// The mirrors that have not come, or have not gone, in time.
fn late(wait: &Wait<'_>, direction: Direction, after: GoDuration) -> Vec<(Target, String)> {
    let board = wait.board.borrow();
    let states = wait.targets.iter().zip(wait.states());
    let late = states.filter_map(|(target, state)| match direction {
        Direction::Export if state < State::EndpointsReady => {
            Some((target.clone(), format!("{} after {after}, not endpoints ready", state.word())))
        }
        Direction::Undo if !board.is_gone(target) => {
            Some((target.clone(), format!("still there after {after}")))
        }
        Direction::Export | Direction::Undo => None,
    });
    late.collect()
}

/// The same as findings, with what the Link's status says of each. It is quoted as hearsay: a status may be old.
async fn explained(set: &ClusterSet, seen: &MeshSeen, late: Vec<(Target, String)>) -> Vec<Finding> {
    let targets: Vec<&Target> = late.iter().map(|(target, _)| target).collect();
    let statuses = mirroring_statuses(set, seen, &targets).await;
    let mut findings = Vec::new();
    for ((target, text), said) in late.iter().zip(statuses) {
        let logs =
            ["kubectl", "--context", seen.context(&target.consumer), "--namespace", "linkerd-multicluster"];
        let deployment = format!("deploy/controller-{}", target.link);
        let words = logs.into_iter().chain(["logs", deployment.as_str(), "--tail=50"]);
        let remedy = Remedy::run("see what its service mirror says", command(words));
        let text = said.as_ref().map_or(text.clone(), |said| format!("{text}; the Link says: {said}"));
        let clusters = [&seen.exporter, &target.consumer];
        findings.push(Finding::error("mirror-late", &clusters, text, remedy).about(target.object()));
    }
    findings
}
