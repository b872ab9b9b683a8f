//! The table of checks.

use super::{Question, clash, clients, controller, copied, credentials, edited, gateway, headless};
use super::{injection, lease, link, network_policy, opaque, place, policy, probe, ranges, rights};
use super::{routes, shape, sockets, trust, unseen, version, ways};
use crate::verdict::Finding;

/// One check: a stable id, what it asks, and the judge.
pub struct Check {
    /// Stable, for scripts and documentation.
    pub id: &'static str,
    /// What it asks, for people.
    pub title: &'static str,
    /// `None` when nothing speaks against the mirror.
    pub judge: fn(&Question<'_>) -> Option<Finding>,
}

const fn check(id: &'static str, title: &'static str, judge: fn(&Question<'_>) -> Option<Finding>) -> Check {
    Check { id, title, judge }
}

/// Causes come before what they cause.
pub const CHECKS: [Check; 80] = [
    check("link-fields", "the Link can be used", link::fields),
    check("link-twice", "no other Link has its target", link::twice),
    check("link-version", "the consumer serves Links as its Linkerd asks for them", version::links),
    check("link-selects-all", "the Link does not select every Service", link::everything),
    check(
        "credentials-name",
        "its credentials are where its controller may read them",
        link::credentials_name,
    ),
    check("gateway-mode", "the Link mirrors through its gateway", ways::gateway),
    check("flat-mode", "the Link mirrors for a flat network", ways::flat),
    check("federated-mode", "the Link and the Service can be federated", ways::federated),
    check("target-domain", "the Link knows the exporter's DNS domain", link::domain),
    check(
        "target-control-plane",
        "the Link knows where the exporter's control plane is",
        link::control_plane,
    ),
    check("credentials-expired", "the token of the Link is still good", credentials::expired),
    check("credentials-revoked", "the account of the Link's token is there", credentials::revoked),
    check("credentials-server", "pods can reach the server of the credentials", credentials::server),
    check("credentials-authority", "the server of the credentials lets them in", credentials::authority),
    check("credentials-trust", "the credentials take no other server for it", credentials::trust),
    check(
        "credentials-reread",
        "the controller has read the credentials as they are now",
        credentials::reread,
    ),
    check("credentials-rights", "the account of the token may read the exporter", rights::remote),
    check(
        "discovery-secret",
        "the consumer's control plane may look into the exporter",
        credentials::discovery,
    ),
    check("controller-running", "one service mirror works on the Link", controller::running),
    check("controller-rights", "the service mirror may do its work", rights::controller),
    check(
        "controller-network-policy",
        "network policies let it to the exporter and its gateway",
        network_policy::controller,
    ),
    check("controller-leading", "one of its pods leads, so that it writes", lease::leading),
    check("proxy-injector", "what lacks a proxy would get one now", injection::injector),
    check("controller-meshed", "it has a proxy, without which it sees no gateway", controller::meshed),
    check("flat-network", "pods of both clusters have addresses of their own", ways::network),
    check("gateway-up", "the exporter's gateway is there and ready", gateway::up),
    check("gateway-spread", "the gateway does not stand on one node", gateway::spread),
    check("gateway-local", "the node that answers for the gateway has a pod of it", gateway::local),
    check("gateway-meshed", "the gateway has a proxy, without which it is none", gateway::meshed),
    check("gateway-ranges", "the gateway's load balancer lets the consumer in", ranges::balancer),
    check(
        "gateway-network-policy",
        "network policies let the consumer to the gateway",
        network_policy::gateway,
    ),
    check("gateway-address", "the Link leads to the gateway's address", gateway::address),
    check("gateway-addresses", "the Link leads to all addresses of the gateway", gateway::addresses),
    check("gateway-identity", "the Link expects the identity that the gateway has", gateway::identity),
    check("trust-roots", "proxies of both clusters believe each other", trust::roots),
    check("trust-issuer", "issuers may sign for the proxies of their clusters", trust::fitness),
    check("trust-renewal", "issuers are renewed, and new ones are used", trust::renewal),
    check("trust-copies", "trust anchors are the same wherever they stand", trust::copies),
    check("trust-expiry", "trust anchors and issuers are good for long enough", trust::expiry),
    check("trust-restart", "running proxies hold the trust anchors that they need", trust::held),
    check("version-skew", "both have Linkerd in versions that go together", version::skew),
    check("cilium-sockets", "connections of the consumer's pods pass their proxies", sockets::bypass),
    check("cilium-restart", "Cilium's agents have read its settings", sockets::unread),
    check("cilium-cni", "Linkerd's CNI plugin is left on the nodes", sockets::exclusive),
    check("gateway-probe", "the gateway is probed", probe::probe),
    check("probe-place", "the gateway is probed where it answers", probe::place),
    check("probe-networks", "the gateway is probed from addresses that may", ranges::probes),
    check("probe-route", "no route ends what lets the probe in", routes::probe),
    check("gateway-policy", "policies let clients of the consumer through the gateway", policy::gateway),
    check("probe-policy", "policies let the probe to the gateway", policy::probe),
    check("export-is-mirror", "the Service is no mirror itself", shape::export_is_mirror),
    check("export-shape", "the Service can be mirrored", shape::export_shape),
    check("export-protocol", "its ports are TCP", shape::protocols),
    check("export-endpoints", "the Service has backends", shape::endpoints),
    check("export-headless", "a headless Service is mirrored pod by pod", headless::headless),
    check("backend-policy", "policies let clients of the consumer to the backends", policy::backends),
    check("backend-network-policy", "network policies let clients to the backends", network_policy::backends),
    check(
        "client-network-policy",
        "network policies let clients out of the mirror's namespace",
        network_policy::clients,
    ),
    check(
        "control-plane-network-policy",
        "network policies let proxies to their control plane and DNS",
        network_policy::control_plane,
    ),
    check("export-target-port", "its named ports are ports of its pods", shape::target_ports),
    check("opaque-ports", "ports where the server speaks first are opaque", opaque::ports),
    check("mirror-opaque", "what is opaque is so on the mirror too", opaque::mirrored),
    check("pod-ports", "the pods take their ports as the Service says", opaque::pods),
    check("route-circle", "no route leads back to the consumer", routes::circle),
    check("route-version", "routes are served in the versions that Linkerd reads", version::routes),
    check("copied-labels", "its labels mean nothing to controllers of the consumer", copied::labels),
    check("namespace-injection", "the mark of the mirror's namespace is understood", injection::namespace),
    check("client-ingress", "ingress controllers go to the mirror, and not past it", clients::ingress),
    check("client-proxy", "clients beside the mirror go through their proxies", clients::proxy),
    check("mirror-name-length", "the mirror's name is short enough", place::name_length),
    check("namespace-missing", "the namespace exists in the consumer", place::namespace),
    check("mirror-name-clash", "no foreign Service has the mirror's name", clash::service),
    check("mirror-endpoints-clash", "no foreign Endpoints have it", clash::endpoints),
    check("mirror-pods", "mirrors of single pods have their pods", headless::pods),
    check("mirror-edited", "nobody has changed the mirror", edited::ports),
    check("mirror-address", "nobody has changed its endpoints", edited::address),
    check("mirror-unseen", "the mirror's place could be looked at", clash::unseen),
    check("domain-assumed", "the consumer's DNS domain is known", unseen::domain),
    check("not-looked-at", "what carries mirrors could be looked at in the exporter", unseen::exporter),
    check("not-looked-at-here", "what carries mirrors could be looked at in the consumer", unseen::consumer),
];
