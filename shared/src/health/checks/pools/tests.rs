use super::super::cilium::tests::with;
use super::super::tests::spoken;
use super::*;

/// The gateway of the chart, without an address, and why.
pub(in super::super) fn gateway(refusal: Option<(&str, &str)>) -> GatewaySeen {
    GatewaySeen {
        namespace: "linkerd-multicluster".into(),
        name: "linkerd-gateway".into(),
        has_address: false,
        refusal: refusal.map(|(reason, message)| (reason.to_owned(), message.to_owned())),
    }
}

fn pool(name: &str) -> PoolSeen {
    PoolSeen { name: name.into(), ..PoolSeen::default() }
}

fn of(pools: &[PoolSeen], gateway: Option<GatewaySeen>) -> String {
    spoken(&with(|cilium| {
        cilium.pools = Observed::Present(pools.to_vec());
        cilium.gateways = Observed::Present(gateway.into_iter().collect());
    }))
}

const FULL: (&str, &str) = (
    "out_of_ips",
    "All enabled CiliumLoadBalancerIPPools that match this service ran out of allocatable IPs",
);

#[test]
fn a_gateway_that_cilium_refuses_an_address_is_told_with_the_state_of_all_pools() {
    let torn = PoolSeen { conflict: "Pool conflicts".into(), ..pool("torn") };
    let pools = [
        PoolSeen { is_disabled: true, ..pool("off") },
        torn,
        PoolSeen { is_exhausted: true, ranges: vec!["203.0.113.8/30".into()], ..pool("small") },
    ];
    insta::assert_snapshot!(of(&pools, Some(gateway(Some(FULL)))), @"
        error cilium-pools infra: svc/linkerd-multicluster/linkerd-gateway
          Cilium assigns svc/linkerd-multicluster/linkerd-gateway of infra no address (All enabled CiliumLoadBalancerIPPools that match this service ran out of allocatable IPs; off is turned off, torn is in conflict with another one, small is used up)
          status.conditions[cilium.io/IPAMRequestSatisfied].reason = out_of_ips
          spec.blocks[].cidr of ciliumloadbalancerippool/small = 203.0.113.8/30
          let a pool that selects the Service have a free address: create one, or widen, enable or fix it; to see them, run: `kubectl --context infra describe ciliumloadbalancerippools.cilium.io`
    ");
    let unselected = "There are no enabled CiliumLoadBalancerIPPools that match this service";
    let text = of(&[pool("main")], Some(gateway(Some(("no_pool", unselected)))));
    assert!(text.contains(&format!(" of infra no address ({unselected})\n")), "{text}");
}

#[test]
fn pools_that_overlap_are_told_though_nobody_waits() {
    let conflict = "Pool conflicts since range '10.0.10.0 - 10.0.10.255' overlaps range '10.0.10.0 - 10.0.10.15' from IP Pool 'main'";
    let torn = PoolSeen { conflict: conflict.into(), ..pool("torn") };
    insta::assert_snapshot!(of(&[pool("main"), torn], None), @"
        warning cilium-pools infra: ippool/torn
          Cilium assigns no new address from torn in infra: overlaps with another pool (Pool conflicts since range '10.0.10.0 - 10.0.10.255' overlaps range '10.0.10.0 - 10.0.10.15' from IP Pool 'main')
          status.conditions[cilium.io/PoolConflict].status = True
          make the ranges of the pools disjoint; to see this one, run: `kubectl --context infra describe ciliumloadbalancerippools.cilium.io torn`
    ");
}

#[test]
fn a_pool_that_is_off_or_used_up_is_no_matter_as_long_as_the_gateway_has_an_address_of_it() {
    let pools =
        [PoolSeen { is_disabled: true, ..pool("off") }, PoolSeen { is_exhausted: true, ..pool("small") }];
    assert_eq!(of(&pools, None), "");
    // One of two families is refused.
    let served = GatewaySeen { has_address: true, ..gateway(Some(FULL)) };
    assert_eq!(of(&pools, Some(served)), "");
    assert_eq!(of(&[pool("main")], Some(gateway(None))), "", "somebody else is to give it one");
    assert_eq!(of(&[], Some(gateway(Some(FULL)))), "", "what a pool that is gone has left behind");
}

#[test]
fn a_gateway_that_lost_its_address_with_the_last_pool_is_told_and_one_that_somebody_else_serves_is_not() {
    let unselected = "There are no enabled CiliumLoadBalancerIPPools that match this service";
    let text = of(&[], Some(gateway(Some(("no_pool", unselected)))));
    assert!(text.contains(&format!(" of infra no address ({unselected})\n")), "{text}");
    assert_eq!(of(&[], Some(gateway(None))), "", "Cilium says nothing of it");
    let served = GatewaySeen { has_address: true, ..gateway(Some(("no_pool", unselected))) };
    assert_eq!(of(&[], Some(served)), "", "what it said is left over");
}

#[test]
fn pools_that_are_written_are_compared_by_their_ranges() {
    let with_range = |name: &str, range: &str| PoolSeen { ranges: vec![range.into()], ..pool(name) };
    let of = |pools: &[PoolSeen]| -> Vec<String> {
        let seen = with(|cilium| cilium.pools = Observed::Present(pools.to_vec()));
        written(&seen).iter().map(Finding::sentence).collect()
    };
    let (one, two) = (with_range("one", "10.0.10.0/24"), with_range("two", "10.0.10.9-10.0.10.19"));
    let text = "infra: ippool/two: the pools one and two overlap (10.0.10.0/24 and 10.0.10.9-10.0.10.19): Cilium assigns no \
                address from one of them";
    assert_eq!(of(&[one.clone(), two.clone()]), [text]);
    assert_eq!(of(&[one.clone(), with_range("two", "10.0.11.0/24")]), Vec::<String>::new(), "beside it");
    assert_eq!(of(&[one, PoolSeen { is_disabled: true, ..two }]), Vec::<String>::new(), "it is off");
}
