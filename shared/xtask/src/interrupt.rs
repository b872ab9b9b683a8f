//! Ctrl-C, SIGTERM and SIGHUP: noticed once, asked for everywhere.

use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

use crate::Outcome;
use crate::janitor::end_group;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
/// The process group that is told about a signal; 0 for none.
static LISTENER: AtomicI32 = AtomicI32::new(0);
/// How long the listener may take to end by itself.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the shell expects of a program that ended because of Ctrl-C.
pub(crate) const EXIT_CODE: u8 = 130;

/// Starts to notice signals. Once per process.
pub(crate) fn arm() -> Outcome<()> {
    ctrlc::set_handler(|| {
        INTERRUPTED.store(true, Ordering::SeqCst);
        let listener = LISTENER.load(Ordering::SeqCst);
        if let Some(group) = Pid::from_raw(listener).filter(|_| listener > 1) {
            let _gone_is_fine = kill_process_group(group, Signal::TERM);
            sleep(PATIENCE);
            if LISTENER.load(Ordering::SeqCst) == listener {
                end_group(listener);
            }
        }
    })
    .map_err(|error| format!("cannot listen to signals: {error}"))
}

/// Whether a signal asked this process to end.
pub(crate) fn asked() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// An error when a signal asked this process to end; for the steps of a long start.
pub(crate) fn check() -> Outcome<()> {
    if asked() { Err("interrupted".to_owned()) } else { Ok(()) }
}

/// Passes signals on to this process group from now on; `None` to nobody.
pub(crate) fn pass_on_to(group: Option<i32>) {
    LISTENER.store(group.unwrap_or(0), Ordering::SeqCst);
    if let (true, Some(id)) = (asked(), group) {
        end_group(id); // the signal came before the group
    }
}
