//! Clients in the namespace of the mirror. A gateway takes connections of proxies alone, and what goes past it has no
//! endpoints for others.

use super::opaque::holds;
use super::unmeshed::{is_left_out, is_misled, without_proxy};
use super::{Question, settings};
use crate::mesh::machinery::{Client, Pod};
use crate::mesh::names::CONFIG;
use crate::mesh::snapshot::IngressSeen;
use crate::terms::{Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Ground, Remedy};

/// The annotation with ports on which connections go out past the proxy.
const SKIPPED: &str = "config.linkerd.io/skip-outbound-ports";

pub(super) fn proxy(asked: &Question<'_>) -> Option<Finding> {
    let Observed::Present(clients) = &asked.seen_here.clients else { return None };
    let ours = clients.iter().filter(|client| client.names(&asked.target.key()));
    // One that is being replaced by one with a proxy is about to go.
    let is_coming = |pod: &Pod| {
        let made_alike = |one: &&Client| one.pod.maker() == pod.maker() && one.pod.namespace == pod.namespace;
        clients
            .iter()
            .filter(made_alike)
            .any(|one| one.pod.is_meshed && !one.pod.is_ready && !one.pod.is_over)
    };
    let mut ours = ours.filter(|client| client.pod.is_meshed || !is_coming(&client.pod));
    let (pod, text) = ours.find_map(|client| Some((&client.pod, trouble(asked, client)?)))?;
    if let Some(said) = set(asked, pod) {
        return Some(skipping(asked, text, said));
    }
    let words = ["--namespace", &pod.namespace, "get", "pod", &pod.name, "-o", "yaml"];
    let action = if pod.is_meshed {
        "remove the port from those its pod template skips, and restart it; to see it, run"
    } else if pod.is_on_host {
        "remove hostNetwork from its pod template: the injector skips such pods; to see it, run"
    } else if is_misled(pod) {
        "annotate its pod template with linkerd.io/inject=enabled, which overrides its namespace, and restart it; to see it, \
         run"
    } else {
        "restart it; if neither its namespace nor its pod template has linkerd.io/inject=enabled, annotate one of them \
         first; to see it, run"
    };
    let remedy = Remedy::run(action, asked.kubectl(&words));
    let finding = Finding::warning("client-proxy", &[asked.consumer], text, remedy);
    let object = ObjectRef::namespaced(asked.consumer, Kind::Pod, &pod.namespace, &pod.name);
    let finding = finding.about_pod(object, pod.maker());
    if let Some(ports) = pod.annotations.get(SKIPPED).filter(|_| pod.is_meshed) {
        return Some(finding.seen(format!("metadata.annotations[{SKIPPED}]"), ports));
    }
    // Who is to have none has none whatever the injector does.
    let is_missed = !pod.is_meshed && !pod.is_on_host && !is_left_out(pod);
    let finding = if is_missed { finding.on(Ground::Injector) } else { finding };
    Some(without_proxy(finding, pod))
}

/// The ports by which a pod goes past its proxy as Linkerd is set, where its annotation does not say others. Linkerd's CNI plugin has
/// settings of its own.
fn set<'a>(asked: &'a Question<'_>, pod: &Pod) -> Option<&'a str> {
    let is_own = !pod.is_meshed || pod.annotations.contains_key(SKIPPED);
    let settings = settings(asked.here()?).filter(|settings| !is_own && !settings.is_cni)?;
    settings.skipped_out.as_deref()
}

/// What no pod says is set for all of them.
fn skipping(asked: &Question<'_>, text: String, said: &str) -> Finding {
    let words = ["--namespace", CONFIG.0, "get", "configmap", CONFIG.1, "-o", "yaml"];
    let action = format!(
        "remove the port from proxyInit.ignoreOutboundPorts in the Helm values of linkerd-control-plane in {}, and restart \
         the pods; to see these, run",
        asked.consumer
    );
    let remedy = Remedy::run(action, asked.kubectl(&words));
    let finding = Finding::warning("client-proxy", &[asked.consumer], text, remedy);
    let config = ObjectRef::namespaced(asked.consumer, Kind::ConfigMap, CONFIG.0, CONFIG.1);
    finding.about(config).seen("proxyInit.ignoreOutboundPorts", said)
}

