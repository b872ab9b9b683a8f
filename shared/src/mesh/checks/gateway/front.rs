//! Whether what comes to the gateway's Service gets to the proxies of its pods.

use super::address::is_taken_for_dead;
use super::{DATA, Gateway, Pair, reached_at};
use crate::mesh::machinery::Pod;
use crate::mesh::names::GATEWAY_PROBE as PROBE;
use crate::verdict::{Finding, Remedy};

/// How many pods are named.
const NAMED: usize = 3;
/// How the chart labels the gateway's pods.
const APP: &str = "app";
/// The ports of the Service, the one of a proxy that each has to lead to, and what fails where it does not.
const PORTS: [(&str, OfProxy, &str); 2] = [
    (DATA, OfProxy::Inbound, "no client traffic gets in"),
    (PROBE, OfProxy::Admin, "the probe gets no answer, so the gateway is considered dead"),
];

/// The Service leads past its pods, though they are there.
pub(super) fn front(asked: &Pair<'_>, gateway: &Gateway<'_>, pods: &[&Pod]) -> Option<Finding> {
    unselected(asked, gateway, pods).or_else(|| elsewhere(asked, gateway, pods))
}

/// Without a selector somebody else says where it leads.
fn unselected(asked: &Pair<'_>, gateway: &Gateway<'_>, pods: &[&Pod]) -> Option<Finding> {
    let service = gateway.service;
    if service.selector.is_empty() {
        return is_taken_for_dead(asked).then(|| bare(asked, gateway, pods));
    }
    if pods.iter().any(|pod| service.selects(pod)) {
        return None;
    }
    let query: Vec<String> = service.selector.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let query = query.join(",");
    let text = format!(
        "the Service {} of the gateway of {} selects {query}, but no gateway pod has these labels: no traffic gets in",
        service.name, asked.seen.exporter
    );
    let finding = told(asked, gateway, (text, selecting(asked, gateway, pods)));
    let finding = finding.seen("spec.selector", query);
    Some(pods.iter().take(NAMED).fold(finding, |finding, pod| {
        service.selector.keys().fold(finding, |finding, key| {
            let value = pod.labels.get(key).map_or("<none>", String::as_str);
            finding.seen_of_pod(&format!("metadata.labels[{key}]"), &pod.name, value)
        })
    }))
}

/// Nobody else says it either, or says it wrongly.
fn bare(asked: &Pair<'_>, gateway: &Gateway<'_>, pods: &[&Pod]) -> Finding {
    let text = format!(
        "the Service {} of the gateway of {} has no selector, and nothing answers at its address",
        gateway.service.name, asked.seen.exporter
    );
    let finding = told(asked, gateway, (text, selecting(asked, gateway, pods)));
    finding.seen("spec.selector", "<none>")
}

/// How it selects its pods again, as the chart has it.
fn selecting(asked: &Pair<'_>, gateway: &Gateway<'_>, pods: &[&Pod]) -> Remedy {
    let Some(app) = pods.iter().find_map(|pod| pod.labels.get(APP)) else {
        let action = "make it select labels that the gateway's pods have; to see it, run";
        return Remedy::run(action, gateway.describe(asked));
    };
    let others = gateway.service.selector.keys().filter(|key| *key != APP);
    let labels =
        others.map(|key| (key.clone(), serde_json::Value::Null)).chain([(APP.into(), app.as_str().into())]);
    let labels: serde_json::Map<String, serde_json::Value> = labels.collect();
    let patch = serde_json::json!({"spec": {"selector": labels}}).to_string();
    let action = format!(
        "reinstall linkerd-multicluster in {} from its chart, or restore the Service's selector {APP}={app}; to do the \
         latter, run",
        asked.seen.exporter
    );
    Remedy::run(action, patched(asked, gateway, &patch))
}

