//! The table of stages.

use super::Side::{Consumer, Exporter};
use super::{Stage, Ways};

/// All of them.
pub const STAGES: [Stage; 30] = [
    Stage::all("service", "the Service is there", Exporter, &["service-not-found", "services-unseen"]),
    Stage::all(
        "link",
        "a Link leads to the exporter",
        Consumer,
        &["no-link", "cluster-unseen", "link-credentials"],
    ),
    Stage::all(
        "link-fields",
        "the Link can be used",
        Consumer,
        &[
            "link-fields",
            "link-twice",
            "gateway-mode",
            "flat-mode",
            "federated-mode",
            "link-version",
            "link-selects-all",
        ],
    ),
    Stage::all(
        "shape",
        "the Service can be mirrored",
        Exporter,
        &["export-shape", "export-is-mirror", "export-headless"],
    ),
    Stage::all("selected", "the Link selects the Service", Exporter, &["export-label", "not-labelled"]),
    Stage::all(
        "credentials",
        "the Link's credentials are good",
        Exporter,
        &[
            "credentials-expired",
            "credentials-revoked",
            "credentials-server",
            "credentials-rights",
            "credentials-name",
            "credentials-authority",
            "credentials-trust",
            "credentials-reread",
        ],
    ),
    Stage::all(
        "controller",
        "one service mirror works on the Link",
        Consumer,
        &["controller-running", "controller-rights", "controller-network-policy"],
    ),
    Stage::all("leader", "one of its pods leads, and writes", Consumer, &["controller-leading"]),
    Stage::all("namespace", "the namespace is there", Consumer, &["namespace-missing"]),
    Stage::all(
        "name",
        "the mirror's name is free for it",
        Consumer,
        &["mirror-name-length", "mirror-name-clash", "mirror-endpoints-clash", "mirror-unseen"],
    ),
    Stage::all(
        "mirror",
        "the mirror is made",
        Consumer,
        &["mirror-orphaned", "mirror-missing", "federated-passed-over"],
    ),
    Stage::all(
        "current",
        "the mirror equals the Service",
        Consumer,
        &["mirror-behind", "mirror-edited", "mirror-pods"],
    ),
    Stage::all("backends", "the Service has backends", Exporter, &["export-endpoints", "export-target-port"]),
    Stage::all("cni", "pods get the rules that lead through proxies", Exporter, &["cilium-cni"]),
    Stage::all("injection", "pods get their proxies", Exporter, &["proxy-injector"]),
    Stage::gateway(
        "gateway",
        "the gateway is up",
        Exporter,
        &["gateway-up", "gateway-meshed", "gateway-spread", "gateway-local"],
    ),
    Stage::gateway(
        "address",
        "the Link leads to the gateway",
        Consumer,
        &["gateway-address", "gateway-addresses"],
    ),
    Stage::all(
        "identity",
        "the Link knows who answers",
        Consumer,
        &["gateway-identity", "target-domain", "target-control-plane", "discovery-secret"],
    ),
    Stage::all(
        "trust",
        "proxies of both trust each other",
        Consumer,
        &["trust-roots", "trust-issuer", "trust-renewal", "trust-expiry", "trust-restart", "trust-copies"],
    ),
    Stage {
        ways: Ways::Direct,
        ..Stage::all("network", "pods of both have addresses of their own", Consumer, &["flat-network"])
    },
    Stage::all(
        "sockets",
        "connections of pods pass their proxies",
        Consumer,
        &["cilium-sockets", "cilium-restart"],
    ),
    Stage::gateway(
        "probe",
        "the gateway is probed",
        Consumer,
        &["controller-meshed", "gateway-probe", "probe-place", "probe-networks", "probe-route"],
    ),
    Stage::all(
        "policy",
        "policies let the mesh through",
        Exporter,
        &["gateway-policy", "probe-policy", "backend-policy"],
    ),
    Stage::all(
        "netpol",
        "network policies let it through",
        Exporter,
        &[
            "gateway-ranges",
            "gateway-network-policy",
            "backend-network-policy",
            "client-network-policy",
            "control-plane-network-policy",
        ],
    ),
    Stage::gateway(
        "endpoints",
        "the mirror's endpoints are ready",
        Consumer,
        &["mirror-address", "mirror-endpoints"],
    ),
    Stage::all(
        "ports",
        "the ports can be used",
        Exporter,
        &["export-protocol", "opaque-ports", "mirror-opaque", "pod-ports"],
    ),
    Stage::all("routes", "no route leads back", Exporter, &["route-circle", "route-version"]),
    Stage::all("copies", "the copied labels do no harm", Exporter, &["copied-labels"]),
    Stage::all(
        "clients",
        "clients beside it go through proxies",
        Consumer,
        &["namespace-injection", "client-proxy", "client-ingress"],
    ),
    Stage::all("versions", "the versions of Linkerd go together", Consumer, &["version-skew"]),
];
