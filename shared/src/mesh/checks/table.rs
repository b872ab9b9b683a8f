//! The table of checks.

use super::{Pair, Question, clash, clients, controller, copied, credentials, edited, gateway, headless};
use super::{injection, lease, link, misinjected, network_policy, opaque};
use super::{place, policy, probe, ranges, rights};
use super::{routes, shape, sockets, trust, unseen, version, ways};
use crate::verdict::Finding;

/// Says what speaks against what it is asked about; `None` when nothing does.
#[derive(Clone, Copy)]
pub enum Judge {
    /// Of a Link in one way; whatever it mirrors, the answer is the same.
    Link(fn(&Pair<'_>) -> Option<Finding>),
    /// Of one mirror.
    Mirror(fn(&Question<'_>) -> Option<Finding>),
    /// Of a Link, and of more where one of its mirrors is known.
    Both(fn(&Pair<'_>, Option<&Question<'_>>) -> Option<Finding>),
}

impl Judge {
    /// What it says of a mirror and of the Link that makes it.
    pub fn of_both(self, question: &Question<'_>) -> Option<Finding> {
        self.of_mirror(question).or_else(|| self.of_link(&question.pair))
    }

    /// Whether it can say anything of a Link alone.
    pub fn is_of_links(self) -> bool {
        matches!(self, Self::Link(_) | Self::Both(_))
    }

    /// Whether it can say more of a mirror than of its Link.
    pub fn is_of_mirrors(self) -> bool {
        matches!(self, Self::Mirror(_) | Self::Both(_))
    }

    /// What it says of a mirror beyond what it says of its Link.
    pub fn of_mirror(self, question: &Question<'_>) -> Option<Finding> {
        let finding = match self {
            Self::Link(_) => None,
            Self::Mirror(judge) => judge(question),
            Self::Both(judge) => judge(&question.pair, Some(question)),
        };
        finding.map(|finding| link::meant(question, finding))
    }

    /// What it says of a Link, whether it mirrors anything or not.
    pub fn of_link(self, pair: &Pair<'_>) -> Option<Finding> {
        match self {
            Self::Link(judge) => judge(pair),
            Self::Mirror(_) => None,
            Self::Both(judge) => judge(pair, None),
        }
    }
}

/// One check: a stable id, what it asks, and the judge.
pub struct Check {
    /// Stable, for scripts and documentation.
    pub id: &'static str,
    /// What it asks, for people.
    pub title: &'static str,
    /// Who answers.
    pub judge: Judge,
}

const fn of_link(id: &'static str, title: &'static str, judge: fn(&Pair<'_>) -> Option<Finding>) -> Check {
    Check { id, title, judge: Judge::Link(judge) }
}

const fn of_mirror(
    id: &'static str,
    title: &'static str,
    judge: fn(&Question<'_>) -> Option<Finding>,
) -> Check {
    Check { id, title, judge: Judge::Mirror(judge) }
}

const fn of_both(
    id: &'static str,
    title: &'static str,
    judge: fn(&Pair<'_>, Option<&Question<'_>>) -> Option<Finding>,
) -> Check {
    Check { id, title, judge: Judge::Both(judge) }
}

/// Causes come before what they cause.
pub const CHECKS: [Check; 80] = [
    of_link("link-fields", "the Link can be used", link::fields),
    of_link("link-twice", "no other Link has its target", link::twice),
    of_link("link-version", "the consumer serves Links as its Linkerd asks for them", version::links),
    of_link("link-selects-all", "the Link does not select every Service", link::everything),
    of_link(
        "credentials-name",
        "its credentials are where its controller may read them",
        link::credentials_name,
    ),
    of_link("gateway-mode", "the Link mirrors through its gateway", ways::gateway),
    of_link("flat-mode", "the Link mirrors for a flat network", ways::flat),
    of_mirror("federated-mode", "the Link and the Service can be federated", ways::federated),
    of_link("target-domain", "the Link knows the exporter's DNS domain", link::domain),
    of_link(
        "target-control-plane",
        "the Link knows where the exporter's control plane is",
        link::control_plane,
    ),
    of_link(
        "credentials-expired",
        "the token or certificate of the Link is still good",
        credentials::expired,
    ),
    of_link("credentials-revoked", "the account of the Link's token is there", credentials::revoked),
    of_link("credentials-server", "pods can reach the server of the credentials", credentials::server),
    of_link("credentials-authority", "the server of the credentials lets them in", credentials::authority),
    of_link("credentials-trust", "the credentials take no other server for it", credentials::trust),
    of_link(
        "credentials-reread",
        "the controller has read the credentials as they are now",
        credentials::reread,
    ),
    of_link("credentials-rights", "the account of the token may read the exporter", rights::remote),
    of_link(
        "discovery-secret",
        "the consumer's control plane may look into the exporter",
        credentials::discovery,
    ),
    of_link("controller-running", "one service mirror works on the Link", controller::running),
    of_link("controller-rights", "the service mirror may do its work", rights::controller),
    of_link(
        "controller-network-policy",
        "network policies let it to the exporter and its gateway",
        network_policy::controller,
    ),
    of_link("controller-leading", "one of its pods leads, so that it writes", lease::leading),
    of_link("proxy-injector", "what lacks a proxy would get one now", injection::injector),
    of_link("controller-meshed", "it has a proxy, without which it sees no gateway", controller::meshed),
    of_link("flat-network", "pods of both clusters have addresses of their own", ways::network),
    of_link("gateway-up", "the exporter's gateway is there and ready", gateway::up),
    of_link("gateway-spread", "the gateway does not stand on one node", gateway::spread),
    of_link("gateway-local", "a node answers for the gateway, and has a pod of it", gateway::local),
    of_link("gateway-meshed", "the gateway has a proxy, without which it is none", gateway::meshed),
    of_link("gateway-ranges", "the gateway's load balancer lets the consumer in", ranges::balancer),
    of_link(
        "gateway-network-policy",
        "network policies let the consumer to the gateway",
        network_policy::gateway,
    ),
    of_link("gateway-address", "the Link leads to the gateway's address", gateway::address),
    of_link("gateway-addresses", "the Link leads to all addresses of the gateway", gateway::addresses),
    of_link("gateway-identity", "the Link expects the identity that the gateway has", gateway::identity),
    of_link("trust-roots", "proxies of both clusters believe each other", trust::roots),
    of_link("trust-issuer", "issuers may sign for the proxies of their clusters", trust::fitness),
    of_link("trust-renewal", "issuers are renewed, and new ones are used", trust::renewal),
    of_link("trust-copies", "trust anchors are the same wherever they stand", trust::copies),
    of_link("trust-expiry", "trust anchors and issuers are good for long enough", trust::expiry),
    of_both("trust-restart", "running proxies hold the trust anchors that they need", trust::held),
    of_link("version-skew", "both have Linkerd in versions that go together", version::skew),
    of_link("cilium-sockets", "connections of the consumer's pods pass their proxies", sockets::bypass),
    of_link("cilium-restart", "Cilium's agents have read its settings", sockets::unread),
    of_link("cilium-cni", "Linkerd's CNI plugin is left on the nodes", sockets::exclusive),
    of_link("gateway-probe", "the gateway is probed", probe::probe),
    of_link("probe-place", "the gateway is probed where it answers", probe::place),
    of_link("probe-networks", "the gateway is probed from addresses that may", ranges::probes),
    of_link("probe-route", "no route ends what lets the probe in", routes::probe),
    of_link("gateway-policy", "policies let clients of the consumer through the gateway", policy::gateway),
    of_link("probe-policy", "policies let the probe to the gateway", policy::probe),
    of_mirror("export-is-mirror", "the Service is no mirror itself", shape::export_is_mirror),
    of_mirror("export-shape", "the Service can be mirrored", shape::export_shape),
    of_mirror("export-protocol", "its ports are TCP", shape::protocols),
    of_mirror("export-endpoints", "the Service has backends", shape::endpoints),
    of_mirror("export-headless", "a headless Service is mirrored pod by pod", headless::headless),
    of_mirror("backend-policy", "policies let clients of the consumer to the backends", policy::backends),
    of_mirror(
        "backend-network-policy",
        "network policies let clients to the backends",
        network_policy::backends,
    ),
    of_mirror(
        "client-network-policy",
        "network policies let clients out of the mirror's namespace",
        network_policy::clients,
    ),
    of_both(
        "control-plane-network-policy",
        "network policies let proxies to their control plane and DNS",
        network_policy::control_plane,
    ),
    of_mirror("export-target-port", "its named ports are ports of its pods", shape::target_ports),
    of_mirror("opaque-ports", "ports where the server speaks first are opaque, and no others", opaque::ports),
    of_mirror("mirror-opaque", "what is opaque is so on the mirror too", opaque::mirrored),
    of_mirror("pod-ports", "the pods take their ports as the Service says", opaque::pods),
    of_mirror("route-circle", "no route leads back to the consumer", routes::circle),
    of_link("route-version", "routes are served in the versions that Linkerd reads", version::routes),
    of_mirror("copied-labels", "its labels mean nothing to controllers of the consumer", copied::labels),
    of_mirror(
        "namespace-injection",
        "pods in the mirror's namespace get the proxies that it says",
        misinjected::namespace,
    ),
    of_mirror("client-ingress", "ingress controllers go to the mirror, and not past it", clients::ingress),
    of_mirror("client-proxy", "clients beside the mirror go through their proxies", clients::proxy),
    of_mirror("mirror-name-length", "the mirror's name is short enough", place::name_length),
    of_mirror("namespace-missing", "the namespace exists in the consumer", place::namespace),
    of_mirror("mirror-name-clash", "no foreign Service has the mirror's name", clash::service),
    of_mirror("mirror-endpoints-clash", "no foreign Endpoints have it", clash::endpoints),
    of_mirror("mirror-pods", "single pods have their mirrors, and these their pods", headless::pods),
    of_mirror("mirror-edited", "nobody has changed the mirror", edited::mirrored),
    of_mirror("mirror-address", "nobody has changed its endpoints", edited::address),
    of_mirror("mirror-unseen", "the mirror's place could be looked at", clash::unseen),
    of_link("domain-assumed", "the consumer's DNS domain is known", unseen::domain),
    of_link("not-looked-at", "what carries mirrors could be looked at in the exporter", unseen::exporter),
    of_link(
        "not-looked-at-here",
        "what carries mirrors could be looked at in the consumer",
        unseen::consumer,
    ),
];
