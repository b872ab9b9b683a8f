//! `explain`: why Services cannot be used in the other clusters. One look; a second one where nothing but the symptom was
//! found, since the moment may have been a bad one.

use crate::args::ExplainArgs;
use crate::explanation::{Explanation, rendered};
use crate::survey::Survey;
use platform::mesh::explain::{Asked, Explained, Outcome, explain, worst};
use platform::mesh::export::{Again, Target, missing};
use platform::mesh::observe::{Looking, mirroring_statuses, missing_at_home, networks};
use platform::run::Run;
use platform::surface::args::{ConnectionArgs, OutputArgs};
use platform::terms::{ClusterName, Format, Obstacle};
use platform::verdict::{Exit, Failure};
use std::collections::BTreeSet;
use std::time::Duration;

/// After what time a symptom that nothing explains is looked at again: an update takes a service mirror less.
const MOMENT: Duration = Duration::from_secs(2);

/// Explains, and prints.
pub(crate) async fn run(
    run: &Run,
    (connection, output): (&ConnectionArgs, &OutputArgs),
    args: &ExplainArgs,
) -> Result<Exit, Failure> {
    let format = output.format(&[Format::Mermaid])?;
    let (mut explanation, exit) = found(run, connection, args).await?;
    let exit = run.weigh_warnings(connection, exit, &mut explanation.findings);
    Ok(print(run, &format, (&explanation, exit)))
}

/// The chains are the answer, so what stands in them is not said a second time.
fn print(run: &Run, format: &Format, (explanation, exit): (&Explanation, Exit)) -> Exit {
    explanation.findings.iter().for_each(|finding| run.console.finding(finding));
    let rendered = rendered(explanation, format, run.console.width());
    let Err(failure) = rendered.and_then(|rendered| run.console.show(format, &rendered)) else { return exit };
    run.console.fail(&failure);
    if exit == Exit::Ok { failure.exit } else { exit }
}

async fn found(
    run: &Run,
    connection: &ConnectionArgs,
    args: &ExplainArgs,
) -> Result<(Explanation, Exit), Failure> {
    let flags = args.modes.again().into_iter().collect();
    let again = Again { verb: Some("explain"), to: args.services.to.clone(), flags, ..Again::default() };
    let looking = (Looking::ForCauses, args.modes.ways()?);
    let survey = Survey::of_services(run, connection, &args.services, (again, looking));
    let mut survey = run.or_stopped(survey).await??;
    let mut services = explained(&survey);
    if look_at_networks(run, &mut survey, &services).await? {
        services = explained(&survey);
    }
    if chains(&services).any(|(is_unexplained, _)| is_unexplained) {
        run.pause(MOMENT).await.map_err(Failure::stopped)?;
        let seen = std::mem::take(&mut survey.seen.networks);
        run.or_stopped(survey.look_again()).await?;
        survey.seen.networks = seen;
        services = explained(&survey);
        run.or_stopped(hear(&survey, &mut services)).await?;
    }
    let mut explanation = Explanation::new(&survey.seen.exporter, survey.place.namespace.is_none());
    if services.is_empty() {
        explanation.findings.extend(missing(&survey.seen, &survey.again));
        explanation.findings.extend(survey.nothing_selected());
    }
    let targets: Vec<Target> = chains(&services).filter_map(|(_, target)| target.cloned()).collect();
    let at_home = missing_at_home(&survey.place.set, &survey.seen, &targets);
    explanation.findings.extend(run.or_stopped(at_home).await?);
    let exit = exit(&survey, &services, &explanation);
    explanation.services = services;
    Ok((explanation, exit))
}

/// Where mirrors lead to pods themselves, their networks bear on it.
async fn look_at_networks(run: &Run, survey: &mut Survey, services: &[Explained]) -> Result<bool, Failure> {
    let targets = chains(services).filter_map(|(_, target)| target);
    let direct: BTreeSet<ClusterName> =
        targets.filter(|target| target.way.is_direct()).map(|target| target.consumer.clone()).collect();
    if direct.is_empty() {
        return Ok(false);
    }
    let names: Vec<ClusterName> = direct.into_iter().chain([survey.seen.exporter.clone()]).collect();
    let look = networks(&survey.place.set, &names);
    survey.seen.networks = run.or_stopped(look).await?;
    Ok(true)
}

fn explained(survey: &Survey) -> Vec<Explained> {
    let (consumers, ways) = (survey.consumers.clone(), survey.ways.clone());
    explain(&survey.seen, &Asked { consumers, ways, again: survey.again.clone() })
}

/// Of each chain, whether nothing but its symptom was found, and its mirror.
fn chains(services: &[Explained]) -> impl Iterator<Item = (bool, Option<&Target>)> {
    services.iter().flat_map(|one| &one.mirrors).map(|chain| (chain.is_unexplained(), chain.target.as_ref()))
}

/// Adds what the Links say of mirrors that nothing else explains.
async fn hear(survey: &Survey, services: &mut [Explained]) {
    let unexplained = chains(services).filter(|(is_unexplained, _)| *is_unexplained);
    let targets: Vec<Target> = unexplained.filter_map(|(_, target)| target.cloned()).collect();
    let targets: Vec<&Target> = targets.iter().collect();
    let said = mirroring_statuses(&survey.place.set, &survey.seen, &targets).await;
    for (target, said) in targets.into_iter().zip(said) {
        let mut all = services.iter_mut().flat_map(|one| &mut one.mirrors);
        let chain = all.find(|chain| chain.target.as_ref() == Some(target));
        if let Some((chain, said)) = chain.zip(said) {
            chain.hear(&said);
        }
    }
}

fn exit(survey: &Survey, services: &[Explained], explanation: &Explanation) -> Exit {
    let is_passing = || survey.seen.obstacles().any(Obstacle::is_worth_another_try);
    match worst(services) {
        Some(Outcome::Broken) => Exit::No,
        Some(Outcome::Unsure) if is_passing() => Exit::Unreachable,
        Some(Outcome::Unsure) => Exit::Unsure,
        Some(Outcome::Whole | Outcome::Doubtful) => Exit::Ok,
        None => survey.refusal(&explanation.findings),
    }
}
