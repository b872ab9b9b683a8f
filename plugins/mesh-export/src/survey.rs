//! The look that every subcommand begins with: which clusters, which Services, what is there.

mod fleet;

pub(crate) use fleet::consumers;

use crate::args::ServiceArgs;
use crate::report::Report;
use crate::resources;
use fleet::{unreachable, whereabouts};
use platform::mesh::arrival::Board;
use platform::mesh::converge::Entry;
use platform::mesh::export::{Again, Chosen, Target, chosen, hindrances, is_due, missing, targets, unseen};
use platform::mesh::link::Way;
use platform::mesh::observe::{Listed, Looking, Selected, Which, glance, mesh};
use platform::mesh::snapshot::MeshSeen;
use platform::mesh::waiting::{Cause, Goal, Wait};
use platform::plan::Progress;
use platform::run::{Place, Run};
use platform::surface::LiveProgress;
use platform::surface::args::ConnectionArgs;
use platform::terms::{ClusterName, Observed, Obstacle};
use platform::verdict::{Exit, Failure, Finding, Remedy, Severity, kubectl, worst};
use std::cell::RefCell;

/// That a Service is not there, or none is selected.
const MISSING: &str = "service-not-found";

/// What was found before anything is judged.
pub(crate) struct Survey {
    /// The clusters.
    pub(crate) place: Place,
    /// What is there.
    pub(crate) seen: MeshSeen,
    /// `--to`, resolved; empty when not given.
    pub(crate) consumers: Vec<ClusterName>,
    /// `--mode`; empty when nothing was named.
    pub(crate) ways: Vec<Way>,
    /// The exports of a list, where one was given.
    pub(crate) entries: Option<Vec<Entry>>,
    /// How this command is given again.
    pub(crate) again: Again,
    /// What was looked for, and where.
    looked_for: (Selected, Looking),
    /// Whether what carries the mirrors may be as old as what an API server has at hand.
    is_glance: bool,
}

/// Mirrors, before anybody waits for them.
pub(crate) struct Mirrors {
    /// The mirrors.
    pub(crate) targets: Vec<Target>,
    /// Why some of them cannot be named or seen.
    pub(crate) blind: Vec<Finding>,
    /// What keeps them from working.
    pub(crate) hindrances: Vec<Finding>,
}

impl Survey {
    /// Connects and looks.
    ///
    /// # Errors
    /// A wrong flag or name (exit 2), or an exporter that cannot be reached (exit 6).
    pub(crate) async fn of_services(
        run: &Run,
        connection: &ConnectionArgs,
        args: &ServiceArgs,
        (again, looking): (Again, (Looking, Vec<Way>)),
    ) -> Result<Self, Failure> {
        // What was typed is judged before anything is asked of a cluster.
        let typed = resources::typed(args, &again)?;
        let namespace = typed.namespace(&connection.namespace(args.all_namespaces))?;
        let mut place = run.connect(connection, args.all_namespaces).await?;
        place.namespace = namespace.or(place.namespace);
        let again = Again { selection: args.again(place.namespace.as_deref()), ..again };
        let Some(list) = typed.list else {
            let selected = Selected { namespace: place.namespace.clone(), which: typed.which };
            let survey = Self::look(run, place, &args.to, (&selected, looking)).await?;
            return resources::unreadable(&selected, &survey.seen.services)
                .map_or(Ok(Self { again, ..survey }), Err);
        };
        is_for_lists(&again)?;
        let entries = resources::entries(&list, (&place, args.all_namespaces), (&args.to, &looking.1))?;
        let keys = entries.iter().map(|entry| entry.key.clone()).collect();
        let which = Which::Listed(Listed { keys, is_everywhere: args.all_namespaces });
        let selected = Selected { namespace: None, which };
        // The Services of a list may be anywhere.
        place.namespace = None;
        let ways = entries.iter().flat_map(|entry| entry.ways.clone()).collect();
        let survey = Self::look(run, place, &args.to, (&selected, (looking.0, ways))).await?;
        Ok(Self { again, entries: Some(entries), ..survey })
    }

    /// Looks at clusters that are connected.
    ///
    /// # Errors
    /// As above.
    pub(crate) async fn look(
        run: &Run,
        place: Place,
        to: &[String],
        (selected, (looking, ways)): (&Selected, (Looking, Vec<Way>)),
    ) -> Result<Self, Failure> {
        let consumers = consumers(&place, to)?;
        if let Err(obstacle) = place.set.cluster(&place.set.primary) {
            return Err(unreachable(&place, &obstacle));
        }
        let progress = LiveProgress::new(&run.console, place.set.fleet.names());
        progress.doing(&place.set.primary, "looking at Services, Links and mirrors");
        // What is asked for by its name is likely to be in order.
        let is_glance = looking == Looking::ByName;
        let how = (looking, ways.as_slice());
        let seen = if is_glance {
            glance(&place.set, selected, how).await
        } else {
            mesh(&place.set, selected, how).await
        };
        drop(progress);
        run.console.say(&whereabouts(&seen, place.namespace.as_deref(), &consumers));
        let looked_for = (selected.clone(), looking);
        let again = Again::default();
        Ok(Self { place, seen, consumers, ways, entries: None, again, looked_for, is_glance })
    }

