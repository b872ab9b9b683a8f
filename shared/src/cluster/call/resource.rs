//! What a request is about.

/// A resource of the Kubernetes API. Fixed kinds need no discovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resource {
    /// API group; empty for the core group.
    pub group: &'static str,
    /// API version.
    pub version: &'static str,
    /// Plural name as in paths.
    pub plural: &'static str,
}

impl Resource {
    /// `v1` services
    pub const SERVICES: Self = Self::core("services");
    /// `v1` endpoints
    pub const ENDPOINTS: Self = Self::core("endpoints");
    /// `v1` namespaces
    pub const NAMESPACES: Self = Self::core("namespaces");
    /// `v1` nodes
    pub const NODES: Self = Self::core("nodes");
    /// `v1` secrets
    pub const SECRETS: Self = Self::core("secrets");
    /// `v1` pods
    pub const PODS: Self = Self::core("pods");
    /// `v1` events
    pub const EVENTS: Self = Self::core("events");
    /// `v1` serviceaccounts
    pub const SERVICE_ACCOUNTS: Self = Self::core("serviceaccounts");
    /// `v1` configmaps
    pub const CONFIG_MAPS: Self = Self::core("configmaps");
    /// `v1` pods/log
    pub const POD_LOGS: Self = Self::core("pods/log");
    /// What a server says of itself. No resource, but a path: rights name it as it is.
    pub const VERSION: Self = Self::core("/version");
    /// `batch/v1` jobs
    pub const JOBS: Self = Self { group: "batch", version: "v1", plural: "jobs" };
    /// `discovery.k8s.io/v1` endpointslices
    pub const ENDPOINT_SLICES: Self =
        Self { group: "discovery.k8s.io", version: "v1", plural: "endpointslices" };
    /// `networking.k8s.io/v1` ingresses
    pub const INGRESSES: Self = Self { group: "networking.k8s.io", version: "v1", plural: "ingresses" };
    /// `networking.k8s.io/v1` networkpolicies
    pub const NETWORK_POLICIES: Self =
        Self { group: "networking.k8s.io", version: "v1", plural: "networkpolicies" };
    /// `gateway.networking.k8s.io/v1` httproutes
    pub const HTTP_ROUTES: Self =
        Self { group: "gateway.networking.k8s.io", version: "v1", plural: "httproutes" };

    /// `apps/v1` deployments
    pub const DEPLOYMENTS: Self = Self { group: "apps", version: "v1", plural: "deployments" };
    /// `apps/v1` daemonsets
    pub const DAEMON_SETS: Self = Self { group: "apps", version: "v1", plural: "daemonsets" };
    /// `apiregistration.k8s.io/v1` apiservices
    pub const API_SERVICES: Self =
        Self { group: "apiregistration.k8s.io", version: "v1", plural: "apiservices" };
    /// `coordination.k8s.io/v1` leases
    pub const LEASES: Self = Self { group: "coordination.k8s.io", version: "v1", plural: "leases" };

    /// `rbac.authorization.k8s.io/v1` clusterroles
    pub const CLUSTER_ROLES: Self = Self::rbac("clusterroles");
    /// `rbac.authorization.k8s.io/v1` clusterrolebindings
    pub const CLUSTER_ROLE_BINDINGS: Self = Self::rbac("clusterrolebindings");
    /// `rbac.authorization.k8s.io/v1` roles
    pub const ROLES: Self = Self::rbac("roles");
    /// `rbac.authorization.k8s.io/v1` rolebindings
    pub const ROLE_BINDINGS: Self = Self::rbac("rolebindings");

    const fn rbac(plural: &'static str) -> Self {
        Self { group: "rbac.authorization.k8s.io", version: "v1", plural }
    }

    const fn core(plural: &'static str) -> Self {
        Self { group: "", version: "v1", plural }
    }

    /// The name that RBAC rules and error messages use: `services`, `links.multicluster.linkerd.io`.
    pub fn name(&self) -> String {
        if self.group.is_empty() { self.plural.to_owned() } else { format!("{}.{}", self.plural, self.group) }
    }

    pub(super) fn root(&self) -> String {
        match self.group {
            "" => format!("/api/{}", self.version),
            group => format!("/apis/{group}/{}", self.version),
        }
    }
}
