//! Runs programs, pairs of them in turns, so that a machine which becomes slower meanwhile changes no ratio.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde::Deserialize;
use testkit::kubectl::Kubectl;

use crate::statistics::median;

/// A program with its arguments, and the code with which it must end.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    program: PathBuf,
    arguments: Vec<String>,
    code: i32,
}

/// What the median run took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) time: Duration,
    /// That of processors alone.
    pub(crate) busy: Duration,
    /// The largest resident memory of one of its processes, in MB.
    pub(crate) megabytes: f64,
}

/// Two lines that ran in turns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) ours: Cost,
    pub(crate) theirs: Cost,
    /// The median of the ratios of neighbours: ours divided by theirs.
    pub(crate) ratio: f64,
}

#[derive(Debug, Deserialize)]
struct Timed {
    micros: u64,
    busy: u64,
    kib: u32,
    code: i32,
}

impl Line {
    /// A program that must end with 0.
    pub(crate) fn new(program: impl AsRef<Path>, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(ToString::to_string).collect();
        Self { program: program.as_ref().to_owned(), arguments, code: 0 }
    }

    /// Lines of a shell that must end with 0.
    pub(crate) fn shell(script: &str) -> Self {
        Self::new("/bin/sh", &["-ec", script])
    }

    /// The same, ending with another code.
    #[must_use]
    pub(crate) fn ends_with(mut self, code: i32) -> Self {
        self.code = code;
        self
    }
}

/// Where lines run: a hermetic home, and `timed`.
pub(crate) struct Track {
    pub(crate) kubectl: Kubectl,
    timed: PathBuf,
}

impl Track {
    pub(crate) fn new(plugin: &Path, kubeconfig: &Path) -> Self {
        let kubectl = Kubectl::new(plugin).kubeconfig(kubeconfig);
        Self { kubectl, timed: beside("timed") }
    }

    /// What one run takes.
    pub(crate) fn once(&self, line: &Line) -> Cost {
        let arguments = line.arguments.iter().map(AsRef::<OsStr>::as_ref);
        let arguments = [line.program.as_os_str()].into_iter().chain(arguments);
        // A large world may take longer than any test: it has no bound.
        let output = self.kubectl.command(&self.timed, arguments).output().expect("`timed` is built");
        let told = serde_json::from_slice::<Timed>(&output.stdout);
        let Some(timed) = told.ok().filter(|timed| timed.code == line.code) else {
            let again = self.kubectl.run_program(&line.program, &line.arguments);
            panic!("{line:?} does not end with {}: {output:?}\nonce more: {again}", line.code);
        };
        let (time, busy) = (Duration::from_micros(timed.micros), Duration::from_micros(timed.busy));
        Cost { time, busy, megabytes: f64::from(timed.kib) * 1024.0 / 1e6 }
    }

    /// One line by itself, after a first run that does not count.
    pub(crate) fn alone(&self, times: usize, line: &Line) -> Cost {
        self.once(line);
        let costs: Vec<Cost> = (0..times).map(|_| self.once(line)).collect();
        middle(&costs)
    }

    /// Two lines in turns, after a first run of each that does not count.
    pub(crate) fn pair(&self, times: usize, ours: &Line, theirs: &Line) -> Pair {
        self.once(ours);
        self.once(theirs);
        let both: Vec<(Cost, Cost)> = (0..times).map(|_| (self.once(ours), self.once(theirs))).collect();
        let (mine, others): (Vec<Cost>, Vec<Cost>) = both.iter().copied().unzip();
        let ratios: Vec<f64> =
            both.iter().map(|(mine, other)| mine.time.as_secs_f64() / other.time.as_secs_f64()).collect();
        Pair { ours: middle(&mine), theirs: middle(&others), ratio: median(&ratios) }
    }
}

/// The kubectl to compare with: the first on the PATH, by itself. Some distributions put a program before it that looks
/// for the version of the cluster and starts the right kubectl; then it is the newest of these.
pub(crate) fn peer() -> PathBuf {
    let first = testkit::kubectl::program().expect("kubectl").canonicalize().expect("a file");
    let told = Command::new(&first).args(["version", "--client"]).output().expect("kubectl starts").stdout;
    if !String::from_utf8_lossy(&told).contains("dispatcher") {
        return first;
    }
    let folder = first.parent().expect("a folder");
    let names = folder.read_dir().expect("a folder").flatten().map(|entry| entry.path());
    let minor = |path: &PathBuf| path.to_str()?.rsplit_once("kubectl.1.")?.1.parse::<u32>().ok();
    names.filter(|path| minor(path).is_some()).max_by_key(minor).unwrap_or(first)
}

/// A program that cargo built beside this one.
pub(crate) fn beside(name: &str) -> PathBuf {
    std::env::current_exe().expect("this program has a place").with_file_name(name)
}

/// The median of the times; the largest memory.
fn middle(costs: &[Cost]) -> Cost {
    let of = |time: fn(&Cost) -> Duration| median(&costs.iter().map(time).collect::<Vec<_>>());
    let megabytes = costs.iter().map(|cost| cost.megabytes).fold(0.0, f64::max);
    Cost { time: of(|cost| cost.time), busy: of(|cost| cost.busy), megabytes }
}
