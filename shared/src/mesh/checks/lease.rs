//! Who leads among the pods of a controller: only the leader makes mirrors.

use super::controller::COMPONENT;
use super::{Pair, controller, known};
use crate::mesh::machinery::{Lease, Pod};
use crate::mesh::names::CLUSTER_NAME;
use crate::terms::{Kind, ObjectRef};
use crate::verdict::{Finding, Ground, Remedy};

pub(super) fn leading(asked: &Pair<'_>) -> Option<Finding> {
    let here = asked.here()?;
    let name = format!("service-mirror-write-{}", asked.link.name);
    let Some(lease) = known(&here.leases)?.iter().find(|lease| lease.name == name) else {
        return none(asked, &name);
    };
    if lease.is_kept() {
        return stray(asked, lease);
    }
    if let Some(node) = &lease.behind {
        return Some(behind(asked, lease, node));
    }
    let (text, field, value) = if lease.holder.is_empty() { free(asked, lease) } else { old(asked, lease) };
    let namespace = asked.link.namespace.as_str();
    let words = ["--namespace", namespace, "get", "lease", &name, "-o", "yaml"];
    let remedy =
        Remedy::run("restart the controller; to see who held the Lease last, run", asked.kubectl(&words));
    let object = ObjectRef::namespaced(asked.consumer, Kind::Lease, namespace, &name);
    let finding = Finding::error("controller-leading", &asked.both(), text, remedy).about(object);
    // A Lease looks old by a clock that is wrong; that nobody holds it no clock says.
    let ground = lease.age.filter(|_| !lease.holder.is_empty()).map(|_| Ground::Time);
    Some(Finding { ground, ..finding.seen(field, value).because("controller-running") })
}

/// One that is renewed by a clock that is behind: who leads goes by when it changes.
fn behind(asked: &Pair<'_>, lease: &Lease, node: &str) -> Finding {
    let (consumer, age) = (asked.consumer, lease.age.unwrap_or_default());
    let than = if is_by_files(asked) { "the time when its files were taken" } else { "that of this machine" };
    let text = format!(
        "the clock of the node {node} of {consumer} is about {age} s behind {than}: its kubelet and {}, which still leads \
         the service mirror of the Link {}, stamp their Leases with it, and new proxy certificates are not valid there yet",
        lease.holder, asked.link.name
    );
    let action =
        "point the node at the same NTP servers as the others, and make sure it reaches them; to see it, run";
    let remedy = Remedy::run(action, asked.kubectl(&["describe", "node", node]));
    let object = ObjectRef::cluster_scoped(consumer, Kind::Node, node);
    let finding = Finding::warning("controller-leading", &asked.both(), text, remedy).about(object);
    let finding = Finding { ground: Some(Ground::Time), ..finding }.of_alone(consumer);
    let ago = format!("{age} s ago");
    finding
        .seen(format!("spec.renewTime of lease/{}", lease.name), ago.clone())
        .seen(format!("spec.renewTime of lease/{node} in kube-node-lease"), format!("about {ago}"))
}

/// One that is renewed by a pod that was taken out of its controller: no roll-out ends it, and what comes instead waits for it.
fn stray(asked: &Pair<'_>, lease: &Lease) -> Option<Finding> {
    let pods = known(&asked.here()?.pods)?;
    let is_ours = |pod: &Pod| controller::serves(&pod.labels, asked.link);
    let holder = pods.iter().find(|pod| pod.name == lease.holder && !pod.is_over && !is_ours(pod))?;
    // The others tell what the labels of its pods are.
    pods.iter().find(|pod| is_ours(pod))?;
    let (namespace, link, name) = (asked.link.namespace.as_str(), &asked.link.name, &holder.name);
    let text = format!(
        "the service mirror of the Link {link} is led by {name}, whose labels no longer make it one of its pods: no rollout \
         replaces it, and the others stay idle"
    );
    let words = ["--namespace", namespace, "delete", "pod", name];
    let remedy = Remedy::run("delete it so that another pod takes over", asked.kubectl(&words));
    let object = ObjectRef::namespaced(asked.consumer, Kind::Pod, namespace, name);
    let finding = Finding::warning("controller-leading", &asked.both(), text, remedy).about(object);
    Some([COMPONENT, CLUSTER_NAME].into_iter().fold(finding, |finding, key| {
        let said = holder.labels.get(key).map_or("<none>", String::as_str);
        finding.seen(format!("metadata.labels[{key}]"), said)
    }))
}

/// A Lease that a leader released when it was stopped, and that nobody has taken since.
fn free(asked: &Pair<'_>, lease: &Lease) -> (String, &'static str, String) {
    let ago =
        if is_by_files(asked) { "before its files were taken" } else { "ago by the clock of this machine" };
    let since = lease.age.map(|age| format!(", which was released {age} s {ago}"));
    let text = format!(
        "the service mirror of the Link {} has no leader: nobody holds its Lease{}",
        asked.link.name,
        since.unwrap_or_default()
    );
    (text, "spec.holderIdentity", String::new())
}

/// Files are as old as they were when they were taken.
fn is_by_files(asked: &Pair<'_>) -> bool {
    asked.seen.fleet.route().is_by_files
}

/// A Lease that nobody renews. That a fresh one is held by a pod that is gone does not matter: pods come and go.
fn old(asked: &Pair<'_>, lease: &Lease) -> (String, &'static str, String) {
    let (has, until) = if is_by_files(asked) {
        ("had", "when its files were taken")
    } else {
        ("has", "by the clock of this machine")
    };
    let since = lease.age.map_or_else(|| "ever".to_owned(), |age| format!("for {age} s {until}"));
    let text = format!(
        "the service mirror of the Link {} has no leader: {} {has} not renewed its Lease {since}",
        asked.link.name, lease.holder
    );
    let seen = lease.age.map_or_else(|| "<none>".to_owned(), |age| format!("{age} s ago"));
    (text, "spec.renewTime", format!("{seen}, and spec.leaseDurationSeconds is {}", lease.duration))
}

/// A controller that runs and for which nobody ever led; one that has just begun takes a moment.
fn none(asked: &Pair<'_>, name: &str) -> Option<Finding> {
    if !controller::is_available(asked) {
        return None;
    }
    let (namespace, link) = (asked.link.namespace.as_str(), &asked.link.name);
    let text = format!("the service mirror of the Link {link} has no leader: there is no Lease {name}");
    let words = ["--namespace", namespace, "get", "leases"];
    let remedy = Remedy::run(
        "check the controller's log for why it takes none; to list the existing ones, run",
        asked.kubectl(&words),
    );
    let object = ObjectRef::namespaced(asked.consumer, Kind::Lease, namespace, name);
    let finding = Finding::warning("controller-leading", &asked.both(), text, remedy).about(object);
    Some(finding.seen("leases", "none of this name"))
}
