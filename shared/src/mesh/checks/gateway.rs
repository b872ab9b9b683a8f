//! The exporter's gateway: whether it is there, ready, meshed, and what the Link takes it to be.

use super::{Pair, known, settings};
use crate::mesh::machinery::{GatewayService, Machinery, Pod, Settings};
use crate::mesh::names::{CONFIG, GATEWAY_PORT as DATA, identity_of};
use crate::terms::{Kind, ObjectRef};
use crate::verdict::{Finding, Ground, Remedy};

mod address;
mod down;
mod front;
mod going;
mod nodes;
mod passing;
mod proxy;

use address::leads_to_some;
pub(super) use address::{address, addresses, reached_at};
pub(super) use nodes::{local, spread};
pub(super) use passing::{passing, worded};
pub(super) use proxy::meshed;

/// The chart's annotation with the identity of the gateway.
const IDENTITY: &str = "mirror.linkerd.io/gateway-identity";

/// What has the chart install one.
const ENABLED: &str = "`gateway.enabled: true`";
/// The annotation of its pods that makes their proxies gateways.
const ENABLING: &str = "config.linkerd.io/enable-gateway";

/// A gateway, when the Link goes through one and it could be looked for.
pub(super) struct Gateway<'a> {
    pub(super) there: &'a Machinery,
    service: &'a GatewayService,
}

impl<'a> Gateway<'a> {
    pub(super) fn of(asked: &'a Pair<'_>) -> Option<Self> {
        let there = asked.there()?;
        // One Service may be for who is inside of a network, and another one for others.
        let all = known(&there.services).unwrap_or_default().iter().filter(|one| one.port(DATA).is_some());
        let meant = all.filter(|one| leads_to_some(asked.link, &one.addresses()));
        let service = meant.min_by_key(|one| one.name.as_str()).or_else(|| there.gateway())?;
        asked.uses_gateway().then_some(Self { there, service })
    }

    /// Its pods: the chart gives them and their Service one name. Who has renamed one of these has left what makes them gateways.
    pub(super) fn pods(&self) -> Option<Vec<&'a Pod>> {
        let is_named = |pod: &Pod| pod.labels.get("app").is_some_and(|app| *app == self.service.name);
        let is_annotated = |pod: &Pod| pod.annotations.get(ENABLING).is_some_and(|value| value == "true");
        let is_selected = |pod: &Pod| self.service.selects(pod) && (is_named(pod) || is_annotated(pod));
        let all = || known(&self.there.pods).map(|pods| pods.iter().filter(|pod| !pod.is_over));
        let of = |is_ours: &dyn Fn(&Pod) -> bool| -> Option<Vec<&'a Pod>> {
            let mut pods: Vec<&Pod> = all()?.filter(|pod| is_ours(pod)).collect();
            pods.sort_by(|one, other| one.name.cmp(&other.name));
            Some(pods)
        };
        let ways: [&dyn Fn(&Pod) -> bool; 3] = [&is_selected, &is_named, &is_annotated];
        let found = ways.into_iter().map(of).find(|found| found.as_ref().is_none_or(|pods| !pods.is_empty()));
        found.unwrap_or_else(|| of(&|pod| self.service.selects(pod)))
    }

    /// Whether a pod of it has, or may have, the network of its node.
    fn is_on_hosts(&self) -> bool {
        self.pods().is_none_or(|pods| pods.iter().any(|pod| pod.is_on_host))
    }

    pub(super) fn service(&self) -> &'a GatewayService {
        self.service
    }

    /// The identity that its pods can get, where that can be told.
    pub(super) fn identity(&self) -> Option<String> {
        let (settings, pods) = (settings(self.there)?, self.pods()?);
        Some(identity_of(&pods.first()?.account, &self.there.namespace, settings.trust()))
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
    let Some(gateway) = Gateway::of(asked) else { return none(asked) };
    // Who made the Link for a port of the nodes does without the load balancer.
    let is_by_node =
        asked.link.gateway.port_number().is_some_and(|said| gateway.service.node_port(DATA) == Some(said));
    if gateway.service.service_type == "LoadBalancer" && gateway.service.addresses().is_empty() && !is_by_node
    {
        return Some(pending(asked, &gateway));
    }
    let pods = gateway.pods()?;
    if pods.iter().any(|pod| pod.is_ready) {
        return front::front(asked, &gateway, &pods).or_else(|| going::going(asked, &gateway));
    }
    Some(down::down(asked, &gateway, &pods))
}

