//! The look that every subcommand begins with: which clusters, which Services, what is there.

use crate::args::ServiceArgs;
use crate::resources;
use platform::mesh::arrival::Board;
use platform::mesh::export::{Chosen, Target, chosen, missing, targets, unseen};
use platform::mesh::observe::{Looking, Selected, mesh};
use platform::mesh::snapshot::MeshSeen;
use platform::mesh::waiting::{Goal, Wait};
use platform::plan::Progress;
use platform::run::{Place, Run};
use platform::surface::LiveProgress;
use platform::surface::args::ConnectionArgs;
use platform::terms::{ClusterName, Obstacle};
use platform::verdict::{Exit, Failure, Finding, Severity, against, worst};
use std::cell::RefCell;

/// What was found before anything is judged.
pub(crate) struct Survey {
    /// The clusters.
    pub(crate) place: Place,
    /// What is there.
    pub(crate) seen: MeshSeen,
    /// `--to`, resolved; empty when not given.
    pub(crate) consumers: Vec<ClusterName>,
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
        looking: Looking,
    ) -> Result<Self, Failure> {
        // What was typed is judged before anything is asked of a cluster.
        let typed = resources::selected(args, (!args.all_namespaces).then(String::new))?;
        let place = run.connect(connection, args.all_namespaces).await?;
        let selected = Selected { namespace: place.namespace.clone(), which: typed.which };
        Self::look(run, place, &args.to, (&selected, looking)).await
    }

    /// Looks at clusters that are connected.
    ///
    /// # Errors
    /// As above.
    pub(crate) async fn look(
        run: &Run,
        place: Place,
        to: &[String],
        (selected, looking): (&Selected, Looking),
    ) -> Result<Self, Failure> {
        let consumers = consumers(&place, to)?;
        if let Err(obstacle) = place.set.cluster(&place.set.primary) {
            return Err(unreachable(&place, &obstacle));
        }
        say_where(run, &place, &consumers);
        let progress = LiveProgress::new(&run.console, place.set.fleet.names());
        progress.doing(&place.set.primary, "looking at Services, Links and mirrors");
        let seen = mesh(&place.set, selected, looking).await;
        drop(progress);
        Ok(Self { place, seen, consumers })
    }

    /// The mirrors that the Services have or would have, and what speaks against looking at them.
    pub(crate) fn mirrors(&self) -> (Vec<Target>, Vec<Finding>) {
        let Chosen { consumers, mut findings } = chosen(&self.seen, &self.consumers);
        findings.extend(missing(&self.seen));
        let targets = targets(&self.seen, &consumers);
        findings.extend(unseen(&self.seen, &targets));
        (targets, findings)
    }

    /// A wait for mirrors, which notes what it sees on the board.
    pub(crate) fn waiting<'a>(
        &'a self,
        goal: Goal,
        targets: &'a [Target],
        board: &'a RefCell<Board>,
        progress: &'a LiveProgress,
    ) -> Wait<'a> {
        Wait { set: &self.place.set, seen: &self.seen, goal, targets, board, progress }
    }

    /// What happens, told to people.
    pub(crate) fn progress(&self, run: &Run) -> LiveProgress {
        LiveProgress::new(&run.console, self.place.set.fleet.names())
    }

    /// How to leave when findings forbid going on: no, unsure, or worth another try.
    pub(crate) fn refusal(&self, findings: &[Finding]) -> Exit {
        match worst(findings) {
            Some(Severity::Error) => Exit::No,
            Some(Severity::Unknown) if self.seen.obstacles().any(is_worth_another_try) => Exit::Unreachable,
            Some(Severity::Unknown) => Exit::Unsure,
            Some(Severity::Warning | Severity::Info) | None => Exit::Ok,
        }
    }
}

/// Whether running again, perhaps after logging in, may help without a change to any cluster.
pub(crate) fn is_worth_another_try(obstacle: &Obstacle) -> bool {
    obstacle.is_passing() || *obstacle == Obstacle::Unauthorized
}

fn consumers(place: &Place, to: &[String]) -> Result<Vec<ClusterName>, Failure> {
    let fleet = &place.set.fleet;
    let names = || fleet.names().map(ClusterName::as_str).collect::<Vec<_>>().join(", ");
    let find = |text: &String| {
        let found = fleet.find(text).ok_or_else(|| {
            Failure::usage(
                format!("--to {text:?} is no cluster of this run; there are {}", names()),
                "name one of them, or name the whole fleet with --contexts",
            )
        })?;
        if found.name == place.set.primary {
            return Err(Failure::usage(
                format!("--to {text:?} is where the Service is"),
                "name another cluster, or choose the exporter with --context",
            ));
        }
        Ok(found.name.clone())
    };
    to.iter().map(find).collect()
}

fn unreachable(place: &Place, obstacle: &Obstacle) -> Failure {
    let primary = &place.set.primary;
    let context = place.set.fleet.find(primary.as_str()).map_or("", |member| member.context.0.as_str());
    let exit = if is_worth_another_try(obstacle) { Exit::Unreachable } else { Exit::Unsure };
    Failure::new(exit, format!("{primary}: {obstacle}"), against(obstacle, primary, context).to_string())
}

/// The first line of every run, so that nobody acts on the wrong cluster unaware.
fn say_where(run: &Run, place: &Place, consumers: &[ClusterName]) {
    let named = |name: &ClusterName| match place.set.fleet.find(name.as_str()) {
        Some(member) if member.context.0 != name.as_str() => format!("{name} (context {})", member.context),
        _ => name.to_string(),
    };
    let exporter = &place.set.primary;
    let others: Vec<&ClusterName> = if consumers.is_empty() {
        place.set.fleet.names().filter(|name| *name != exporter).collect()
    } else {
        consumers.iter().collect()
    };
    let others = others.into_iter().map(named).collect::<Vec<_>>().join(", ");
    let namespace = place.namespace.as_deref().map_or_else(String::new, |name| format!(", namespace {name}"));
    run.console.say(&format!("from {} to {others}{namespace}", named(exporter)));
}
