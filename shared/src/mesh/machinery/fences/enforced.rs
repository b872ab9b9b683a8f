//! Which policies anybody enforces.

use super::super::CiliumSettings;
use super::Fence;
use crate::terms::{Kind, Observed};

/// Those that are enforced, with how they are read. What Cilium left behind when it was removed is enforced by nobody; where its settings are hidden, all
/// may be.
pub fn enforced(mut fences: Vec<Fence>, cilium: &Observed<CiliumSettings>) -> Vec<Fence> {
    fences.retain(|fence| match cilium {
        Observed::Present(cilium) => !cilium.unenforced.contains(&fence.kind),
        Observed::Absent => fence.kind == Kind::NetworkPolicy,
        Observed::Unknown(_) => true,
    });
    if let Observed::Present(cilium) = cilium {
        for fence in &mut fences {
            fence.reading = cilium.reading.clone();
        }
    }
    fences
}

#[cfg(test)]
mod tests {
    use super::super::Reading;
    use super::*;
    use crate::terms::{LabelSelector, Obstacle};
    use Kind::{CiliumClusterwideNetworkPolicy, CiliumNetworkPolicy, NetworkPolicy};

    fn fence(kind: Kind) -> Fence {
        Fence {
            kind,
            namespace: None,
            name: "fence".into(),
            pods: LabelSelector::default(),
            ingress: Some(vec![]),
            egress: None,
            is_addition: [false; 2],
            reading: Reading::default(),
        }
    }

    fn left(cilium: &Observed<CiliumSettings>) -> Vec<Kind> {
        let all = [NetworkPolicy, CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy];
        enforced(all.map(fence).into(), cilium).iter().map(|fence| fence.kind).collect()
    }

    #[test]
    fn what_cilium_is_told_not_to_enforce_keeps_nobody_from_anything() {
        let without = |kinds: &[Kind]| {
            let unenforced = kinds.iter().copied().collect();
            left(&Observed::Present(CiliumSettings { unenforced, ..CiliumSettings::default() }))
        };
        let all = vec![NetworkPolicy, CiliumNetworkPolicy, CiliumClusterwideNetworkPolicy];
        assert_eq!(without(&[]), all);
        assert_eq!(without(&[NetworkPolicy]), all[1..]);
        assert_eq!(without(&[CiliumNetworkPolicy]), [NetworkPolicy, CiliumClusterwideNetworkPolicy]);
        assert_eq!(without(&all), []);
        assert_eq!(left(&Observed::Absent), [NetworkPolicy], "left behind by a Cilium that is gone");
        assert_eq!(left(&Observed::Unknown(Obstacle::Unauthorized)), all, "any of them may be");
    }

    #[test]
    fn each_is_read_as_cilium_reads_it_where_that_is_known() {
        let reading = Reading { cluster: Some("infra".into()), are_ranges_foreign: true };
        let settings = CiliumSettings { reading: reading.clone(), ..CiliumSettings::default() };
        let read = |cilium| enforced(vec![fence(NetworkPolicy)], &cilium).remove(0).reading;
        assert_eq!(read(Observed::Present(settings)), reading);
        assert_eq!(read(Observed::Absent), Reading::default());
    }
}
