//! The versions of Linkerd on both sides. They speak with each other from one minor version to the next.

use super::controller::{deployment, running};
use super::{Pair, known, machinery, settings};
use crate::terms::{Kind, ObjectRef};
use crate::verdict::{Finding, Remedy, Severity, kubectl};

/// Minor versions between which Linkerd is upgraded step by step.
const FAR: u32 = 2;
/// The one since which service mirrors are a value of the chart.
const MANAGED: u32 = 18;
/// The annotation of a pod with the version of its proxy.
const PROXY: &str = "linkerd.io/proxy-version";

pub(super) fn skew(asked: &Pair<'_>) -> Option<Finding> {
    let version = |machinery| settings(machinery)?.version.as_deref();
    let (there, here) = (asked.there().and_then(version), asked.here().and_then(version));
    let apart = there.zip(here).and_then(|(there, here)| apart(asked, there, here));
    apart.or_else(|| proxies(asked))
}

fn apart(asked: &Pair<'_>, there: &str, here: &str) -> Option<Finding> {
    let apart = minor(there)?.abs_diff(minor(here)?);
    if apart < FAR {
        return None;
    }
    // Links in both directions tell the same: of the older one first.
    let mut both = [(&asked.seen.exporter, there), (asked.consumer, here)];
    both.sort_by_key(|(_, version)| minor(version));
    let [(one, own), (other, far)] = both;
    let text = format!("{one} has Linkerd {own}, and {other} {far}: {apart} minor versions apart");
    let remedy = Remedy::new(format!(
        "upgrade Linkerd in {one} one minor version at a time, the control plane first, then linkerd-multicluster"
    ));
    Some(
        Finding::warning("version-skew", &[one, other], text, remedy)
            .seen("linkerdVersion in configmap/linkerd-config of both", format!("{own}, {far}")),
    )
}

/// Pods of the extension that were not restarted after several upgrades.
fn proxies(asked: &Pair<'_>) -> Option<Finding> {
    let sides = asked.both().map(|cluster| Some((cluster, machinery(asked.seen, cluster)?)));
    let (cluster, pod, own, proxy) = sides.into_iter().flatten().find_map(|(cluster, seen)| {
        let own = settings(seen)?.version.as_deref()?;
        let pods = known(&seen.pods)?.iter().filter(|pod| !pod.is_over);
        let mut old = pods.filter_map(|pod| Some((pod, pod.annotations.get(PROXY)?)));
        let (pod, proxy) = old
            .find(|(_, proxy)| minor(proxy).zip(minor(own)).is_some_and(|(proxy, own)| proxy + FAR < own))?;
        Some((cluster, pod, own, proxy))
    })?;
    let text = format!(
        "the pod {} in {cluster} has a proxy of Linkerd {proxy}, but its control plane is {own}: it was not restarted after \
         several upgrades",
        pod.name
    );
    let words = ["--namespace", &pod.namespace, "rollout", "restart", "deployment"];
    let remedy = Remedy::run(
        "restart workloads with old proxies; for the extension, run",
        kubectl(&asked.seen.fleet, cluster, &words),
    );
    let object = ObjectRef::namespaced(cluster, Kind::Pod, &pod.namespace, &pod.name);
    let finding = Finding::warning("version-skew", &[cluster], text, remedy).about_pod(object, pod.maker());
    Some(finding.seen(format!("metadata.annotations[{PROXY}]"), proxy))
}

/// A service mirror that is newer than the definition of Links: it asks for a version that is not served.
pub(super) fn links(asked: &Pair<'_>) -> Option<Finding> {
    let deployment = deployment(asked)?;
    let version = deployment.version.as_str();
    if asked.link.is_of_managed_controllers() || minor(version)? < MANAGED {
        return None;
    }
    let (consumer, served) = (asked.consumer, &asked.link.version);
    let text = format!(
        "{consumer} serves Links in {served} and no newer, but its service mirror is of Linkerd {version}, which needs \
         v1alpha3"
    );
    let words = ["get", "customresourcedefinition", "links.multicluster.linkerd.io", "-o", "yaml"];
    let action =
        "bring linkerd-multicluster to the same version, including its Link CRD; to see the CRD, run";
    let remedy = Remedy::run(action, asked.kubectl(&words));
    let failing = running(asked).and_then(|one| one.idle.failing);
    let is_ended = failing.is_some_and(|one| one.is_failed() && !one.is_proxy());
    let severity = if is_ended { Severity::Error } else { Severity::Warning };
    let finding = Finding::warning("link-version", &[consumer], text, remedy).about(asked.the_link());
    let finding = Finding { severity, ..finding };
    let field = format!("tag of spec.template.spec.containers[].image of deployment/{}", deployment.name);
    Some(finding.seen(field, version))
}

