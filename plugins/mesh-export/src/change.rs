//! Export and undo: look, plan, ask, act, wait, report. They differ in the plan and in what is waited for.

use crate::args::ChangeArgs;
use crate::ask;
use crate::direction::Direction;
use crate::end;
use crate::patches;
use crate::plan::{self, going, wanted};
use crate::prove::Proof;
use crate::repo::Folder;
use crate::report::{Outcome, Report};
use crate::rows::{self, Followed};
use crate::session::Session;
use crate::survey::Survey;
use platform::mesh::act::{Went, execute};
use platform::mesh::converge::Converging;
use platform::mesh::export::{Again, Planned};
use platform::mesh::users;
use platform::mesh::waiting::{Cause, Goal, Wait};
use platform::run::Run;
use platform::surface::args::ConnectionArgs;
use platform::terms::{Mode, Waiting};
use platform::verdict::{Exit, Failure};
use std::time::Instant;

/// Runs an export or an undo to its report.
pub(crate) async fn run(
    run: &Run,
    connection: &ConnectionArgs,
    args: &ChangeArgs,
    direction: Direction<'_>,
) -> Result<(Report, Exit), Failure> {
    let mode = args.mode(&run.console)?;
    let folder = args.owners.repo.as_deref().map(Folder::at).transpose()?;
    let mut survey = look(run, connection, args, direction).await?;
    let pruning = direction.pruning();
    plan::fits(&survey, pruning)?;
    let nothing = survey.nothing_selected().filter(|_| survey.entries.is_none());
    if let Some(nothing) = &nothing
        && direction.probe().is_none()
    {
        run.console.say(&format!("{}; nothing is undone", nothing.summary));
    }
    let wanted = wanted(&survey, args, direction);
    match plan::planned(run, &mut survey, (direction, &wanted, &nothing)).await? {
        Ok(planned) => Work { run, survey: &survey, args, mode, direction }.go(planned).await,
        Err(findings) => {
            let kept = direction.kept(&survey, &wanted);
            let mut report = survey.report(direction.kind());
            (report.dry_run, report.findings) = (mode_word(mode), findings);
            let exit = patches::offer(&survey, &mut report, (kept, folder.as_ref()))?;
            Ok((report, exit))
        }
    }
}

async fn look(
    run: &Run,
    connection: &ConnectionArgs,
    args: &ChangeArgs,
    direction: Direction<'_>,
) -> Result<Survey, Failure> {
    let ways = direction.ways(args)?;
    let flags = [args.again(), direction.again()].concat();
    direction.probe().map_or(Ok(()), |probe| probe.fits(args.waiting()))?;
    let again = Again { verb: direction.verb(), to: args.services.to.clone(), flags, ..Again::default() };
    let looking = (direction.looking(), ways);
    let survey = Survey::of_services(run, connection, &args.services, (again, looking));
    run.or_interrupt(survey).await.map_err(ask::stopped_early)?
}

fn mode_word(mode: Mode) -> Option<&'static str> {
    match mode {
        Mode::Show => Some("client"),
        Mode::ServerDryRun => Some("server"),
        Mode::Live => None,
    }
}

struct Work<'a> {
    run: &'a Run,
    survey: &'a Survey,
    args: &'a ChangeArgs,
    mode: Mode,
    direction: Direction<'a>,
}

