//! When the files of clusters were taken.

use platform::cluster::Archive;
use platform::surface::Console;
use platform::terms::{ClusterName, long};
use std::collections::BTreeMap;

/// By how many seconds files are taken one after the other, if nothing comes in between.
const APART: i64 = 600;

/// That files are not of one moment, where that is long enough for somebody to have changed something.
pub(super) fn tell(console: &Console, archives: &BTreeMap<ClusterName, Archive>) {
    let taken = || archives.iter().filter_map(|(name, archive)| Some((archive.taken_at()?, name)));
    let Some(((early, old), (late, new))) = taken().min().zip(taken().max()) else { return };
    let by = late.as_second() - early.as_second();
    if by >= APART {
        console.warn(&format!(
            "the files of {old} were taken {} before those of {new}: changes in between are not reported",
            long(by)
        ));
    }
}
