//! By what each check sees: the right without which it must be silent, beside that to Links, without which nobody asks.

/// What is hidden, and of which checks it is the own kind of evidence.
const OWN: &[(&str, &[&str])] = &[
    // What the Link itself says, and what is told of what cannot be seen: hidden by what hides that a Link is there.
    (
        "links of apps",
        &[
            "link-fields",
            "link-twice",
            "link-selects-all",
            "credentials-name",
            "gateway-mode",
            "flat-mode",
            "federated-mode",
            "gateway-probe",
            "no-link",
            "link-credentials",
            "mirror-unseen",
            "domain-assumed",
            "not-looked-at",
            "not-looked-at-here",
        ],
    ),
    ("deployments of apps", &["link-version", "controller-running", "export-headless"]),
    (
        "secrets of apps",
        &[
            "credentials-expired",
            "credentials-server",
            "credentials-authority",
            "credentials-trust",
            "credentials-reread",
            "discovery-secret",
            "trust-issuer",
            "trust-expiry",
        ],
    ),
    ("serviceaccounts of infra", &["credentials-revoked"]),
    ("clusterroles of infra", &["credentials-rights"]),
    ("clusterroles of apps", &["controller-rights"]),
    ("leases of apps", &["controller-leading"]),
    ("mutatingwebhookconfigurations of apps", &["proxy-injector"]),
    ("networkpolicies of apps", &["controller-network-policy", "client-network-policy"]),
    (
        "networkpolicies of infra",
        &["gateway-network-policy", "backend-network-policy", "control-plane-network-policy"],
    ),
    ("pods of apps", &["controller-meshed", "client-proxy"]),
    (
        "pods of infra",
        &["gateway-spread", "gateway-meshed", "trust-restart", "export-target-port", "pod-ports"],
    ),
    ("nodes of apps", &["flat-network"]),
    ("leases of infra", &["gateway-local"]),
    (
        "services of infra",
        &[
            "gateway-up",
            "gateway-ranges",
            "gateway-address",
            "gateway-addresses",
            "gateway-identity",
            "export-is-mirror",
            "export-shape",
            "export-protocol",
            "opaque-ports",
            "copied-labels",
            "mirror-name-length",
            "service-not-found",
            "not-labelled",
            "export-label",
        ],
    ),
    ("certificates of apps", &["trust-renewal"]),
    (
        "configmaps of infra",
        &[
            "target-domain",
            "target-control-plane",
            "trust-roots",
            "trust-copies",
            "version-skew",
            "cilium-cni",
            "probe-networks",
        ],
    ),
    ("configmaps of apps", &["cilium-sockets", "cilium-restart", "mirror-opaque"]),
    ("servers of infra", &["gateway-policy", "probe-policy", "backend-policy"]),
    ("httproutes of infra", &["probe-route", "route-circle"]),
    ("grpcroutes of infra", &["route-version"]),
    ("endpoints of infra", &["export-endpoints"]),
    ("endpoints of apps", &["probe-place", "mirror-endpoints-clash", "mirror-address", "mirror-endpoints"]),
    (
        "services of apps",
        &[
            "mirror-name-clash",
            "mirror-pods",
            "mirror-edited",
            "mirror-missing",
            "federated-passed-over",
            "mirror-behind",
            "mirror-orphaned",
        ],
    ),
    ("namespaces of apps", &["namespace-missing", "namespace-injection"]),
    ("ingresses of apps", &["client-ingress"]),
    ("deployments of infra", &["federated-local"]),
];

/// What a check sees by, for each time that it stands in the table.
pub(crate) fn own(id: &str) -> Vec<&'static str> {
    OWN.iter().filter(|(_, checks)| checks.contains(&id)).map(|(kind, _)| *kind).collect()
}
