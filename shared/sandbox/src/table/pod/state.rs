//! The one word for what a pod does, and the numbers beside it.
//!
//! Containers that initialize speak first: as long as one of them has not ended well, nobody asks the
//! others. Those that are to be restarted (`restartPolicy: Always`, sidecars) count among the others as
//! soon as they have started.

use serde_json::Value;

use super::containers::{End, Restarts, is_ready, is_running, is_started, waits_for};
use crate::object::{list, text};

/// What a row says of the containers of a pod.
#[derive(Debug, Default)]
pub(super) struct Summary {
    pub(super) ready: usize,
    pub(super) containers: usize,
    pub(super) word: String,
    pub(super) restarts: Restarts,
}

impl Summary {
    pub(super) fn of(pod: &Value) -> Self {
        let sidecars =
            list(pod, "/spec/initContainers").iter().filter(|container| is_sidecar(container)).count();
        let mut summary = Self {
            containers: list(pod, "/spec/containers").len() + sidecars,
            word: phase(pod).to_owned(),
            ..Self::default()
        };
        let of_sidecars = summary.initialize(pod);
        if let Some(restarts) = of_sidecars {
            summary.restarts = restarts;
            summary.run(pod);
        }
        if let Some(word) = going(pod) {
            word.clone_into(&mut summary.word);
        }
        summary
    }

    /// Goes through the containers that initialize. Returns the restarts of sidecars if the pod is past
    /// that stage: the restarts of the rest no longer matter then.
    fn initialize(&mut self, pod: &Value) -> Option<Restarts> {
        let mut of_sidecars = Restarts::default();
        let mut initializing = false;
        for (place, status) in list(pod, "/status/initContainerStatuses").iter().enumerate() {
            let sidecar = init_container(pod, text(status, "/name")).is_some_and(is_sidecar);
            self.restarts.add(status);
            if sidecar {
                of_sidecars.add(status);
            }
            if End::of(status).is_some_and(End::is_success) {
                continue;
            }
            if sidecar && is_started(status) {
                self.ready += usize::from(is_ready(status));
                continue;
            }
            let total = list(pod, "/spec/initContainers").len();
            self.word = format!("Init:{}", unfinished(status).unwrap_or_else(|| format!("{place}/{total}")));
            initializing = true;
            break;
        }
        (!initializing || condition(pod, "Initialized") == "True").then_some(of_sidecars)
    }

    /// Goes through the other containers, the first one last: its word is the one that stays.
    fn run(&mut self, pod: &Value) {
        let mut running = false;
        let mut failure = None;
        for status in list(pod, "/status/containerStatuses").iter().rev() {
            self.restarts.add(status);
            if let Some(reason) = waits_for(status) {
                reason.clone_into(&mut self.word);
            } else if let Some(end) = End::of(status) {
                self.word = end.word();
                failure = (!end.is_success()).then(|| end.word()).or(failure);
            } else if is_ready(status) && is_running(status) {
                running = true;
                self.ready += 1;
            }
        }
        if self.word == "Completed" {
            self.word = match failure {
                _ if running && condition(pod, "Ready") == "True" => "Running".to_owned(),
                Some(word) => word,
                None if running => "NotReady".to_owned(),
                None => "Completed".to_owned(),
            };
        }
    }
}

/// The status of the first condition of this type.
pub(super) fn condition<'a>(pod: &'a Value, kind: &str) -> &'a str {
    let mut conditions = list(pod, "/status/conditions").iter();
    let found = conditions.find(|condition| text(condition, "/type") == kind);
    found.map_or("", |condition| text(condition, "/status"))
}

fn phase(pod: &Value) -> &str {
    let gated = |condition: &Value| {
        text(condition, "/type") == "PodScheduled" && text(condition, "/reason") == "SchedulingGated"
    };
    if list(pod, "/status/conditions").iter().any(gated) {
        return "SchedulingGated";
    }
    super::or(text(pod, "/status/reason"), text(pod, "/status/phase"))
}

/// What a pod that is being deleted is called, unless it has ended before.
fn going(pod: &Value) -> Option<&'static str> {
    if text(pod, "/metadata/deletionTimestamp").is_empty() {
        return None;
    }
    if text(pod, "/status/reason") == "NodeLost" {
        return Some("Unknown");
    }
    (!matches!(text(pod, "/status/phase"), "Failed" | "Succeeded")).then_some("Terminating")
}

fn init_container<'a>(pod: &'a Value, name: &str) -> Option<&'a Value> {
    list(pod, "/spec/initContainers").iter().rfind(|container| text(container, "/name") == name)
}

fn is_sidecar(container: &Value) -> bool {
    text(container, "/restartPolicy") == "Always"
}

/// Why a container that initializes has not got to its end, if that is worth a word.
fn unfinished(status: &Value) -> Option<String> {
    if let Some(end) = End::of(status) {
        return Some(end.word());
    }
    waits_for(status).filter(|reason| *reason != "PodInitializing").map(str::to_owned)
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
