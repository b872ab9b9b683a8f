//! What a plan is made from, and what it ends.

use crate::args::ChangeArgs;
use crate::ask;
use crate::direction::Direction;
use crate::survey::Survey;
use platform::mesh::change::Ownership;
use platform::mesh::converge::{self, Converging, Pruning};
use platform::mesh::export::{Effect, Planned, Target, Wanted, namespaces_needed, networks_needed};
use platform::mesh::link::Way;
use platform::mesh::observe::{homes, networks, peers};
use platform::mesh::snapshot::MeshSeen;
use platform::mesh::{export, undo};
use platform::run::Run;
use platform::terms::{Kind, ObjectRef};
use platform::verdict::{Failure, Finding};

/// What is asked for.
pub(crate) fn wanted(survey: &Survey, args: &ChangeArgs, direction: Direction<'_>) -> Wanted {
    Wanted {
        consumers: survey.consumers.clone(),
        ways: survey.ways.clone(),
        routability: args.routable.routability(),
        ownership: if args.owners.take_over { Ownership::TakeOver } else { Ownership::Respect },
        keeping: args.owners.keeping(),
        creation: direction.creation(),
        despite: direction.despite(),
        again: survey.again.clone(),
    }
}

/// What is to be done, or every reason against it.
type Plans = Result<Converging, Vec<Finding>>;

/// Makes the plan; nothing is refused by a glance.
///
/// # Errors
/// The run was stopped.
pub(crate) async fn planned(
    run: &Run,
    survey: &mut Survey,
    what: (Direction<'_>, &Wanted, &Option<Finding>),
) -> Result<Plans, Failure> {
    let planned = look_and_plan(run, survey, what).await?;
    if !planned.as_ref().is_err_and(|findings| survey.may_be_over(findings)) {
        return Ok(planned);
    }
    run.or_interrupt(survey.look_again()).await.map_err(ask::stopped_early)?;
    look_and_plan(run, survey, what).await
}

async fn look_and_plan(
    run: &Run,
    survey: &mut Survey,
    (direction, wanted, nothing): (Direction<'_>, &Wanted, &Option<Finding>),
) -> Result<Plans, Failure> {
    if matches!(direction, Direction::Export(_)) {
        run.or_interrupt(look_further(survey, wanted)).await.map_err(ask::stopped_early)?;
    }
    Ok(direction.plan(survey, wanted, (nothing.clone(), direction.pruning())))
}

/// Looks at the networks of clusters, for other members of federated Services and at namespaces that are to be made
/// elsewhere, only where the export depends on them.
async fn look_further(survey: &mut Survey, wanted: &Wanted) {
    let names = match &survey.entries {
        Some(entries) => converge::networks_needed(&survey.seen, (entries, wanted)),
        None => networks_needed(&survey.seen, wanted),
    };
    if !names.is_empty() {
        survey.seen.networks = networks(&survey.place.set, &names).await;
    }
    let names = namespaces_needed(&survey.seen, wanted);
    if !names.is_empty() {
        survey.seen.homes = homes(&survey.place.set, &names).await;
    }
    if wanted.ways.contains(&Way::Federated) {
        survey.seen.peers = peers(&survey.place.set, &survey.seen).await;
    }
}

/// Whether there is a list to compare with, where that is asked for.
///
/// # Errors
/// There is none, or only some clusters or modes are meant (exit 2).
pub(crate) fn fits(survey: &Survey, pruning: Pruning) -> Result<(), Failure> {
    if pruning == Pruning::Shown {
        return Ok(());
    }
    if !survey.consumers.is_empty() {
        return Err(Failure::usage(
            "--prune undoes exports in every cluster, but --to names only some",
            "leave out --to and name clusters in the list, or undo with `kubectl mesh-export undo --to`",
        ));
    }
    let is_mode = |flag: &String| flag.starts_with("--mode");
    if survey.entries.is_some() && survey.again.flags.iter().any(is_mode) {
        return Err(Failure::usage(
            "--prune undoes what the list does not name, but --mode sets the mode of every entry without one",
            "leave out --mode and name modes in the list, or undo with `kubectl mesh-export undo --mode`",
        ));
    }
    if survey.entries.is_some() {
        return Ok(());
    }
    Err(Failure::usage(
        "--prune compares with a list of exports, but none was given",
        "name one with -f, or undo exports with `kubectl mesh-export undo`",
    ))
}

/// The plan of an export: of a list, or of the Services that were selected.
pub(crate) fn export(survey: &Survey, wanted: &Wanted, pruning: Pruning) -> Result<Converging, Vec<Finding>> {
    match &survey.entries {
        Some(entries) => converge::plan(&survey.seen, (entries, wanted), pruning),
        None => Ok(export::plan(&survey.seen, wanted)?.into()),
    }
}

/// All mirrors that go, wanted or not; a federated Service with other members stays.
pub(crate) fn going(seen: &MeshSeen, (targets, planned): (&[Target], &Planned)) -> Vec<ObjectRef> {
    let lost = planned
        .side_effects
        .iter()
        .filter(|side| side.effect == Effect::Loses && side.mode != Way::Federated);
    let lost =
        lost.map(|side| ObjectRef::namespaced(&side.cluster, Kind::Service, &side.namespace, &side.mirror));
    let ending = targets.iter().filter(|target| undo::ends(seen, target));
    ending.map(Target::object).chain(lost).collect()
}
