//! What `kubectl xcluster-check --watch` costs while it stays.

use k8s_openapi::api::core::v1::Service;
use kube::Api;
use kube::api::DeleteParams;
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::Duration;
use testkit::served::{Served, kilobytes};
use testkit::world::wait;

use crate::Bench;
use crate::figure::{Aim, Figure, Took, Unit};
use crate::platform::CLUSTERS;
use crate::real::memory;
use crate::runs::Track;

/// How long nothing happens.
const MINUTE: Duration = Duration::from_secs(60);

/// It looks, and rests for a minute. Nothing where the system does not say what a process takes.
pub(crate) fn resting(bench: &Bench, served: &Served) -> Vec<Figure> {
    let watching = Watching::of(bench, served);
    let before = watching.busy();
    std::thread::sleep(MINUTE);
    let (Some(before), Some(after), Some(peak)) = (before, watching.busy(), watching.peak()) else {
        return Vec::new();
    };
    let (what, took) = ("`--watch` of them", after.saturating_sub(before));
    let figure = Figure {
        what: format!("{what}, a minute without news, of processors"),
        took: Took(took).to_string(),
        beside: String::new(),
        value: took.as_secs_f64() * 1e3,
        unit: Unit::Milliseconds,
        aim: Aim::AtMost(1_000.0),
    };
    vec![figure, memory(what, peak, 200.0)]
}

/// It looks, and tells that a mirror is gone, beside the first look.
pub(crate) fn telling(bench: &Bench, served: &Arc<Served>) -> Option<Figure> {
    let mut watching = Watching::of(bench, served);
    let looked = watching.busy()?;
    let mirror = remove_mirror(served);
    Lines::of(watching.child.stdout.take()).wait_for(&mirror);
    let told = watching.busy()?.saturating_sub(looked);
    Some(Figure {
        what: "`--watch` of a fiftieth of them, a mirror is deleted → its line, of processors".to_owned(),
        took: Took(told).to_string(),
        beside: format!("from the start to the report: {}", Took(looked)),
        value: told.as_secs_f64() / looked.as_secs_f64(),
        unit: Unit::Ratio,
        aim: Aim::AtMost(1.0),
    })
}

/// Takes a mirror away, and returns its name.
fn remove_mirror(served: &Arc<Served>) -> String {
    let served = Arc::clone(served);
    let [exporter, importer] = CLUSTERS;
    wait(async move || {
        let services = Api::<Service>::namespaced(served.client(importer).await, "team-0");
        let name = format!("s0-{exporter}");
        services.delete(&name, &DeleteParams::default()).await.expect("a mirror");
        name
    })
}

/// It ends when this is dropped.
struct Watching {
    child: Child,
    /// Its home.
    _track: Track,
}

impl Watching {
    /// One that has looked, and stays.
    fn of(bench: &Bench, served: &Served) -> Self {
        let track = Track::new(&bench.checker, served.kubeconfig());
        let arguments = ["--contexts", &CLUSTERS.join(","), "--watch"];
        let mut command = track.kubectl.command(&bench.checker, arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut watching = Self { child: command.spawn().expect("it starts"), _track: track };
        Lines::of(watching.child.stderr.take()).wait_for("watching ");
        watching
    }

    /// What it has taken of processors so far.
    fn busy(&self) -> Option<Duration> {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // The name of the program may have blanks; behind it stand the state and numbers.
        let numbers: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks: u64 = numbers.get(11..13)?.iter().filter_map(|number| number.parse::<u64>().ok()).sum();
        // Hundredths of a second, on every machine.
        Some(Duration::from_millis(ticks * 10))
    }

    /// The largest amount of memory that it has had, in MB.
    fn peak(&self) -> Option<f64> {
        let kib = u32::try_from(kilobytes(self.child.id(), "VmHWM")?).ok()?;
        Some(f64::from(kib) * 1024.0 / 1e6)
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// What comes out of a process.
struct Lines<R>(BufReader<R>);

impl<R: Read> Lines<R> {
    fn of(pipe: Option<R>) -> Self {
        Self(BufReader::new(pipe.expect("a pipe")))
    }

    /// Reads until a line has these words.
    fn wait_for(&mut self, words: &str) {
        let found = self.0.by_ref().lines().map_while(Result::ok).any(|line| line.contains(words));
        assert!(found, "it ended without a word of {words}");
    }
}
