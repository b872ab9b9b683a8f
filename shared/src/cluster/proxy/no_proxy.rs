//! `NO_PROXY` as Go reads it. It is compared with the server, never with the proxy.

use std::net::IpAddr;

/// Where a connection goes.
#[derive(Debug, Clone)]
pub(super) struct Target {
    host: String,
    address: Option<IpAddr>,
    port: u16,
}

impl Target {
    /// The host without brackets.
    pub(super) fn new(host: &str, port: u16) -> Self {
        let host = host.trim().to_lowercase();
        Self { address: host.parse().ok(), host, port }
    }

    /// The environment never sends what stays on this machine through a proxy.
    fn is_local(&self) -> bool {
        self.host == "localhost" || self.address.is_some_and(|address| canonical(address).is_loopback())
    }
}

/// Whether a target is reached without a proxy.
pub(super) fn is_direct(exceptions: &str, target: &Target) -> bool {
    target.is_local() || exceptions.split(',').any(|entry| matches(&entry.trim().to_lowercase(), target))
}

fn matches(entry: &str, target: &Target) -> bool {
    match entry {
        "" => false,
        "*" => true,
        network if network.contains('/') => target.address.is_some_and(|address| contains(network, address)),
        place => {
            let (host, port) = split_port(place);
            port.is_none_or(|port| port.parse() == Ok(target.port)) && matches_host(host, target)
        }
    }
}

/// `host:port`, `[v6]:port`, or a host alone; a bare IPv6 address has no port.
fn split_port(place: &str) -> (&str, Option<&str>) {
    if let Some((host, rest)) = place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (host, rest.strip_prefix(':'));
    }
    match place.split_once(':') {
        Some((host, port)) if !port.contains(':') => (host, Some(port)),
        _ => (place, None),
    }
}

fn matches_host(host: &str, target: &Target) -> bool {
    if let Ok(address) = host.parse::<IpAddr>() {
        return target.address.is_some_and(|other| canonical(other) == canonical(address));
    }
    // `*.example.com` and `.example.com` mean what is below; `example.com` means itself, too.
    let host = host.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(host);
    match host.strip_prefix('.') {
        _ if host.is_empty() => false,
        Some(_) => target.host.ends_with(host),
        None => target.host == host || target.host.strip_suffix(host).is_some_and(|rest| rest.ends_with('.')),
    }
}

fn contains(network: &str, address: IpAddr) -> bool {
    let Some((base, length)) = network.split_once('/') else { return false };
    let (Ok(base), Ok(length)) = (base.parse::<IpAddr>(), length.parse::<u32>()) else { return false };
    match (base, canonical(address)) {
        (IpAddr::V4(base), IpAddr::V4(address)) => {
            length <= 32 && same_prefix(base.to_bits().into(), address.to_bits().into(), 32 - length)
        }
        (IpAddr::V6(base), IpAddr::V6(address)) => {
            length <= 128 && same_prefix(base.to_bits(), address.to_bits(), 128 - length)
        }
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
    }
}

fn same_prefix(one: u128, other: u128, ignored: u32) -> bool {
    let cut = |bits: u128| bits.checked_shr(ignored).unwrap_or_default();
    cut(one) == cut(other)
}

fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}
