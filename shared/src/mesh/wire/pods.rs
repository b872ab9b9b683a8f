//! Pods, as they come over the wire.

use super::Metadata;
use crate::cluster::pem::certificates;
use crate::mesh::machinery::{FAILING, Pod};
use crate::terms::Failing;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// The container that Linkerd's injector adds.
const PROXY: &str = "linkerd-proxy";
/// What tells that container whom to trust, as it was when the pod was made.
const ANCHORS: &str = "LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS";
/// What tells that container what to let in: the injector decides when the pod is made.
const POLICY: &str = "LINKERD2_PROXY_INBOUND_DEFAULT_POLICY";
/// What makes that container a gateway: the domains that it hands requests on for.
const GATEWAY: &str = "LINKERD2_PROXY_INBOUND_GATEWAY_SUFFIXES";
/// How it is called what tells that container where to listen, for others and for who asks how it is: since Linkerd 2.16 an `S`
/// stands behind.
const LISTENING: [&str; 2] = ["LINKERD2_PROXY_INBOUND_LISTEN_ADDR", "LINKERD2_PROXY_ADMIN_LISTEN_ADDR"];

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PodSpec {
    service_account_name: String,
    node_name: String,
    host_network: bool,
    pub(super) containers: Option<Vec<Container>>,
    init_containers: Option<Vec<Container>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Container {
    name: String,
    image: String,
    pub(super) args: Option<Vec<String>>,
    restart_policy: String,
    ports: Option<Vec<ContainerPort>>,
    env: Option<Vec<Variable>>,
    liveness_probe: Value,
    readiness_probe: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ContainerPort {
    name: String,
    container_port: u16,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Variable {
    name: String,
    value: String,
}

impl Container {
    fn is_proxy(&self) -> bool {
        self.name == PROXY
    }

    /// The tag of the image of a service mirror; of other programs it says nothing of Linkerd.
    pub(super) fn version(&self) -> Option<&str> {
        self.args.iter().flatten().find(|argument| *argument == "service-mirror")?;
        let image = self.image.split_once('@').map_or(self.image.as_str(), |(image, _)| image);
        let name = image.rsplit_once('/').map_or(image, |(_, name)| name);
        name.split_once(':').map(|(_, tag)| tag)
    }

    fn stays(&self) -> bool {
        self.restart_policy == "Always"
    }

    fn told(&self, name: &str) -> Option<&str> {
        let found = self.env.iter().flatten().find(|variable| variable.name == name)?;
        Some(found.value.as_str()).filter(|value| !value.is_empty())
    }

    /// The port of an address that it is told of.
    fn listening(&self, name: &str) -> u16 {
        let is_ours = |one: &&Variable| [name, &format!("{name}S")].contains(&one.name.as_str());
        let told = self.env.iter().flatten().find(is_ours);
        told.and_then(|one| one.value.rsplit_once(':')?.1.parse().ok()).unwrap_or_default()
    }

    /// Whether it is told where to listen, and not to be a gateway.
    fn is_plain(&self) -> bool {
        self.listening(LISTENING[0]) > 0 && !self.env.iter().flatten().any(|one| one.name == GATEWAY)
    }

    fn probed(&self) -> impl Iterator<Item = &str> {
        [&self.liveness_probe, &self.readiness_probe]
            .into_iter()
            .filter_map(|probe| probe.get("httpGet"))
            // One that names no path asks for the root.
            .map(|get| get.get("path").and_then(Value::as_str).unwrap_or("/"))
    }
}

/// A pod.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::mesh) struct WirePod {
    pub(in crate::mesh) metadata: Metadata,
    spec: PodSpec,
    status: Value,
}

impl From<WirePod> for Pod {
    fn from(pod: WirePod) -> Self {
        let WirePod { metadata, spec, status } = pod;
        let running = spec.containers.unwrap_or_default().into_iter();
        let staying = spec.init_containers.unwrap_or_default().into_iter().filter(Container::stays);
        let all: Vec<Container> = running.chain(staying).collect();
        let proxy = all.iter().find(|one| one.is_proxy());
        let annotated = metadata.annotations.as_ref().and_then(|all| all.get(INBOUND)).cloned();
        let bundle = proxy.and_then(|proxy| proxy.told(ANCHORS)).unwrap_or_default();
        let made_as = maker(&metadata);
        let is_over = metadata.deletion_timestamp.is_some()
            || ["Succeeded", "Failed"].contains(&text(&status, "/phase"));
        let ports = all.iter().flat_map(|one| one.ports.iter().flatten());
        Self {
            is_meshed: proxy.is_some(),
            listening: proxy
                .map(|proxy| LISTENING.map(|name| proxy.listening(name)))
                .unwrap_or_default()
                .into(),
            is_plain: proxy.is_some_and(Container::is_plain),
            inbound_policy: proxy.and_then(|proxy| proxy.told(POLICY)).map(str::to_owned).or(annotated),
            anchors: certificates(bundle).into_iter().map(Arc::from).collect(),
            annotations: metadata.annotations.unwrap_or_default(),
            started: started(&status),
            turned: turned(metadata.creation_timestamp.as_deref(), &status),
            is_over,
            probed: proxy.into_iter().flat_map(Container::probed).map(str::to_owned).collect(),
            ports: ports.map(|port| (port.name.clone(), port.container_port)).collect(),
            is_ready: is_ready(&status),
            trouble: trouble(&status),
            failing: failing(&status, is_over).map(Box::new),
            address: text(&status, "/podIP").to_owned(),
            host: text(&status, "/hostIP").to_owned(),
            node: spec.node_name,
            is_on_host: spec.host_network,
            namespace: metadata.namespace,
            made_as,
            name: metadata.name,
            labels: metadata.labels.unwrap_or_default(),
            account: spec.service_account_name,
        }
    }
}

/// What a Deployment has written into its name of the template.
const TEMPLATE: &str = "pod-template-hash";
/// So many digits in its name, at least, a `CronJob` gives a Job: the time that it is of.
const TIME: usize = 8;

/// What other pods of the same maker have in common with this one in their names; `None` where it keeps its name, or has no
/// maker.
fn maker(metadata: &Metadata) -> Option<String> {
    let owners = metadata.owner_references.iter().flatten();
    let owner = owners.clone().find(|one| one.controller).or(owners.into_iter().next());
    let hash = metadata.labels().get(TEMPLATE);
    let Some(owner) = owner else {
        // A dump may have lost the owners.
        let (name, _) = metadata.name.rsplit_once(&format!("-{}-", hash?))?;
        return Some(name.to_owned());
    };
    let name = owner.name.as_str();
    let made = match owner.kind.as_str() {
        "ReplicaSet" => {
            hash.and_then(|hash| name.strip_suffix(hash.as_str())?.strip_suffix('-')).unwrap_or(name)
        }
        "Job" => name.rsplit_once('-').filter(|(_, time)| is_time(time)).map_or(name, |(name, _)| name),
        "DaemonSet" | "ReplicationController" => name,
        // The pods of a StatefulSet keep their names; of other owners nobody knows.
        _ => return None,
    };
    Some(made.to_owned())
}

fn is_time(text: &str) -> bool {
    text.len() >= TIME && text.chars().all(|c| c.is_ascii_digit())
}

/// The annotation that the injector takes the same from.
const INBOUND: &str = "config.linkerd.io/default-inbound-policy";

fn entries<'a>(status: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    status.get(field).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// A container that was started again has read everything anew.
fn started(status: &Value) -> String {
    let containers = entries(status, "containerStatuses").map(|one| text(one, "/state/running/startedAt"));
    containers.chain([text(status, "/startTime")]).max().unwrap_or_default().to_owned()
}

fn is_ready(status: &Value) -> bool {
    entries(status, "conditions").any(|one| text(one, "/type") == "Ready" && text(one, "/status") == "True")
}

fn turned(created: Option<&str>, status: &Value) -> Option<i64> {
    let ready = entries(status, "conditions").find(|one| text(one, "/type") == "Ready");
    let ready = ready.filter(|_| trouble(status) != FAILING).map(|ready| text(ready, "/lastTransitionTime"));
    let moments = created.into_iter().chain(ready).filter_map(|moment| moment.parse::<Timestamp>().ok());
    moments.map(Timestamp::as_second).max()
}

/// What keeps one from being ready that is to be.
fn failing(status: &Value, is_over: bool) -> Option<Failing> {
    if is_over || is_ready(status) { None } else { Failing::of(status) }
}

/// Why a container does not run or, of one that is about to, why it waits; else why the pod could not be placed, or was ended.
fn trouble(status: &Value) -> String {
    let failing = Failing::of(status).filter(|_| !is_ready(status)).map(|one| one.reason);
    if let Some(reason) = failing.filter(|reason| !reason.is_empty()) {
        return reason;
    }
    let containers = entries(status, "initContainerStatuses").chain(entries(status, "containerStatuses"));
    let waiting = containers.map(|one| text(one, "/state/waiting/reason")).find(|reason| !reason.is_empty());
    let unplaced = || {
        entries(status, "conditions")
            .find(|one| text(one, "/type") == "PodScheduled" && text(one, "/status") == "False")
            .map(|one| text(one, "/message"))
    };
    let over = || Some(text(status, "/reason")).filter(|_| text(status, "/phase") == "Failed");
    waiting.or_else(unplaced).or_else(over).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
