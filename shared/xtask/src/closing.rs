//! The last lines of a test run: what was tested, and on what.

use std::fs;
use std::path::Path;

use crate::pins::Family;
use crate::tally::{Count, Tally};

/// Data from outside that the tests use when it is there: the name of its mark (see `testkit::real`) and the
/// variable that names its folder.
const OUTSIDE: [(&str, &str); 2] = [("crds", "PLATFORM_CRDS"), ("recorded", "PLATFORM_RECORDED")];

/// Whether there were real control planes.
pub(crate) enum Real {
    /// Yes, and how long they took to start.
    Ready(std::time::Duration),
    /// They cannot be here; why.
    Absent(String),
    /// They should be here and are not, or were lost; why.
    Broken(String),
}

/// What the run left behind.
pub(crate) struct Closing<'a> {
    pub(crate) tally: Tally,
    pub(crate) real: Real,
    pub(crate) require_real: bool,
    /// The folder with the marks of the tests.
    pub(crate) marks: &'a Path,
}

impl Closing<'_> {
    /// Prints the closing lines; whether everything that was asked for is good.
    pub(crate) fn print(mut self) -> bool {
        let marks = names(self.marks);
        for mark in &marks {
            if let Some((binary, _)) = mark.strip_prefix("skipped--").and_then(|rest| rest.split_once("--")) {
                self.tally.skip(binary);
            }
        }
        let skipped = marks.iter().filter(|mark| mark.starts_with("skipped--")).count();
        println!();
        for (ring, count) in self.tally.rings() {
            println!("{ring:>12}: {}", sentence(count));
        }
        let mut complaints = self.about_real(skipped);
        complaints.extend(self.about_outside(&marks));
        for complaint in &complaints {
            println!("error: {complaint}");
        }
        println!("{}", sentence(self.tally.total()));
        complaints.is_empty() && self.tally.total().failed == 0
    }

    /// Says whether there were real control planes; returns what is wrong about that.
    fn about_real(&self, skipped: usize) -> Vec<String> {
        let without = "tests that need the real control planes were skipped";
        match &self.real {
            Real::Ready(time) => println!("on {}, ready after {:.1} s", versions(), time.as_secs_f64()),
            Real::Absent(why) if self.require_real => {
                return vec![format!("--require-real: {skipped} {without}: {why}")];
            }
            Real::Absent(why) => println!("{skipped} {without}: {why}"),
            Real::Broken(why) => return vec![format!("real control planes: {why}")],
        }
        if self.require_real && skipped > 0 {
            return vec![format!("--require-real: {skipped} {without}")];
        }
        Vec::new()
    }

    /// Says which data from outside was used; returns what was required and was not.
    fn about_outside(&self, marks: &[String]) -> Vec<String> {
        let mut complaints = Vec::new();
        for (name, variable) in OUTSIDE {
            let set = std::env::var_os(variable).is_some();
            let used = marks.iter().any(|mark| *mark == format!("used--{name}"));
            let state = match (set, used) {
                (true, true) => format!("{variable}: used"),
                (true, false) => format!("{variable} is set, and no test used it"),
                (false, _) => format!("{variable} is not set: without real {name}"),
            };
            if self.require_real && !(set && used) {
                complaints.push(format!("--require-real: {state}"));
            } else {
                println!("{state}");
            }
        }
        complaints
    }
}

/// Counts in words, for the final line too: it is read by programs.
pub(crate) fn sentence(count: Count) -> String {
    format!("{} passed, {} failed, {} skipped", count.passed, count.failed, count.skipped)
}

fn versions() -> String {
    let version = |family: Family| format!("{} {}", family.name(), family.version().unwrap_or_default());
    Family::ALL.map(version).join(", ")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}
