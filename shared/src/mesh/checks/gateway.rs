//! The exporter's gateway: whether it is there, ready, meshed, and what the Link takes it to be.

use super::controller::inject;
use super::injection::ground;
use super::{Pair, known, settings};
use crate::mesh::machinery::{GatewayService, Machinery, Pod, Settings};
use crate::mesh::names::{CONFIG, CONTROL_PLANE, GATEWAY_PORT as DATA};
use crate::terms::{Kind, ObjectRef};
use crate::verdict::{Finding, Ground, Remedy};

mod address;
mod nodes;

pub(super) use address::{address, addresses, is_public, reached_at};
pub(super) use nodes::{local, spread};

/// The chart's annotation with the identity of the gateway.
const IDENTITY: &str = "mirror.linkerd.io/gateway-identity";

/// A gateway, when the Link goes through one and it could be looked for.
pub(super) struct Gateway<'a> {
    pub(super) there: &'a Machinery,
    service: &'a GatewayService,
}

impl<'a> Gateway<'a> {
    pub(super) fn of(asked: &'a Pair<'_>) -> Option<Self> {
        let there = asked.there()?;
        let services = known(&there.services)?.iter().filter(|service| service.port(DATA).is_some());
        let service = services.min_by_key(|service| service.name.as_str())?;
        asked.uses_gateway().then_some(Self { there, service })
    }

    /// Its pods: the chart gives them and their Service one name.
    pub(super) fn pods(&self) -> Option<Vec<&'a Pod>> {
        let is_ours =
            |pod: &&Pod| !pod.is_over && pod.labels.get("app").is_some_and(|app| *app == self.service.name);
        let mut pods: Vec<&Pod> = known(&self.there.pods)?.iter().filter(is_ours).collect();
        pods.sort_by(|one, other| one.name.cmp(&other.name));
        Some(pods)
    }

    pub(super) fn service(&self) -> &'a GatewayService {
        self.service
    }

    /// The identity that its pods can get, where that can be told.
    pub(super) fn identity(&self) -> Option<String> {
        let (settings, pods) = (settings(self.there)?, self.pods()?);
        let (account, namespace) = (&pods.first()?.account, &self.there.namespace);
        Some(format!("{account}.{namespace}.serviceaccount.identity.{CONTROL_PLANE}.{}", settings.trust()))
    }

    pub(super) fn object(&self, asked: &Pair<'_>) -> ObjectRef {
        let (namespace, name) = (&self.there.namespace, &self.service.name);
        ObjectRef::namespaced(&asked.seen.exporter, Kind::Service, namespace, name)
    }

    pub(super) fn describe(&self, asked: &Pair<'_>) -> String {
        let name = format!("svc/{}", self.service.name);
        asked.kubectl_there(&["--namespace", &self.there.namespace, "describe", &name])
    }
}

pub(super) fn up(asked: &Pair<'_>) -> Option<Finding> {
    let exporter = &asked.seen.exporter;
    let Some(gateway) = Gateway::of(asked) else { return none(asked) };
    // Who made the Link for a port of the nodes does without the load balancer.
    let is_by_node =
        asked.link.gateway.port_number().is_some_and(|said| gateway.service.node_port(DATA) == Some(said));
    if gateway.service.service_type == "LoadBalancer" && gateway.service.addresses().is_empty() && !is_by_node
    {
        let text = format!("the gateway of {exporter} has no address: its load balancer gave none");
        let action =
            "give it one: a class, a pool of addresses, or a load balancer that serves it; to see why, run";
        let finding =
            Finding::error("gateway-up", &[exporter], text, Remedy::run(action, gateway.describe(asked)));
        let finding = finding.about(gateway.object(asked)).on(Ground::Address);
        return Some(finding.seen("status.loadBalancer.ingress[].ip", ""));
    }
    let pods = gateway.pods()?;
    if pods.iter().any(|pod| pod.is_ready) {
        return None;
    }
    let all = known(&gateway.there.deployments).unwrap_or_default();
    let own = all.iter().find(|one| one.name == gateway.service.name);
    if own.is_some_and(|own| own.wanted == 0) {
        return Some(scaled(asked, &gateway));
    }
    let unmade = own.map(|one| one.trouble.as_str());
    let trouble =
        pods.iter().map(|pod| pod.trouble.as_str()).chain(unmade).find(|trouble| !trouble.is_empty());
    let why = trouble.map(|trouble| format!(" ({trouble})")).unwrap_or_default();
    let text = format!("the gateway of {exporter} has no ready pod{why}");
    let remedy = raised(asked, &gateway, trouble.unwrap_or_default());
    let finding = Finding::error("gateway-up", &[exporter], text, remedy).about(gateway.object(asked));
    Some(standing(Finding { ground: ground(trouble), ..finding }, &gateway))
}

