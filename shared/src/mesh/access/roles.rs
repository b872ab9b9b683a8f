//! The table of roles.

use super::{Bound, Role, Rule};

pub(super) const fn rule(
    verbs: &'static [&'static str],
    group: &'static str,
    resources: &'static [&'static str],
    why: &'static str,
) -> Rule {
    Rule { verbs, group, resources, names: &[], why }
}

/// The same for some objects by name alone.
pub(super) const fn named(rule: Rule, names: &'static [&'static str]) -> Rule {
    Rule { names, ..rule }
}

pub(super) const CORE: &str = "";
const LINKERD: &str = "policy.linkerd.io";
pub(super) const NETWORKS: &str = "networking.k8s.io";
const GATEWAYS: &str = "gateway.networking.k8s.io";
pub(super) const RBAC: &str = "rbac.authorization.k8s.io";

// What is read on both sides.
pub(super) const SETTINGS: Rule = named(
    rule(
        &["get"],
        CORE,
        &["configmaps"],
        "Linkerd's configuration and trust anchors, Cilium's configuration",
    ),
    &["linkerd-config", "linkerd-identity-trust-roots", "cilium-config"],
);
pub(super) const CILIUMS: Rule = rule(
    &["list"],
    "cilium.io",
    &["ciliumnetworkpolicies", "ciliumclusterwidenetworkpolicies"],
    "the same for Cilium",
);
pub(super) const WEBHOOK: Rule = named(
    rule(&["get"], "admissionregistration.k8s.io", &["mutatingwebhookconfigurations"], "the proxy injector"),
    &["linkerd-proxy-injector-webhook-config"],
);
pub(super) const EVENTS: Rule = rule(&["list"], CORE, &["events"], "whether a new issuer is used");
pub(super) const CERTIFICATES: Rule =
    rule(&["get"], "cert-manager.io", &["certificates"], "whether the issuer is renewed");

// What who looks at exports and who looks at fleets need alike.
pub(super) const POLICIES: Rule = rule(
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
    "policies that admit clients",
);
pub(super) const ROUTES: Rule =
    rule(&["list"], GATEWAYS, &["httproutes", "grpcroutes", "tcproutes"], "routes that form a loop");
pub(super) const ACCOUNTS: Rule = rule(&["get"], CORE, &["serviceaccounts"], "the owner of a Link's token");
pub(super) const ISSUER: Rule = named(
    rule(&["get"], CORE, &["secrets"], "certificates of the issuer and of the proxy injector"),
    &["linkerd-identity-issuer", "linkerd-proxy-injector-k8s-tls"],
);
pub(super) const DISCOVERY: Rule =
    rule(&["get", "list"], CORE, &["secrets"], "the control plane's credentials for other clusters");
pub(super) const CLUSTER_MESH: Rule =
    named(rule(&["get"], CORE, &["secrets"], "which clusters Cilium connects"), &["cilium-clustermesh"]);

