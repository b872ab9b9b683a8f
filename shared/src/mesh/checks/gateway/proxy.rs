//! Whether the gateway has a proxy, and that one is told to be a gateway.

use super::{ENABLING, Gateway, Pair};
use crate::mesh::checks::unmeshed::{inject, without_proxy};
use crate::mesh::machinery::Pod;
use crate::terms::{Kind, ObjectRef};
use crate::verdict::{Finding, Remedy};

const CHECK: &str = "gateway-meshed";

/// Its container only waits: without the proxy the pod is ready, and nothing listens.
pub(in crate::mesh::checks) fn meshed(asked: &Pair<'_>) -> Option<Finding> {
    let gateway = Gateway::of(asked)?;
    let pods = gateway.pods()?;
    let Some(bare) = pods.iter().find(|pod| pod.is_ready && !pod.is_meshed) else {
        return plain(asked, &gateway, &pods);
    };
    let namespace = gateway.there.namespace.as_str();
    let text = format!(
        "a pod of the gateway of {} runs without Linkerd's proxy: it is ready, but nothing listens",
        asked.seen.exporter
    );
    let remedy = inject(asked, (namespace, Some(&gateway.service.name)), (bare, false));
    let finding = Finding::error(CHECK, &[&asked.seen.exporter], text, remedy);
    let finding = finding.about_pod(object(asked, &gateway, bare), bare.maker());
    Some(without_proxy(finding, bare))
}

fn object(asked: &Pair<'_>, gateway: &Gateway<'_>, pod: &Pod) -> ObjectRef {
    ObjectRef::namespaced(&asked.seen.exporter, Kind::Pod, &gateway.there.namespace, &pod.name)
}

/// A proxy hands nothing on that is not for its own pod, unless it was told so when the pod was made.
fn plain(asked: &Pair<'_>, gateway: &Gateway<'_>, pods: &[&Pod]) -> Option<Finding> {
    let pod = pods.iter().find(|pod| pod.is_ready && pod.is_plain)?;
    let said = pod.annotations.get(ENABLING).map_or("<none>", String::as_str);
    let text = format!(
        "the proxy of a pod of the gateway of {} does not run in gateway mode: it refuses traffic for other Services",
        asked.seen.exporter
    );
    let (namespace, name) =
        (gateway.there.namespace.as_str(), format!("deployment/{}", gateway.service.name));
    let remedy = if said == "true" {
        let words = ["--namespace", namespace, "rollout", "restart", &name];
        let action = "its pods have the chart's annotation already, so restart them; for that, run";
        Remedy::run(action, asked.kubectl_there(&words))
    } else {
        let patch =
            format!(r#"{{"spec":{{"template":{{"metadata":{{"annotations":{{"{ENABLING}":"true"}}}}}}}}}}"#);
        let words = ["--namespace", namespace, "patch", &name, "--patch", &patch];
        let action = format!(
            "annotate its pods with {ENABLING}: \"true\" again, as the chart of linkerd-multicluster does; for that, run"
        );
        Remedy::run(action, asked.kubectl_there(&words))
    };
    let finding = Finding::error(CHECK, &[&asked.seen.exporter], text, remedy);
    let finding = finding.about_pod(object(asked, gateway, pod), pod.maker());
    let finding =
        finding.seen("spec.containers[name=linkerd-proxy].env", "no LINKERD2_PROXY_INBOUND_GATEWAY_SUFFIXES");
    Some(finding.seen(format!("metadata.annotations[{ENABLING}]"), said))
}
