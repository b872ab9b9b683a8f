//! A terminal in front of a run. What is typed goes in, what the screen would show comes out.

use std::{
    fs::File,
    io::Write,
    os::fd::OwnedFd,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use rustix::{
    fs::{Mode, OFlags, open},
    io::{FdFlags, fcntl_setfd},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{LocalModes, Termios, Winsize, tcgetattr, tcsetwinsize},
};

/// How often the modes are looked at.
const PAUSE: Duration = Duration::from_millis(10);

/// Our end of a pseudoterminal.
pub(super) struct Terminal {
    ours: File,
    before: Termios,
}

impl Terminal {
    /// Opens a terminal so many columns wide (0: it does not say) and returns the run's end of it, too.
    pub(super) fn open(columns: u16) -> (Self, OwnedFd) {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        fcntl_setfd(&ours, FdFlags::CLOEXEC).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let name = ptsname(&ours, Vec::new()).unwrap();
        let theirs = open(name, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty()).unwrap();
        let size = Winsize { ws_row: columns.min(50), ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&theirs, size).unwrap();
        let before = tcgetattr(&theirs).unwrap();
        (Self { ours: ours.into(), before }, theirs)
    }

    /// What the screen would show. Reading ends with an error when the run has closed its end.
    pub(super) fn screen(&self) -> File {
        self.ours.try_clone().unwrap()
    }

    pub(super) fn press(&mut self, keys: &str) {
        self.ours.write_all(keys.as_bytes()).unwrap();
    }

    /// Whether the run has come to read single keys, without the terminal's own meaning of Ctrl-C.
    pub(super) fn wait_for_reader(&self, timeout: Duration) -> bool {
        let start = Instant::now();
        while self.modes().intersects(LocalModes::ICANON | LocalModes::ISIG) {
            if start.elapsed() > timeout {
                return false;
            }
            thread::sleep(PAUSE);
        }
        // From the change of modes it is a moment to the wait for a key, which is what a signal has to break off.
        thread::sleep(PAUSE);
        true
    }

    /// Whether lines, echo and Ctrl-C are what they were before the run.
    pub(super) fn is_as_before(&self) -> bool {
        self.modes() == self.before.local_modes
    }

    fn modes(&self) -> LocalModes {
        tcgetattr(&self.ours).unwrap().local_modes
    }
}

/// The run's end as one of its streams.
pub(super) fn stream(end: &OwnedFd) -> Stdio {
    end.try_clone().unwrap().into()
}
