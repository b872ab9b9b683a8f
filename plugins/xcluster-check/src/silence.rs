//! What the fleet file says is known and accepted.

use crate::choice::known;
use crate::report::{Idle, Silenced};
use platform::cluster::fleet::FleetFile;
use platform::mesh::fleetwide::{Judged, ended};
use platform::terms::Silence;
use platform::verdict::Failure;

/// All of it; none where there is no such file.
///
/// # Errors
/// One without a reason, with a day that is none, or of a check that nobody knows (exit 2).
pub(crate) fn all(file: Option<&FleetFile>) -> Result<Vec<Silence>, Failure> {
    let Some(file) = file else { return Ok(Vec::new()) };
    let named = |one: Silence| {
        let check = known(&one.check).map_err(|failure| file.at_fault(failure))?.to_owned();
        Ok(Silence { check, ..one })
    };
    file.silences()?.into_iter().map(named).collect()
}

/// Takes it out of what was found, tells which of it has ended, and which of it is about nothing that was found: that may have
/// been mended, or the object be spelled otherwise.
pub(crate) fn apply(
    judged: &mut Judged,
    silences: &[Silence],
    is_chosen: &dyn Fn(&str) -> bool,
) -> (Vec<Silenced>, Vec<Idle>) {
    let idle = silences.iter().filter(|one| !one.is_over && is_chosen(&one.check) && !judged.is_met(one));
    let idle = idle.map(|one| Idle { check: one.check.clone(), object: one.object.clone() }).collect();
    let silenced = judged.silence(silences).into_iter().map(|(finding, silence)| Silenced {
        fingerprint: finding.fingerprint,
        reason: silence.reason,
        until: silence.until,
    });
    let silenced = silenced.collect();
    judged.add(silences.iter().filter(|one| one.is_over).map(ended));
    (silenced, idle)
}