/// One that waits for its address.
fn pending(asked: &Pair<'_>, gateway: &Gateway<'_>) -> Finding {
    let exporter = &asked.seen.exporter;
    let text = format!("the gateway of {exporter} has no address: its load balancer has not assigned one");
    let class = gateway.service.class.as_str();
    let action = if class.is_empty() {
        "give it one: a load balancer class, an address pool, or a controller that serves it; to see why, run"
            .to_owned()
    } else {
        format!(
            "install a load balancer controller for the class {class}, or recreate the Service without that class; to see \
             why, run"
        )
    };
    let finding =
        Finding::error("gateway-up", &[exporter], text, Remedy::run(action, gateway.describe(asked)));
    let finding = finding.about(gateway.object(asked)).on(Ground::Address);
    let finding = finding.seen("status.loadBalancer.ingress[].ip", "");
    let named = Some(class).filter(|class| !class.is_empty());
    named.into_iter().fold(finding, |finding, class| finding.seen("spec.loadBalancerClass", class))
}

/// A Link through a gateway, and no gateway where it should be.
fn none(asked: &Pair<'_>) -> Option<Finding> {
    let there = asked.there()?;
    known(&there.services)?;
    if !asked.uses_gateway() {
        return None;
    }
    let exporter = &asked.seen.exporter;
    let text =
        format!("{exporter} has no gateway: no Service in {} has a port named {DATA}", there.namespace);
    let words = ["--namespace", &there.namespace, "get", "services"];
    let action = format!(
        "install it with {ENABLED} in the Helm values of linkerd-multicluster in {exporter}; to see what is there, run"
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

/// The Link is right, and the next one that is made from what the gateway says of itself will not be.
fn misannotated(asked: &Pair<'_>, gateway: &Gateway<'_>, said: &str) -> Option<Finding> {
    let annotated = gateway.service.annotations.get(IDENTITY).filter(|value| *value != said)?;
    let text = format!(
        "the gateway of {} is annotated with the identity {annotated}, but is {said}: the next Link generated from it will \
         be wrong",
        asked.seen.exporter
    );
    let action = "set identityTrustDomain in the Helm values of linkerd-multicluster to the trust domain of the control \
                  plane; to see the Service, run";
    let remedy = Remedy::run(action, gateway.describe(asked));
    let exporter = &asked.seen.exporter;
    let finding =
        Finding::warning("gateway-identity", &[exporter], text, remedy).about(gateway.object(asked));
    Some(finding.seen(format!("metadata.annotations[{IDENTITY}]"), annotated))
}

/// Where the account alone is another one, somebody has given the pods another one.
fn renamed(asked: &Pair<'_>, gateway: &Gateway<'_>, real: &str) -> Option<Remedy> {
    let (account, place) = asked.link.gateway.identity.split_once('.')?;
    let (other, _) = real.split_once('.').filter(|(_, there)| *there == place)?;
    let (name, namespace) = (&gateway.service.name, gateway.there.namespace.as_str());
    let action = format!(
        "run the gateway's pods as ServiceAccount {account} again, not {other} (serviceAccountName in its Deployment); to \
         see it, run"
    );
    let words = ["--namespace", namespace, "get", "deployment", name, "-o", "yaml"];
    (account != other).then(|| Remedy::run(action, asked.kubectl_there(&words)))
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
    let meant = match said {
        "" => "names no gateway identity".to_owned(),
        said => format!("expects the gateway to be {said}"),
    };
    let text =
        format!("the Link {meant}, but the gateway is {expected}: every connection fails TLS verification");
    // What the gateway says of itself is what the next Link is made of.
    let remedy = if real.is_some() && annotated == Some(expected) {
        asked.link_anew()
    } else {
        renamed(asked, &gateway, expected).unwrap_or_else(|| {
            let domain = settings(gateway.there).map(|settings| format!(" ({})", settings.trust()));
            Remedy::new(format!(
                "set identityTrustDomain in the Helm values of linkerd-multicluster in {} to that of its control plane{}, then make \
                 the Link anew with `linkerd multicluster link-gen`",
                asked.seen.exporter,
                domain.unwrap_or_default()
            ))
        })
    };
    let finding = Finding::error("gateway-identity", &asked.both(), text, remedy);
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
