//! Asks the server what it would make of the pod before anything is made: whether admission takes it, and whether
//! Linkerd adds its proxy.

use super::super::super::wire;
use super::super::manifest::Probe;
use super::super::outcome::{Security, Trouble};
use super::super::pod::is_meshed;
use crate::cluster::{Call, Cluster, Resource, read};
use crate::terms::{Observed, Obstacle};
use serde_json::Value;

/// Label of a namespace: the level of pod security that it enforces.
const ENFORCED: &str = "pod-security.kubernetes.io/enforce";
/// What the server says when pod security refuses a pod.
const VIOLATES: &str = "violates PodSecurity";

/// What would keep the probe from proving anything; `None` when nothing is known to.
///
/// # Errors
/// Why the server could not be asked, where asking for the Job itself would fare no better.
pub(super) async fn trouble(
    cluster: &Cluster,
    probe: &Probe,
    image: &str,
) -> Result<Option<Trouble>, Obstacle> {
    let call = Call::create(Resource::PODS, Some(&probe.key.namespace), &probe.pod(image)).dry();
    match cluster.send(&call).await {
        Ok(body) => {
            let pod: Value = read(&call, &body)?;
            Ok((!is_meshed(&pod)).then_some(Trouble::Unmeshed))
        }
        // Who may make Jobs need not have the right to make pods, and some webhook may know no dry runs.
        Err(Obstacle::Forbidden { .. } | Obstacle::Refused { code: 400, .. }) => {
            let security = security(cluster, &probe.key.namespace).await;
            let security = Some(security).filter(Security::forbids);
            Ok(security.map(|found| Trouble::PodRefused { message: String::new(), security: Some(found) }))
        }
        Err(Obstacle::Refused { message, .. }) => Ok(Some(refusal(cluster, probe, message).await)),
        Err(obstacle) => Err(obstacle),
    }
}

/// A refusal of the pod, with the reason where it is pod security: the bare pod satisfies its strictest level.
pub(super) async fn refusal(cluster: &Cluster, probe: &Probe, message: String) -> Trouble {
    let is_security = message.contains(VIOLATES);
    let security = if is_security { Some(security(cluster, &probe.key.namespace).await) } else { None };
    Trouble::PodRefused { message, security }
}

async fn security(cluster: &Cluster, namespace: &str) -> Security {
    let (place, config) = futures::join!(
        cluster.get::<wire::Plain>(Resource::NAMESPACES, None, namespace),
        cluster.get::<wire::ConfigMap>(Resource::CONFIG_MAPS, Some("linkerd"), "linkerd-config")
    );
    let level = match place {
        Observed::Present(place) => place.metadata.labels.and_then(|labels| labels.get(ENFORCED).cloned()),
        Observed::Absent | Observed::Unknown(_) => None,
    };
    let cni = match config {
        Observed::Present(config) => cni(&config),
        Observed::Absent | Observed::Unknown(_) => None,
    };
    Security { level, cni }
}

/// Left out, it is Linkerd's default: no CNI plugin.
fn cni(config: &wire::ConfigMap) -> Option<bool> {
    let data = config.data.as_ref().filter(|data| data.contains_key("values"))?;
    wire::settings(Some(data)).ok().map(|settings| settings.is_cni)
}
