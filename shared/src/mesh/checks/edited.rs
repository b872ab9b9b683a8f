//! Mirrors that are not as their service mirror left them. It writes one anew when the exported Service changes, and never
//! looks whether somebody else did in between.

use super::Question;
use super::controller::restart;
use crate::mesh::link::Way;
use crate::mesh::snapshot::{EndpointsSeen, Key, MeshSeen, Port, ServiceSeen};
use crate::terms::{Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, kubectl};
use core::net::IpAddr;
use std::collections::BTreeSet;

/// Within so many seconds a service mirror has written what its Link says: its repair comes every minute.
const REPAIRED: i64 = 120;

/// The mirror, when it was written from the Service as it is now.
fn mirror<'a>(asked: &'a Question<'_>) -> Option<&'a ServiceSeen> {
    let (target, service) = (asked.target, asked.service);
    let found = target.found_in(asked.seen).filter(|found| target.leads_there(found))?;
    let is_current = found.remote_version() == Some(service.version.as_str());
    let is_kept = asked.link.goes(&service.labels, target.way);
    (target.way != Way::Federated && is_current && is_kept).then_some(found)
}

/// Its ports are those of the exported Service.
pub(super) fn ports(asked: &Question<'_>) -> Option<Finding> {
    let found = mirror(asked)?;
    let plain = |ports: &[Port]| -> BTreeSet<(String, u16, String)> {
        ports.iter().map(|port| (port.name.clone(), port.port, port.protocol.clone())).collect()
    };
    let (has, wanted) = (plain(&found.ports), plain(&asked.service.ports));
    if has.is_empty() || has == wanted {
        return None;
    }
    let list = |ports: &[Port]| ports.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let text = format!(
        "{} has the ports {}, and the Service {}: somebody has changed it",
        asked.target.mirror,
        list(&found.ports),
        list(&asked.service.ports)
    );
    let finding = Finding::error(
        "mirror-edited",
        &asked.both(),
        text,
        written_anew(asked.seen, &asked.target.exported),
    );
    let whole = |ports: &[Port]| {
        let each = ports
            .iter()
            .map(|port| format!("{} {port}", if port.name.is_empty() { "<none>" } else { &port.name }));
        each.collect::<Vec<_>>().join(", ")
    };
    let finding =
        finding.about(asked.target.object()).seen("spec.ports[].name, .port, .protocol", whole(&found.ports));
    let exported = format!("the same of {}", asked.exported());
    Some(finding.seen(exported, whole(&asked.service.ports)))
}

/// Its endpoints are the gateway that the Link names.
pub(super) fn address(asked: &Question<'_>) -> Option<Finding> {
    // A headless one leads to the mirrors of its pods.
    if mirror(asked)?.is_headless || asked.service.is_headless {
        return None;
    }
    let Observed::Present(endpoints) = &asked.seen_here.endpoints else { return None };
    let ends = endpoints.by_key.get(&asked.target.key()).filter(|_| asked.way == Way::Gateway)?;
    let (field, value, text) = elsewhere(asked, ends)?;
    let text = format!("the endpoints of {} {text}", asked.target.mirror);
    let key = asked.target.key();
    let object = ObjectRef::namespaced(asked.consumer, Kind::Endpoints, &key.namespace, &key.name);
    let remedy = written_anew(asked.seen, &asked.target.exported);
    let finding = if asked.link_seen().and_then(|seen| seen.age).is_some_and(|age| age < REPAIRED) {
        let text = format!("{text}; they follow it within a minute");
        Finding::warning("mirror-address", &asked.both(), text, remedy)
    } else {
        // It looks every minute: it has not taken the Link, or has changed nothing since somebody did.
        Finding::error("mirror-address", &asked.both(), text, restart(asked))
    };
    Some(finding.about(object).seen(field, value))
}

/// Names are looked up by the service mirror, and not by us.
fn elsewhere(asked: &Question<'_>, ends: &EndpointsSeen) -> Option<(&'static str, String, String)> {
    let (link, has) = (asked.link, &ends.addresses);
    let wanted: BTreeSet<String> = link.gateway_address.split(',').map(|one| one.trim().to_owned()).collect();
    let list = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(", ");
    if !has.is_empty() && wanted.iter().all(|one| one.parse::<IpAddr>().is_ok()) && *has != wanted {
        let text = format!("lead to {}, and the Link to {}", list(has), list(&wanted));
        return Some(("subsets[].addresses[].ip", list(has), text));
    }
    let port = link.gateway.port_number();
    if let Some((_, odd)) = ends.ports.iter().find(|(_, number)| port.is_some_and(|port| port != *number)) {
        let text = format!("lead to port {odd}, and the Link to {}", link.gateway.port);
        return Some(("subsets[].ports[].port", odd.to_string(), text));
    }
    // A proxy and the kernel find the port of an address by the name that the Service has for it.
    let named = |name: &String| asked.service.ports.iter().any(|port| port.name == *name);
    if let Some((odd, _)) =
        ends.ports.iter().find(|(name, _)| !named(name)).filter(|_| !asked.service.ports.is_empty())
    {
        let text = format!("have a port called {odd:?}, and the Service has none of this name");
        return Some(("subsets[].ports[].name", odd.clone(), text));
    }
    let wanted = &link.gateway.identity;
    let text = match &ends.identity {
        Some(said) if said == wanted => return None,
        None if wanted.is_empty() || has.is_empty() => return None,
        Some(said) => format!("expect the gateway to be {said}, and the Link {wanted}"),
        // Proxies then go there without TLS, and gateways let in nobody so.
        None => format!("do not say whom to expect there, and the Link says {wanted}"),
    };
    let said = ends.identity.clone().unwrap_or_default();
    Some(("metadata.annotations[mirror.linkerd.io/remote-gateway-identity]", said, text))
}

/// What makes the service mirror write everything of a mirror anew. The same mark twice would change nothing.
pub(crate) fn written_anew(seen: &MeshSeen, exported: &Key) -> Remedy {
    let service = known_service(seen, exported).map_or("now", |service| service.version.as_str());
    let (object, mark) = (format!("svc/{}", exported.name), format!("platform.tools/touched={service}"));
    let words = ["--namespace", &exported.namespace, "annotate", "--overwrite", &object, &mark];
    Remedy::run(
        "change the Service, so that its mirror is written anew; for example, run",
        kubectl(&seen.fleet, &seen.exporter, &words),
    )
}

fn known_service<'a>(seen: &'a MeshSeen, key: &Key) -> Option<&'a ServiceSeen> {
    let Observed::Present(services) = &seen.services else { return None };
    services.by_key.get(key)
}