/// Its Deployment wants no pods.
fn scaled(asked: &Pair<'_>, gateway: &Gateway<'_>) -> Finding {
    let (exporter, name) = (&asked.seen.exporter, &gateway.service.name);
    let object = format!("deployment/{name}");
    let words = ["--namespace", &gateway.there.namespace, "scale", &object, "--replicas=1"];
    let remedy = Remedy::run("bring it up; to begin with, run", asked.kubectl_there(&words));
    let text = format!("the gateway of {exporter} has no ready pod: it is scaled to 0");
    let finding = Finding::error("gateway-up", &[exporter], text, remedy).about(gateway.object(asked));
    finding.seen(format!("spec.replicas of {object}"), "0")
}

/// How to bring it up. Where its namespace refuses its pods, there are none to look at.
fn raised(asked: &Pair<'_>, gateway: &Gateway<'_>, trouble: &str) -> Remedy {
    let namespace = gateway.there.namespace.as_str();
    if trouble.contains("violates PodSecurity") {
        let action = format!(
            "let the namespace {namespace} take pods with proxies, by its label pod-security.kubernetes.io/enforce, or use \
             linkerd-cni, with which they need no rights of their own; to see its labels, run"
        );
        let words = ["get", "namespace", namespace, "--show-labels"];
        return Remedy::run(action, asked.kubectl_there(&words));
    }
    let selector = format!("app={}", gateway.service.name);
    let words = ["--namespace", namespace, "describe", "pods", "--selector", &selector];
    Remedy::run("bring it up; to see its pods, run", asked.kubectl_there(&words))
}

/// How its pods stand; where it has none, those that are there instead.
fn standing(finding: Finding, gateway: &Gateway<'_>) -> Finding {
    const NAMED: usize = 3;
    let own = gateway.pods().unwrap_or_default();
    if own.is_empty() {
        let others = known(&gateway.there.pods).unwrap_or_default().iter().take(NAMED);
        let finding = finding.seen("spec.selector", format!("app={}", gateway.service.name));
        return others.fold(finding, |finding, pod| {
            let app = pod.labels.get("app").map_or("<none>", String::as_str);
            let finding = finding.seen(format!("metadata.labels[app] of pod/{}", pod.name), app);
            if pod.is_over {
                finding.seen(format!("status.phase of pod/{}", pod.name), "it runs no more")
            } else {
                finding
            }
        });
    }
    own.into_iter().take(NAMED).fold(finding, |finding, pod| {
        finding.seen(format!("status.conditions[type=Ready].status of pod/{}", pod.name), "not True")
    })
}

/// A Link through a gateway, and no gateway where it should be.
fn none(asked: &Pair<'_>) -> Option<Finding> {
    let there = asked.there()?;
    known(&there.services)?;
    if !asked.uses_gateway() {
        return None;
    }
    let exporter = &asked.seen.exporter;
    let text = format!("{exporter} has no gateway: no Service in {} has a port {DATA}", there.namespace);
    let words = ["--namespace", &there.namespace, "get", "services"];
    let action = format!(
        "install it with `gateway.enabled: true` in the Helm values of linkerd-multicluster in {exporter}; to see what is \
         there, run"
    );
    let remedy = Remedy::run(action, asked.kubectl_there(&words));
    let object = ObjectRef::cluster_scoped(exporter, Kind::Namespace, &there.namespace);
    let finding = Finding::error("gateway-up", &[exporter], text, remedy).about(object);
    let services = known(&there.services)?.iter();
    Some(services.fold(finding, |finding, service| {
        let ports: Vec<&str> = service.ports.iter().map(|port| port.0.as_str()).collect();
        finding.seen(format!("spec.ports[].name of svc/{}", service.name), ports.join(", "))
    }))
}

