//! A gateway that its own cluster alone reaches, or others by external addresses of its Service. Something that leads into it may stand in
//! front of it: whether it does shows where the service mirror finds it by the Link's address.

use super::super::{Gateway, Pair};
use super::{CHECK, comparable, leads_to_some, shortened};
use crate::terms::Observed;
use crate::verdict::{Finding, Remedy};

/// What is said of one to which none of the Link's addresses leads.
pub(super) fn inward(asked: &Pair<'_>, gateway: &Gateway<'_>) -> Option<Finding> {
    let (service, link) = (gateway.service, asked.link);
    let own = service.addresses();
    // Names may be aliases of what is there.
    let is_comparable = link.gateway_address.split(',').all(|one| comparable(one.trim(), &own));
    if service.service_type != "ClusterIP" || leads_to_some(link, &own) || !is_comparable {
        return None;
    }
    if own.is_empty() && !is_taken_for_dead(asked) {
        return None;
    }
    let exporter = &asked.seen.exporter;
    let at = if own.is_empty() {
        "has no external address (its Service is a ClusterIP)".to_owned()
    } else {
        format!("is at {}", shortened(&own))
    };
    let text = format!("the Link points to {}, but the gateway of {exporter} {at}", link.gateway_address);
    let finding = Finding::warning(CHECK, &asked.both(), text, remedy(asked, gateway, &own));
    let finding = finding.about(asked.the_link()).seen("spec.gatewayAddress", &link.gateway_address);
    let of = |field: &str| format!("{field} of svc/{}", service.name);
    Some(finding.seen(of("spec.type"), &service.service_type).seen(of("spec.externalIPs"), own.join(", ")))
}

/// Whether the service mirror has found nobody who answers at the gateway.
pub(in crate::mesh::checks::gateway) fn is_taken_for_dead(asked: &Pair<'_>) -> bool {
    let Observed::Present(ends) = &asked.seen_here.endpoints else { return false };
    let target = &asked.link.target_cluster_name;
    ends.by_key.values().any(|one| one.is_made_for(target) && one.ready == 0 && one.not_ready > 0)
}

fn remedy(asked: &Pair<'_>, gateway: &Gateway<'_>, own: &[String]) -> Remedy {
    const UNLESS: &str = "unless something in front of the gateway (NAT, a proxy) explains this,";
    if own.is_empty() {
        let action = format!(
            "{UNLESS} give it an external address again (`gateway.serviceType: LoadBalancer` in the Helm values of \
             linkerd-multicluster in {}), and then recreate the Link; to see its Service, run",
            asked.seen.exporter
        );
        return Remedy::run(action, gateway.describe(asked));
    }
    let anew = asked.link_anew();
    Remedy { action: format!("{UNLESS} {}", anew.action), ..anew }
}
