//! By whose clock Leases are renewed. Who leads is told by whether a Lease changes, and not by the time in it: where the clock of a node
//! is behind, those who lead there do so by Leases that look old.

use super::super::machinery::{Lease, Pod};
use super::super::wire::WireLease;
use super::bounded::listed;
use crate::cluster::{Cluster, Resource};
use crate::terms::{Observed, Scope};

/// Where kubelets renew Leases of their own, called like their nodes.
const KUBELETS: &str = "kube-node-lease";
/// So many seconds may lie between what is renewed by one clock, every ten seconds or so.
const APART: i64 = 30;

/// The Leases, with the nodes whose clocks have some look old.
pub(super) async fn told(
    cluster: &Cluster,
    leases: Observed<Vec<Lease>>,
    pods: &[Pod],
) -> Observed<Vec<Lease>> {
    let Observed::Present(mut leases) = leases else { return leases };
    if !leases.iter().any(|lease| holder(lease, pods).is_some()) {
        return Observed::Present(leases);
    }
    let now = cluster.now_of_leases();
    let place = Scope::namespace(Some(KUBELETS));
    if let Observed::Present(own) = listed::<WireLease>(cluster, Resource::LEASES, &place).await {
        let own: Vec<Lease> = own.into_iter().map(|lease| lease.at(now)).collect();
        for lease in &mut leases {
            lease.behind = behind(lease, pods, &own);
        }
    }
    Observed::Present(leases)
}

/// The pod that holds one which looks old, and that its node keeps ready: of a node that is lost, none is after a minute.
fn holder<'a>(lease: &Lease, pods: &'a [Pod]) -> Option<&'a Pod> {
    let is_old = lease.age.is_some() && !lease.holder.is_empty() && !lease.is_kept();
    pods.iter().find(|pod| is_old && pod.name == lease.holder && pod.is_ready && !pod.is_over)
}

fn behind(lease: &Lease, pods: &[Pod], own: &[Lease]) -> Option<String> {
    let node = &holder(lease, pods)?.node;
    let its = own.iter().find(|one| one.name == *node)?.age?;
    ((its - lease.age?).abs() <= APART).then(|| node.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_looks_old_by_a_clock_where_the_kubelet_beside_its_holder_is_as_late() {
        let lease = |name: &str, age| Lease {
            name: name.to_owned(),
            holder: "controller-infra-0".to_owned(),
            duration: 30,
            age: Some(age),
            behind: None,
        };
        let pod = |is_ready| Pod {
            name: "controller-infra-0".to_owned(),
            node: "node-1".to_owned(),
            is_ready,
            ..Pod::default()
        };
        let of = |age, is_ready, its| behind(&lease("x", age), &[pod(is_ready)], &[lease("node-1", its)]);
        assert_eq!(of(664, true, 666), Some("node-1".to_owned()));
        assert_eq!(of(664, true, 6), None, "its holder has stopped");
        assert_eq!(of(664, true, 900), None, "by another clock");
        assert_eq!(of(664, false, 666), None, "its node is lost");
        assert_eq!(of(60, true, 66), None, "it does not look old");
        assert_eq!(behind(&lease("x", 664), &[pod(true)], &[lease("node-2", 666)]), None, "of another node");
    }
}
