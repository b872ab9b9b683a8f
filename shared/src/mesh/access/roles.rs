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
    rule(&["get"], CORE, &["configmaps"], "settings and trust anchors of Linkerd, settings of Cilium"),
    &["linkerd-config", "linkerd-identity-trust-roots", "cilium-config"],
);
pub(super) const CILIUMS: Rule = rule(
    &["list"],
    "cilium.io",
    &["ciliumnetworkpolicies", "ciliumclusterwidenetworkpolicies"],
    "likewise, with Cilium",
);
pub(super) const WEBHOOK: Rule = named(
    rule(
        &["get"],
        "admissionregistration.k8s.io",
        &["mutatingwebhookconfigurations"],
        "what gives pods their proxies",
    ),
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
    "what lets clients through",
);
pub(super) const ROUTES: Rule =
    rule(&["list"], GATEWAYS, &["httproutes", "grpcroutes", "tcproutes"], "routes that lead back");
pub(super) const ACCOUNTS: Rule = rule(&["get"], CORE, &["serviceaccounts"], "whose token a Link has");
pub(super) const ISSUER: Rule = named(
    rule(&["get"], CORE, &["secrets"], "certificates of the issuer and of the proxy injector"),
    &["linkerd-identity-issuer", "linkerd-proxy-injector-k8s-tls"],
);
pub(super) const DISCOVERY: Rule =
    rule(&["get", "list"], CORE, &["secrets"], "credentials of the control plane for other clusters");
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
                "the Services, their backends, and the gateway",
            ),
            rule(
                &["get"],
                CORE,
                &["namespaces"],
                "who the cluster is, and the marks of a namespace to be made",
            ),
            SETTINGS,
            ACCOUNTS,
            rule(&["list"], CORE, &["nodes"], "ranges of pods, addresses of a gateway on nodes"),
            EVENTS,
            rule(&["list"], "apps", &["deployments"], "the gateway, the control plane"),
            rule(&["list"], "coordination.k8s.io", &["leases"], "the node that answers for the gateway"),
            POLICIES,
            ROUTES,
            rule(&["list"], NETWORKS, &["networkpolicies"], "what shuts clients out"),
            CILIUMS,
            rule(
                &["list"],
                RBAC,
                &["clusterroles", "clusterrolebindings"],
                "what the token of a Link may do",
            ),
            rule(&["list"], "multicluster.linkerd.io", &["links"], "Links that lead the other way"),
            WEBHOOK,
            CERTIFICATES,
        ],
    },
    Role {
        name: "mesh-export-reader-consumer",
        bound: Bound::Consumer,
        what: "list, verify, explain and dry runs of the client",
        rules: &[
            rule(&["list", "watch"], CORE, &["services", "endpoints"], "mirrors, and whether they have come"),
            rule(&["list"], CORE, &["pods"], "service mirrors, and clients of mirrors"),
            rule(&["get", "list"], CORE, &["namespaces"], "who the cluster is, and where mirrors are made"),
            SETTINGS,
            rule(&["list"], CORE, &["nodes"], "ranges of pods"),
            EVENTS,
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
            CILIUMS,
            rule(&["list"], GATEWAYS, &["httproutes"], "clients of mirrors that are to go"),
            rule(
                &["list"],
                RBAC,
                &["clusterroles", "clusterrolebindings", "roles", "rolebindings"],
                "what the service mirror may do",
            ),
            WEBHOOK,
            CERTIFICATES,
        ],
    },
    Role {
        name: "mesh-export-reader-links",
        bound: Bound::Extension,
        what: "the same commands. It shows the credentials of Links, which read the other clusters",
        rules: &[rule(
            &["get", "list"],
            CORE,
            &["secrets"],
            "whose mirrors a Link makes, and whether its token is good",
        )],
    },
    Role {
        name: "mesh-export-reader-issuer",
        bound: Bound::ControlPlane,
        what: "the same commands, if you like: without it what signs is not looked at. It shows the key that signs every identity of the mesh",
        rules: &[ISSUER],
    },
    Role {
        name: "mesh-export-reader-flat",
        bound: Bound::ControlPlane,
        what: "flat and federated exports. It shows all Secrets there, the key that signs among them",
        rules: &[DISCOVERY],
    },
    Role {
        name: "mesh-export-reader-clustermesh",
        bound: Bound::System,
        what: "network policies, and flat and federated exports, where Cilium may connect the clusters",
        rules: &[CLUSTER_MESH],
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
        bound: Bound::Mirrors,
        what: "undo, where a deleted Link has left mirrors",
        rules: &[rule(&["delete"], CORE, &["services"], "mirrors that nobody takes away any more")],
    },
    Role {
        name: "mesh-export-prober-consumer",
        bound: Bound::Mirrors,
        what: "--probe. Who makes pods can use every Secret and account of their namespace",
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
