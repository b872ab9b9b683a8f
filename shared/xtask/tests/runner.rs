//! Whatever the runner starts ends with it, however it ends. The runner is the real one; `sleep` stands for
//! the control planes and the tests.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test: what is not as expected must stop it"
)]

#[path = "runner/demo.rs"]
mod demo;

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

const PATIENCE: Duration = Duration::from_secs(20);

/// A runner that has started everything.
struct Rehearsal {
    runner: Child,
    janitor: u32,
    folder: PathBuf,
    /// The temporary folder of a test.
    made: PathBuf,
    groups: Vec<u32>,
}

/// Whether children are also tied to the runner by the kernel, where that is possible.
#[derive(Clone, Copy)]
enum Ties {
    JanitorAndKernel,
    JanitorOnly,
}

impl Rehearsal {
    fn start(ending: &str, ties: Ties) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(["rehearse", ending]).stdout(Stdio::piped()).stderr(Stdio::null());
        if matches!(ties, Ties::JanitorOnly) {
            command.env("XTASK_WITHOUT_SETPRIV", "1");
        }
        let mut runner = command.spawn().unwrap();
        let output = BufReader::new(runner.stdout.take().unwrap());
        let (folder, made) = (PathBuf::new(), PathBuf::new());
        let mut rehearsal = Self { runner, janitor: 0, folder, made, groups: Vec::new() };
        for line in output.lines().map(Result::unwrap).take_while(|line| line != "started") {
            match line.split_once(' ').unwrap() {
                ("folder", path) => rehearsal.folder = path.into(),
                ("made", path) => rehearsal.made = path.into(),
                ("janitor", id) => rehearsal.janitor = id.parse().unwrap(),
                ("group", id) => rehearsal.groups.push(id.parse().unwrap()),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(rehearsal.groups.len(), 2, "a service and the tests");
        let (folder, made) = (&rehearsal.folder, &rehearsal.made);
        assert!(made.starts_with(folder), "{} is not in {}", made.display(), folder.display());
        rehearsal
    }

    fn send(&self, signal: Signal) {
        kill(self.runner.id(), signal);
    }

    /// Waits for the runner; asserts that nothing is left of what it started.
    fn ends_clean(mut self) -> ExitStatus {
        let status = self.runner.wait().unwrap();
        eventually("no process is left", || self.groups.iter().all(|group| living(*group) == 0));
        eventually("no folder is left", || !self.folder.exists() && !self.made.exists());
        status
    }
}

fn kill(id: u32, signal: Signal) {
    kill_process(Pid::from_raw(i32::try_from(id).unwrap()).unwrap(), signal).unwrap();
}

/// The processes of a group, without those that are dead and only wait for somebody to take note.
fn living(group: u32) -> usize {
    let output = Command::new("ps").args(["-A", "-o", "pgid=,stat="]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    lines.filter(|words| words[0] == group.to_string() && !words[1].starts_with('Z')).count()
}

/// The name of the program that a process runs now.
#[cfg(target_os = "linux")]
fn program(id: u32) -> String {
    std::fs::read_to_string(format!("/proc/{id}/comm")).unwrap().trim_end().to_owned()
}

fn eventually(what: &str, holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "not true after {} s: {what}", PATIENCE.as_secs());
        sleep(Duration::from_millis(50));
    }
}

#[test]
fn nothing_is_left_after_a_normal_end() {
    assert!(Rehearsal::start("return", Ties::JanitorAndKernel).ends_clean().success());
}

#[test]
fn nothing_is_left_after_a_panic() {
    assert_eq!(Rehearsal::start("panic", Ties::JanitorAndKernel).ends_clean().code(), Some(101));
}

#[test]
fn nothing_is_left_after_an_interrupt_and_the_shell_sees_it() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let rehearsal = Rehearsal::start("hold", Ties::JanitorAndKernel);
        assert!(rehearsal.groups.iter().all(|group| living(*group) > 0), "the rehearsal runs");
        assert!(rehearsal.made.exists(), "a test made a folder");
        rehearsal.send(signal);
        assert_eq!(rehearsal.ends_clean().code(), Some(130));
    }
}

#[test]
fn tests_that_do_not_listen_to_signals_end_too() {
    let rehearsal = Rehearsal::start("stubborn", Ties::JanitorOnly);
    // A signal before the runner waits for its tests ends them at once; this is about the later one.
    sleep(Duration::from_millis(300));
    rehearsal.send(Signal::INT);
    assert_eq!(rehearsal.ends_clean().code(), Some(130));
}

#[test]
fn nothing_is_left_after_the_runner_was_killed() {
    for ties in [Ties::JanitorAndKernel, Ties::JanitorOnly] {
        let rehearsal = Rehearsal::start("hold", ties);
        rehearsal.send(Signal::KILL);
        assert_eq!(rehearsal.ends_clean().code(), None, "killed");
    }
}

/// The second tie: the control planes end even when the janitor is killed first. (The folder then stays; nobody
/// is left to remove it.)
#[cfg(target_os = "linux")]
#[test]
fn the_kernel_ends_the_control_planes_when_the_janitor_cannot() {
    let mut rehearsal = Rehearsal::start("hold", Ties::JanitorAndKernel);
    // The tie is made by `setpriv` shortly before it becomes `sleep`; until then only the janitor protects.
    let service = rehearsal.groups[0];
    eventually("the service is tied", || program(service) == "sleep");
    kill(rehearsal.janitor, Signal::KILL);
    rehearsal.send(Signal::KILL);
    rehearsal.runner.wait().unwrap();
    let tests = rehearsal.groups[1];
    eventually("no control plane is left", || living(service) == 0);
    rustix::process::kill_process_group(Pid::from_raw(i32::try_from(tests).unwrap()).unwrap(), Signal::KILL)
        .unwrap();
    std::fs::remove_dir_all(&rehearsal.folder).unwrap();
}