impl Work<'_> {
    /// Everything after the plan can be interrupted anywhere; the session knows how far it has come.
    async fn go(&self, converging: Converging) -> Result<(Report, Exit), Failure> {
        let planned = &converging.planned;
        let session = Session::default();
        session.went.borrow_mut().resize(planned.plan.steps().len(), Went::Waiting);
        let progress = self.survey.progress(self.run);
        let cause = if planned.plan.is_empty() { Cause::Others } else { Cause::ThisRun };
        let what = (self.direction.goal(), cause);
        let wait = self.survey.waiting(what, &planned.targets, &session.board, &progress);
        wait.start();
        if self.mode == Mode::Live && !planned.plan.is_empty() && self.args.waiting() != Waiting::No {
            session.warn(self.run, &planned.findings);
        }
        let what = (Goal::Gone, Cause::ThisRun);
        let leave = self.survey.waiting(what, &converging.leaving, &session.board, &progress);
        let place = (wait.set, wait.seen);
        let proof = Proof::new(place, self.direction.probe(), self.mode, &progress)?.before(&planned.plan);
        let exit = match self.run.or_interrupt(self.prepare(planned, &session, &leave)).await {
            Ok(()) => match ask::before(self.run, (self.mode, self.args.yes), &converging).await {
                Ok(()) => {
                    let worked = self.run.or_interrupt(async {
                        let exit = self.work(planned, &session, &wait).await;
                        let exit = proof.go(&wait, exit).await;
                        self.so_far(planned, self.take_leave(&session, &leave, exit).await)
                    });
                    worked.await.unwrap_or_else(|exit| self.stopped(&session, exit))
                }
                Err(unwanted) => {
                    self.run.console.fail(&unwanted);
                    unwanted.exit
                }
            },
            Err(stopped) => stopped,
        };
        session.note(proof.end().await);
        let mut report = self.report(&converging, &session);
        proof.mark(&mut report.mirrors);
        Ok((report, exit))
    }

    fn stopped(&self, session: &Session, exit: Exit) -> Exit {
        session.note([self.survey.stopped()]);
        exit
    }

    /// Where some consumers have not answered, what is done is not all that was wanted.
    fn so_far(&self, planned: &Planned, exit: Exit) -> Exit {
        match (exit, self.mode) {
            (Exit::Ok, _) if planned.unreached.is_empty() => Exit::Ok,
            (Exit::Ok, Mode::Live) => Exit::Incomplete,
            (Exit::Ok, Mode::Show | Mode::ServerDryRun) => Exit::Unreachable,
            (exit, _) => exit,
        }
    }

    async fn prepare(&self, planned: &Planned, session: &Session, leave: &Wait<'_>) {
        let going = match self.direction {
            Direction::Undo if planned.plan.is_empty() => Vec::new(),
            Direction::Export(_) if leave.targets.is_empty() => Vec::new(),
            Direction::Undo => going(leave.seen, (&planned.targets, planned)),
            Direction::Export(_) => going(leave.seen, (leave.targets, planned)),
        };
        if !going.is_empty() {
            let users = users::warn(leave.set, &going).await;
            // Before the deed: afterwards it is too late to point them elsewhere.
            session.tell(self.run, users);
        }
    }

    async fn work(&self, planned: &Planned, session: &Session, wait: &Wait<'_>) -> Exit {
        let pending = if planned.plan.is_empty() { Exit::Ok } else { Exit::Pending };
        if self.mode == Mode::Show {
            return pending;
        }
        let acted = execute(&planned.plan, wait.set, self.mode, (&session.went, wait.progress)).await;
        match (acted, self.mode) {
            (false, _) => self.failed(planned, session),
            (true, Mode::Live) => self.wait(session, wait).await,
            (true, Mode::Show | Mode::ServerDryRun) => pending,
        }
    }

    fn failed(&self, planned: &Planned, session: &Session) -> Exit {
        let went = session.went.borrow();
        let step = went.iter().zip(planned.plan.steps()).find_map(|(went, step)| match went {
            Went::Failed(obstacle) => Some((step, obstacle, false)),
            Went::Unanswered(obstacle) => Some((step, obstacle, true)),
            Went::Waiting | Went::Sent | Went::Done => None,
        });
        let Some((step, obstacle, in_doubt)) = step else { return Exit::Internal };
        // A dry run stores nothing, whatever becomes of its answer.
        let in_doubt = in_doubt && self.mode == Mode::Live;
        session.note([rows::failure(&self.survey.seen, step, (obstacle, in_doubt))]);
        // What may be done must not be taken for a no: who sees 3 believes that nothing was changed.
        let done = in_doubt || went.contains(&Went::Done);
        match (done, obstacle.is_worth_another_try()) {
            (true, _) if self.mode == Mode::Live => Exit::Incomplete,
            (_, true) => Exit::Unreachable,
            (_, false) => Exit::No,
        }
    }

    async fn wait(&self, session: &Session, wait: &Wait<'_>) -> Exit {
        let timeout = match self.args.waiting() {
            Waiting::No => {
                // The labels are set, and nobody asked for more: what cannot be seen now is named, and that is all.
                session.note(end::unseen(wait.seen, &wait.look().await));
                return Exit::Ok;
            }
            Waiting::UpTo(timeout) => timeout,
        };
        let waited = wait.until(Instant::now(), timeout).await;
        let (findings, exit) = end::verdict(wait, waited, &self.survey.again).await;
        session.note(findings);
        exit
    }

    /// Waits until the mirrors of what was pruned are gone, once all else is as it is.
    async fn take_leave(&self, session: &Session, leave: &Wait<'_>, exit: Exit) -> Exit {
        let is_due = !leave.targets.is_empty() && self.mode == Mode::Live;
        let acted = session.went.borrow().iter().all(|went| *went == Went::Done);
        match self.args.waiting() {
            Waiting::UpTo(timeout) if is_due && acted => {
                let waited = leave.until(Instant::now(), timeout).await;
                let (findings, left) = end::verdict(leave, waited, &self.survey.again).await;
                session.note(findings);
                if exit == Exit::Ok { left } else { exit }
            }
            Waiting::No | Waiting::UpTo(_) => exit,
        }
    }

    fn report(&self, converging: &Converging, session: &Session) -> Report {
        let planned = &converging.planned;
        let mut report = self.survey.report(self.direction.kind());
        report.dry_run = mode_word(self.mode);
        let followed = Followed {
            survey: self.survey,
            planned,
            leaving: &converging.leaving,
            went: &session.went.borrow(),
            board: &session.board.borrow(),
            direction: self.direction,
        };
        report.changes = followed.changes(report.dry_run.map(|_| Outcome::Pending));
        report.mirrors = followed.mirrors();
        report.surplus.clone_from(&converging.surplus);
        report.side_effects.clone_from(&planned.side_effects);
        report.mode_changes.clone_from(&planned.switches);
        report.findings = [planned.unreached.clone(), planned.findings.clone()].concat();
        report.findings.extend(session.findings.borrow().iter().cloned());
        report.told.clone_from(&session.told.borrow());
        report
    }
}
