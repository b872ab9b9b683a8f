//! What Linkerd is set to.

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
    /// How proxies go to each other: `transport-header` by their own port, `transparent` by that of the application.
    pub transport: Option<String>,
    /// The version of Linkerd, as `edge-25.4.1` or `stable-2.14.10`.
    pub version: Option<String>,
    /// The only ranges that probes may come from; `None` for all.
    pub probe_networks: Option<Vec<String>>,
    /// The same as the policy controller is told, where its Deployment was looked at.
    pub probe_argument: Option<Vec<String>>,
    /// The trust anchors that it was installed with, DER; empty where it was told that others bring them.
    pub anchors: Vec<Vec<u8>>,
    /// The ranges that count as inside of the cluster; `None` for all private ones.
    pub networks: Option<Vec<String>>,
    /// Whether pods get their network rules from Linkerd's CNI plugin instead of a privileged init container.
    pub is_cni: bool,
    /// Whether proxies go to addresses of IPv6, too, which they do where they are told to.
    pub is_ipv6: bool,
    /// Whether it tells proxies what Endpoints say, and not their slices, which it does where it is told to.
    pub is_by_endpoints: bool,
    /// Ports of pods that their proxies leave alone, where no annotation says others, ...
    pub skipped_in: Option<String>,
    /// ... and ports by which pods go past them.
    pub skipped_out: Option<String>,
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