/// A port of it leads to one of its pods at which no proxy listens.
fn elsewhere(asked: &Pair<'_>, gateway: &Gateway<'_>, pods: &[&Pod]) -> Option<Finding> {
    let service = gateway.service;
    let is_probed_elsewhere = !is_probed_here(asked, gateway);
    let mut ports = PORTS.into_iter().filter(|(port, ..)| !(*port == PROBE && is_probed_elsewhere));
    let (port, led, listening, harm) = ports.find_map(|(port, of_proxy, harm)| {
        let led = service.target(port)?;
        let listening = pods.first().map(|pod| of_proxy.listening(pod))?;
        (!pods.iter().any(|pod| is_answered(pod, of_proxy, led))).then_some((port, led, listening, harm))
    })?;
    let text = format!(
        "port {port} of the Service {} of the gateway of {} targets port {led} of its pods, but their proxies listen on \
         {listening}: {harm}",
        service.name, asked.seen.exporter
    );
    let number = service.port(port).unwrap_or_default();
    let patch = format!(r#"{{"spec":{{"ports":[{{"port":{number},"targetPort":{listening}}}]}}}}"#);
    let remedy = Remedy::run(
        format!("set its target port to {listening}; for that, run"),
        patched(asked, gateway, &patch),
    );
    let finding = told(asked, gateway, (text, remedy));
    let finding = finding.seen(format!("spec.ports[name={port}].targetPort"), led);
    Some(pods.iter().take(NAMED).fold(finding, |finding, pod| {
        let ports = pod.ports.iter().map(|(name, number)| format!("{name} {number}"));
        finding.seen_of_pod("spec.containers[].ports[]", &pod.name, ports.collect::<Vec<_>>().join(", "))
    }))
}

/// Whether its service mirror probes it by this Service.
fn is_probed_here(asked: &Pair<'_>, gateway: &Gateway<'_>) -> bool {
    let (probe, service) = (&asked.link.gateway.probe, gateway.service);
    let said = crate::mesh::link::port(&probe.port);
    let own = [service.outer_port(PROBE), service.node_port(PROBE)];
    !probe.path.is_empty() && said.is_some() && own.contains(&said)
}

/// A port of a proxy.
#[derive(Clone, Copy)]
enum OfProxy {
    Inbound,
    Admin,
}

impl OfProxy {
    fn listening(self, pod: &Pod) -> u16 {
        match self {
            Self::Inbound => pod.listening.0,
            Self::Admin => pod.listening.1,
        }
    }
}

/// Whether somebody listens in a pod where a port leads: its proxy, or another container, which may hand it on. Of a proxy that
/// does not say where it listens nobody knows.
fn is_answered(pod: &Pod, of_proxy: OfProxy, led: &str) -> bool {
    let listening = of_proxy.listening(pod);
    let named = || pod.ports.iter().find(|port| port.0 == led).map(|port| port.1);
    if listening == 0 || pod.is_on_host {
        return true;
    }
    let Some(led) = led.parse().ok().or_else(named) else { return false };
    let is_proxys = |name: &str| ["linkerd-proxy", "linkerd-admin"].contains(&name);
    led == listening || pod.ports.iter().any(|(name, number)| *number == led && !is_proxys(name))
}

/// What is sure where the Link leads to this Service; something else may lead to its pods.
fn told(asked: &Pair<'_>, gateway: &Gateway<'_>, (text, remedy): (String, Remedy)) -> Finding {
    let exporter = &asked.seen.exporter;
    let at = reached_at(gateway).unwrap_or_default();
    let leads_there = asked.link.gateway_address.split(',').any(|one| at.iter().any(|own| own == one.trim()));
    let is_by_node =
        asked.link.gateway.port_number().is_some_and(|said| gateway.service.node_port(DATA) == Some(said));
    let finding = if leads_there || is_by_node {
        Finding::error("gateway-up", &[exporter], text, remedy)
    } else {
        Finding::warning("gateway-up", &[exporter], text, remedy)
    };
    finding.about(gateway.object(asked))
}

fn patched(asked: &Pair<'_>, gateway: &Gateway<'_>, patch: &str) -> String {
    let name = format!("svc/{}", gateway.service.name);
    asked.kubectl_there(&["--namespace", &gateway.there.namespace, "patch", &name, "--patch", patch])
}
