//! Cleans up after a runner, however that one ended.
//!
//! The runner starts this process first and holds the writing end of its standard input. It announces each
//! process group and each folder on one line. When the input ends (the runner closed it, or is gone), what is
//! announced and not withdrawn is ended and removed. This is the only way of cleaning, so every run tests it.

use std::collections::BTreeSet;
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

/// Something that must not outlive the runner.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Charge {
    /// All processes of this group.
    Group(i32),
    /// This folder and what is in it.
    Folder(PathBuf),
}

impl Charge {
    /// The line that announces it.
    pub(crate) fn announce(&self) -> String {
        format!("+{}\n", self.word())
    }

    /// The line that withdraws it.
    pub(crate) fn withdraw(&self) -> String {
        format!("-{}\n", self.word())
    }

    fn word(&self) -> String {
        match self {
            Self::Group(id) => format!("group {id}"),
            Self::Folder(path) => format!("folder {}", path.display()),
        }
    }

    fn read(word: &str) -> Option<Self> {
        let (kind, name) = word.split_once(' ')?;
        match kind {
            "group" => name.parse().ok().map(Self::Group),
            "folder" => Some(Self::Folder(PathBuf::from(name))),
            _ => None,
        }
    }
}

/// Waits for the end of the runner, then cleans.
pub(crate) fn run() -> ExitCode {
    let mut charges = BTreeSet::new();
    // A line that cannot be read ends the waiting like the end of the input: better cleaned too early.
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        follow(&mut charges, &line);
    }
    clean(&charges);
    ExitCode::SUCCESS
}

fn follow(charges: &mut BTreeSet<Charge>, line: &str) {
    if let Some(charge) = line.strip_prefix('+').and_then(Charge::read) {
        charges.insert(charge);
    } else if let Some(charge) = line.strip_prefix('-').and_then(Charge::read) {
        charges.remove(&charge);
    }
}

fn clean(charges: &BTreeSet<Charge>) {
    // Groups first: a living process could still write into a folder.
    for charge in charges {
        if let Charge::Group(id) = charge {
            end_group(*id);
        }
    }
    for charge in charges {
        if let Charge::Folder(path) = charge {
            remove(path);
        }
    }
}

/// Ends all processes of a group at once; a group that is gone already is fine.
pub(crate) fn end_group(id: i32) {
    // Never 1 or less: those mean "my own group" and "everything" to the kernel.
    if let Some(group) = Pid::from_raw(id).filter(|_| id > 1) {
        let _gone_is_fine = kill_process_group(group, Signal::KILL);
    }
}

/// Removes a folder, also while the last writes of a dying process still arrive.
fn remove(path: &Path) {
    for _ in 0..50 {
        let _checked_below = std::fs::remove_dir_all(path);
        if !path.exists() {
            return;
        }
        sleep(Duration::from_millis(100));
    }
    eprintln!("error: {} could not be removed", path.display());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_announced_and_not_withdrawn_remains() {
        let mut charges = BTreeSet::new();
        let kept = Charge::Folder("/somewhere/with space".into());
        for line in [Charge::Group(7).announce(), kept.announce(), Charge::Group(7).withdraw()] {
            follow(&mut charges, line.trim_end());
        }
        assert_eq!(charges, BTreeSet::from([kept]));
    }

    #[test]
    fn a_line_that_says_nothing_changes_nothing() {
        let mut charges = BTreeSet::new();
        for line in ["", "+", "+group x", "group 7", "+planet 7"] {
            follow(&mut charges, line);
        }
        assert!(charges.is_empty());
    }
}
