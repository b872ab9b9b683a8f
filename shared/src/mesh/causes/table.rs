//! The table: every finding, with what may follow from it.

use crate::verdict::Severity;

/// A finding, and what it explains.
pub struct Cause {
    /// The id of its check.
    pub id: &'static str,
    /// From which weight on it explains anything: a token that is about to expire has done no harm yet.
    pub(super) from: Severity,
    /// The ids that follow from it directly.
    pub(super) effects: &'static [&'static str],
}

const fn error(id: &'static str, effects: &'static [&'static str]) -> Cause {
    Cause { id, from: Severity::Error, effects }
}

const fn warning(id: &'static str, effects: &'static [&'static str]) -> Cause {
    Cause { id, from: Severity::Warning, effects }
}

/// Explains nothing but itself.
const fn alone(id: &'static str) -> Cause {
    Cause { id, from: Severity::Error, effects: &[] }
}

/// What becomes of a mirror that nobody makes or keeps.
const UNKEPT: &[&str] = &[
    "mirror-orphaned",
    "mirror-missing",
    "federated-passed-over",
    "mirror-behind",
    "mirror-pods",
    "mirror-endpoints",
];
/// The same of one whose credentials nobody gets in by, which the control plane has, too.
const EXPIRED: &[&str] = &[
    "mirror-orphaned",
    "mirror-missing",
    "federated-passed-over",
    "mirror-behind",
    "mirror-pods",
    "discovery-secret",
    "mirror-endpoints",
];
/// The same, and what goes with the extension, where that went with the account.
const UNINSTALLED: &[&str] = &[
    "mirror-orphaned",
    "mirror-missing",
    "federated-passed-over",
    "mirror-behind",
    "mirror-pods",
    "gateway-up",
    "discovery-secret",
    "mirror-endpoints",
];
/// The same of one whose service mirror ends for want of what it asks for.
const UNSERVED: &[&str] = &[
    "controller-running",
    "mirror-orphaned",
    "mirror-missing",
    "federated-passed-over",
    "mirror-behind",
    "mirror-pods",
    "mirror-endpoints",
];
/// What becomes of one that nobody may make at all.
const UNMADE: &[&str] = &["mirror-missing"];
/// What becomes of one whose gateway is dead, or taken for dead.
const DEAD: &[&str] = &["mirror-endpoints"];
/// What is wrong with a Service that nobody meant to export.
pub(super) const UNMEANT: &[&str] = &[
    "export-shape",
    "export-is-mirror",
    "export-headless",
    "namespace-missing",
    "mirror-name-length",
    "mirror-name-clash",
    "mirror-endpoints-clash",
    "export-target-port",
    "export-endpoints",
    "backend-policy",
    "backend-network-policy",
    "client-network-policy",
    "export-protocol",
    "opaque-ports",
    "mirror-opaque",
    "pod-ports",
    "route-circle",
    "copied-labels",
    "namespace-injection",
    "client-ingress",
    "client-proxy",
];
/// A selector that selects nothing.
const SELECTS_NOTHING: &[&str] = &["not-labelled", "mirror-missing"];

/// Every finding, causes first: what stands here may explain what follows, and nothing before it.
pub const CAUSES: [Cause; 93] = [
    alone("services-unseen"),
    error("service-not-found", &["mirror-orphaned", "mirror-missing"]),
    warning("link-selects-all", UNMEANT),
    error("export-shape", &["mirror-missing", "export-endpoints"]),
    // A mirror of a mirror goes with its export, and what is wrong with it.
    error("export-is-mirror", &["mirror-missing", "mirror-edited", "mirror-address", "mirror-endpoints"]),
    error("export-headless", UNMADE),
    alone("cluster-unseen"),
    error("link-credentials", &["no-link", "export-label"]),
    error("no-link", &["mirror-orphaned", "mirror-missing"]),
    error(
        "link-fields",
        &[
            "gateway-mode",
            "flat-mode",
            "federated-mode",
            "not-labelled",
            "controller-running",
            "mirror-missing",
            "gateway-probe",
        ],
    ),
    error(
        "link-twice",
        &["controller-running", "controller-rights", "mirror-orphaned", "mirror-missing", "mirror-endpoints"],
    ),
    warning("link-version", UNSERVED),
    error("gateway-mode", &["export-label", "not-labelled", "mirror-missing"]),
    error("flat-mode", SELECTS_NOTHING),
    error("federated-mode", SELECTS_NOTHING),
    // A label of which a letter was lost leaves the mirror of the right one.
    warning("export-label", &["mirror-orphaned"]),
    error("not-labelled", UNKEPT),
    error("credentials-expired", EXPIRED),
    error("credentials-revoked", UNINSTALLED),
    warning("credentials-server", EXPIRED),
    error("credentials-rights", UNKEPT),
    warning("credentials-name", UNKEPT),
    warning("credentials-authority", EXPIRED),
    warning("credentials-trust", EXPIRED),
    warning("credentials-reread", EXPIRED),
    // One that may not list ends itself, and one that may not lead keeps nothing, as one that may not write.
    error("controller-rights", &["controller-running", "controller-leading"]),
    // One that does not run does not lead either.
    error("controller-running", &["controller-leading", "controller-meshed", "gateway-probe"]),
    error("controller-network-policy", UNKEPT),
    warning("controller-leading", UNKEPT),
    error("namespace-missing", UNMADE),
    error("mirror-name-length", UNMADE),
    error("mirror-name-clash", UNMADE),
    error("mirror-endpoints-clash", UNMADE),
    alone("mirror-unseen"),
    alone("mirror-orphaned"),
    // Both are made by one who has got in: who never has knows of no gateway either.
    error("mirror-missing", &["mirror-behind", "probe-place", "mirror-endpoints"]),
    alone("federated-passed-over"),
    error("mirror-behind", &["mirror-opaque", "mirror-endpoints"]),
    error("mirror-edited", &["mirror-address", "mirror-endpoints"]),
    alone("mirror-pods"),
    warning("export-target-port", &["export-endpoints", "mirror-endpoints"]),
    warning("export-endpoints", DEAD),
    error("cilium-cni", &["gateway-up", "mirror-endpoints"]),
    warning("proxy-injector", &["gateway-meshed", "controller-meshed", "client-proxy", "mirror-endpoints"]),
    alone("gateway-spread"),
    warning("gateway-local", DEAD),
    error("gateway-up", &["gateway-meshed", "gateway-address", "gateway-identity", "mirror-endpoints"]),
    error("gateway-meshed", DEAD),
    // Who makes the Link anew mends both.
    warning("gateway-address", &["probe-place", "mirror-endpoints"]),
    alone("gateway-addresses"),
    error("gateway-identity", &["probe-place", "mirror-address", "mirror-endpoints"]),
    error("target-domain", &["discovery-secret"]),
    alone("target-control-plane"),
    error("trust-roots", &["trust-issuer", "trust-copies", "trust-restart", "mirror-endpoints"]),
    warning("trust-issuer", &["trust-renewal", "trust-copies", "mirror-endpoints"]),
    warning("trust-renewal", &["trust-expiry"]),
    alone("trust-copies"),
    error("trust-expiry", DEAD),
    error("trust-restart", DEAD),
    alone("cilium-sockets"),
    alone("cilium-restart"),
    alone("flat-network"),
    error("controller-meshed", DEAD),
    alone("discovery-secret"),
    warning("gateway-probe", DEAD),
    warning("probe-place", &["probe-policy", "mirror-endpoints"]),
    warning("probe-networks", DEAD),
    warning("probe-route", DEAD),
    alone("gateway-policy"),
    error("probe-policy", DEAD),
    alone("backend-policy"),
    warning("gateway-ranges", DEAD),
    warning("gateway-network-policy", DEAD),
    alone("backend-network-policy"),
    alone("client-network-policy"),
    error("control-plane-network-policy", DEAD),
    alone("mirror-address"),
    alone("mirror-endpoints"),
    alone("export-protocol"),
    alone("opaque-ports"),
    alone("mirror-opaque"),
    alone("pod-ports"),
    alone("route-circle"),
    alone("route-version"),
    alone("copied-labels"),
    warning("namespace-injection", &["client-proxy"]),
    alone("client-ingress"),
    alone("client-proxy"),
    alone("version-skew"),
    alone("federated-local"),
    alone("domain-assumed"),
    alone("not-looked-at"),
    alone("not-looked-at-here"),
];
