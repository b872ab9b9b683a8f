//! The story of each subcommand.

use crate::args::{Command, ListArgs, MeshExport, VerifyArgs};
use crate::change;
use crate::direction::Direction;
use crate::end;
use crate::explain;
use crate::prove::Proof;
use crate::report::{MirrorRow, Progress, Report};
use crate::rows;
use crate::survey::Survey;
use crate::view;
use platform::mesh::access;
use platform::mesh::export::Again;
use platform::mesh::observe::{Looking, Selected, Which};
use platform::mesh::waiting::{Cause, Goal, Wait};
use platform::run::{Plugin, Run, completion};
use platform::surface::args::{ConnectionArgs, OutputArgs};
use platform::surface::render;
use platform::terms::{Format, Mode};
use platform::verdict::{Exit, Failure, Severity, worst};
use std::cell::RefCell;
use std::time::Instant;

impl Plugin for MeshExport {
    const NAME: &'static str = "mesh-export";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    fn connection(&self) -> &ConnectionArgs {
        &self.connection
    }

    fn output(&self) -> &OutputArgs {
        &self.output
    }

    async fn start(self, run: &Run) -> Result<Exit, Failure> {
        let connection = &self.connection;
        let export = Direction::Export(&self.only);
        match &self.command {
            None if self.show_rbac => {
                run.console.report(&access::manifests(&access::ROLES)).map(|()| Exit::Ok)
            }
            None => self.reported(run, Box::pin(change::run(run, connection, &self.export, export))).await,
            Some(Command::Undo(args)) => {
                self.reported(run, Box::pin(change::run(run, connection, args, Direction::Undo))).await
            }
            Some(Command::List(args)) => self.reported(run, Box::pin(list(run, connection, args))).await,
            Some(Command::Verify(args)) => self.reported(run, Box::pin(verify(run, connection, args))).await,
            Some(Command::Completion(args)) => completion::<Self>(run, args),
            Some(Command::Explain(args)) => explain::run(run, (connection, &self.output), args).await,
        }
    }
}

impl MeshExport {
    /// Does a job that ends with a report, and prints that. A format that does not exist is refused before it begins.
    async fn reported(
        &self,
        run: &Run,
        job: impl Future<Output = Result<(Report, Exit), Failure>>,
    ) -> Result<Exit, Failure> {
        let format = self.output.format(&[])?;
        let (mut report, exit) = job.await?;
        let exit = run.weigh_warnings(&self.connection, exit, &mut report.findings);
        Ok(print(run, &format, (&report, exit)))
    }
}

/// Findings first, so that what matters most on a terminal stands last: the table. A report that cannot be printed
/// never hides how the run ended, nor that something was changed.
fn print(run: &Run, format: &Format, (report, exit): (&Report, Exit)) -> Exit {
    report.untold().for_each(|finding| run.console.finding(finding));
    report.patches.iter().flat_map(|row| &row.patch).for_each(|line| run.console.pass_on(line));
    let text = view::rendered(report).and_then(|rendered| render(format, &rendered, run.console.width()));
    // A diff is for a program whatever the table is for; there are no rows beside it.
    let is_table = matches!(format, Format::Table | Format::Wide);
    let text = text.map(|text| if is_table { text + &report.diff } else { text });
    let Err(failure) = text.and_then(|text| run.console.report(&text)) else { return exit };
    run.console.fail(&failure);
    match (exit == Exit::Ok, report.has_written()) {
        (false, _) => exit,
        (true, true) => Exit::Incomplete,
        (true, false) => failure.exit,
    }
}

/// Every export and how far its mirrors have come. It answers what there is: one that does not work is named, and is no
/// failure of the list.
async fn list(run: &Run, connection: &ConnectionArgs, args: &ListArgs) -> Result<(Report, Exit), Failure> {
    let survey = async {
        let place = run.connect(connection, args.all_namespaces).await?;
        let selected = Selected { namespace: place.namespace.clone(), which: Which::Exported };
        Survey::look(run, place, &args.to, (&selected, (Looking::ByLabel, Vec::new()))).await
    };
    let survey = run.or_stopped(survey).await??;
    let looked = survey.selected_mirrors();
    let (board, progress) = (RefCell::default(), survey.progress(run));
    let wait = survey.waiting((Goal::Arrived, Cause::Others), &looked.targets, &board, &progress);
    wait.start();
    let mut report = survey.report("List");
    report.mirrors = coming(&wait);
    if report.mirrors.is_empty() && worst(&looked.blind).is_none() {
        let place = survey.place.namespace.as_deref();
        run.console.say(&place.map_or_else(
            || "No exports found".to_owned(),
            |namespace| format!("No exports found in {namespace} namespace."),
        ));
    }
    let exit = survey.refusal(&looked.blind);
    report.findings = looked.blind.into_iter().chain(looked.hindrances).collect();
    Ok((report, exit))
}

/// Proves exports without a change.
async fn verify(
    run: &Run,
    connection: &ConnectionArgs,
    args: &VerifyArgs,
) -> Result<(Report, Exit), Failure> {
    args.probe.wanted()?;
    let flags = args.modes.again().into_iter().chain(args.probe.again()).collect();
    let again = Again { verb: Some("verify"), to: args.services.to.clone(), flags, ..Again::default() };
    let looking = (Looking::ByName, args.modes.ways()?);
    let survey = Survey::of_services(run, connection, &args.services, (again, looking));
    let mut survey = run.or_stopped(survey).await??;
    let looked = run.or_stopped(survey.closely()).await?;
    let (board, progress) = (RefCell::default(), survey.progress(run));
    let wait = survey.waiting((Goal::Arrived, Cause::Others), &looked.targets, &board, &progress);
    wait.start();
    let mut report = survey.report("Verification");
    report.findings =
        looked.blind.into_iter().chain(survey.nothing_selected()).chain(looked.hindrances).collect();
    if worst(&report.findings).is_some_and(|worst| worst >= Severity::Unknown) {
        report.mirrors = coming(&wait);
        let exit = survey.refusal(&report.findings);
        return Ok((report, exit));
    }
    let proof = Proof::new((wait.set, wait.seen), Some(&args.probe), Mode::Live, &progress)?;
    let waited = run.or_interrupt(wait.until(Instant::now(), args.timeout)).await;
    let exit = match waited {
        Err(exit) => {
            report.findings.push(survey.stopped());
            exit
        }
        Ok(waited) => {
            let (findings, exit) = end::verdict(&wait, waited, &survey.again).await;
            report.findings.extend(findings);
            run.or_interrupt(proof.go(&wait, exit)).await.unwrap_or_else(|stopped| stopped)
        }
    };
    report.findings.extend(proof.end().await);
    report.mirrors = coming(&wait);
    proof.mark(&mut report.mirrors);
    Ok((report, exit))
}

/// A row for each mirror, as far as it has come.
fn coming(wait: &Wait<'_>) -> Vec<MirrorRow> {
    let states = wait.targets.iter().zip(wait.states());
    states.map(|(target, state)| rows::mirror_row(target, Progress::Coming(state))).collect()
}
