//! What a probe proves, or what keeps it from that, with what to do next.

mod ports;
mod trouble;

use super::super::export::Target;
use super::super::snapshot::MeshSeen;
use super::outcome::Probed;
use crate::terms::ClusterName;
use crate::verdict::{Finding, Remedy, against, kubectl};

/// A mirror with what was seen, for the words about it.
#[derive(Clone, Copy)]
struct About<'a> {
    seen: &'a MeshSeen,
    target: &'a Target,
}

/// What there is to say of a probe.
pub fn findings(seen: &MeshSeen, target: &Target, probed: &Probed) -> Vec<Finding> {
    let about = About { seen, target };
    match probed {
        Probed::Ran(ports) => ports.iter().filter_map(|port| about.port(port)).collect(),
        Probed::NoPort => {
            vec![about.info("probe-no-port", "it has no port to connect to; nothing is proved")]
        }
        Probed::Stopped(trouble) => vec![about.stopped(trouble)],
        Probed::Blind(obstacle) => {
            let remedy = against(obstacle, &target.consumer, &seen.fleet);
            let text = format!("cannot be probed: {obstacle}");
            vec![Finding::unknown("probe-unseen", &about.clusters(), text, remedy).about(target.object())]
        }
        Probed::Pending => Vec::new(),
    }
}

/// A mirror that was to be probed and has not come, with its state.
pub fn not_come(seen: &MeshSeen, target: &Target, state: &str) -> Finding {
    About { seen, target }.info("probe-not-made", format!("was not probed: its state is `{state}`"))
}

/// A Job that could not be removed, and how to do it. It goes by itself once it has ended, where the cluster removes
/// such Jobs.
pub fn left_behind(seen: &MeshSeen, target: &Target, job: &str, why: &str) -> Finding {
    let about = About { seen, target };
    let name = format!("job/{job}");
    let words = about.in_consumer(&["delete", &name, "--cascade=background", "--ignore-not-found"]);
    let remedy = Remedy::run("remove it, or let it finish and expire; to remove it, run", words);
    let text = format!("the probe's Job {job} may be left behind: {why}");
    Finding::warning("probe-left-behind", &about.clusters(), text, remedy).about(target.object())
}

impl<'a> About<'a> {
    fn clusters(&self) -> [&'a ClusterName; 2] {
        [&self.seen.exporter, &self.target.consumer]
    }

    fn info(&self, check: &'static str, text: impl Into<String>) -> Finding {
        Finding::info(check, &self.clusters(), text).about(self.target.object())
    }

    fn error(&self, check: &'static str, text: impl Into<String>, remedy: Remedy) -> Finding {
        Finding::error(check, &self.clusters(), text, remedy).about(self.target.object())
    }

    /// A command in the namespace of the mirror.
    fn in_consumer(&self, words: &[&str]) -> String {
        let place = ["--namespace", self.target.exported.namespace.as_str()];
        kubectl(&self.seen.fleet, &self.target.consumer, &[&place, words].concat())
    }
}

#[cfg(test)]
mod tests;