/// A Gateway API that is older than the one that Linkerd reads. Before, its own definitions were older too.
pub(super) fn routes(asked: &Pair<'_>) -> Option<Finding> {
    let there = asked.there().filter(|there| there.has_old_routes)?;
    let version = settings(there)?.version.as_deref()?;
    if is_older(version, MANAGED)? {
        return None;
    }
    let exporter = &asked.seen.exporter;
    let text = format!(
        "{exporter} serves no GRPCRoutes in v1: its Gateway API is older than 1.1 or incomplete, and its Linkerd {version} \
         ignores routes that it does not know"
    );
    let name = "httproutes.gateway.networking.k8s.io";
    let action =
        "install the Gateway API CRDs, 1.1 or newer, of the standard channel; to see what is there, run";
    let words = ["get", "customresourcedefinition", name, "-o", "jsonpath={.spec.versions[*].name}"];
    let finding = Finding::warning(
        "route-version",
        &[exporter],
        text,
        Remedy::run(action, asked.kubectl_there(&words)),
    );
    Some(finding.seen("linkerdVersion", version))
}

/// The first edge releases that became minor versions: year and month, and the number.
const EDGES: [((u32, u32), u32); 6] =
    [((26, 6), 20), ((25, 10), 19), ((25, 4), 18), ((24, 11), 17), ((24, 8), 16), ((24, 2), 15)];

/// Of `stable-2.14.10`, `enterprise-2.17.1-1` or `2.18.0`, 14, 17 and 18. An edge release is taken for the minor version that
/// those of its month led to; those before the first are taken for 14.
fn minor(version: &str) -> Option<u32> {
    match numbers(version)? {
        (true, year, month) => {
            let became = EDGES.iter().find(|(first, _)| (year, month) >= *first);
            Some(became.map_or(14, |(_, minor)| *minor))
        }
        (false, 2, minor) => Some(minor),
        (false, ..) => None,
    }
}

/// Whether a version is older than a minor one; `None` when it cannot be placed.
pub(super) fn is_older(version: &str, than: u32) -> Option<bool> {
    Some(minor(version)? < than)
}

/// Whether it is older than the one since which Servers say what they let in without a policy.
pub(crate) fn is_before_access(version: &str) -> bool {
    is_older(version, 16) == Some(true)
}

/// Whether it is older than the one since which service mirrors are a value of the chart.
pub(crate) fn is_before_managed(version: &str) -> bool {
    is_older(version, MANAGED) == Some(true)
}

/// Whether it is an edge release, and its first two numbers.
fn numbers(version: &str) -> Option<(bool, u32, u32)> {
    let mut words = version.split('-');
    let first = words.next()?;
    let is_channel = first.starts_with(|c: char| c.is_ascii_lowercase() && c != 'v');
    let number = if is_channel { words.next()? } else { first };
    let mut parts = number.trim_start_matches('v').split('.');
    Some((first == "edge", parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_told_by_their_minor_number_where_they_have_one() {
        let versions =
            ["stable-2.14.10", "enterprise-2.17.1-1", "2.18.0", "v2.18", "edge-25.4.1", "dev-abc", ""];
        let minors = versions.map(minor);
        assert_eq!(minors, [Some(14), Some(17), Some(18), Some(18), Some(18), None, None]);
    }

    #[test]
    fn an_edge_release_is_placed_by_its_month() {
        let edges = ["edge-23.9.1", "edge-24.2.4", "edge-24.10.1", "edge-25.11.3", "edge-26.8.3"].map(minor);
        assert_eq!(edges, [14, 15, 16, 19, 20].map(Some));
        let old = |version: &str| is_older(version, 18);
        assert_eq!(
            ["edge-24.11.8", "edge-25.4.1", "stable-2.17.9", "2.18.0"].map(old),
            [true, false, true, false].map(Some)
        );
        assert_eq!(["dev-abc", "3.1.0", ""].map(old), [None; 3]);
    }
}