    /// Whether a closer look may see that an error is over. What cannot be seen is not seen the second time either, a warning
    /// may say what was so a moment ago, and Services are looked at closely at once.
    pub(crate) fn may_be_over(&self, findings: &[Finding]) -> bool {
        let is_of_glance = |one: &Finding| one.severity == Severity::Error && one.check != MISSING;
        self.is_glance && worst(findings) == Some(Severity::Error) && findings.iter().any(is_of_glance)
    }

    /// Looks once more, at the same things, and closely.
    pub(crate) async fn look_again(&mut self) {
        let (selected, looking) = &self.looked_for;
        self.is_glance = false;
        self.seen = mesh(&self.place.set, selected, (*looking, &self.ways)).await;
    }

    /// The mirrors that the Services have or would have, and what there is to say of them.
    pub(crate) fn mirrors(&self) -> Mirrors {
        let Chosen { consumers, findings: mut blind, .. } = chosen(&self.seen, &self.consumers);
        blind.extend(missing(&self.seen, &self.again));
        let targets = targets(&self.seen, &consumers, &self.ways);
        blind.extend(unseen(&self.seen, &targets));
        let hindrances = hindrances(&self.seen, (&consumers, &self.ways), &targets);
        Mirrors { targets, blind, hindrances }
    }

    /// As above, of a closer look where one by a glance tells of an error.
    pub(crate) async fn closely(&mut self) -> Mirrors {
        let looked = self.mirrors();
        if !self.may_be_over(&looked.hindrances) {
            return looked;
        }
        self.look_again().await;
        self.mirrors()
    }

    /// As above, of those that the Links select: nobody misses the others.
    pub(crate) fn selected_mirrors(&self) -> Mirrors {
        let all = self.mirrors();
        let due: Vec<Target> =
            all.targets.iter().filter(|target| is_due(&self.seen, target)).cloned().collect();
        let consumers = chosen(&self.seen, &self.consumers).consumers;
        let hindrances = hindrances(&self.seen, (&consumers, &self.ways), &due);
        Mirrors { hindrances, ..all }
    }

    /// What there is to say when nothing was selected: a proof of nothing is none.
    pub(crate) fn nothing_selected(&self) -> Option<Finding> {
        let is_seen = matches!(self.seen.services, Observed::Present(_));
        if !is_seen || !self.seen.asked.is_empty() {
            return None;
        }
        let place = self.place.namespace.as_deref();
        let list = place.map_or(vec!["--all-namespaces"], |namespace| vec!["--namespace", namespace]);
        let words: Vec<&str> = list.into_iter().chain(["get", "services", "--show-labels"]).collect();
        let exporter = &self.seen.exporter;
        let remedy = Remedy::run(
            "select others; to see what there is, run",
            kubectl(&self.seen.fleet, exporter, &words),
        );
        let text = format!(
            "no Service{} is selected",
            place.map_or(String::new(), |name| format!(" of namespace {name}"))
        );
        Some(Finding::error("nothing-selected", &[exporter], text, remedy))
    }

    /// What there is to say when a run was stopped under way.
    pub(crate) fn stopped(&self) -> Finding {
        let exporter = &self.seen.exporter;
        let text = "stopped before all was done and seen; what is done stays done";
        let remedy = Remedy::run("to go on, run", self.again.whole(&self.seen.fleet, exporter));
        Finding::warning("stopped", &[exporter], text, remedy)
    }

    /// A wait for mirrors, which notes what it sees on the board.
    pub(crate) fn waiting<'a>(
        &'a self,
        (goal, cause): (Goal, Cause),
        targets: &'a [Target],
        board: &'a RefCell<Board>,
        progress: &'a LiveProgress,
    ) -> Wait<'a> {
        Wait { set: &self.place.set, seen: &self.seen, goal, cause, targets, board, progress }
    }

    /// An empty report of this kind.
    pub(crate) fn report(&self, kind: &'static str) -> Report {
        Report::new(kind, &self.seen.exporter, self.place.namespace.is_none())
    }

    /// What happens, told to people.
    pub(crate) fn progress(&self, run: &Run) -> LiveProgress {
        LiveProgress::new(&run.console, self.place.set.fleet.names())
    }

    /// How to leave when findings forbid going on: no, unsure, or worth another try.
    pub(crate) fn refusal(&self, findings: &[Finding]) -> Exit {
        match worst(findings) {
            Some(Severity::Error) => Exit::No,
            Some(Severity::Unknown) if self.seen.obstacles().any(Obstacle::is_worth_another_try) => {
                Exit::Unreachable
            }
            Some(Severity::Unknown) => Exit::Unsure,
            Some(Severity::Warning | Severity::Info) | None => Exit::Ok,
        }
    }
}

/// A list says what is to be exported; of that nothing is to be proved or taken back.
fn is_for_lists(again: &Again) -> Result<(), Failure> {
    match again.verb {
        None => Ok(()),
        Some(verb) => Err(Failure::usage(
            format!("a list of exports is for exports, and not for {verb}"),
            "name Services; whether all of a list is exported is shown by the export itself with --dry-run=client",
        )),
    }
}
