//! Which policies anybody enforces.

use super::super::CiliumSettings;
use super::{Fence, Reading};
use crate::mesh::names::CILIUM;
use crate::terms::{Kind, LabelSelector, Observed};

/// Those that are enforced, with how they are read. What Cilium left behind when it was removed is enforced by nobody; where its settings are hidden, all
/// may be.
pub fn enforced(mut fences: Vec<Fence>, cilium: &Observed<CiliumSettings>) -> Vec<Fence> {
    fences.retain(|fence| match cilium {
        Observed::Present(cilium) => !cilium.unenforced.contains(&fence.kind),
        Observed::Absent => fence.kind == Kind::NetworkPolicy,
        Observed::Unknown(_) => true,
    });
    if let Observed::Present(cilium) = cilium {
        fences.extend(cilium.reading.is_strict.then(nothing));
        for fence in &mut fences {
            let Reading { namespaces, servers, .. } = std::mem::take(&mut fence.reading);
            fence.reading = Reading { namespaces, servers, ..cilium.reading.clone() };
        }
    }
    fences
}

/// What shuts pods that no policy is about: the setting of Cilium, as a policy about all pods that lets nothing through.
fn nothing() -> Fence {
    Fence {
        kind: Kind::ConfigMap,
        namespace: None,
        name: CILIUM.1.to_owned(),
        pods: LabelSelector::default(),
        ingress: Some(Vec::new()),
        egress: Some(Vec::new()),
        denied: [Vec::new(), Vec::new()],
        is_addition: [false; 2],
        reading: Reading::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Direction, Opening, Pod, Whom, shutting};
    use super::*;
    use crate::terms::Obstacle;
    use Kind::{CiliumClusterwideNetworkPolicy, CiliumNetworkPolicy, NetworkPolicy};

    fn fence(kind: Kind) -> Fence {
        Fence {
            kind,
            namespace: None,
            name: "fence".into(),
            pods: LabelSelector::default(),
            ingress: Some(vec![]),
            egress: None,
            denied: [vec![], vec![]],
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
    fn a_strict_cilium_shuts_whom_no_policy_is_about_and_the_other_direction() {
        let shut = |is_strict: bool, own: Vec<Fence>, is_on_host: bool, direction| {
            let settings = CiliumSettings {
                reading: Reading { is_strict, ..Reading::default() },
                ..CiliumSettings::default()
            };
            let all = enforced(own, &Observed::Present(settings));
            let pod = Pod { namespace: "shop".into(), is_on_host, ..Pod::default() };
            let (by, _) = shutting(&all, &pod, (direction, Whom::Abroad, 4143));
            by.iter().map(|fence| fence.kind).collect::<Vec<_>>()
        };
        let open = || Fence { ingress: Some(vec![Opening::default()]), ..fence(CiliumNetworkPolicy) };
        assert_eq!(shut(true, vec![], false, Direction::Ingress), [Kind::ConfigMap]);
        assert_eq!(shut(true, vec![open()], false, Direction::Egress), [Kind::ConfigMap]);
        assert_eq!(shut(true, vec![open()], false, Direction::Ingress), []);
        assert_eq!(shut(true, vec![], true, Direction::Ingress), [], "a pod of the host");
        assert_eq!(shut(false, vec![], false, Direction::Ingress), []);
    }

    #[test]
    fn each_is_read_as_cilium_reads_it_where_that_is_known() {
        let reading =
            Reading { cluster: Some("infra".into()), are_ranges_foreign: true, ..Reading::default() };
        let settings = CiliumSettings { reading: reading.clone(), ..CiliumSettings::default() };
        let read = |cilium| enforced(vec![fence(NetworkPolicy)], &cilium).remove(0).reading;
        assert_eq!(read(Observed::Present(settings)), reading);
        assert_eq!(read(Observed::Absent), Reading::default());
    }
}