/// All of them.
pub const ROLES: [Role; 10] = [
    Role {
        name: "mesh-export-reader-source",
        bound: Bound::Source,
        what: "list, verify, explain and dry runs of the client",
        rules: &[
            rule(
                &["list"],
                CORE,
                &["services", "endpoints", "pods"],
                "Services, their backends, and the gateway",
            ),
            rule(
                &["get"],
                CORE,
                &["namespaces"],
                "the cluster's identity, and labels and annotations for a namespace to be created",
            ),
            SETTINGS,
            ACCOUNTS,
            rule(&["list"], CORE, &["nodes"], "pod ranges, and node addresses of a gateway"),
            EVENTS,
            rule(&["list"], "apps", &["deployments"], "the gateway and the control plane"),
            rule(&["list"], "coordination.k8s.io", &["leases"], "the node that announces the gateway"),
            POLICIES,
            ROUTES,
            rule(&["list"], NETWORKS, &["networkpolicies"], "policies that block clients"),
            CILIUMS,
            rule(
                &["list"],
                RBAC,
                &["clusterroles", "clusterrolebindings"],
                "the permissions of a Link's token",
            ),
            rule(&["list"], "multicluster.linkerd.io", &["links"], "Links in the other direction"),
            WEBHOOK,
            CERTIFICATES,
        ],
    },
    Role {
        name: "mesh-export-reader-consumer",
        bound: Bound::Consumer,
        what: "list, verify, explain and dry runs of the client",
        rules: &[
            rule(&["list", "watch"], CORE, &["services", "endpoints"], "mirrors and their state"),
            rule(&["list"], CORE, &["pods"], "service mirrors, and clients of mirrors"),
            rule(
                &["get", "list"],
                CORE,
                &["namespaces"],
                "the cluster's identity, and the namespaces of mirrors",
            ),
            SETTINGS,
            rule(&["list"], CORE, &["nodes"], "pod ranges"),
            EVENTS,
            rule(&["list"], "apps", &["deployments"], "service mirrors and the control plane"),
            rule(&["list"], "coordination.k8s.io", &["leases"], "the leader of a service mirror"),
            rule(
                &["get", "list"],
                "multicluster.linkerd.io",
                &["links"],
                "which cluster mirrors what, and its status",
            ),
            rule(
                &["list"],
                NETWORKS,
                &["networkpolicies", "ingresses"],
                "policies that block clients, and Ingresses that are clients",
            ),
            CILIUMS,
            rule(&["list"], GATEWAYS, &["httproutes"], "clients of mirrors to be removed"),
            rule(
                &["list"],
                RBAC,
                &["clusterroles", "clusterrolebindings", "roles", "rolebindings"],
                "the permissions of the service mirror",
            ),
            WEBHOOK,
            CERTIFICATES,
        ],
    },
    Role {
        name: "mesh-export-reader-links",
        bound: Bound::Extension,
        what: "the same commands. It exposes the credentials of Links, which can read the other clusters",
        rules: &[rule(
            &["get", "list"],
            CORE,
            &["secrets"],
            "where a Link leads, and whether its token is valid",
        )],
    },
    Role {
        name: "mesh-export-reader-issuer",
        bound: Bound::ControlPlane,
        what: "the same commands, optional: checks issuers. It exposes the key that signs every identity in the mesh",
        rules: &[ISSUER],
    },
    Role {
        name: "mesh-export-reader-flat",
        bound: Bound::ControlPlane,
        what: "flat and federated exports. It exposes all Secrets there, including the signing key",
        rules: &[DISCOVERY],
    },
    Role {
        name: "mesh-export-reader-clustermesh",
        bound: Bound::System,
        what: "network policies, and flat and federated exports, if Cilium may connect the clusters",
        rules: &[CLUSTER_MESH],
    },
    Role {
        name: "mesh-export-exporter-source",
        bound: Bound::Source,
        what: "export and undo, in addition to the reader",
        rules: &[
            rule(&["patch"], CORE, &["services"], "export labels"),
            rule(&["watch"], CORE, &["services"], "the Service, while waiting for its mirrors"),
        ],
    },
    Role {
        name: "mesh-export-exporter-consumer",
        bound: Bound::Mirrors,
        what: "undo, to remove mirrors left by a deleted Link",
        rules: &[rule(&["delete"], CORE, &["services"], "leftover mirrors")],
    },
    Role {
        name: "mesh-export-prober-consumer",
        bound: Bound::Mirrors,
        what: "--probe. With permission to create pods, every Secret and account in their namespace can be used",
        rules: &[
            rule(&["create", "delete", "list"], "batch", &["jobs"], "the probe"),
            rule(&["create", "watch"], CORE, &["pods"], "admission and completion of its pod"),
            rule(&["get"], CORE, &["pods/log"], "its results"),
        ],
    },
    Role {
        name: "mesh-export-namespaces-consumer",
        bound: Bound::Consumer,
        what: "--create-namespace",
        rules: &[rule(&["create"], CORE, &["namespaces"], "the namespace of a mirror")],
    },
];
