//! Whether pods of two clusters reach each other's addresses. That the ranges of the addresses differ shows nothing by
//! itself; that they overlap disproves it; what shows it is a Cilium that is set up to route to the other cluster's pods.

mod given;

pub use given::pooled;

use super::machinery::Pod;
use super::network::{Cidr, CiliumSeen, NetworkSeen};
use crate::terms::{ClusterName, Observed, Obstacle};
use given::{is_certain, namesakes};

/// What the networks of two clusters tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flatness {
    /// Pods reach each other, as this shows.
    Shown(String),
    /// They never do: pods of both may have the same address.
    Disproved(String),
    /// What there is to see shows nothing, for this reason.
    NotShown(String),
    /// Something that would tell cannot be seen in this cluster.
    Unknown(ClusterName, Obstacle),
}

/// A cluster, its network, and pods of it.
pub type Side<'a> = (&'a ClusterName, &'a NetworkSeen, &'a [&'a Pod]);

/// Judges the networks of two clusters.
pub fn judge(one: Side<'_>, other: Side<'_>) -> Flatness {
    judged(one, other).unwrap_or_else(|early| early)
}

fn judged(one: Side<'_>, other: Side<'_>) -> Result<Flatness, Flatness> {
    let overlap = match (pods(one), pods(other)) {
        (Ok(own), Ok(far)) => overlapping((one, &own), (other, &far)),
        (Err(_), _) | (_, Err(_)) => None,
    };
    if let Some(disproved @ Flatness::Disproved(_)) = overlap {
        return Ok(disproved);
    }
    if let Some((own, far)) = namesakes(one, other) {
        let text = format!(
            "pod {}/{} of {} and pod {}/{} of {} have the same address, {}",
            own.namespace, own.name, one.0, far.namespace, far.name, other.0, own.address
        );
        return Ok(Flatness::Disproved(text));
    }
    let ranges = (pods(one)?, pods(other)?);
    if let Some(unclear) = overlap {
        return Ok(unclear);
    }
    let ciliums = (cilium(one)?, cilium(other)?);
    let mut reasons = Vec::new();
    match (routes((one.0, ciliums.0), (other.0, &ranges.1)), routes((other.0, ciliums.1), (one.0, &ranges.0)))
    {
        (Ok(()), Ok(())) => {
            let text = format!("Cilium routes natively from {} to {} and back", one.0, other.0);
            return Ok(Flatness::Shown(text));
        }
        (there, back) => reasons.extend(there.err().into_iter().chain(back.err())),
    }
    match meshed((one.0, ciliums.0), (other.0, ciliums.1))? {
        Ok(text) => Ok(Flatness::Shown(text)),
        Err(reason) => {
            reasons.push(reason);
            Ok(Flatness::NotShown(reasons.join("; ")))
        }
    }
}

/// Ranges that overlap disprove it where pods certainly have their addresses.
fn overlapping((one, own): (Side<'_>, &[Cidr]), (other, far): (Side<'_>, &[Cidr])) -> Option<Flatness> {
    let pairs = || own.iter().flat_map(|own| far.iter().map(move |far| (*own, *far)));
    let pairs = || pairs().filter(|(own, far)| own.overlaps(*far));
    if let Some((own, far)) = pairs().find(|(own, far)| is_certain(one, *own) && is_certain(other, *far)) {
        let text = format!("pods of {} have addresses of {own}, and those of {} of {far}", one.0, other.0);
        return Some(Flatness::Disproved(text));
    }
    let (own, far) = pairs().next()?;
    let why = if is_pooled(one) && is_pooled(other) {
        "which overlap, unless no pod gets an address of these"
    } else {
        "which overlap, unless pods get other addresses than their nodes say"
    };
    let (who, whose) = (giver(one), giver(other));
    Some(Flatness::NotShown(format!("{who} {own} and {whose} {far}, {why}")))
}

/// Who says which addresses its pods have.
fn giver(side: Side<'_>) -> String {
    if is_pooled(side) {
        format!("Cilium of {} says", side.0)
    } else {
        format!("the nodes of {} say", side.0)
    }
}

fn is_pooled((_, network, _): Side<'_>) -> bool {
    matches!(&network.cilium, Observed::Present(cilium) if cilium.given().is_some())
}

/// Ranges that pods of both will have addresses of, when those that they have now are used up.
pub fn ahead(one: Side<'_>, other: Side<'_>) -> Option<(Cidr, Cidr)> {
    let lists = |(_, network, _): Side<'_>| match &network.cilium {
        Observed::Present(cilium) => cilium.pool.clone(),
        Observed::Absent | Observed::Unknown(_) => Vec::new(),
    };
    let (own, far) = (lists(one), lists(other));
    own.iter().flat_map(|own| far.iter().map(move |far| (*own, *far))).find(|(own, far)| own.overlaps(*far))
}

