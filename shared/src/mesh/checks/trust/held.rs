//! What running proxies hold. A proxy keeps the trust anchors that its pod was made with; new ones reach it when it is
//! restarted.

use super::{Party, bundle, issuer, parties};
use crate::mesh::certificate::is_same_anchor;
use crate::mesh::checks::behind::behind;
use crate::mesh::checks::controller::{name_of_deployment, serves};
use crate::mesh::checks::gateway::Gateway;
use crate::mesh::checks::{Pair, Question, known};
use crate::mesh::machinery::Pod;
use crate::mesh::names::DIGEST;
use crate::terms::{ClusterName, Kind, ObjectRef};
use crate::verdict::{Finding, Ground, Remedy, Severity, kubectl};
use std::collections::BTreeMap;

/// A pod whose proxy has to believe the other cluster, what it is, and the Deployment that it belongs to, if that is known.
struct Holder<'a> {
    pod: &'a Pod,
    own: &'a Party<'a>,
    peer: &'a Party<'a>,
    what: String,
    deployment: Option<&'a str>,
}

pub(in crate::mesh::checks) fn held(asked: &Pair<'_>, export: Option<&Question<'_>>) -> Option<Finding> {
    let [there, here] = parties(asked)?;
    let far = |pod, what, deployment| Holder { pod, own: &there, peer: &here, what, deployment };
    let near = |pod, what, deployment| Holder { pod, own: &here, peer: &there, what, deployment };
    let gateway = Gateway::of(asked);
    let mut holders = Vec::new();
    if let Some(gateway) = &gateway {
        let what = format!("the gateway of {}", there.name);
        let pods = gateway.pods().unwrap_or_default().into_iter();
        holders.extend(pods.map(|pod| far(pod, what.clone(), Some(gateway.service().name.as_str()))));
        let pods = asked.here().and_then(|here| known(&here.pods)).unwrap_or_default();
        let what = format!("the service mirror of the Link {}", asked.link.name);
        let ours = pods.iter().filter(|pod| serves(&pod.labels, asked.link));
        holders.extend(ours.map(|pod| near(pod, what.clone(), name_of_deployment(asked))));
    }
    // Behind a gateway, it is the gateway that comes to them.
    let comes = if asked.uses_gateway() { &there } else { &here };
    let pods = export.and_then(behind).unwrap_or_default().into_iter();
    let backend =
        |pod| Holder { pod, own: &there, peer: comes, what: "the Service".to_owned(), deployment: None };
    holders.extend(pods.map(backend));
    let clients = known(&asked.seen_here.clients).unwrap_or_default().iter();
    let clients = clients.filter(|client| export.is_some_and(|export| client.names(&export.target.key())));
    holders.extend(clients.map(|client| near(&client.pod, "a client of the mirror".to_owned(), None)));
    holders.extend(unread(asked, [&there, &here]));
    holders.retain(|holder| holder.pod.is_meshed && !holder.pod.is_over);
    let of = |is_it: &dyn Fn(&Holder<'_>) -> bool| {
        holders.iter().filter(|holder| is_it(holder)).collect::<Vec<_>>()
    };
    told(asked, &of(&|holder| holder.believes() == Some(false)), true)
        .or_else(|| told(asked, &of(&|holder| holder.believes().is_none() && holder.is_old()), false))
}

/// Pods of both control planes that have not read the anchors of now. An identity controller that has refused an issuer for that
/// is told of with what mends it.
fn unread<'a>(asked: &Pair<'_>, [one, other]: [&'a Party<'a>; 2]) -> Vec<Holder<'a>> {
    let of = |own: &'a Party<'a>, peer| {
        let unread = own.roots.unread.iter().filter(|_| !issuer::is_refused_anew(asked, own.name));
        let what = format!("Linkerd's control plane of {}", own.name);
        unread.map(move |pod| Holder { pod, own, peer, what: what.clone(), deployment: None })
    };
    of(one, other).chain(of(other, one)).collect()
}

/// What a command is for that restarts them.
const FOUND: &str = "for what was found";
/// How many workloads are named at most.
const NAMED: usize = 10;

/// What is to be said of the first of them, and of all others of its cluster, since one change of its anchors has left all behind.
fn told(asked: &Pair<'_>, all: &[&Holder<'_>], is_sure: bool) -> Option<Finding> {
    let first = all.first()?;
    let own = first.own.name;
    let ours: BTreeMap<(&str, &str), &Holder<'_>> = all
        .iter()
        .filter(|holder| holder.own.name == own)
        .rev()
        .map(|holder| ((holder.pod.namespace.as_str(), holder.pod.maker()), *holder))
        .collect();
    if ours.len() == 1 {
        return Some(first.finding(asked, is_sure));
    }
    let one = first.finding(asked, is_sure);
    let mut commands = BTreeMap::<&str, Vec<String>>::new();
    for (place, holder) in ours.iter().take(NAMED) {
        commands.entry(place.0).or_default().extend(holder.workload());
    }
    let run = commands.iter().filter(|(_, all)| !all.is_empty()).map(|(namespace, all)| {
        let words = ["--namespace", namespace, "rollout", "restart"];
        let words: Vec<&str> = words.into_iter().chain(all.iter().map(String::as_str)).collect();
        kubectl(&asked.seen.fleet, own, &words)
    });
    let run = run.collect::<Vec<_>>().join(" && ");
    let remedy =
        if run.is_empty() { one.remedy.clone() } else { Some(Remedy::run(restarted(own, FOUND), run)) };
    let finding = Finding { summary: of_many(own, &one), remedy, evidence: Vec::new(), ..one };
    let finding = finding.of_alone(own).about(bundle(own));
    Some(ours.into_values().take(NAMED).fold(finding, |finding, holder| holder.seen(finding, true)))
}

