//! Counts tests from what `cargo test` prints.

use std::collections::BTreeMap;
use std::path::Path;

/// Unit tests, those of binaries and of the documentation are one ring; any other target is the ring that its
/// path names.
const UNIT: &str = "unit";
/// Where a failure is counted that no test had.
const BUILD: &str = "build";

/// Passed, failed and skipped tests.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
}

impl Count {
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// What is known so far.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    targets: Vec<Target>,
}

/// One test program.
#[derive(Debug)]
struct Target {
    ring: String,
    /// The name of its file.
    binary: String,
    count: Count,
    finished: bool,
}

impl Target {
    fn new(ring: &str, binary: &str) -> Self {
        Self { ring: ring.to_owned(), binary: binary.to_owned(), count: Count::default(), finished: false }
    }
}

impl Tally {
    /// Takes note of one line of output.
    pub(crate) fn read(&mut self, line: &str) {
        if let Some(target) = begin(line) {
            self.targets.push(target);
        } else if let (Some(count), Some(target)) = (result(line), self.targets.last_mut()) {
            // Documentation has several results for one heading.
            target.count.add(count);
            target.finished = true;
        }
    }

    /// Finds the reason why cargo failed: a program that ended without a result crashed. Where no test failed
    /// either, the build did: nobody may read "0 failed" then.
    pub(crate) fn account_for_failure(&mut self) {
        for target in self.targets.iter_mut().filter(|target| !target.finished) {
            target.count.failed += 1;
        }
        if self.total().failed == 0 {
            let count = Count { failed: 1, ..Count::default() };
            self.targets.push(Target { count, finished: true, ..Target::new(BUILD, "") });
        }
    }

    /// Moves a test that says that it did nothing from the passed to the skipped ones.
    pub(crate) fn skip(&mut self, binary: &str) {
        let mut targets = self.targets.iter_mut();
        let known = targets.find(|target| target.binary == binary && target.count.passed > 0);
        if let Some(target) = known {
            target.count.passed -= 1;
            target.count.skipped += 1;
        }
    }

    /// The counts of each ring that had a program.
    pub(crate) fn rings(&self) -> BTreeMap<&str, Count> {
        let mut rings = BTreeMap::<&str, Count>::new();
        for target in &self.targets {
            rings.entry(&target.ring).or_default().add(target.count);
        }
        rings
    }

    /// All counts together.
    pub(crate) fn total(&self) -> Count {
        let mut total = Count::default();
        for target in &self.targets {
            total.add(target.count);
        }
        total
    }
}

/// Reads `Running tests/x.rs (target/debug/deps/x-0123)` and `Doc-tests x`.
fn begin(line: &str) -> Option<Target> {
    let line = line.trim_start();
    if line.starts_with("Doc-tests ") {
        return Some(Target::new(UNIT, ""));
    }
    let (source, program) = line.strip_prefix("Running ")?.strip_suffix(')')?.split_once(" (")?;
    let binary = Path::new(program).file_name()?.to_str()?;
    Some(Target::new(ring_of(source), binary))
}

/// `tests/contract/main.rs` and `tests/contract.rs`, wherever they lie, are of the ring `contract`; seen from
/// the package in `tests/support` the first is `../contract/main.rs`.
fn ring_of(source: &str) -> &str {
    if source.starts_with("unittests ") {
        return UNIT;
    }
    let below = source.rsplit_once("tests/").map_or(source, |(_, below)| below);
    let below = below.trim_start_matches("../");
    let first = below.split('/').next().unwrap_or(below);
    first.strip_suffix(".rs").unwrap_or(first)
}

/// Reads `test result: ok. 5 passed; 0 failed; 1 ignored; ...`.
fn result(line: &str) -> Option<Count> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let of = |word: &str| {
        let part = counts.split("; ").find_map(|part| part.strip_suffix(word))?;
        part.trim().parse().ok()
    };
    Some(Count { passed: of("passed")?, failed: of("failed")?, skipped: of("ignored")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "
    Finished `test` profile [unoptimized] target(s) in 0.09s
     Running unittests src/lib.rs (target/debug/deps/platform-11)
test a ... ok
test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s
     Running /home/x/tests/contract/main.rs (target/debug/deps/contract-22)
test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
     Running ../../tests/cli/mesh_export.rs (target/debug/deps/mesh_export-33)
   Doc-tests platform
test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
";

    fn tally() -> Tally {
        let mut tally = Tally::default();
        OUTPUT.lines().for_each(|line| tally.read(line));
        tally
    }

    fn count(passed: usize, failed: usize, skipped: usize) -> Count {
        Count { passed, failed, skipped }
    }

    #[test]
    fn tests_are_counted_per_ring() {
        let mut tally = tally();
        tally.skip("contract-22");
        tally.account_for_failure();
        let rings: Vec<_> = tally.rings().into_iter().collect();
        let wanted = [("cli", count(0, 1, 0)), ("contract", count(2, 2, 1)), ("unit", count(8, 0, 1))];
        assert_eq!(rings, wanted);
        assert_eq!(tally.total(), count(10, 3, 2));
    }

    #[test]
    fn a_failure_without_a_failed_test_is_one_of_the_build() {
        let mut tally = Tally::default();
        tally.account_for_failure();
        assert_eq!(tally.rings().into_iter().collect::<Vec<_>>(), [("build", count(0, 1, 0))]);
    }

    #[test]
    fn a_ring_is_named_by_the_path_from_anywhere() {
        for source in ["../replay/main.rs", "tests/replay.rs", "/x/tests/replay/main.rs", "../replay.rs"] {
            assert_eq!(ring_of(source), "replay", "{source}");
        }
    }

    #[test]
    fn what_a_test_prints_is_no_result() {
        for line in ["test result: odd", "Running around (in circles", "xtest result: ok. 1 passed"] {
            assert_eq!(result(line), None);
            assert!(begin(line).is_none());
        }
    }
}
