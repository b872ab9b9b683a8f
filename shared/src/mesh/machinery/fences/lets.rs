//! What the openings of a policy let through. Cilium reads some connections for a protocol, and what proxies send each other is
//! encrypted: to it that is none.

use super::{DNS, Direction, Fence, Opening, Peer, Pod, Whom, closing, has, is_port_of};
use crate::mesh::network::Cidr;

/// The ports of proxies, by their names and their usual numbers: what comes there is encrypted.
const PROXIES: [(&str, u16); 2] = [("linkerd-proxy", 4143), ("linkerd-admin", 4191)];

/// Whether what comes to a port, of a pod or elsewhere, is encrypted by a proxy.
pub(super) fn is_encrypted(pod: &Pod, port: u16) -> bool {
    let is_it = |(name, usual): (&str, u16)| {
        port == usual || pod.ports.iter().any(|(own, number)| own == name && *number == port)
    };
    PROXIES.into_iter().any(is_it)
}

/// The protocol that policies about a pod read a connection for which they would let through else.
pub fn reads(
    fences: &[Fence],
    pod: &Pod,
    (direction, whom, port): (Direction, Whom<'_>, u16),
) -> Option<&'static str> {
    let is_port = |first: &str, last: u16| is_port_of(pod, (direction, port), (first, last));
    let about = fences.iter().filter(|fence| fence.selects(pod) != Some(false));
    let mut openings =
        about.flat_map(|fence| fence.openings(direction).into_iter().flatten().map(move |one| (fence, one)));
    openings.find_map(|(fence, one)| one.protocol.filter(|_| one.is_to(whom, fence) && one.has_port(is_port)))
}

/// The policies that shut a pod in or off, and the ranges of addresses that these alone leave open to somebody; `None` where there
/// is more, or nothing.
pub fn ranges_alone<'a>(
    fences: &'a [Fence],
    pod: &Pod,
    (direction, whom, port): (Direction, Whom<'_>, u16),
) -> Option<(Vec<&'a Fence>, Vec<Cidr>)> {
    let is_port = |first: &str, last: u16| is_port_of(pod, (direction, port), (first, last));
    let about = |fence: &&Fence| fence.selects(pod) != Some(false) && fence.openings(direction).is_some();
    let encrypted = is_encrypted(pod, port);
    let open = |fence: &'a Fence| {
        let all = fence.passing(direction, encrypted);
        all.filter(|opening| opening.has_port(is_port)).map(move |opening| (fence, opening))
    };
    let openings: Vec<(&Fence, &Opening)> = fences.iter().filter(about).flat_map(open).collect();
    let ranges: Option<Vec<Vec<Cidr>>> =
        openings.into_iter().map(|(fence, opening)| opening.ranges(whom, fence)).collect();
    let ranges = ranges?.concat();
    let by = closing(fences, pod, direction, |_| false);
    (!by.is_empty() && !ranges.is_empty()).then_some((by, ranges))
}

impl Fence {
    /// Whether one of its openings lets this through, or may.
    pub(super) fn opens(
        &self,
        direction: Direction,
        (whom, is_encrypted): (Whom<'_>, bool),
        is_port: impl Fn(&str, u16) -> bool,
    ) -> bool {
        let mut all = self.passing(direction, is_encrypted);
        all.any(|opening| opening.is_to(whom, self) && opening.has_port(&is_port))
    }

    /// Whether it opens a port to anybody.
    pub(super) fn is_open_to_some(
        &self,
        direction: Direction,
        is_encrypted: bool,
        is_port: impl Fn(&str, u16) -> bool,
    ) -> bool {
        let is_to_some = |opening: &Opening| opening.peers.as_ref().is_none_or(|peers| !peers.is_empty());
        let mut all = self.passing(direction, is_encrypted);
        all.any(|opening| is_to_some(opening) && opening.has_port(&is_port))
    }

    /// Its openings for what is encrypted, or all.
    fn passing(&self, direction: Direction, is_encrypted: bool) -> impl Iterator<Item = &Opening> {
        let all = self.openings(direction).unwrap_or_default().iter();
        all.filter(move |opening| opening.protocol.is_none() || !is_encrypted)
    }
}

impl Opening {
    /// The ranges by which it is open to somebody; `None` where it is otherwise.
    fn ranges(&self, whom: Whom<'_>, fence: &Fence) -> Option<Vec<Cidr>> {
        let meant = self.peers.as_ref()?.iter().filter(|peer| peer.may_be(whom, fence));
        let range = |peer: &Peer| if let Peer::Range(range, _) = peer { Some(*range) } else { None };
        meant.map(range).collect()
    }

    fn is_to(&self, whom: Whom<'_>, fence: &Fence) -> bool {
        self.peers.as_ref().is_none_or(|peers| peers.iter().any(|peer| peer.may_be(whom, fence)))
    }

    fn has_port(&self, is_port: impl Fn(&str, u16) -> bool) -> bool {
        self.ports.as_ref().is_none_or(|ports| ports.iter().any(|(first, last)| is_port(first, *last)))
    }
}

/// In what a policy that is in the way falls short, where it opens the port to others, or other ports than that of DNS to whom it
/// is asked about.
pub fn lacking(fence: &Fence, (direction, whom, port): (Direction, Whom<'_>, u16)) -> Option<&'static str> {
    let is = |(first, last): &(String, u16), port: u16| has(first, *last, port) == Some(true);
    let openings = fence.openings(direction).into_iter().flatten();
    let openings = openings.filter_map(|one| Some((one.peers.as_ref()?, one.ports.as_ref()?)));
    let mut openings: Vec<_> = openings.collect();
    if openings.iter().any(|(_, ports)| ports.iter().any(|one| is(one, port))) {
        return Some("opens that port to others alone");
    }
    openings.retain(|(_, ports)| ports.iter().any(|one| !is(one, DNS[0])));
    let is_whom = openings.iter().any(|(peers, _)| peers.iter().any(|peer| peer.may_be(whom, fence)));
    is_whom.then_some("opens other ports there alone")
}