/// The cluster whose Cilium says that packets between nodes go through tunnels, which end at its own nodes where no cluster mesh
/// connects it to the other one.
pub fn tunnelled<'a>(sides: [Side<'a>; 2]) -> Option<(&'a ClusterName, (&'static str, String))> {
    let [one, other] = sides;
    if let (Observed::Present(own), Observed::Present(far)) = (&one.1.cilium, &other.1.cilium) {
        meshed((one.0, own), (other.0, far)).ok()?.err()?;
    }
    if [one, other].iter().any(|side| side.1.cilium.obstacle().is_some()) {
        return None;
    }
    let told = |side: Side<'a>| match &side.1.cilium {
        Observed::Present(cilium) => cilium.tunnel.clone().map(|tunnel| (side.0, tunnel)),
        Observed::Absent | Observed::Unknown(_) => None,
    };
    sides.into_iter().find_map(told)
}

/// The ranges of the pods of a cluster.
fn pods((name, network, _): Side<'_>) -> Result<Vec<Cidr>, Flatness> {
    let none = || Flatness::NotShown(format!("the nodes of {name} say no podCIDR"));
    match network.pods() {
        Observed::Present(ranges) if !ranges.is_empty() => Ok(ranges),
        Observed::Present(_) | Observed::Absent => Err(none()),
        Observed::Unknown(obstacle) => Err(Flatness::Unknown(name.clone(), obstacle)),
    }
}

fn cilium((name, network, _): Side<'_>) -> Result<&CiliumSeen, Flatness> {
    match &network.cilium {
        Observed::Present(cilium) => Ok(cilium),
        Observed::Absent => Err(Flatness::NotShown(format!(
            "{name} has no ConfigMap kube-system/cilium-config, and of networks other than Cilium's nothing is known"
        ))),
        Observed::Unknown(obstacle) => Err(Flatness::Unknown(name.clone(), obstacle.clone())),
    }
}

/// Whether Cilium of one cluster lets packets to the pods of the other go as they are.
fn routes(
    (name, cilium): (&ClusterName, &CiliumSeen),
    (far, ranges): (&ClusterName, &[Cidr]),
) -> Result<(), String> {
    if !cilium.is_native {
        return Err(format!("Cilium of {name} does not route natively"));
    }
    let is_covered = |range: &&Cidr| cilium.native.iter().any(|native| native.covers(**range));
    match ranges.iter().find(|range| !is_covered(range)) {
        None => Ok(()),
        Some(range) => {
            Err(format!("the native routing CIDR of {name} does not cover {range}, the pods of {far}"))
        }
    }
}

/// The pods of another cluster to which Cilium of a cluster lets no pod go by its own address: its native routing does not cover
/// them, and no cluster mesh knows them. Nothing where that is not certain.
pub fn hidden(from: Side<'_>, to: Side<'_>) -> Option<Cidr> {
    let (own, far) = (cilium(from).ok()?, cilium(to).ok()?);
    if !own.is_native || own.native.is_empty() || !own.is_masquerading {
        return None;
    }
    meshed((from.0, own), (to.0, far)).ok()?.err()?;
    let is_covered = |range: &Cidr| own.native.iter().any(|one| one.covers(*range));
    let is_hidden = |range: &Cidr| range.is_ipv4() && is_certain(to, *range) && !is_covered(range);
    pods(to).ok()?.into_iter().find(is_hidden)
}

/// Whether the two are connected by Cilium's cluster mesh, or why not.
fn meshed(
    one: (&ClusterName, &CiliumSeen),
    other: (&ClusterName, &CiliumSeen),
) -> Result<Result<String, String>, Flatness> {
    let (own, far) = (one.1, other.1);
    if own.id == 0 || far.id == 0 || own.id == far.id {
        return Ok(Err("their Ciliums are not connected as a cluster mesh (cluster-id)".to_owned()));
    }
    for ((name, cilium), (peer, named)) in [(one, (other.0, &far.name)), (other, (one.0, &own.name))] {
        match &cilium.peers {
            Observed::Present(peers) if peers.contains(named) => {}
            Observed::Present(_) | Observed::Absent => {
                return Ok(Err(format!("the cluster mesh of {name} does not name {peer} ({named})")));
            }
            Observed::Unknown(obstacle) => return Err(Flatness::Unknown(name.clone(), obstacle.clone())),
        }
    }
    Ok(Ok(format!("Cilium's cluster mesh connects {} and {}", one.0, other.0)))
}

#[cfg(test)]
mod tests;
