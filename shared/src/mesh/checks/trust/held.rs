//! What running proxies hold. A proxy keeps the trust anchors that its pod was made with; new ones reach it when it is
//! restarted.

use super::{Party, parties};
use crate::mesh::checks::behind::behind;
use crate::mesh::checks::controller::{name_of_deployment, serves};
use crate::mesh::checks::gateway::Gateway;
use crate::mesh::checks::{Pair, Question, known};
use crate::mesh::machinery::Pod;
use crate::mesh::names::DIGEST;
use crate::terms::{Kind, ObjectRef};
use crate::verdict::{Finding, Remedy, kubectl};

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
    let clients =
        clients.filter(|client| export.is_some_and(|export| client.mirrors.contains(&export.target.mirror)));
    holders.extend(clients.map(|client| near(&client.pod, "a client of the mirror".to_owned(), None)));
    holders.retain(|holder| holder.pod.is_meshed && !holder.pod.is_over);
    let refusing = holders.iter().find(|holder| holder.believes() == Some(false));
    let old = || holders.iter().find(|holder| holder.believes().is_none() && holder.is_old());
    let finding = |holder: &Holder<'_>, is_sure| holder.finding(asked, is_sure);
    refusing.map(|holder| finding(holder, true)).or_else(|| old().map(|holder| finding(holder, false)))
}

impl Holder<'_> {
    /// Whether its proxy believes the other cluster; `None` when the pod does not say what it holds.
    fn believes(&self) -> Option<bool> {
        if self.pod.anchors.is_empty() {
            return None;
        }
        let held: Vec<&[u8]> = self.pod.anchors.iter().map(|one| &**one).collect();
        // Without the issuer, an anchor in common is the best sign.
        let shares = || self.peer.anchors().iter().any(|anchor| held.contains(anchor));
        Some(self.peer.is_believed_by(&held).unwrap_or_else(shares))
    }

    /// Whether its cluster has other anchors now than when it was made.
    fn is_old(&self) -> bool {
        self.pod.annotations.get(DIGEST).is_some_and(|digest| *digest != self.own.roots.digest)
    }

    fn finding(&self, asked: &Pair<'_>, is_sure: bool) -> Finding {
        const CHECK: &str = "trust-restart";
        let Self { pod, what, .. } = self;
        let (own, peer, clusters) = (self.own.name, self.peer.name, asked.both());
        let finding = if is_sure {
            let text = format!(
                "a pod of {what} was started with trust anchors of which none signs for {peer}: it refuses {peer}"
            );
            Finding::error(CHECK, &clusters, text, self.remedy(asked))
        } else {
            let text = format!(
                "a pod of {what} was started with other trust anchors than {own} has now: it may refuse {peer}"
            );
            Finding::warning(CHECK, &clusters, text, self.remedy(asked))
        };
        let object = ObjectRef::namespaced(own, Kind::Pod, &pod.namespace, &pod.name);
        let digest = pod.annotations.get(DIGEST).map_or("", String::as_str);
        let finding =
            finding.about_pod(object, pod.maker()).seen(format!("metadata.annotations[{DIGEST}]"), digest);
        if pod.anchors.is_empty() {
            return finding;
        }
        let field =
            "spec.containers[name=linkerd-proxy].env[name=LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS].value";
        finding.seen(field, format!("{} certificates", pod.anchors.len()))
    }

    fn remedy(&self, asked: &Pair<'_>) -> Remedy {
        let (own, namespace) = (self.own.name, self.pod.namespace.as_str());
        let all = format!(
            "restart what is meshed in {own}, so that its proxies get the anchors that {own} has now"
        );
        if let Some(name) = self.deployment {
            let words = ["--namespace", namespace, "rollout", "restart", "deployment", name];
            return Remedy::run(format!("{all}; for this one, run"), kubectl(&asked.seen.fleet, own, &words));
        }
        let words = ["--namespace", namespace, "describe", "pod", &self.pod.name];
        let action = format!("{all}; to see what this pod belongs to, run");
        Remedy::run(action, kubectl(&asked.seen.fleet, own, &words))
    }
}
