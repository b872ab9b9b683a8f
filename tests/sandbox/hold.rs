//! How the program ends when somebody asks it to, and what it leaves behind: nothing.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::program::{Serving, is_built, sandbox};

const SIGNALS: [Signal; 3] = [Signal::INT, Signal::TERM, Signal::HUP];

/// The program with a temporary folder of its own, whose name has a blank.
fn with_folder(arguments: &[&str]) -> (Command, TempDir) {
    let folder = tempfile::Builder::new().prefix("a b").tempdir().unwrap();
    let mut command = sandbox(arguments);
    command.env("TMPDIR", folder.path());
    (command, folder)
}

fn left(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn clusters_that_are_held_end_well_with_every_signal_right_after_the_export_lines() {
    let mut held = vec![vec!["serve"]];
    // The other one has a plugin to offer, and does not start without it.
    held.extend(is_built().then(|| vec!["demo", "--hold"]));
    for arguments in held {
        for signal in SIGNALS {
            let (mut command, folder) = with_folder(&arguments);
            let mut serving = Serving::of(&mut command);
            assert_eq!(left(folder.path()).len(), 1, "the kubeconfig is there");
            assert_eq!(serving.end_with(signal), Some(0), "{arguments:?} {signal:?}");
            assert_eq!(left(folder.path()), Vec::<String>::new(), "{arguments:?} {signal:?}");
        }
    }
}

/// Told by what Linux says of a process.
#[cfg(target_os = "linux")]
#[test]
fn clusters_that_still_start_end_well_too() {
    for _ in 0..5 {
        let (mut command, folder) = with_folder(&["serve"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Once it listens for signals at all; before that there is nothing that could be left.
        while !listens(child.id()) {
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
            std::thread::yield_now();
        }
        kill_process(Pid::from_child(&child), Signal::INT).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0));
        assert_eq!(left(folder.path()), Vec::<String>::new());
    }
}

/// Whether a process has a handler for SIGHUP, which is registered last.
#[cfg(target_os = "linux")]
fn listens(id: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap_or("0").trim();
    u64::from_str_radix(caught, 16).unwrap() & 1 == 1
}

#[test]
fn a_demonstration_that_is_interrupted_ends_as_a_shell_expects() {
    if !is_built() {
        return;
    }
    for (signal, code) in SIGNALS.into_iter().zip([130, 143, 129]) {
        let (mut command, folder) = with_folder(&["demo"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap() == "== before"), "it shows something");
        kill_process(Pid::from_child(&child), signal).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code));
        assert_eq!(left(folder.path()), Vec::<String>::new(), "{signal:?}");
    }
}

#[test]
fn a_shell_takes_the_export_lines_over_whatever_is_in_the_path() {
    let (mut command, folder) = with_folder(&["serve"]);
    let serving = Serving::of(&mut command);
    let script = format!("{}\nprintf '%s\\n%s\\n' \"$KUBECONFIG\" \"$PATH\"", serving.printed());
    let output =
        Command::new("/bin/sh").args(["-c", &script]).env("PATH", "/with a blank:/b").output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let (file, path) = printed.split_once('\n').unwrap();
    assert!(Path::new(file).is_file() && file.starts_with(folder.path().to_str().unwrap()), "{file}");
    assert!(path.trim_end().ends_with(":/with a blank:/b"), "{path}");
}
