//! Whether Linkerd's control plane has read the trust anchors of its cluster: its pods read them when they start, and never again.

use super::super::link::TOGETHER;
use super::super::machinery::{Machinery, Pod, Roots};
use super::super::names::{CONTROL_PLANE, DIGEST};
use super::super::wire::{Metadata, WirePod};
use super::after::present;
use super::agents::since;
use super::bounded::listed;
use crate::cluster::{Cluster, Resource};
use crate::terms::{Observed, Part, Scope, is_later_by};
use std::collections::BTreeSet;

/// The label of its pods, and which of them hold anchors.
const COMPONENT: &str = "linkerd.io/control-plane-component";
const HOLDING: [&str; 3] = ["destination", "identity", "proxy-injector"];

/// When they were changed after they were made; empty where they were not.
pub(super) fn changed(metadata: &Metadata) -> String {
    let (written, made) = (metadata.written(Part::Data), metadata.creation_timestamp.as_deref());
    if is_later_by(TOGETHER, &written, made.unwrap_or_default()) { written } else { String::new() }
}

/// The anchors, with the pods that are older than they are. Asked where the anchors have changed, and everything is looked at.
pub(super) async fn unread(cluster: &Cluster, seen: &Machinery, is_thorough: bool) -> Observed<Roots> {
    let Observed::Present(roots) = &seen.roots else { return seen.roots.clone() };
    let told = Roots { changed: String::new(), ..roots.clone() };
    if !is_thorough || roots.changed.is_empty() || present(&seen.pods).iter().any(|pod| is_older(pod, roots))
    {
        return Observed::Present(told);
    }
    let place = Scope::namespace(Some(CONTROL_PLANE)).labelled(COMPONENT);
    let Observed::Present(pods) = listed::<WirePod>(cluster, Resource::PODS, &place).await else {
        return Observed::Present(told);
    };
    let is_holding = |pod: &Pod| {
        !pod.is_over
            && !pod.started.is_empty()
            && pod.labels.get(COMPONENT).is_some_and(|component| HOLDING.contains(&component.as_str()))
    };
    let pods: Vec<Pod> = pods.into_iter().map(Pod::from).filter(is_holding).collect();
    let started: Vec<String> = pods.iter().map(|pod| pod.started.clone()).collect();
    let Some(changed) = since(roots.changed.clone(), &started, cluster.now()) else {
        return Observed::Present(told);
    };
    let unread: Vec<Pod> =
        pods.into_iter().filter(|pod| pod.started < changed && !is_current(pod, roots)).collect();
    let changed = if unread.is_empty() { String::new() } else { changed };
    Observed::Present(Roots { changed, unread, ..told })
}

/// Whether its proxy was given the text of now.
fn is_current(pod: &Pod, roots: &Roots) -> bool {
    pod.annotations.get(DIGEST).is_some_and(|digest| *digest == roots.digest)
}

/// Whether it was, or was given the same anchors, and before the change: then that has changed who wrote the text, or how.
fn is_older(pod: &Pod, roots: &Roots) -> bool {
    let has_them = || is_current(pod, roots) || has_anchors(pod, roots);
    !pod.is_over && !pod.started.is_empty() && pod.started < roots.changed && has_them()
}

/// Whether its proxy holds the anchors of now, and no others.
fn has_anchors(pod: &Pod, roots: &Roots) -> bool {
    let held: BTreeSet<&[u8]> = pod.anchors.iter().map(|anchor| &**anchor).collect();
    let now: BTreeSet<&[u8]> = roots.anchors.iter().map(|anchor| anchor.der.as_slice()).collect();
    !held.is_empty() && held == now
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::certificate::samples::Authority;

    #[test]
    fn a_pod_that_is_older_and_holds_the_anchors_of_now_shows_that_their_text_alone_was_changed() {
        let [one, other] = ["one", "other"].map(|name| Authority::new(name).anchor);
        let roots = Roots {
            anchors: vec![one.clone()],
            digest: "now".into(),
            changed: "2026-02-01T00:00:00Z".into(),
            ..Roots::default()
        };
        let pod = |started: &str, held: &[&[u8]]| Pod {
            started: started.into(),
            anchors: held.iter().map(|one| (*one).into()).collect(),
            ..Pod::default()
        };
        let (before, after) = ("2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z");
        assert!(is_older(&pod(before, &[&one.der]), &roots));
        assert!(!is_older(&pod(after, &[&one.der]), &roots), "it was made with them");
        assert!(!is_older(&pod(before, &[&one.der, &other.der]), &roots), "one is gone since");
        assert!(!is_older(&pod(before, &[]), &roots), "it does not say what it holds");
    }
}
