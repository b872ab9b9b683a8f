//! From what was planned, done and seen to the rows of a report.

use crate::direction::Direction;
use crate::report::{ChangeRow, Leaving, MirrorRow, Outcome, Progress, UNCHANGED};
use crate::survey::Survey;
use platform::mesh::act::Went;
use platform::mesh::arrival::Board;
use platform::mesh::change::Change;
use platform::mesh::export::{Planned, Target};
use platform::mesh::snapshot::{Key, MeshSeen};
use platform::mesh::waiting::state;
use platform::plan::{Plan, Step};
use platform::terms::{Kind, ObjectRef, Observed, Obstacle};
use platform::verdict::{Finding, against};

/// A run as far as it has come.
pub(crate) struct Followed<'a> {
    pub(crate) survey: &'a Survey,
    pub(crate) planned: &'a Planned,
    /// Mirrors of exports that are pruned.
    pub(crate) leaving: &'a [Target],
    pub(crate) went: &'a [Went],
    pub(crate) board: &'a Board,
    pub(crate) direction: Direction<'a>,
}

impl Followed<'_> {
    /// A row for each step, and `unchanged` for each Service that needed none.
    pub(crate) fn changes(&self, dry: Option<Outcome>) -> Vec<ChangeRow> {
        let steps = self.planned.plan.steps();
        let mut rows: Vec<ChangeRow> = steps
            .iter()
            .zip(self.went)
            .map(|(step, went)| {
                let outcome = dry.filter(|_| !is_refused(went)).unwrap_or_else(|| outcome(went));
                let details = step.action.details();
                ChangeRow { details, ..ChangeRow::new(&step.object, step.action.done(), outcome) }
            })
            .collect();
        let Observed::Present(services) = &self.survey.seen.services else { return rows };
        let exporter = &self.survey.seen.exporter;
        let object = |key: &Key| ObjectRef::namespaced(exporter, Kind::Service, &key.namespace, &key.name);
        let asked = &self.survey.seen.asked;
        let all = services.by_key.keys().filter(|key| asked.contains(key)).map(object);
        let untouched = all.filter(|object| !steps.iter().any(|step| step.object == *object));
        rows.extend(untouched.map(|object| ChangeRow::new(&object, UNCHANGED, Outcome::Done)));
        rows
    }

    /// A row for each mirror.
    pub(crate) fn mirrors(&self) -> Vec<MirrorRow> {
        let coming = self.planned.targets.iter().map(|target| self.mirror(target, self.direction));
        coming.chain(self.leaving.iter().map(|target| self.mirror(target, Direction::Undo))).collect()
    }

    fn mirror(&self, target: &Target, direction: Direction<'_>) -> MirrorRow {
        let state = match direction {
            Direction::Export(_) => Progress::Coming(state(&self.survey.seen, self.board, target)),
            Direction::Undo if self.board.is_unseen(&target.consumer) => Progress::Going(Leaving::Unknown),
            Direction::Undo if self.board.is_gone(target) => Progress::Going(Leaving::Gone),
            Direction::Undo => Progress::Going(Leaving::Present),
        };
        mirror_row(target, state)
    }
}

/// A row of a mirror in this state.
pub(crate) fn mirror_row(target: &Target, state: Progress) -> MirrorRow {
    let Target { exported, consumer, link, mirror, way: mode, dns, ports, .. } = target.clone();
    let Key { namespace, name: service } = exported;
    let link = link.map(|link| link.name);
    MirrorRow { service, namespace, consumer, link, mirror, mode, dns, ports, state, probe: None }
}

/// Whether a rehearsal has shown that the step cannot be done.
fn is_refused(went: &Went) -> bool {
    matches!(went, Went::Failed(_))
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
    let remedy = against(obstacle, cluster, &seen.fleet);
    let done = step.action.done();
    let text = if in_doubt { format!("may be {done} or not") } else { format!("could not be {done}") };
    let text = format!("{text}: {obstacle}");
    Finding::error("write-failed", &[cluster], text, remedy).about(step.object.clone())
}
