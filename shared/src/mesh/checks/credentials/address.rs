//! Addresses of API servers that mean something else to a pod than to the machine where they were written down.

use crate::mesh::network::host_of;
use crate::mesh::snapshot::Inside;
use core::net::IpAddr;

const OWN: &str = "which for a pod in the consumer is the consumer's own API server";

const PLAIN: &str = "which is plain HTTP: API servers do not serve it, and the token is sent in the clear";
/// What a name is that may be one of a company's own DNS just as well.
pub(super) const ANNOUNCED: &str = "an mDNS name, which cluster DNS seldom resolves";
/// Ports of API servers.
const TLS: [&str; 3] = ["443", "6443", "8443"];

/// What is wrong with an address.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    /// Why, after the address and a comma.
    pub(super) why: &'static str,
    /// Whether no pod can use it; otherwise it depends on the network.
    pub(super) is_sure: bool,
    /// Whether a pod with the network of its node can.
    pub(super) is_of_the_node: bool,
}

/// Of `https://host:port/path`; `None` when nothing speaks against it.
pub(super) fn trouble(server: &str) -> Option<Trouble> {
    if let Some(rest) = server.strip_prefix("http://") {
        // Where TLS is spoken, an API server answers; elsewhere something in front of it may speak both.
        let is_sure = rest.rsplit_once(':').is_some_and(|(_, port)| TLS.contains(&port));
        return Some(Trouble { why: PLAIN, is_sure, is_of_the_node: false });
    }
    let (host, path) = host_of(server)?;
    let of_host = match host.parse::<IpAddr>() {
        Ok(address) => of_address(address),
        Err(_) => of_name(&host),
    };
    let behind = "behind a path, as with a proxy: such proxies often accept only their own tokens";
    let behind = Trouble { why: behind, is_sure: false, is_of_the_node: false };
    of_host.or_else(|| (!path.is_empty()).then_some(behind))
}

/// What is wrong with an address of the Service `kubernetes`.
pub(super) const fn inside(inside: Inside) -> Trouble {
    match inside {
        Inside::Consumer => Trouble { why: OWN, is_sure: true, is_of_the_node: false },
        Inside::Exporter => Trouble {
            why: "which is the address of the exporter's Service kubernetes: pods of other clusters seldom reach it",
            is_sure: false,
            is_of_the_node: false,
        },
    }
}

fn of_address(address: IpAddr) -> Option<Trouble> {
    let mapped = match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    };
    let is_link_local = match mapped {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    if mapped.is_loopback() {
        Some(Trouble { why: "which inside a pod is the pod itself", is_sure: true, is_of_the_node: true })
    } else if mapped.is_unspecified() {
        Some(Trouble { why: "which is not a reachable address", is_sure: true, is_of_the_node: true })
    } else if is_link_local {
        Some(Trouble {
            why: "which is a link-local address, and pods cannot reach those",
            is_sure: true,
            is_of_the_node: true,
        })
    } else {
        None
    }
}

fn of_name(host: &str) -> Option<Trouble> {
    let is_own = |name: &str| host == name || host.starts_with(&format!("{name}."));
    if host == "localhost" || host.ends_with(".localhost") {
        Some(Trouble { why: "which inside a pod is the pod itself", is_sure: true, is_of_the_node: true })
    } else if is_own("kubernetes.default") || host == "kubernetes" {
        Some(Trouble { why: OWN, is_sure: true, is_of_the_node: false })
    } else if host.rsplit('.').next() == Some("local") && host.contains('.') && !host.contains(".svc.") {
        Some(Trouble { why: ANNOUNCED, is_sure: false, is_of_the_node: false })
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_only_this_machine_can_use_is_told() {
        for server in [
            "https://127.0.0.1:6443",
            "https://[::1]:6443",
            "https://localhost:6443",
            "https://0.0.0.0:6443",
            "https://a.localhost:443",
            "https://169.254.1.1:6443",
            "https://[::ffff:127.0.0.1]:6443",
        ] {
            let trouble = trouble(server).unwrap_or_else(|| panic!("{server}"));
            assert!(trouble.is_sure && trouble.is_of_the_node, "{server}: {trouble:?}");
        }
        for server in ["https://kubernetes.default:443", "https://kubernetes.default.svc.cluster.local:443"] {
            let trouble = trouble(server).unwrap();
            assert!(trouble.is_sure && !trouble.is_of_the_node, "{server}: {trouble:?}");
        }
    }

    #[test]
    fn a_server_without_tls_is_told_and_something_in_front_of_it_may_take_that() {
        let is_sure = |server: &str| trouble(server).unwrap().is_sure;
        assert!(is_sure("http://10.0.0.1:6443"));
        assert!(!is_sure("http://proxy.infra.example:8080"));
    }

    #[test]
    fn what_depends_on_the_network_is_less_sure() {
        for server in ["https://infra.local:6443", "https://rancher.example:443/k8s/clusters/c-1"] {
            assert!(!trouble(server).unwrap().is_sure, "{server}");
        }
    }

    #[test]
    fn what_pods_can_reach_is_fine() {
        for server in [
            "https://10.0.0.1:6443",
            "https://infra.example:6443",
            "https://[2001:db8::1]:6443",
            "https://api.infra.svc.cluster.local:443",
            "https://local.example:6443",
            "",
        ] {
            assert_eq!(trouble(server), None, "{server}");
        }
    }
}
