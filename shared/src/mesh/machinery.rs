//! What carries the mirrors of a cluster: service-mirror controllers where mirrors are made, the gateway where they
//! lead to, and the settings of Linkerd on both sides. Plain data; nobody judges here.

mod backends;
mod cilium;
mod fences;
mod gateway;
mod injector;
mod issuer;
mod lease;
mod policies;
mod rights;
mod settings;
mod workloads;

pub use backends::{Pods, Selectors};
pub use cilium::CiliumSettings;
pub use fences::{
    CILIUMS_CLUSTER, DNS, Direction, Fence, Opening, Peer, Reading, Servers, Whom, beside, denying, enforced,
    lacking, leads_into, lets_some, lets_some_ask, ranges_alone, reads, shutting, silencing,
};
pub use gateway::{GatewayService, Probed};
pub use injector::{Barrier, Injector};
pub use issuer::{Hindrance, Issuer, Key, Stuck};
pub use lease::Lease;
pub use policies::{
    Admission, Authorization, Caller, Identities, Networks, Older, Policies, Range, Reference, Routes,
    Server, ranged,
};
pub use rights::{Account, Binding, Granted, Right, Rights, Role, Rule};
pub use settings::Settings;
pub use workloads::{Client, Deployment, FAILING, Pod, Refused};

use super::certificate::Certificate;
use super::snapshot::Trusting;
use crate::terms::{Kind, ObjectRef, Observed, Obstacle};

/// The machinery of one cluster, in the namespace of its multicluster extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machinery {
    /// That namespace.
    pub namespace: String,
    /// Its Services.
    pub services: Observed<Vec<GatewayService>>,
    /// Its Deployments.
    pub deployments: Observed<Vec<Deployment>>,
    /// Its pods.
    pub pods: Observed<Vec<Pod>>,
    /// Its Leases.
    pub leases: Observed<Vec<Lease>>,
    /// What the control plane is set to.
    pub settings: Observed<Settings>,
    /// What its proxies trust; absent where nobody looked, or Linkerd has none there.
    pub roots: Observed<Roots>,
    /// Who signs the certificates of its proxies; absent likewise.
    pub issuer: Observed<Issuer>,
    /// How Cilium is set up with regard to proxies; absent without it.
    pub cilium: Observed<CiliumSettings>,
    /// Who may do what. Looked at, like what follows, only when an export is to be judged; absent otherwise.
    pub rights: Observed<Rights>,
    /// Linkerd's policies, in the namespaces of the gateway and of the Services; absent where there are none.
    pub policies: Observed<Policies>,
    /// What lets packets to pods and from them, in the same namespaces and in the whole cluster, where it is enforced.
    pub fences: Observed<Vec<Fence>>,
    /// Routes that Services or Servers are the parents of, in the same namespaces; looked at in the exporter.
    pub routes: Observed<Vec<Route>>,
    /// Routes of gRPC and TCP, beside the Services; likewise.
    pub other_routes: Observed<Vec<Route>>,
    /// Whether the exporter has the Gateway API in versions that today's Linkerd does not read alone.
    pub has_old_routes: bool,
    /// The pods behind the Services.
    pub backends: Observed<Pods>,
    /// Addresses of what the controllers probe, by the name of its Service; looked at in consumers.
    pub probed: Observed<Vec<Probed>>,
    /// What gives pods their proxies; looked at where one of the extension lacks its own, absent otherwise.
    pub injector: Observed<Injector>,
    /// The node that answers for the gateway's address; looked at where the gateway is of its own node alone and Cilium
    /// announces it, absent otherwise.
    pub announcer: Observed<String>,
    /// For how many seconds Cilium has announced the gateway's address from no node, though it has given it and is told to
    /// announce such ones; absent where it does, or is not.
    pub unannounced: Option<i64>,
    /// The node that announces it and has a pod of the gateway; looked at where others are handed what comes, too, and policies matter.
    pub home: Option<String>,
    /// The addresses of all nodes; looked at where the gateway is reached by them, absent otherwise.
    pub nodes: Observed<Vec<String>>,
    /// The external addresses of nodes, where a look from all sides knows the nodes.
    pub externals: Vec<String>,
    /// What is surely not there at all.
    pub lost: Lost,
    /// Namespaces that are being deleted, and the account of the gateway's pods where it is gone; looked at from all sides alone.
    pub going: Vec<ObjectRef>,
}

