//! Probes the mirrors that have come, and says what that proves.

use crate::args::ProbeArgs;
use crate::report::{MirrorRow, ProbeRow, ProbeState};
use platform::cluster::ClusterSet;
use platform::mesh::arrival::State;
use platform::mesh::change::Change;
use platform::mesh::export::Target;
use platform::mesh::probe::findings::{findings, not_come};
use platform::mesh::probe::outcome::Probed;
use platform::mesh::probe::run::{How, Probing};
use platform::mesh::snapshot::MeshSeen;
use platform::mesh::waiting::Wait;
use platform::plan::{Plan, Progress};
use platform::terms::{Kind, Mode, ObjectRef};
use platform::verdict::{Exit, Failure, Finding, Severity, worst};
use std::cell::RefCell;

/// The probes of a run, when any are wanted.
pub(crate) struct Proof<'a> {
    probing: Option<Probing<'a>>,
    seen: &'a MeshSeen,
    mode: Mode,
    /// Namespaces that a dry run does not make; nothing can be tried in them.
    unmade: Vec<ObjectRef>,
    /// The mirrors in them.
    untried: RefCell<Vec<Target>>,
    /// Mirrors that have not come, so that there is nothing to probe.
    late: RefCell<Vec<(Target, State)>>,
}

impl<'a> Proof<'a> {
    /// Nothing is sent yet.
    ///
    /// # Errors
    /// Flags that do not make sense (exit 2).
    pub(crate) fn new(
        (set, seen): (&'a ClusterSet, &'a MeshSeen),
        args: Option<&ProbeArgs>,
        mode: Mode,
        progress: &'a dyn Progress,
    ) -> Result<Self, Failure> {
        let wanted = args.map(ProbeArgs::wanted).transpose()?.flatten();
        let probing = wanted.map(|(image, patience)| {
            let how = How { image, patience, mode };
            Probing::new(set, seen, how, progress)
        });
        let (untried, late) = (RefCell::default(), RefCell::default());
        Ok(Self { probing, seen, mode, unmade: Vec::new(), untried, late })
    }

    /// The same before a plan that makes namespaces.
    pub(crate) fn before(self, plan: &Plan<Change>) -> Self {
        let made = plan.steps().iter().filter(|step| matches!(step.action, Change::MakeNamespace { .. }));
        let unmade = made.filter(|_| self.mode != Mode::Live).map(|step| step.object.clone()).collect();
        Self { unmade, ..self }
    }

    fn is_unmade(&self, target: &Target) -> bool {
        let place = ObjectRef::cluster_scoped(&target.consumer, Kind::Namespace, &target.exported.namespace);
        self.unmade.contains(&place)
    }

    /// Probes the mirrors that have come; before a change that is only shown or tried, all that are asked for. Returns
    /// how the run ends that would have ended like this.
    pub(crate) async fn go(&self, wait: &Wait<'_>, exit: Exit) -> Exit {
        let Some(probing) = &self.probing else { return exit };
        let states = wait.targets.iter().zip(wait.states());
        let is_due = |(target, state): &(&Target, State)| {
            self.mode != Mode::Live || *state == State::end_of(target.way)
        };
        let (due, late): (Vec<_>, Vec<_>) = states.partition(is_due);
        self.late.borrow_mut().extend(late.into_iter().map(|(target, state)| (target.clone(), state)));
        let due = due.into_iter().map(|(target, _)| target);
        let (untried, due): (Vec<&Target>, Vec<&Target>) = due.partition(|target| self.is_unmade(target));
        self.untried.borrow_mut().extend(untried.into_iter().cloned());
        probing.all(&due).await;
        match (exit, self.judged()) {
            (Exit::Ok | Exit::Pending, bad) if bad != Exit::Ok => bad,
            (exit, _) => exit,
        }
    }

    /// What there is to say, once nothing of the probes is left in any cluster.
    pub(crate) async fn end(&self) -> Vec<Finding> {
        let Some(probing) = &self.probing else { return Vec::new() };
        let left = probing.remove_all().await;
        self.findings().into_iter().chain(left).collect()
    }

    /// Adds what became of the probes to the rows of their mirrors.
    pub(crate) fn mark(&self, rows: &mut [MirrorRow]) {
        let results = self.results().into_iter().map(|(target, probed)| (target, row_of(&probed)));
        let late = self.late.borrow();
        let late = late.iter().map(|(target, _)| {
            (target.clone(), ProbeRow { state: ProbeState::NotProbed, ports: Vec::new() })
        });
        for (target, probe) in results.chain(late) {
            let same = |row: &&mut MirrorRow| {
                row.consumer == target.consumer
                    && (&row.namespace, &row.mirror) == (&target.exported.namespace, &target.mirror)
            };
            if let Some(row) = rows.iter_mut().find(same) {
                row.probe = Some(probe);
            }
        }
    }

    fn results(&self) -> Vec<(Target, Probed)> {
        let probed = self.probing.as_ref().map(Probing::results).unwrap_or_default();
        let untried = self.untried.borrow();
        probed.into_iter().chain(untried.iter().map(|target| (target.clone(), Probed::Pending))).collect()
    }

    fn findings(&self) -> Vec<Finding> {
        let results = self.results().into_iter();
        let late = self.late.borrow();
        let late = late.iter().map(|(target, state)| not_come(self.seen, target, state.word()));
        results.flat_map(|(target, probed)| findings(self.seen, &target, &probed)).chain(late).collect()
    }

    fn judged(&self) -> Exit {
        let results = self.results();
        let passing = results
            .iter()
            .any(|(_, probed)| matches!(probed, Probed::Blind(obstacle) if obstacle.is_worth_another_try()));
        match (worst(&self.findings()), passing) {
            (Some(Severity::Error), _) => Exit::No,
            (Some(Severity::Unknown), true) => Exit::Unreachable,
            (Some(Severity::Unknown), false) => Exit::Unsure,
            (Some(Severity::Warning | Severity::Info) | None, _) => Exit::Ok,
        }
    }
}

fn row_of(probed: &Probed) -> ProbeRow {
    let (state, ports) = match probed {
        Probed::Ran(ports) => {
            let all = ports.iter().all(|port| port.outcome.is_proof());
            (if all { ProbeState::Proven } else { ProbeState::NotProven }, ports.clone())
        }
        Probed::NoPort => (ProbeState::NoPort, Vec::new()),
        Probed::Stopped(_) => (ProbeState::NotProven, Vec::new()),
        Probed::Blind(_) => (ProbeState::Unknown, Vec::new()),
        Probed::Pending => (ProbeState::Pending, Vec::new()),
    };
    ProbeRow { state, ports }
}