/// Its container only waits: without the proxy the pod is ready, and nothing listens.
pub(super) fn meshed(asked: &Pair<'_>) -> Option<Finding> {
    let gateway = Gateway::of(asked)?;
    let pods = gateway.pods()?;
    let bare = pods.iter().find(|pod| pod.is_ready && !pod.is_meshed)?;
    let namespace = gateway.there.namespace.as_str();
    let text = format!(
        "a pod of the gateway of {} runs without Linkerd's proxy: it is ready, and nothing listens",
        asked.seen.exporter
    );
    let object = ObjectRef::namespaced(&asked.seen.exporter, Kind::Pod, namespace, &bare.name);
    let finding = Finding::error(
        "gateway-meshed",
        &[&asked.seen.exporter],
        text,
        inject(asked, (namespace, Some(&gateway.service.name)), false),
    );
    Some(finding.about_pod(object, bare.maker()).seen("spec.containers[].name", "no linkerd-proxy"))
}

/// The Link is right, and the next one that is made from what the gateway says of itself will not be.
fn misannotated(asked: &Pair<'_>, gateway: &Gateway<'_>, said: &str) -> Option<Finding> {
    let annotated = gateway.service.annotations.get(IDENTITY).filter(|value| *value != said)?;
    let text = format!(
        "the gateway of {} says that it is {annotated}, and it is {said}: the next Link that is made will be wrong",
        asked.seen.exporter
    );
    let action = "set identityTrustDomain in the Helm values of linkerd-multicluster to that of the control plane; to see the \
                  Service, run";
    let remedy = Remedy::run(action, gateway.describe(asked));
    let exporter = &asked.seen.exporter;
    let finding =
        Finding::warning("gateway-identity", &[exporter], text, remedy).about(gateway.object(asked));
    Some(finding.seen(format!("metadata.annotations[{IDENTITY}]"), annotated))
}

/// The Link's identity, the annotation of the gateway's Service, and what its pods can get must be one text.
pub(super) fn identity(asked: &Pair<'_>) -> Option<Finding> {
    let gateway = Gateway::of(asked)?;
    let said = asked.link.gateway.identity.as_str();
    let annotated = gateway.service.annotations.get(IDENTITY);
    let real = gateway.identity();
    let expected = real.as_ref().or(annotated)?;
    if expected == said {
        return misannotated(asked, &gateway, said);
    }
    let text = format!(
        "the Link expects the gateway to be {said}, and it is {expected}: every connection fails at its certificate"
    );
    let action = "set identityTrustDomain in the Helm values of linkerd-multicluster to that of the control plane in \
                  the exporter, then make the Link anew with `linkerd multicluster link-gen`";
    let finding = Finding::error("gateway-identity", &asked.both(), text, Remedy::new(action));
    let finding = finding.about(asked.the_link()).seen("spec.gatewayIdentity", said);
    let finding = annotated.into_iter().fold(finding, |finding, value| {
        finding.seen(format!("metadata.annotations[{IDENTITY}] of svc/{}", gateway.service.name), value)
    });
    let trust = settings(gateway.there).map(Settings::trust);
    let finding = trust.into_iter().fold(finding, |finding, trust| {
        finding.seen(format!("identityTrustDomain in configmap/{}", CONFIG.1), trust)
    });
    let pod = gateway.pods().and_then(|pods| pods.into_iter().next());
    Some(pod.into_iter().fold(finding, |finding, pod| {
        finding.seen(format!("spec.serviceAccountName of pod/{}", pod.name), &pod.account)
    }))
}