/// What a cluster has nothing of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lost {
    /// Something of all is there, or may be.
    #[default]
    Nothing,
    /// The control plane.
    ControlPlane,
    /// The multicluster extension, which only the exporter may lack.
    Extension,
    /// Both.
    Linkerd,
}

/// The trust anchors of a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roots {
    /// Each of them.
    pub anchors: Vec<Certificate>,
    /// The SHA-256 of the text that they stand in, in hexadecimal: proxies are annotated with that of the text that they were
    /// given.
    pub digest: String,
    /// When that text was changed after it was made, as the API writes times; empty in a snapshot where nobody has missed it.
    pub changed: String,
    /// Pods of the control plane that were started before.
    pub unread: Vec<Pod>,
}

/// A route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Its kind: two groups have `HTTPRoute`s.
    pub kind: Kind,
    /// Its API group.
    pub group: String,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// What it is attached to.
    pub parents: Vec<Reference>,
    /// Where it leads.
    pub backends: Vec<Reference>,
    /// Those of them that are mirrors through a gateway, by their labels; `None` where nobody could look.
    pub mirrors: Option<Vec<Reference>>,
}

impl Machinery {
    /// What hides some of its roles.
    pub fn hidden_rights(&self) -> Option<&Obstacle> {
        match &self.rights {
            Observed::Present(rights) => rights.obstacle(),
            Observed::Absent | Observed::Unknown(_) => self.rights.obstacle(),
        }
    }

    /// What hides the injector, or who asks it.
    pub fn hidden_injector(&self) -> Option<&Obstacle> {
        match &self.injector {
            Observed::Present(injector) => injector.authorities.obstacle(),
            Observed::Absent | Observed::Unknown(_) => self.injector.obstacle(),
        }
    }

    /// What hides whether Cilium connects the cluster to others. Where no policy is in the way it does not matter.
    pub fn hidden_mesh(&self) -> Option<&Obstacle> {
        match &self.cilium {
            Observed::Present(cilium) if self.fences != Observed::Present(Vec::new()) => {
                cilium.mesh.obstacle()
            }
            Observed::Present(_) | Observed::Absent | Observed::Unknown(_) => None,
        }
    }

    /// What hides the pods behind the Services. Where nothing keeps anybody from pods they do not matter.
    pub fn hidden_backends(&self) -> Option<&Obstacle> {
        let is_free = self.policies == Observed::Absent && self.fences == Observed::Present(Vec::new());
        if is_free { None } else { self.backends.obstacle() }
    }
}

/// Credentials of a cluster's control plane for another cluster, by the metadata and the type of their Secret.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Discovery {
    /// The Secret's name.
    pub name: String,
    /// The cluster, as Links call their target.
    pub cluster: String,
    /// The trust domain there, when the Secret says it.
    pub trust_domain: Option<String>,
    /// The DNS domain there, when the Secret says it.
    pub cluster_domain: Option<String>,
    /// The type of the Secret; `None` when nobody may read it.
    pub kind: Option<String>,
    /// The API server that it leads to; `None` likewise, and where its kubeconfig is none.
    pub server: Option<String>,
    /// What is wrong with its kubeconfig.
    pub trouble: Option<String>,
    /// Why the exporter takes it for nothing, with the field that says so.
    pub dead: Option<(String, String)>,
    /// Which certificates of its server it takes.
    pub trusting: Trusting,
    /// The account of the pods that read it, where no role lets it.
    pub barred: Option<String>,
    /// When it was last changed, and when the first of the pods that read it was started, where the change came later.
    pub unread: Option<(String, String)>,
}

impl Token {
    /// Below this many seconds an expiry is near: a week.
    pub const SOON: i64 = 7 * 24 * 3600;
}

/// The token of a Link's credentials, as the cluster that it is for knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The namespace of its ServiceAccount.
    pub namespace: String,
    /// The name of its ServiceAccount.
    pub account: String,
    /// The Secret that it is kept in, where it is kept in one.
    pub secret: Option<String>,
    /// In how many seconds it expires, by the clock of this machine, where that is soon; `None` when it never does, or later.
    pub left: Option<i64>,
    /// Whether the account is there, and is the one that the token was made for.
    pub has_account: Observed<()>,
    /// When the account of that name was made that the token is not for; `None` where there is none.
    pub remade: Option<String>,
    /// Whether the Secret that the token is kept in is there; present when it is not kept in any.
    pub has_secret: Observed<()>,
    /// Whether that Secret keeps another token by now: API servers take no other one.
    pub is_replaced: bool,
}
