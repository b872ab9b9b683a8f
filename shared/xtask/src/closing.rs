//! The last lines of a test run: what was tested, and on what.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::pins::Family;
use crate::tally::{Count, Tally};

/// Data from outside that the tests use when it is there: the name of its mark (see `testkit::real`) and the
/// variable that names its folder. Who sets the variable wants the data to be used.
const OUTSIDE: [(&str, &str); 2] = [("crds", "PLATFORM_CRDS"), ("recorded", "PLATFORM_RECORDED")];

/// Whether there were real control planes.
pub(crate) enum Real {
    /// Yes, and how long they took to start.
    Ready(Duration),
    /// They cannot be here; why.
    Absent(String),
    /// They should be here and are not, or were lost; why.
    Broken(String),
}

/// A file that a test left for the runner: its name, and what is in it.
pub(crate) type Mark = (String, String);

/// What the run left behind.
pub(crate) struct Closing {
    pub(crate) tally: Tally,
    pub(crate) real: Real,
    pub(crate) require_real: bool,
    pub(crate) marks: Vec<Mark>,
    /// The variables of this process that name data from outside.
    pub(crate) set: Vec<&'static str>,
}

/// How a run is summed up.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Closed {
    /// For the terminal. The last one has the counts.
    pub(crate) lines: Vec<String>,
    /// Whether everything that was asked for is good.
    pub(crate) good: bool,
}

/// What is said, and whether it is wrong.
struct Remark {
    wrong: bool,
    text: String,
}

impl Closing {
    /// Sums the run up.
    pub(crate) fn close(mut self) -> Closed {
        let mut remarks = self.about_counting();
        for (name, _) in &self.marks {
            if let Some((binary, _)) = name.strip_prefix("skipped--").and_then(|rest| rest.split_once("--")) {
                self.tally.skip(binary);
            }
        }
        remarks.push(self.about_real());
        remarks.extend(self.about_skipped());
        remarks.extend(OUTSIDE.iter().map(|(name, variable)| self.about_outside(name, variable)));
        // What is wrong stands last, where it is read.
        remarks.sort_by_key(|remark| remark.wrong);
        let good = self.tally.total().failed == 0 && remarks.iter().all(|remark| !remark.wrong);
        let rings = self.tally.rings();
        let mut lines: Vec<_> =
            rings.iter().map(|(ring, count)| format!("{ring:>12}: {}", sentence(*count))).collect();
        lines.extend(remarks.into_iter().map(|Remark { wrong, text }| match (wrong, self.require_real) {
            (true, true) => format!("error: --require-real: {text}"),
            (true, false) => format!("error: {text}"),
            (false, _) => text,
        }));
        lines.push(sentence(self.tally.total()));
        Closed { lines, good }
    }

    /// A run in which nothing was counted proves nothing: nobody may read "0 failed" there.
    fn about_counting(&mut self) -> Vec<Remark> {
        if self.tally.total() != Count::default() {
            return Vec::new();
        }
        self.tally.account_for_failure();
        vec![Remark { wrong: true, text: "no test was counted in cargo's output".to_owned() }]
    }

    fn about_real(&self) -> Remark {
        match &self.real {
            Real::Ready(time) => {
                let text = format!("on {}, ready after {:.1} s", versions(), time.as_secs_f64());
                Remark { wrong: false, text }
            }
            Real::Absent(why) => {
                Remark { wrong: self.require_real, text: format!("no real control planes: {why}") }
            }
            Real::Broken(why) => Remark { wrong: true, text: format!("real control planes: {why}") },
        }
    }

    /// How many tests did nothing, for each thing that they need.
    fn about_skipped(&self) -> Vec<Remark> {
        let mut skipped = BTreeMap::<&str, usize>::new();
        for (_, needs) in self.marks.iter().filter(|(name, _)| name.starts_with("skipped--")) {
            *skipped.entry(needs).or_default() += 1;
        }
        let remark = |(needs, count): (&str, usize)| Remark {
            wrong: self.require_real && !self.is_optional(needs),
            text: format!("{count} skipped: needs {needs}"),
        };
        skipped.into_iter().map(remark).collect()
    }

    /// Whether this is data from outside that nobody offered.
    fn is_optional(&self, needs: &str) -> bool {
        OUTSIDE.iter().any(|(_, variable)| needs.contains(variable) && !self.set.contains(variable))
    }

    fn about_outside(&self, name: &str, variable: &str) -> Remark {
        let used = self.marks.iter().any(|(mark, _)| *mark == format!("used--{name}"));
        match (self.set.contains(&variable), used) {
            (true, true) => Remark { wrong: false, text: format!("{variable}: used") },
            (true, false) => {
                Remark { wrong: self.require_real, text: format!("{variable} is set, and no test used it") }
            }
            (false, _) => {
                Remark { wrong: false, text: format!("{variable} is not set: without real {name}") }
            }
        }
    }
}

/// Counts in words, for the final line too: it is read by programs.
pub(crate) fn sentence(count: Count) -> String {
    format!("{} passed, {} failed, {} skipped", count.passed, count.failed, count.skipped)
}

/// The variables of this process that name data from outside.
pub(crate) fn set_variables() -> Vec<&'static str> {
    OUTSIDE
        .map(|(_, variable)| variable)
        .into_iter()
        .filter(|name| std::env::var_os(name).is_some())
        .collect()
}

/// The marks in this folder.
pub(crate) fn marks(folder: &Path) -> Vec<Mark> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mark = |entry: fs::DirEntry| {
        let text = fs::read_to_string(entry.path()).unwrap_or_default();
        (entry.file_name().to_string_lossy().into_owned(), text)
    };
    entries.map(mark).collect()
}

fn versions() -> String {
    let version = |family: Family| format!("{} {}", family.name(), family.version().unwrap_or_default());
    Family::ALL.map(version).join(", ")
}

#[cfg(test)]
mod tests;
