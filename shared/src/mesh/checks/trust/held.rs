//! What running proxies hold. A proxy keeps the trust anchors that its pod was made with; new ones reach it when it is
//! restarted.

use super::{Party, parties};
use crate::mesh::checks::behind::behind;
use crate::mesh::checks::controller::serves;
use crate::mesh::checks::gateway::Gateway;
use crate::mesh::checks::{Question, known};
use crate::mesh::machinery::Pod;
use crate::terms::{Kind, ObjectRef};
use crate::verdict::{Finding, Remedy, kubectl};

/// The annotation with the digest of the text that a pod got its anchors from.
const DIGEST: &str = "linkerd.io/trust-root-sha256";

/// A pod whose proxy has to believe the other cluster, and how it is restarted.
struct Holder<'a> {
    pod: &'a Pod,
    own: &'a Party<'a>,
    peer: &'a Party<'a>,
    what: String,
}

pub(in crate::mesh::checks) fn held(asked: &Question<'_>) -> Option<Finding> {
    let [there, here] = parties(asked)?;
    let far = |pod, what: String| Holder { pod, own: &there, peer: &here, what };
    let near = |pod, what: String| Holder { pod, own: &here, peer: &there, what };
    let mut holders = Vec::new();
    if let Some(pods) = Gateway::of(asked).and_then(|gateway| gateway.pods()) {
        holders.extend(pods.into_iter().map(|pod| far(pod, format!("the gateway of {}", there.name))));
    }
    if asked.uses_gateway() {
        let pods = asked.here().and_then(|here| known(&here.pods)).unwrap_or_default();
        let ours = pods.iter().filter(|pod| serves(&pod.labels, asked.link));
        holders
            .extend(ours.map(|pod| near(pod, format!("the service mirror of the Link {}", asked.link.name))));
    } else {
        holders
            .extend(behind(asked).unwrap_or_default().into_iter().map(|pod| far(pod, "the Service".into())));
    }
    holders.retain(|holder| holder.pod.is_meshed);
    let refusing = holders.iter().find(|holder| holder.believes() == Some(false));
    let old = || holders.iter().find(|holder| holder.believes().is_none() && holder.is_old());
    refusing
        .map(|holder| finding(asked, holder, true))
        .or_else(|| old().map(|holder| finding(asked, holder, false)))
}

impl Holder<'_> {
    /// Whether its proxy believes the other cluster; `None` when the pod does not say what it holds.
    fn believes(&self) -> Option<bool> {
        if self.pod.anchors.is_empty() {
            return None;
        }
        let held = || self.pod.anchors.iter().map(Vec::as_slice);
        let by_issuer = self.peer.issuer.and_then(|issuer| issuer.is_signed_by(held()));
        // Without the issuer, an anchor in common is the best sign.
        by_issuer.or_else(|| Some(self.peer.anchors().any(|anchor| held().any(|one| one == anchor))))
    }

    /// Whether its cluster has other anchors now than when it was made.
    fn is_old(&self) -> bool {
        self.pod.annotations.get(DIGEST).is_some_and(|digest| *digest != self.own.roots.digest)
    }
}

fn finding(asked: &Question<'_>, holder: &Holder<'_>, is_sure: bool) -> Finding {
    const CHECK: &str = "trust-restart";
    let Holder { pod, own, peer, what } = holder;
    let (own, peer) = (own.name, peer.name);
    let words = ["--namespace", &pod.namespace, "rollout", "restart", "deployment"];
    let remedy = Remedy::run(
        format!(
            "restart what is meshed in {own}, so that its proxies get the anchors that {own} has now; here, run"
        ),
        kubectl(&asked.seen.fleet, own, &words),
    );
    let clusters = asked.both();
    let finding = if is_sure {
        let text = format!(
            "a pod of {what} was started with trust anchors of which none signs for {peer}: it refuses {peer}"
        );
        Finding::error(CHECK, &clusters, text, remedy)
    } else {
        let text = format!(
            "a pod of {what} was started with other trust anchors than {own} has now: it may refuse {peer}"
        );
        Finding::warning(CHECK, &clusters, text, remedy)
    };
    let object = ObjectRef::namespaced(own, Kind::Pod, &pod.namespace, &pod.name);
    let digest = pod.annotations.get(DIGEST).map_or("", String::as_str);
    finding.about(object).seen(format!("metadata.annotations[{DIGEST}]"), digest)
}
