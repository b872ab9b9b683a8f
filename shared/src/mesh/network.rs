//! What a cluster's API shows of its pod network: the ranges of its pods' addresses, and how Cilium is set up.

use crate::terms::{Observed, Obstacle};
// Of `core`, where an address is a number, and nobody can open a connection to it.
use core::net::IpAddr;
use std::collections::{BTreeMap, BTreeSet};

/// The host of `https://host:port/path`, by name or by address, and the path.
pub(crate) fn host_of(server: &str) -> Option<(String, &str)> {
    let (_, rest) = server.split_once("://")?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase();
    Some((host, path))
}

/// A range of addresses, such as `10.0.0.0/16`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cidr {
    address: IpAddr,
    length: u8,
}

/// From this length on a range of IPv4 has no more than 256 addresses.
const FEW: u8 = 24;

impl Cidr {
    /// Reads a range; `None` when it is none.
    pub fn read(text: &str) -> Option<Self> {
        let (address, length) = text.trim().split_once('/')?;
        let (address, length) = (address.parse::<IpAddr>().ok()?, length.parse::<u8>().ok()?);
        (length <= width(address)).then_some(Self { address, length })
    }

    /// The range of one address; `None` when it is none.
    pub fn of_address(text: &str) -> Option<Self> {
        let address = text.parse::<IpAddr>().ok()?;
        Some(Self { address, length: width(address) })
    }

    /// Whether it is too narrow for the pods of a cluster: one address, or a few public ones.
    pub fn is_narrow(self) -> bool {
        let is_of_few = self.is_ipv4() && self.length >= FEW && is_public(self.address);
        self.length == width(self.address) || is_of_few
    }

    /// Whether it is of the older of the two families.
    pub fn is_ipv4(self) -> bool {
        self.address.is_ipv4()
    }

    /// Its first address, as it was written.
    pub fn address(self) -> IpAddr {
        self.address
    }

    /// Whether all addresses of the other range are in this one.
    pub fn covers(self, other: Self) -> bool {
        self.length <= other.length && self.agrees(other, self.length)
    }

    /// Whether some address is in both.
    pub fn overlaps(self, other: Self) -> bool {
        self.agrees(other, self.length.min(other.length))
    }

    /// Whether both begin with the same bits, so many of them.
    fn agrees(self, other: Self, length: u8) -> bool {
        let beside = width(self.address).saturating_sub(length);
        let differ = bits(self.address) ^ bits(other.address);
        let same = differ.checked_shr(u32::from(beside)).unwrap_or(0) == 0;
        width(self.address) == width(other.address) && same
    }
}

/// Whether an address is routed everywhere.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let is_shared = v4.octets()[0] == 100 && (v4.octets()[1] & 0xc0) == 64;
            !v4.is_private() && !v4.is_loopback() && !v4.is_link_local() && !is_shared
        }
        IpAddr::V6(v6) => !v6.is_unique_local() && !v6.is_unicast_link_local() && !v6.is_loopback(),
    }
}

impl std::fmt::Display for Cidr {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}/{}", self.address, self.length)
    }
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// The pod network of a cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkSeen {
    /// The ranges that its nodes give to pods.
    pub nodes: Observed<Vec<Cidr>>,
    /// The same of each node, by its name, where all of them say some; empty otherwise.
    pub each: BTreeMap<String, Vec<Cidr>>,
    /// How Cilium is set up; absent where it is not.
    pub cilium: Observed<CiliumSeen>,
}

