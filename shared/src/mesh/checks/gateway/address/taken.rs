//! An address of the Link that a gateway of the consumer has, too: nodes there take what goes to it for their own, as their Service
//! says, and nobody gets to the exporter. Both gateways have one identity, so that nothing else shows it.

use super::super::super::{Pair, known};
use super::super::Gateway;
use super::{CHECK, is_address, is_same};
use crate::mesh::machinery::GatewayService;
use crate::verdict::{Finding, Remedy};

/// Where the Service of the consumer says so.
const TAKEN: &str = "status.loadBalancer.ingress[].ip and .ipMode";

pub(super) fn taken(asked: &Pair<'_>) -> Option<Finding> {
    let (link, consumer) = (asked.link, asked.consumer);
    let (here, port) = (asked.here()?, link.gateway.port_number()?);
    let takes = |one: &&GatewayService| {
        let has_port = one.ports.iter().any(|(_, number, _)| *number == port);
        one.service_type == "LoadBalancer" && !one.is_passed_on && has_port
    };
    let own = known(&here.services)?.iter().filter(takes);
    let mut all = own.flat_map(|service| service.ingress.iter().map(move |address| (service, address)));
    let said = || link.gateway_address.split(',').map(str::trim).filter(|one| is_address(one));
    let (service, address) = all.find(|(_, address)| said().any(|one| is_same(one, address)))?;
    let exporter = &asked.seen.exporter;
    let is_there = |there: Gateway<'_>| there.service().ingress.iter().any(|one| is_same(one, address));
    let anew = asked.link_anew();
    let (also, action) = if Gateway::of(asked).is_some_and(is_there) {
        let first = format!(
            "give the gateways of {exporter} and {consumer} distinct addresses (overlapping load balancer pools cause this)"
        );
        (format!(" (and of the one of {exporter})"), format!("{first}; then {}", anew.action))
    } else {
        (String::new(), anew.action.clone())
    };
    let text = format!(
        "the Link points to {address}, the address of the gateway of {consumer} itself{also}: traffic sent there stays in \
         {consumer} and never reaches {exporter}"
    );
    let finding = Finding::error(CHECK, &asked.both(), text, Remedy { action, ..anew });
    let finding = finding.about(asked.the_link()).seen("spec.gatewayAddress", &link.gateway_address);
    asked
        .uses_gateway()
        .then(|| finding.seen(format!("{TAKEN} of svc/{} of {consumer}", service.name), address))
}
