//! The demonstration is the real `xtask demo`, which finds `sh` where it looks for the sandbox, and builds nothing.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use rustix::process::Signal;
use tempfile::TempDir;

use super::{eventually, kill, living};

/// What `sh demo` runs; it ends by itself with this code.
fn script(code: i32) -> String {
    format!(
        "trap 'exit {code}' TERM; echo group $$; echo made $(mktemp -d); echo started; while :; do sleep 0.1; done"
    )
}

struct Demonstration {
    runner: Child,
    group: u32,
    /// Its temporary folder, where the kubeconfig would be.
    made: PathBuf,
    _target: TempDir,
}

impl Demonstration {
    fn start(code: i32) -> Self {
        // Beside the real target, so that the program can be linked instead of copied.
        let target = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let programs = target.path().join("debug");
        fs::create_dir(&programs).unwrap();
        fs::hard_link(env!("CARGO_BIN_EXE_xtask"), programs.join("xtask")).unwrap();
        symlink("/bin/sh", programs.join("sandbox")).unwrap();
        fs::write(target.path().join("demo"), script(code)).unwrap();
        let mut command = Command::new(programs.join("xtask"));
        command.arg("demo").env("CARGO", "true").current_dir(target.path());
        let mut runner = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let output = BufReader::new(runner.stdout.take().unwrap());
        let mut demonstration = Self { runner, group: 0, made: PathBuf::new(), _target: target };
        for line in output.lines().map(Result::unwrap).take_while(|line| line != "started") {
            match line.split_once(' ').unwrap() {
                ("group", id) => demonstration.group = id.parse().unwrap(),
                ("made", path) => demonstration.made = path.into(),
                other => panic!("{other:?}"),
            }
        }
        assert!(demonstration.made.exists() && living(demonstration.group) > 0, "it runs");
        demonstration
    }

    /// Ends it with this signal; asserts that nothing is left of what it started.
    fn ends_clean(mut self, signal: Signal) -> Option<i32> {
        kill(self.runner.id(), signal);
        let status = self.runner.wait().unwrap();
        let run = self.made.ancestors().nth(2).unwrap();
        eventually("no process is left", || living(self.group) == 0);
        eventually("no folder is left", || !self.made.exists() && !run.exists());
        status.code()
    }
}

#[test]
fn nothing_is_left_of_a_demonstration_that_was_interrupted() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        assert_eq!(Demonstration::start(7).ends_clean(signal), Some(7), "it ended by itself");
    }
}

#[test]
fn clusters_that_were_held_end_well_and_an_interrupted_demonstration_as_an_interrupted_runner() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        assert_eq!(Demonstration::start(0).ends_clean(signal), Some(0), "{signal:?}");
        assert_eq!(Demonstration::start(143).ends_clean(signal), Some(130), "{signal:?}");
    }
}

#[test]
fn nothing_is_left_of_a_demonstration_whose_runner_was_killed() {
    assert_eq!(Demonstration::start(7).ends_clean(Signal::KILL), None, "killed");
}