/// What Cilium's configuration says.
#[derive(Debug, Clone, PartialEq)]
pub struct CiliumSeen {
    /// Whether packets between nodes go as they are, and not through tunnels.
    pub is_native: bool,
    /// By which key it says that they go through tunnels, and in which word; `None` where it leaves that to what is usual.
    pub tunnel: Option<(&'static str, String)>,
    /// The ranges that the network itself carries packets to.
    pub native: Vec<Cidr>,
    /// Whether packets of IPv4 to any others go out from the address of the node.
    pub is_masquerading: bool,
    /// The ranges that Cilium gives to pods, where it does that instead of the nodes.
    pub pool: Vec<Cidr>,
    /// Those of the pools that it was first started with, where it gives addresses of pools, which may be others since
    /// (`ipam: multi-pool`).
    pub pools: Option<Vec<Cidr>>,
    /// Whether pods get the addresses of their nodes' ranges (`ipam: kubernetes`).
    pub is_by_node: bool,
    /// What the cluster is called among those that Cilium connects.
    pub name: String,
    /// Its number there; 0 where it is connected to none.
    pub id: u32,
    /// The clusters that it is connected to, by name; nobody looks where its number is 0.
    pub peers: Observed<BTreeSet<String>>,
}

impl Default for CiliumSeen {
    /// A Cilium that routes through tunnels, and to no other cluster.
    fn default() -> Self {
        let (native, pool, name) = (Vec::new(), Vec::new(), String::new());
        Self {
            is_native: false,
            tunnel: None,
            native,
            is_masquerading: true,
            pool,
            pools: None,
            is_by_node: false,
            name,
            id: 0,
            peers: Observed::Absent,
        }
    }
}

impl CiliumSeen {
    /// The ranges that it says it gives addresses of.
    pub fn given(&self) -> Option<&[Cidr]> {
        let all = self.pools.as_deref().unwrap_or(&self.pool);
        (!all.is_empty()).then_some(all)
    }
}

impl NetworkSeen {
    /// The ranges of its pods' addresses, whoever gives them.
    pub fn pods(&self) -> Observed<Vec<Cidr>> {
        match &self.cilium {
            Observed::Present(cilium) => {
                cilium.given().map_or_else(|| self.nodes.clone(), |ranges| Observed::Present(ranges.to_vec()))
            }
            Observed::Absent => self.nodes.clone(),
            // The nodes' ranges may be others than those that are used.
            Observed::Unknown(obstacle) => Observed::Unknown(obstacle.clone()),
        }
    }

    /// What hides the ranges of its pods' addresses.
    pub fn hidden_pods(&self) -> Option<&Obstacle> {
        let is_hidden = matches!(self.pods(), Observed::Unknown(_));
        self.cilium.obstacle().or(self.nodes.obstacle()).filter(|_| is_hidden)
    }

    /// The same network by its addresses of IPv4 alone.
    #[must_use]
    pub fn of_ipv4(&self) -> Self {
        let older = |ranges: &[Cidr]| ranges.iter().copied().filter(|range| range.is_ipv4()).collect();
        let cilium = self.cilium.clone().map(|cilium| {
            let (pool, pools) = (older(&cilium.pool), cilium.pools.as_deref().map(older));
            CiliumSeen { pool, pools, ..cilium }
        });
        let each = self.each.iter().map(|(node, ranges)| (node.clone(), older(ranges))).collect();
        Self { nodes: self.nodes.clone().map(|ranges| older(&ranges)), each, cilium }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cidr(text: &str) -> Cidr {
        Cidr::read(text).unwrap()
    }

    #[test]
    fn a_range_is_an_address_and_a_length_that_its_kind_can_have() {
        assert_eq!(cidr(" 10.1.0.0/16 ").to_string(), "10.1.0.0/16");
        for odd in ["", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "fd00::/129", "x/8", "10.0.0.0/-1"] {
            assert_eq!(Cidr::read(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_few_public_addresses_are_of_no_pods() {
        for narrow in ["203.0.113.10/32", "203.0.113.0/24", "10.1.0.7/32", "fd00::7/128"] {
            assert!(cidr(narrow).is_narrow(), "{narrow}");
        }
        for wide in ["0.0.0.0/0", "203.0.0.0/16", "10.1.0.0/24", "100.64.3.0/24", "2001:db8::/120"] {
            assert!(!cidr(wide).is_narrow(), "{wide}");
        }
    }

    #[test]
    fn ranges_of_two_kinds_have_nothing_in_common() {
        assert!(!cidr("0.0.0.0/0").covers(cidr("::/64")) && !cidr("::/0").overlaps(cidr("0.0.0.0/0")));
        assert!(cidr("fd00::/8").covers(cidr("fd12::/48")));
    }

    fn ranges() -> impl Strategy<Value = Cidr> {
        (any::<u32>(), 0..=32u8).prop_map(|(bits, length)| Cidr { address: IpAddr::V4(bits.into()), length })
    }

    proptest! {
        #[test]
        fn a_range_that_covers_another_overlaps_it_and_overlap_is_mutual(one in ranges(), other in ranges()) {
            prop_assert!(one.covers(one));
            prop_assert!(!one.covers(other) || one.overlaps(other));
            prop_assert_eq!(one.overlaps(other), other.overlaps(one));
            // Of two ranges that share an address, one lies in the other.
            prop_assert_eq!(one.overlaps(other), one.covers(other) || other.covers(one));
        }
    }
}
