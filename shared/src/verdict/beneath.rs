//! What clusters stand on, and what gives way with it: ids of checks alone, so that neither who judges clusters nor who judges
//! a mesh has to know the other.

/// What pods do: none of it goes on without nodes, their network, or the certificates of their proxies.
const OF_PODS: &[&str] = &[
    "gateway-up",
    "controller-running",
    "controller-leading",
    "export-endpoints",
    "proxy-injector",
    "federated-local",
];

/// What Linkerd's control plane carries.
const OF_LINKERD: &[&str] = &[
    "proxy-injector",
    "gateway-up",
    "gateway-meshed",
    "controller-running",
    "controller-leading",
    "controller-meshed",
    "trust-roots",
    "trust-copies",
    "discovery-secret",
    "client-proxy",
    "export-endpoints",
    "mirror-missing",
    "mirror-behind",
    "mirror-endpoints",
    "federated-local",
];

/// Each check with what may follow from it directly, causes first.
const BENEATH: [(&str, &[&str]); 9] = [
    (
        "cilium-agents",
        &[
            "node-ready",
            "node-network",
            "gateway-up",
            "controller-running",
            "export-endpoints",
            "federated-local",
            "gateway-local",
        ],
    ),
    (
        "node-ready",
        &[
            "cilium-operator",
            "control-plane",
            "api-services",
            "gateway-up",
            "controller-running",
            "controller-leading",
            "export-endpoints",
            "proxy-injector",
            "federated-local",
        ],
    ),
    ("node-network", OF_PODS),
    ("node-pressure", &["gateway-up", "controller-running", "export-endpoints", "federated-local"]),
    ("cluster-clock", &["controller-leading", "trust-expiry"]),
    ("cilium-operator", &["gateway-up"]),
    ("cilium-pools", &["gateway-up"]),
    ("control-plane", OF_LINKERD),
    ("api-services", &["namespace-missing"]),
];

/// What may follow directly from something that clusters stand on; nothing from other checks.
pub fn follows(check: &str) -> &'static [&'static str] {
    BENEATH.iter().find(|(id, _)| *id == check).map_or(&[], |(_, effects)| effects)
}

/// Where it stands among its like, causes first; what is none of them stands last.
pub fn depth(check: &str) -> usize {
    BENEATH.iter().position(|(id, _)| *id == check).unwrap_or(BENEATH.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::said;

    #[test]
    fn causes_come_before_what_they_explain_and_all_are_checks() {
        for (cause, effects) in BENEATH {
            for check in effects.iter().chain([&cause]) {
                assert!(said(check).is_some(), "{check}");
            }
            assert!(effects.iter().all(|effect| depth(effect) > depth(cause)), "{cause}");
        }
    }
}
