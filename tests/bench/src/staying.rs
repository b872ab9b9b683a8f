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

/// It looks, rests for a minute, and tells that a mirror is gone. Nothing where the system does not say what a process takes.
pub(crate) fn watched(bench: &Bench, served: &Arc<Served>, look: Duration) -> Vec<Figure> {
    let track = Track::new(&bench.checker, served.kubeconfig());
    let arguments = ["--contexts", &CLUSTERS.join(","), "--watch"];
    let mut command = track.kubectl.command(&bench.checker, arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = Watching(command.spawn().expect("it starts"));
    let mut said = Lines::of(child.0.stderr.take());
    said.wait_for("watching ");
    let looked = child.busy();
    std::thread::sleep(MINUTE);
    let rested = child.busy();
    let mirror = remove_mirror(served);
    Lines::of(child.0.stdout.take()).wait_for(&mirror);
    let (Some(looked), Some(rested), Some(told)) = (looked, rested, child.busy()) else { return Vec::new() };
    let (resting, telling) = (rested.saturating_sub(looked), told.saturating_sub(rested));
    let what = "`--watch` of them";
    let mut figures = vec![
        Figure {
            what: format!("{what}, a minute without news, of processors"),
            took: Took(resting).to_string(),
            beside: String::new(),
            value: resting.as_secs_f64() * 1e3,
            unit: Unit::Milliseconds,
            aim: Aim::AtMost(1_000.0),
        },
        Figure {
            what: format!("{what}, a mirror is deleted → its line, of processors"),
            took: Took(telling).to_string(),
            beside: format!("a check: {}", Took(look)),
            value: telling.as_secs_f64() / look.as_secs_f64(),
            unit: Unit::Ratio,
            aim: Aim::AtMost(1.0),
        },
    ];
    figures.extend(child.peak().map(|megabytes| memory(what, megabytes, 200.0)));
    figures
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
struct Watching(Child);

impl Watching {
    /// What it has taken of processors so far.
    fn busy(&self) -> Option<Duration> {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id())).ok()?;
        // The name of the program may have blanks; behind it stand the state and numbers.
        let numbers: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks: u64 = numbers.get(11..13)?.iter().filter_map(|number| number.parse::<u64>().ok()).sum();
        // Hundredths of a second, on every machine.
        Some(Duration::from_millis(ticks * 10))
    }

    /// The largest amount of memory that it has had, in MB.
    fn peak(&self) -> Option<f64> {
        let kib = u32::try_from(kilobytes(self.0.id(), "VmHWM")?).ok()?;
        Some(f64::from(kib) * 1024.0 / 1e6)
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
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
