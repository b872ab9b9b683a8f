//! The questions before a plan is carried out.

use crate::rows;
use crate::view;
use platform::mesh::converge::Converging;
use platform::run::Run;
use platform::surface::{Consent, consent};
use platform::terms::Mode;
use platform::verdict::{Exit, Failure};

/// Asks before mirrors come or go where nobody asked for that, and before anything is deleted.
///
/// # Errors
/// Nobody said yes, or somebody wants us to stop; nothing was changed.
pub(crate) async fn before(
    run: &Run,
    (mode, yes): (Mode, bool),
    converging: &Converging,
) -> Result<(), Failure> {
    let planned = &converging.planned;
    if mode != Mode::Live {
        return Ok(());
    }
    for line in view::outlook(planned) {
        run.console.say(&line);
    }
    let mut reasons = Vec::new();
    if !planned.side_effects.is_empty() && !planned.plan.is_empty() {
        reasons.push(view::question(&planned.side_effects));
    }
    reasons.extend(rows::deletions(&planned.plan));
    reasons.extend(view::pruned(&converging.surplus));
    if reasons.is_empty() {
        return Ok(());
    }
    let question = format!("{}. Go on?", reasons.join("; "));
    match consent(&run.console, &question, yes) {
        Consent::Granted => Ok(()),
        Consent::Refused => {
            Err(Failure::declined("declined; nothing was changed", "run again and answer y, or add --yes"))
        }
        Consent::Interrupted => Err(stopped_early(run.stopped().await)),
        Consent::CannotAsk => Err(Failure::declined(
            format!("{}, and there is no terminal to ask on; nothing was changed", reasons.join("; ")),
            "add --yes if that is what you want; `--dry-run=client` shows the whole plan",
        )),
    }
}

/// A run that was stopped before its first write.
pub(crate) fn stopped_early(exit: Exit) -> Failure {
    Failure::new(exit, "stopped before anything was changed", "run the command again when you want to go on")
}
