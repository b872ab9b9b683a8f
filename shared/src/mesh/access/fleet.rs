//! The roles of who judges a whole fleet: each cluster is looked at as exporter and as consumer.

use super::roles::{
    ACCOUNTS, CILIUMS, CLUSTER_MESH, CORE, DISCOVERY, EVENTS, ISSUER, NETWORKS, POLICIES, RBAC, ROUTES,
    SETTINGS, WEBHOOK, named, rule,
};
use super::{AUTHORITY, Bound, OPERATOR, Role, Rule};
use crate::mesh::names::{CILIUM, CONTROL_PLANE};
use crate::terms::Obstacle;

/// All of them.
pub const FLEET_ROLES: [Role; 5] = [
    Role {
        name: "xcluster-check-reader",
        bound: Bound::Everywhere,
        what: "every check",
        rules: &[
            rule(&["list"], CORE, &["services", "endpoints"], "exports, mirrors and their endpoints"),
            rule(&["list"], "discovery.k8s.io", &["endpointslices"], "EndpointSlices of mirrors"),
            rule(&["list"], CORE, &["pods"], "service mirrors, gateways, backends, and clients of mirrors"),
            rule(
                &["get", "list"],
                CORE,
                &["namespaces"],
                "the cluster's identity, and the namespaces of mirrors",
            ),
            SETTINGS,
            named(
                rule(
                    &["get"],
                    CORE,
                    &["configmaps"],
                    "the CA that pods use for their API server, for `collect`",
                ),
                &[AUTHORITY],
            ),
            ACCOUNTS,
            rule(&["list"], CORE, &["nodes"], "node health, pod ranges, and node addresses of a gateway"),
            EVENTS,
            rule(&["list"], "apps", &["deployments"], "service mirrors, the gateway, the control plane"),
            rule(
                &["list"],
                "coordination.k8s.io",
                &["leases"],
                "the leader of a service mirror, and the node that announces the gateway",
            ),
            rule(&["list"], "multicluster.linkerd.io", &["links"], "which cluster mirrors from which"),
            POLICIES,
            ROUTES,
            rule(&["list"], NETWORKS, &["networkpolicies"], "policies that block clients"),
            rule(&["list"], NETWORKS, &["ingresses"], "Ingresses that are clients"),
            CILIUMS,
            rule(&["list"], "cilium.io", &["ciliumloadbalancerippools"], "gateway addresses, with Cilium"),
            named(rule(&["get"], "apps", &["daemonsets"], "Cilium's agents"), &["cilium"]),
            named(rule(&["get"], "apps", &["deployments"], "Cilium's operator"), &[OPERATOR]),
            rule(&["list"], "apiregistration.k8s.io", &["apiservices"], "whether every API is available"),
            rule(
                &["list"],
                RBAC,
                &["clusterroles", "clusterrolebindings", "roles", "rolebindings"],
                "the permissions of the service mirror and of a Link's token",
            ),
            WEBHOOK,
            rule(&["get", "list"], "cert-manager.io", &["certificates"], "whether the issuer is renewed"),
            rule(
                &["get"],
                "cert-manager.io",
                &["issuers", "clusterissuers"],
                "whether it will be the next time",
            ),
        ],
    },
    Role {
        name: "xcluster-check-reader-links",
        bound: Bound::Extension,
        what: "every check. It exposes the credentials of Links, which can read the other clusters",
        rules: &[rule(&["get"], CORE, &["secrets"], "where a Link leads, and whether its token is valid")],
    },
    Role {
        name: "xcluster-check-reader-issuer",
        bound: Bound::ControlPlane,
        what: "checking issuers, optional. It exposes the key that signs every identity in the mesh",
        rules: &[ISSUER],
    },
    Role {
        name: "xcluster-check-reader-flat",
        bound: Bound::ControlPlane,
        what: "flat and federated mirrors. It exposes all Secrets there, including the signing key",
        rules: &[DISCOVERY],
    },
    Role {
        name: "xcluster-check-reader-clustermesh",
        bound: Bound::System,
        what: "network policies, and flat and federated mirrors, if Cilium may connect the clusters",
        rules: &[CLUSTER_MESH],
    },
];

/// What an error of a check of a fleet may rest on, as RBAC names it: without one of these its answer is unsure. The rest is named
/// as not looked at.
pub(crate) const REQUIRED: [&str; 27] = [
    "configmaps",
    "endpoints",
    "namespaces",
    "nodes",
    "pods",
    "secrets",
    "serviceaccounts",
    "services",
    "mutatingwebhookconfigurations.admissionregistration.k8s.io",
    "daemonsets.apps",
    "deployments.apps",
    "ciliumclusterwidenetworkpolicies.cilium.io",
    "ciliumnetworkpolicies.cilium.io",
    "leases.coordination.k8s.io",
    "endpointslices.discovery.k8s.io",
    "links.multicluster.linkerd.io",
    "networkpolicies.networking.k8s.io",
    "authorizationpolicies.policy.linkerd.io",
    "httproutes.policy.linkerd.io",
    "meshtlsauthentications.policy.linkerd.io",
    "networkauthentications.policy.linkerd.io",
    "serverauthorizations.policy.linkerd.io",
    "servers.policy.linkerd.io",
    "clusterrolebindings.rbac.authorization.k8s.io",
    "clusterroles.rbac.authorization.k8s.io",
    "rolebindings.rbac.authorization.k8s.io",
    "roles.rbac.authorization.k8s.io",
];

/// Whether a right is missing that is required. Of Secrets those of Links are: who reads others sees the key that signs every
/// identity of a mesh.
pub(crate) fn is_required(obstacle: &Obstacle) -> bool {
    let Obstacle::Forbidden { resource, namespace, .. } = obstacle else { return false };
    let is_optional = |namespace: &str| [CONTROL_PLANE, CILIUM.0].contains(&namespace);
    let is_of_others = resource == "secrets" && namespace.as_deref().is_some_and(is_optional);
    REQUIRED.contains(&resource.as_str()) && !is_of_others
}

/// How the roles begin of who checks a fleet.
const FLEET: &str = "xcluster-check-";

impl Role {
    /// Whether a rule is required, where that is known; of Secrets those of Links are.
    pub(super) fn need(&self, rule: &Rule) -> &'static str {
        if !self.name.starts_with(FLEET) {
            return "";
        }
        let is_bound = matches!(self.bound, Bound::Everywhere | Bound::Extension);
        let named = |resource: &&str| match rule.group {
            CORE => (*resource).to_owned(),
            group => format!("{resource}.{group}"),
        };
        let is_required =
            is_bound && rule.resources.iter().any(|one| REQUIRED.contains(&named(one).as_str()));
        if is_required { "required: " } else { "optional: " }
    }
}
