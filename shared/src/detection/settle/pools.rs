//! Cilium takes the address of a Service back when no pool has it any more.

use super::of_kind;
use crate::mesh::network::Cidr;
use serde_json::{Value, json};

/// Only where there were pools before: without Cilium's somebody else gives addresses.
pub(super) fn addresses(objects: &mut [Value], before: &[Value]) {
    const POOL: &str = "CiliumLoadBalancerIPPool";
    if of_kind(before, POOL).next().is_none() {
        return;
    }
    let blocks = of_kind(objects, POOL).filter_map(|(_, pool)| pool["spec"]["blocks"].as_array()).flatten();
    let ranges: Vec<Cidr> = blocks.filter_map(|block| Cidr::read(block["cidr"].as_str()?)).collect();
    let has = |one: &Value| {
        let address = one["ip"].as_str().and_then(Cidr::of_address);
        address.is_some_and(|address| ranges.iter().any(|range| range.covers(address)))
    };
    for service in objects.iter_mut().filter(|one| one["kind"] == "Service") {
        let given = service["status"]["loadBalancer"]["ingress"].as_array();
        if given.is_some_and(|given| !given.is_empty() && !given.iter().any(has)) {
            service["status"] = json!({"loadBalancer": {}, "conditions": [{
                "type": "cilium.io/IPAMRequestSatisfied", "status": "False", "reason": "no_pool",
                "message": "There are no enabled CiliumLoadBalancerIPPools that match this service"}]});
        }
    }
}
