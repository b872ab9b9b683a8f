//! What each cluster stands on, as plain data.

use crate::terms::{ClusterName, Failing, Fleet, ObjectRef, Observed};
use std::collections::BTreeSet;

/// A node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one object")]
pub struct NodeSeen {
    /// Its name.
    pub name: String,
    /// Whether its kubelet says that pods can be run there.
    pub is_ready: bool,
    /// Whether nobody has heard of its kubelet: that it is not ready is said of it, and not by it.
    pub is_silent: bool,
    /// Why not, as one word of the kubelet or the node controller; empty when it is, or nobody says.
    pub reason: String,
    /// For how many seconds it has not been; `None` where it is, or nobody says.
    pub age: Option<i64>,
    /// What it runs out of, in the words of its conditions: `MemoryPressure`, `DiskPressure`, `PIDPressure`.
    pub pressures: Vec<String>,
    /// Whether its pods have no network.
    pub lacks_network: bool,
    /// For how many seconds they have none; `None` where they have one, or nobody says.
    pub network_age: Option<i64>,
    /// The version of its kubelet, `v1.33.1`; empty when it does not say.
    pub kubelet: String,
    /// Whether it is for the control plane of Kubernetes.
    pub has_control_plane: bool,
    /// Whether it is none, but leads to something else that runs pods: a virtual kubelet.
    pub is_virtual: bool,
}

/// Those that pods of a mesh can be on: virtual ones where there are no others.
pub fn bearing(nodes: &[NodeSeen]) -> impl Iterator<Item = &NodeSeen> {
    let is_virtual = nodes.iter().all(|node| node.is_virtual);
    nodes.iter().filter(move |node| node.is_virtual == is_virtual)
}

/// An API that the API server does not answer itself, but hands on to a Service: an `APIService`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiSeen {
    /// Its name: `v1beta1.metrics.k8s.io`.
    pub name: String,
    /// The Service that answers for it: `NAMESPACE/NAME`.
    pub service: String,
    /// Whether the API server says that it does not.
    pub is_lost: bool,
    /// Why not, as one word of the API server.
    pub reason: String,
    /// For how many seconds it has been as it is.
    pub age: Option<i64>,
}

/// The reason of one of which somebody wants no pod.
pub const SCALED_DOWN: &str = "it is scaled to 0";

/// A Deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkloadSeen {
    /// Its name.
    pub name: String,
    /// How many of its pods serve; `None` where no controller has looked at it yet.
    pub available: Option<u32>,
    /// For how many seconds it has had too few of them; `None` when nobody says.
    pub age: Option<i64>,
    /// Why, as one word of its controller; [`SCALED_DOWN`] where nobody wants any; empty when there is none.
    pub reason: String,
    /// Its pods that do not serve; nobody looks for them as long as one serves.
    pub idle: BTreeSet<String>,
    /// Their nodes.
    pub nodes: BTreeSet<String>,
    /// Why its pods are not made, in the words of the cluster; empty when they are.
    pub refusal: String,
    /// The first of them of which a container keeps it from serving, and that.
    pub failing: Option<(String, Failing)>,
    /// Services by which others find it that select no pod of it, and what they select; empty of those that are not there.
    pub unfound: Vec<(String, String)>,
}

/// An agent of Cilium that is not ready.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgentSeen {
    /// Its pod.
    pub pod: String,
    /// Its node.
    pub node: String,
    /// Why, as one word of the kubelet; empty when it gives none.
    pub reason: String,
    /// For how many seconds.
    pub age: Option<i64>,
}

/// The agents of Cilium.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentsSeen {
    /// Whether their controller has counted anything yet.
    pub is_counted: bool,
    /// On how many nodes there should be one.
    pub wanted: u32,
    /// On how many of them there is none that serves.
    pub unavailable: u32,
    /// On how many of them nobody has made one.
    pub missing: u32,
    /// Whether they are being replaced, one after the other.
    pub is_rolling: bool,
    /// For how many seconds all these numbers have been as they are; `None` when nobody says.
    pub age: Option<i64>,
    /// Those that are not ready; nobody looks for them as long as all serve.
    pub lost: Observed<Vec<AgentSeen>>,
}

/// A pool of addresses for load balancers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PoolSeen {
    /// Its name.
    pub name: String,
    /// Its ranges, as they are written.
    pub ranges: Vec<String>,
    /// Whether somebody has turned it off.
    pub is_disabled: bool,
    /// With what it overlaps, in Cilium's words, so that it gives none; empty when it overlaps with nothing.
    pub conflict: String,
    /// Whether all its addresses are taken.
    pub is_exhausted: bool,
}

/// A Service of the gateway that a load balancer should give an address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GatewaySeen {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Whether it has one.
    pub has_address: bool,
    /// Why Cilium gives it none: a word and a sentence of Cilium's; `None` where it says nothing.
    pub refusal: Option<(String, String)>,
}

/// Cilium, where it is the network of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CiliumSeen {
    /// Its agents.
    pub agents: Observed<AgentsSeen>,
    /// Its operator.
    pub operator: Observed<WorkloadSeen>,
    /// Its pools of addresses.
    pub pools: Observed<Vec<PoolSeen>>,
    /// Who may need one of these.
    pub gateways: Observed<Vec<GatewaySeen>>,
}

/// What was made to have a proxy of Linkerd's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelicSeen {
    /// The pod or the Deployment.
    pub object: ObjectRef,
    /// The field that says so.
    pub field: String,
    /// What it says.
    pub value: String,
    /// For how many seconds it has been there; `None` when it does not say.
    pub age: Option<i64>,
}

/// One cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterHealth {
    /// How this run calls it.
    pub name: ClusterName,
    /// Its nodes.
    pub nodes: Observed<Vec<NodeSeen>>,
    /// The version of its API server, `v1.33.1`.
    pub version: Observed<String>,
    /// The APIs that others answer for.
    pub apis: Observed<Vec<ApiSeen>>,
    /// Cilium; absent where there is none.
    pub cilium: Observed<CiliumSeen>,
    /// The Deployments of Linkerd's control plane; none where there is no Linkerd.
    pub control_plane: Observed<Vec<WorkloadSeen>>,
    /// For how many seconds, or always where nobody says, its `kube-dns` has had no ready pod; `None` where it has some, or is not there.
    pub mute: Option<i64>,
    /// A ready pod of DNS, where that Service is gone, and no other leads to such pods.
    pub unfound: Option<String>,
    /// What of the multicluster extension is left where nothing of Linkerd's control plane is there, nor its settings; absent
    /// where one of these is there, or nothing of the extension.
    pub relic: Observed<RelicSeen>,
    /// How many seconds the clock of its API server was ahead of this machine's, when it last answered; negative when it was
    /// behind. `None` where no answer had a date.
    pub clock: Option<i64>,
}

/// All clusters that could be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthSeen {
    /// The clusters of the run, for commands to paste.
    pub fleet: Fleet,
    /// Each of them, in the order of the fleet.
    pub clusters: Vec<ClusterHealth>,
}