/// The annotations by which ingress-nginx, and NGINX's own controller, go to the Service and not to its endpoints.
const UPSTREAM: &str = "nginx.ingress.kubernetes.io/service-upstream";
const CLUSTER_IP: &str = "nginx.org/use-cluster-ip";
/// The header by which a proxy in ingress mode is told where to go.
const OVERRIDE: &str = "l5d-dst-override";

/// Controllers of these classes dial the endpoints of a Service: of a mirror that is the gateway, which refuses them.
pub(super) fn ingress(asked: &Question<'_>) -> Option<Finding> {
    let Observed::Present(all) = &asked.seen_here.ingresses else { return None };
    let dials = |one: &&IngressSeen| {
        let says = |key: &str| one.annotations.get(key).is_some_and(|value| value == "true");
        let is_told = says(UPSTREAM)
            || says(CLUSTER_IP)
            || one.annotations.values().any(|text| text.contains(OVERRIDE));
        (one.class.contains("nginx") && !is_told) || one.class == "cilium"
    };
    let ours = |one: &&IngressSeen| one.mirrors.contains(&asked.target.mirror);
    let one = all.iter().filter(ours).find(dials)?;
    let (consumer, mirror) = (asked.consumer, &asked.target.mirror);
    let text = format!(
        "the Ingress {} routes to {mirror}, and controllers of the class {} by default dial endpoints past their proxies: \
         the other side refuses that",
        one.name, one.class
    );
    let remedy = if one.class == "cilium" {
        Remedy::new(
            "route it to a meshed Service of this cluster that forwards to the mirror, or use a meshed controller",
        )
    } else {
        let (object, value) = (format!("ingress/{}", one.name), format!("{UPSTREAM}=true"));
        let words = ["--namespace", &one.namespace, "annotate", "--overwrite", &object, &value];
        Remedy::run("mesh the controller and make it dial the Service; for that, run", asked.kubectl(&words))
    };
    let finding = Finding::warning("client-ingress", &[consumer], text, remedy);
    let object = ObjectRef::namespaced(consumer, Kind::Ingress, &one.namespace, &one.name);
    let finding = finding.about(object).seen("spec.ingressClassName", &one.class);
    let said = one.annotations.get(UPSTREAM).filter(|_| one.class != "cilium");
    Some(match said {
        Some(value) => finding.seen(format!("metadata.annotations[{UPSTREAM}]"), value),
        None if one.class == "cilium" => finding,
        None => finding.seen(format!("metadata.annotations[{UPSTREAM}]"), "<none>"),
    })
}

/// What becomes of who comes without a proxy.
fn refusal(asked: &Question<'_>) -> &'static str {
    if asked.uses_gateway() { "the gateway refuses it" } else { "it finds no endpoints there" }
}

fn trouble(asked: &Question<'_>, Client { pod, mirrors }: &Client) -> Option<String> {
    let (name, mirror) = (&pod.name, &asked.target.mirror);
    let why = refusal(asked);
    if !pod.is_meshed {
        // It lacks its proxy for all of them, and that is told once.
        let mirrors = mirrors.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        return Some(format!("the pod {name} refers to {mirrors} but has no proxy: {why}"));
    }
    let said = pod.annotations.get(SKIPPED).map(String::as_str).or_else(|| set(asked, pod))?;
    let port = asked.service.ports.iter().find(|port| holds(said, port.port))?;
    Some(format!("the pod {name} refers to {mirror} but bypasses its proxy on port {}: {why}", port.port))
}
