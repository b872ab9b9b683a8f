//! What carries the mirrors of a cluster: service-mirror controllers where mirrors are made, the gateway where they
//! lead to, and the settings of Linkerd on both sides. Plain data; nobody judges here.

mod policies;
mod rights;

pub use policies::{
    Admission, Authorization, Caller, Identities, Networks, Older, Policies, Reference, Server,
};
pub use rights::{Account, Binding, Granted, Right, Rights, Role, Rule};

use crate::terms::{Labels, Observed, Obstacle};

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
    /// The certificates that its proxies trust, DER; absent where nobody looked, or Linkerd has none there.
    pub roots: Observed<Vec<Vec<u8>>>,
    /// Whether Cilium balances connections of pods before their proxies see them; looked at in consumers, absent without it.
    pub is_bypassed: Observed<bool>,
    /// Who may do what. Looked at, like what follows, only when an export is to be judged; absent otherwise.
    pub rights: Observed<Rights>,
    /// Linkerd's policies, in the namespaces of the gateway and of the Services; absent where there are none.
    pub policies: Observed<Policies>,
    /// The pods behind the Services, where there are policies.
    pub backends: Observed<Vec<Pod>>,
}

impl Machinery {
    /// What hides some of its roles.
    pub fn hidden_rights(&self) -> Option<&Obstacle> {
        match &self.rights {
            Observed::Present(rights) => rights.obstacle(),
            Observed::Absent | Observed::Unknown(_) => self.rights.obstacle(),
        }
    }

    /// What hides the pods behind the Services. Without policies they do not matter.
    pub fn hidden_backends(&self) -> Option<&Obstacle> {
        if self.policies == Observed::Absent { None } else { self.backends.obstacle() }
    }
}

/// A Service of the extension: the gateway, or what a controller probes it through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GatewayService {
    /// Its name.
    pub name: String,
    /// Its annotations.
    pub annotations: Labels,
    /// `LoadBalancer`, `NodePort`, …
    pub service_type: String,
    /// Its ports: name, number, number on the nodes (0 without one).
    pub ports: Vec<(String, u16, u16)>,
    /// The addresses that a load balancer has given it, IPs or host names.
    pub ingress: Vec<String>,
}

impl GatewayService {
    /// The number of the port of this name.
    pub fn port(&self, name: &str) -> Option<u16> {
        self.ports.iter().find(|port| port.0 == name).map(|port| port.1)
    }

    /// The number that this port has on every node, when it has one.
    pub fn node_port(&self, name: &str) -> Option<u16> {
        self.ports.iter().find(|port| port.0 == name).map(|port| port.2).filter(|number| *number > 0)
    }

    /// The number that this port has from outside: on the nodes where the Service is a `NodePort`.
    pub fn outer_port(&self, name: &str) -> Option<u16> {
        let port = self.ports.iter().find(|port| port.0 == name)?;
        Some(if self.service_type == "NodePort" && port.2 > 0 { port.2 } else { port.1 })
    }
}

/// A Deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deployment {
    /// Its name.
    pub name: String,
    /// Its labels.
    pub labels: Labels,
    /// The arguments of its containers, one after the other.
    pub arguments: Vec<String>,
    /// How many of its pods are wanted.
    pub wanted: u32,
    /// How many of its pods serve.
    pub available: u32,
}

/// A pod.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pod {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its labels.
    pub labels: Labels,
    /// Its ServiceAccount.
    pub account: String,
    /// Its address.
    pub address: String,
    /// The ports that its containers declare: name and number.
    pub ports: Vec<(String, u16)>,
    /// Whether it has the network of its node instead of one of its own.
    pub is_on_host: bool,
    /// What its proxy lets in where no policy says otherwise; `None` when it does not say.
    pub inbound_policy: Option<String>,
    /// The paths that the kubelet asks its proxy for.
    pub probed: Vec<String>,
    /// Whether it has Linkerd's proxy, as a container or as a native sidecar.
    pub is_meshed: bool,
    /// Whether it is ready.
    pub is_ready: bool,
    /// Why it does not run, in the words of the cluster; empty when there is nothing to say.
    pub trouble: String,
}

/// Credentials of a cluster's control plane for another cluster, by the metadata of their Secret.
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
}

/// A Lease: who leads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lease {
    /// Its name.
    pub name: String,
    /// The pod that leads; empty when none does.
    pub holder: String,
    /// For how many seconds it is good without being renewed.
    pub duration: i64,
    /// How many seconds ago it was renewed, by the clock of this machine; `None` when it says nothing.
    pub age: Option<i64>,
}

/// Linkerd's settings that both sides of a Link must agree on. `None` is Linkerd's default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The DNS domain of the cluster.
    pub cluster_domain: Option<String>,
    /// The trust domain of its identities; the DNS domain where it is left out.
    pub trust_domain: Option<String>,
    /// Ports that no protocol is detected on, such as `25,587,3306`.
    pub opaque_ports: Option<String>,
    /// What is let in where no policy says otherwise.
    pub inbound_policy: Option<String>,
    /// Whether pods get their network rules from Linkerd's CNI plugin instead of a privileged init container.
    pub is_cni: bool,
}

impl Settings {
    /// The DNS domain of the cluster.
    pub fn domain(&self) -> &str {
        self.cluster_domain.as_deref().unwrap_or("cluster.local")
    }

    /// The trust domain of its identities.
    pub fn trust(&self) -> &str {
        self.trust_domain.as_deref().unwrap_or_else(|| self.domain())
    }
}

/// The token of a Link's credentials, as the cluster that it is for knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The namespace of its ServiceAccount.
    pub namespace: String,
    /// The name of its ServiceAccount.
    pub account: String,
    /// In how many seconds it expires, by the clock of this machine; `None` when it never does.
    pub left: Option<i64>,
    /// Whether the account is there, and is the one that the token was made for.
    pub has_account: Observed<()>,
    /// Whether the Secret that the token is kept in is there; present when it is not kept in any.
    pub has_secret: Observed<()>,
}
