//! What a finding, a step or a failure is about.

use super::ClusterName;
use serde::Serialize;

/// A kind of object with the names that users type and APIs use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `v1` Service
    Service,
    /// `v1` Endpoints
    Endpoints,
    /// `v1` Namespace
    Namespace,
    /// `v1` Secret
    Secret,
    /// `multicluster.linkerd.io` Link
    Link,
    /// `apps/v1` Deployment
    Deployment,
    /// `v1` Pod
    Pod,
    /// `coordination.k8s.io/v1` Lease
    Lease,
    /// `v1` ServiceAccount
    ServiceAccount,
    /// `policy.linkerd.io` Server
    Server,
    /// `v1` `ConfigMap`
    ConfigMap,
    /// `networking.k8s.io/v1` `NetworkPolicy`
    NetworkPolicy,
    /// `cilium.io/v2` `CiliumNetworkPolicy`
    CiliumNetworkPolicy,
    /// `cilium.io/v2` `CiliumClusterwideNetworkPolicy`
    CiliumClusterwideNetworkPolicy,
    /// `gateway.networking.k8s.io` or `policy.linkerd.io` `HTTPRoute`
    HttpRoute,
    /// `gateway.networking.k8s.io` `GRPCRoute`
    GrpcRoute,
    /// `gateway.networking.k8s.io` `TCPRoute`
    TcpRoute,
    /// `networking.k8s.io` Ingress
    Ingress,
    /// `v1` Node
    Node,
    /// `apps/v1` `DaemonSet`
    DaemonSet,
    /// `apiregistration.k8s.io/v1` `APIService`
    ApiService,
    /// `cilium.io` `CiliumLoadBalancerIPPool`
    CiliumLoadBalancerIpPool,
}

impl Kind {
    /// All kinds, for loops over them.
    pub const ALL: [Self; 22] = [
        Self::Service,
        Self::Endpoints,
        Self::Namespace,
        Self::Secret,
        Self::Link,
        Self::Deployment,
        Self::Pod,
        Self::Lease,
        Self::ServiceAccount,
        Self::Server,
        Self::ConfigMap,
        Self::NetworkPolicy,
        Self::CiliumNetworkPolicy,
        Self::CiliumClusterwideNetworkPolicy,
        Self::HttpRoute,
        Self::GrpcRoute,
        Self::TcpRoute,
        Self::Ingress,
        Self::Node,
        Self::DaemonSet,
        Self::ApiService,
        Self::CiliumLoadBalancerIpPool,
    ];

    /// The short spelling, as in `svc/web`.
    pub fn short(self) -> &'static str {
        match self {
            Self::Service => "svc",
            Self::Endpoints => "ep",
            Self::Namespace => "ns",
            Self::Secret => "secret",
            Self::Link => "link",
            Self::Deployment => "deploy",
            Self::Pod => "pod",
            Self::Lease => "lease",
            Self::ServiceAccount => "sa",
            Self::Server => "server",
            Self::ConfigMap => "cm",
            Self::NetworkPolicy => "netpol",
            Self::CiliumNetworkPolicy => "cnp",
            Self::CiliumClusterwideNetworkPolicy => "ccnp",
            Self::HttpRoute => "httproute",
            Self::GrpcRoute => "grpcroute",
            Self::TcpRoute => "tcproute",
            Self::Ingress => "ing",
            Self::Node => "node",
            Self::DaemonSet => "ds",
            Self::ApiService => "apiservice",
            Self::CiliumLoadBalancerIpPool => "ippool",
        }
    }

    /// The kind as in a manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::Service => "Service",
            Self::Endpoints => "Endpoints",
            Self::Namespace => "Namespace",
            Self::Secret => "Secret",
            Self::Link => "Link",
            Self::Deployment => "Deployment",
            Self::Pod => "Pod",
            Self::Lease => "Lease",
            Self::ServiceAccount => "ServiceAccount",
            Self::Server => "Server",
            Self::ConfigMap => "ConfigMap",
            Self::NetworkPolicy => "NetworkPolicy",
            Self::CiliumNetworkPolicy => "CiliumNetworkPolicy",
            Self::CiliumClusterwideNetworkPolicy => "CiliumClusterwideNetworkPolicy",
            Self::HttpRoute => "HTTPRoute",
            Self::GrpcRoute => "GRPCRoute",
            Self::TcpRoute => "TCPRoute",
            Self::Ingress => "Ingress",
            Self::Node => "Node",
            Self::DaemonSet => "DaemonSet",
            Self::ApiService => "APIService",
            Self::CiliumLoadBalancerIpPool => "CiliumLoadBalancerIPPool",
        }
    }
}

impl Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.name())
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Kind {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Kind".into()
    }

    fn json_schema(_generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A kind of object, as in a manifest.",
            "enum": Self::ALL.map(Self::name),
        })
    }
}

/// An object in a cluster; prints as `apps: svc/shop/web`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ObjectRef {
    /// Where.
    pub cluster: ClusterName,
    /// What kind.
    pub kind: Kind,
    /// In which namespace; absent for cluster-scoped kinds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

impl ObjectRef {
    /// An object in a namespace.
    pub fn namespaced(cluster: &ClusterName, kind: Kind, namespace: &str, name: &str) -> Self {
        let namespace = Some(namespace.to_owned());
        Self { cluster: cluster.clone(), kind, namespace, name: name.to_owned() }
    }

    /// A cluster-scoped object.
    pub fn cluster_scoped(cluster: &ClusterName, kind: Kind, name: &str) -> Self {
        Self { cluster: cluster.clone(), kind, namespace: None, name: name.to_owned() }
    }
}

impl std::fmt::Display for ObjectRef {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.namespace {
            Some(namespace) => {
                write!(out, "{}: {}/{namespace}/{}", self.cluster, self.kind.short(), self.name)
            }
            None => write!(out, "{}: {}/{}", self.cluster, self.kind.short(), self.name),
        }
    }
}
