//! The table of roles.

use super::{Bound, Role, Rule};

const fn rule(
    verbs: &'static [&'static str],
    group: &'static str,
    resources: &'static [&'static str],
    why: &'static str,
) -> Rule {
    Rule { verbs, group, resources, why }
}

const CORE: &str = "";
const LINKERD: &str = "policy.linkerd.io";
const NETWORKS: &str = "networking.k8s.io";
const CILIUM: &str = "cilium.io";
const GATEWAYS: &str = "gateway.networking.k8s.io";
const RBAC: &str = "rbac.authorization.k8s.io";

/// All of them.
pub const ROLES: [Role; 7] = [
    Role {
        name: "mesh-export-reader-source",
        bound: Bound::Source,
        what: "list, verify, explain and dry runs of the client",
        rules: &[
            rule(
                &["list"],
                CORE,
                &["services", "endpoints", "pods"],
                "the Services, their backends, and the gateway",
            ),
            rule(
                &["get"],
                CORE,
                &["namespaces"],
                "who the cluster is, and the marks of a namespace to be made",
            ),
            rule(
                &["get"],
                CORE,
                &["configmaps"],
                "settings and trust anchors of Linkerd, settings of Cilium",
            ),
            rule(&["get"], CORE, &["serviceaccounts"], "whose token a Link has"),
            rule(&["list"], CORE, &["nodes"], "ranges of pods, addresses of a gateway on nodes"),
            rule(&["list"], CORE, &["events"], "whether a new issuer is used"),
            rule(&["list"], "apps", &["deployments"], "the gateway, the control plane"),
            rule(&["list"], "coordination.k8s.io", &["leases"], "the node that answers for the gateway"),
            rule(
                &["list"],
                LINKERD,
                &[
                    "servers",
                    "authorizationpolicies",
                    "serverauthorizations",
                    "meshtlsauthentications",
                    "networkauthentications",
                    "httproutes",
                ],
                "what lets clients through",
            ),
            rule(&["list"], GATEWAYS, &["httproutes", "grpcroutes", "tcproutes"], "routes that lead back"),
            rule(&["list"], NETWORKS, &["networkpolicies"], "what shuts clients out"),
            rule(
                &["list"],
                CILIUM,
                &["ciliumnetworkpolicies", "ciliumclusterwidenetworkpolicies"],
                "likewise, with Cilium",
            ),
            rule(
                &["list"],
                RBAC,
                &["clusterroles", "clusterrolebindings"],
                "what the token of a Link may do",
            ),
            rule(&["list"], "multicluster.linkerd.io", &["links"], "Links that lead the other way"),
            rule(
                &["get"],
                "admissionregistration.k8s.io",
                &["mutatingwebhookconfigurations"],
                "what gives pods their proxies",
            ),
            rule(&["get"], "cert-manager.io", &["certificates"], "whether the issuer is renewed"),
        ],
    },
    Role {
        name: "mesh-export-reader-consumer",
        bound: Bound::Consumer,
        what: "the same",
        rules: &[
            rule(&["list", "watch"], CORE, &["services", "endpoints"], "mirrors, and whether they have come"),
            rule(&["list"], CORE, &["pods"], "service mirrors, and clients of mirrors"),
            rule(&["get", "list"], CORE, &["namespaces"], "who the cluster is, and where mirrors are made"),
            rule(
                &["get"],
                CORE,
                &["configmaps"],
                "settings and trust anchors of Linkerd, settings of Cilium",
            ),
            rule(&["list"], CORE, &["nodes"], "ranges of pods"),
            rule(&["list"], CORE, &["events"], "whether a new issuer is used"),
            rule(&["list"], "apps", &["deployments"], "service mirrors, the control plane"),
            rule(&["list"], "coordination.k8s.io", &["leases"], "which service mirror leads"),
            rule(
                &["get", "list"],
                "multicluster.linkerd.io",
                &["links"],
                "who mirrors what, and how far it has come",
            ),
            rule(
                &["list"],
                NETWORKS,
                &["networkpolicies", "ingresses"],
                "what shuts clients in, and clients",
            ),
            rule(
                &["list"],
                CILIUM,
                &["ciliumnetworkpolicies", "ciliumclusterwidenetworkpolicies"],
                "likewise, with Cilium",
            ),
            rule(&["list"], GATEWAYS, &["httproutes"], "clients of mirrors that are to go"),
            rule(
                &["list"],
                RBAC,
                &["clusterroles", "clusterrolebindings", "roles", "rolebindings"],
                "what the service mirror may do",
            ),
            rule(
                &["get"],
                "admissionregistration.k8s.io",
                &["mutatingwebhookconfigurations"],
                "what gives pods their proxies",
            ),
            rule(&["get"], "cert-manager.io", &["certificates"], "whether the issuer is renewed"),
        ],
    },
    Role {
        name: "mesh-export-reader-mesh",
        bound: Bound::Mesh,
        what: "the same; Secrets of no other namespace can be read by it",
        rules: &[rule(&["get", "list"], CORE, &["secrets"], "credentials of Links, certificates of issuers")],
    },
    Role {
        name: "mesh-export-exporter-source",
        bound: Bound::Source,
        what: "export and undo, beside the reader",
        rules: &[
            rule(&["patch"], CORE, &["services"], "the labels of an export"),
            rule(&["watch"], CORE, &["services"], "the Service, while its mirrors come"),
        ],
    },
    Role {
        name: "mesh-export-exporter-consumer",
        bound: Bound::Consumer,
        what: "undo, where a deleted Link has left mirrors",
        rules: &[rule(&["delete"], CORE, &["services"], "mirrors that nobody takes away any more")],
    },
    Role {
        name: "mesh-export-prober-consumer",
        bound: Bound::Consumer,
        what: "--probe",
        rules: &[
            rule(&["create", "delete", "list"], "batch", &["jobs"], "the probe"),
            rule(&["create", "watch"], CORE, &["pods"], "whether its pod is admitted, and how it ends"),
            rule(&["get"], CORE, &["pods/log"], "what it has heard"),
        ],
    },
    Role {
        name: "mesh-export-namespaces-consumer",
        bound: Bound::Consumer,
        what: "--create-namespace",
        rules: &[rule(&["create"], CORE, &["namespaces"], "the namespace of a mirror")],
    },
];