/// What is said of several pods of a cluster, where `one` is what is said of one of them.
pub(crate) fn of_many(own: &ClusterName, one: &Finding) -> String {
    let is_peer = |cluster: &&ClusterName| *cluster != own && one.ground != Some(Ground::OwnCluster);
    let peer = one.clusters.iter().find(is_peer).unwrap_or(own);
    summary(
        &format!("pods of {own} were"),
        ["they refuse", "they may refuse"],
        [own, peer],
        one.severity == Severity::Error,
    )
}

fn summary(
    were: &str,
    [refuse, may_refuse]: [&str; 2],
    [own, peer]: [&ClusterName; 2],
    is_sure: bool,
) -> String {
    if is_sure {
        format!(
            "{were} started with trust anchors, none of which signed the issuer of {peer}: {refuse} {peer}"
        )
    } else {
        format!(
            "{were} started with other trust anchors than {own} has now, which stay in use until a restart: {may_refuse} {peer}"
        )
    }
}

/// What is to be done, and what the command behind it is for.
fn restarted(own: &ClusterName, purpose: &str) -> String {
    format!(
        "restart the meshed workloads in {own} so that their proxies load its current anchors; {purpose}, run"
    )
}

impl Holder<'_> {
    /// Whether its proxy believes the other cluster; `None` when the pod does not say what it holds.
    fn believes(&self) -> Option<bool> {
        if self.pod.anchors.is_empty() {
            return None;
        }
        let held: Vec<&[u8]> = self.pod.anchors.iter().map(|one| &**one).collect();
        // Without the issuer, an anchor in common is the best sign.
        let is_held = |anchor: &&[u8]| held.iter().any(|held| is_same_anchor(anchor, held));
        let shares = || self.peer.anchors().iter().any(is_held);
        Some(self.peer.is_believed_by(&held).unwrap_or_else(shares))
    }

    /// Whether its cluster has other anchors now than when it was made.
    fn is_old(&self) -> bool {
        self.is_unread()
            || self.pod.annotations.get(DIGEST).is_some_and(|digest| *digest != self.own.roots.digest)
    }

    /// Whether it is of the control plane, which says when it was started alone.
    fn is_unread(&self) -> bool {
        self.own.roots.unread.iter().any(|pod| std::ptr::eq(pod, self.pod))
    }

    fn finding(&self, asked: &Pair<'_>, is_sure: bool) -> Finding {
        const CHECK: &str = "trust-restart";
        let Self { pod, what, .. } = self;
        let (own, peer, clusters) = (self.own.name, self.peer.name, asked.both());
        let text =
            summary(&format!("a pod of {what} was"), ["it refuses", "it may refuse"], [own, peer], is_sure);
        let found = if is_sure { Finding::error } else { Finding::warning };
        let finding = found(CHECK, &clusters, text, self.remedy(asked));
        let object = ObjectRef::namespaced(own, Kind::Pod, &pod.namespace, &pod.name);
        let finding = if own == peer { finding.on(Ground::OwnCluster) } else { finding };
        self.seen(finding.about_pod(object, pod.maker()), false)
    }

    /// What shows it; of one of several pods, of which.
    fn seen(&self, finding: Finding, is_one_of_many: bool) -> Finding {
        let pod = self.pod;
        let which =
            if is_one_of_many { format!(" of pod/{} in {}", pod.name, pod.namespace) } else { String::new() };
        if self.is_unread() {
            let field = format!("status.containerStatuses[].state.running.startedAt{which}");
            let changed = &self.own.roots.changed;
            return finding
                .seen(field, format!("{}, before the anchors were changed at {changed}", pod.started));
        }
        let digest = pod.annotations.get(DIGEST).map_or("", String::as_str);
        let finding = if is_one_of_many && !pod.anchors.is_empty() {
            finding
        } else {
            finding.seen(format!("metadata.annotations[{DIGEST}]{which}"), digest)
        };
        if pod.anchors.is_empty() {
            return finding;
        }
        let field =
            "spec.containers[name=linkerd-proxy].env[name=LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS].value";
        finding.seen(format!("{field}{which}"), format!("{} certificates", pod.anchors.len()))
    }

    /// What is restarted to have it anew, as kubectl names it.
    fn workload(&self) -> Option<String> {
        let has = |label: &str| self.pod.labels.contains_key(label);
        let maker = self.pod.made_as.as_deref();
        if let Some(name) = maker.filter(|_| has("pod-template-hash")).or(self.deployment) {
            return Some(format!("deployment/{name}"));
        }
        if has("statefulset.kubernetes.io/pod-name") {
            return Some(format!("statefulset/{}", self.pod.name.rsplit_once('-')?.0));
        }
        maker.filter(|_| has("controller-revision-hash")).map(|name| format!("daemonset/{name}"))
    }

    fn remedy(&self, asked: &Pair<'_>) -> Remedy {
        let (own, namespace) = (self.own.name, self.pod.namespace.as_str());
        if let Some(workload) = self.workload() {
            let words = ["--namespace", namespace, "rollout", "restart", &workload];
            return Remedy::run(restarted(own, FOUND), kubectl(&asked.seen.fleet, own, &words));
        }
        let words = ["--namespace", namespace, "describe", "pod", &self.pod.name];
        let action = restarted(own, "to see what this pod belongs to");
        Remedy::run(action, kubectl(&asked.seen.fleet, own, &words))
    }
}
