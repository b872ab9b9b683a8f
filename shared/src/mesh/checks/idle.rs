//! Pods that do not serve: how they stand, and what helps.

use super::injection::ground;
use crate::mesh::machinery::Pod;
use crate::verdict::{Finding, Ground, Idle, Remedy, Typed};

/// How many pods are named.
const NAMED: usize = 3;

/// The finding with how they stand.
pub(super) fn standing<'a>(finding: Finding, pods: impl IntoIterator<Item = &'a Pod>) -> Finding {
    pods.into_iter().take(NAMED).fold(finding, |finding, pod| {
        let name = &pod.name;
        if pod.is_over {
            let finding = finding.seen_of_pod("status.phase", name, "it no longer runs");
            return match pod.trouble.as_str() {
                "" => finding,
                reason => finding.seen_of_pod("status.reason", name, reason),
            };
        }
        let finding = finding.pod_not_ready(name);
        pod.failing.iter().fold(finding, |mut finding, one| {
            finding.idle.is_ended |= one.is_failed();
            finding.seen_of_pod(&one.field(), name, one.state())
        })
    })
}

/// Why pods do not serve.
pub(crate) struct Told {
    /// In the words of the cluster; empty where nobody knows.
    pub trouble: String,
    /// As it stands behind that.
    pub why: String,
    /// What it stands on.
    pub ground: Option<Ground>,
    /// The same for who looks for the cause.
    pub idle: Idle,
}

/// Why the first of them does not serve of which anything is known, else what their Deployment says.
pub(crate) fn told<'a>(pods: impl IntoIterator<Item = &'a Pod>, made: &str) -> Told {
    let first = pods.into_iter().find(|pod| !pod.why().is_empty());
    let failing = first.and_then(|pod| pod.failing.clone());
    let trouble = first.map_or_else(|| made.to_owned(), Pod::why);
    let why = if trouble.is_empty() { String::new() } else { format!(" ({trouble})") };
    let is_ended = failing.as_ref().is_some_and(|one| one.is_failed());
    let idle = Idle { is_silent: trouble.is_empty(), failing, is_ended };
    Told { ground: ground(&trouble), trouble, why, idle }
}

/// How they are brought up, where what is seen of them says it: where their namespace refuses them, or a container of them fails.
pub(super) fn raised<'a>(
    namespace: &str,
    (trouble, pods): (&str, impl IntoIterator<Item = &'a Pod>),
    typed: Typed<'_>,
) -> Option<Remedy> {
    let of = |pod: &'a Pod| Remedy::of_failing((namespace, &pod.name), pod.failing.as_deref()?, typed);
    Remedy::of_refused(namespace, trouble, typed).or_else(|| pods.into_iter().find_map(of))
}
