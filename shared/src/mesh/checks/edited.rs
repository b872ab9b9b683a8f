//! Mirrors that are not as their service mirror left them. It writes one anew when the exported Service changes, and never
//! looks whether somebody else did in between.

mod anew;
mod joined;
mod misnamed;
mod selecting;

use super::controller::restart;
use super::{Question, settings};
use crate::mesh::link::Way;
use crate::mesh::machinery::Settings;
use crate::mesh::names;
use crate::mesh::snapshot::{EndpointsSeen, Port, ServiceSeen};
use crate::terms::{Kind, Labels, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy};
pub(super) use anew::all_anew;
pub(crate) use anew::{made_anew, written_anew};
use core::net::IpAddr;
use joined::joined;
use misnamed::misnamed;
use selecting::selecting;
use std::collections::BTreeSet;

/// The mirror, when it was written from the Service as it is now.
pub(super) fn current<'a>(asked: &'a Question<'_>) -> Option<&'a ServiceSeen> {
    let (target, service) = (asked.target, asked.service);
    let found = target.found_in(asked.seen).filter(|found| target.leads_there(found))?;
    let is_current = found.remote_version() == Some(service.version.as_str());
    let is_kept = asked.link.goes(&service.labels, target.way);
    (target.way != Way::Federated && is_current && is_kept).then_some(found)
}

/// It is what a service mirror made of the exported Service.
pub(super) fn mirrored(asked: &Question<'_>) -> Option<Finding> {
    selecting(asked)
        .or_else(|| ports(asked))
        .or_else(|| marks(asked))
        .or_else(|| stripped(asked))
        .or_else(|| joined(asked))
}

/// How clients' proxies find the exporter by it.
fn marks(asked: &Question<'_>) -> Option<Finding> {
    let (found, link, target) = (current(asked)?, asked.link, asked.target);
    let (exported, domain) = (&target.exported, asked.there().and_then(settings).map(Settings::domain));
    // Where the Link itself has another domain, that is the finding.
    let domain = domain.filter(|domain| *domain == link.target_domain).unwrap_or_default();
    let wanted = format!("{}.{}.svc.{domain}", exported.name, exported.namespace);
    let name =
        found.annotations.get(names::REMOTE_NAME).filter(|said| !domain.is_empty() && **said != wanted);
    let cluster = found.labels.get(names::REMOTE_DISCOVERY).filter(|said| **said != link.target_cluster_name);
    // Without it, Linkerd's destination controller refuses who asks for the mirror (FailedPrecondition).
    let service = found.labels.get(names::REMOTE_SERVICE);
    let is_elsewhere = found.is_flat() && service != Some(&exported.name);
    let (field, value, why) = if found.is_external {
        let why = "is an ExternalName Service, which bypasses the mesh".to_owned();
        ("spec.type".to_owned(), "ExternalName", why)
    } else if let Some(said) = cluster {
        let why = format!("is looked up in {said}, but the Link points to {}", link.target_cluster_name);
        (format!("metadata.labels[{}]", names::REMOTE_DISCOVERY), said.as_str(), why)
    } else if is_elsewhere {
        let there = &asked.seen.exporter;
        let as_what = service.map_or("no Service".to_owned(), |service| format!("the Service {service}"));
        let why = format!("is looked up as {as_what} in {there}, but mirrors {}", exported.name);
        let said = service.map_or("<none>", String::as_str);
        (format!("metadata.labels[{}]", names::REMOTE_SERVICE), said, why)
    } else {
        let said = name.filter(|_| asked.link_seen().is_some_and(|seen| !seen.is_fresh))?;
        let why = format!("is looked up as {said} in {}, where its name is {wanted}", asked.seen.exporter);
        (format!("metadata.annotations[{}]", names::REMOTE_NAME), said.as_str(), why)
    };
    // What the Link said when it was written, it says of all others, too.
    let home = format!("{}.{}.svc.", exported.name, exported.namespace);
    if value.strip_prefix(&home).is_some_and(|said| field.contains(names::REMOTE_NAME) && !said.is_empty()) {
        let text = format!("{} {why}: it was last written when the Link still said so", target.mirror);
        let action =
            "touch the Services that the Link mirrors so that their mirrors are rewritten; for example, run";
        let remedy = Remedy::run(action, all_anew(asked));
        let finding = Finding::error("mirror-edited", &asked.both(), text, remedy).about(target.object());
        let set = format!("clusterDomain in configmap/{} of {}", names::CONFIG.1, asked.seen.exporter);
        return Some(finding.seen(field, value).seen(set, domain));
    }
    let text = format!("{} {why}: it was edited, or the Link was", target.mirror);
    let remedy = written_anew(asked.seen, exported);
    let finding = Finding::error("mirror-edited", &asked.both(), text, remedy);
    Some(finding.about(target.object()).seen(field, value))
}

/// Its ports are those of the exported Service.
fn ports(asked: &Question<'_>) -> Option<Finding> {
    let found = current(asked)?;
    let plain = |ports: &[Port]| -> BTreeSet<(String, u16, String)> {
        ports.iter().map(|port| (port.name.clone(), port.port, port.protocol.clone())).collect()
    };
    let (has, wanted) = (plain(&found.ports), plain(&asked.service.ports));
    if has.is_empty() || has == wanted {
        return None;
    }
    let list = |ports: &[Port]| ports.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let text = format!(
        "{} has the ports {}, but the Service {}: it was edited",
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
    if current(asked)?.is_headless || asked.service.is_headless {
        return None;
    }
    let Observed::Present(endpoints) = &asked.seen_here.endpoints else { return None };
    let ends = endpoints.by_key.get(&asked.target.key()).filter(|_| asked.way == Way::Gateway)?;
    let Some((field, value, text)) = elsewhere(asked, ends) else {
        return misnamed(asked, ends).or_else(|| unlabelled(asked, ends));
    };
    let text = format!("the endpoints of {} {text}", asked.target.mirror);
    let object = the_endpoints(asked);
    let remedy = written_anew(asked.seen, &asked.target.exported);
    let finding = if asked.link_seen().is_some_and(|seen| seen.is_fresh) {
        let text = format!("{text}; they follow it within a minute");
        Finding::warning("mirror-address", &asked.both(), text, remedy)
    } else {
        // It looks every minute: it has not taken the Link, or has changed nothing since somebody did.
        Finding::error("mirror-address", &asked.both(), text, restart(asked))
    };
    Some(finding.about(object).seen(field, value))
}

fn the_endpoints(asked: &Question<'_>) -> ObjectRef {
    let key = asked.target.key();
    ObjectRef::namespaced(asked.consumer, Kind::Endpoints, &key.namespace, &key.name)
}

/// Endpoints that are right, and that the service mirror does not know as its own.
fn unlabelled(asked: &Question<'_>, ends: &EndpointsSeen) -> Option<Finding> {
    let target = asked.target;
    if ends.is_made_for(&target.target_cluster_name) {
        return None;
    }
    let text = format!(
        "the endpoints of {} lack the labels of a mirror from {}: they stay ready when the gateway goes down",
        target.mirror, target.target_cluster_name
    );
    let remedy = written_anew(asked.seen, &target.exported);
    let finding = Finding::warning("mirror-address", &asked.both(), text, remedy).about(the_endpoints(asked));
    Some(labelled(finding, &ends.labels))
}

/// A mirror that the service mirror does not know as its own any more.
fn stripped(asked: &Question<'_>) -> Option<Finding> {
    let (target, found) = (asked.target, current(asked)?);
    if !found.is_stripped_for(&target.target_cluster_name) {
        return None;
    }
    let text = format!(
        "{} lacks the labels of a mirror from {}: they were removed, and its endpoints are no longer updated",
        target.mirror, target.target_cluster_name
    );
    let remedy = written_anew(asked.seen, &target.exported);
    let finding = Finding::warning("mirror-edited", &asked.both(), text, remedy).about(target.object());
    Some(labelled(finding, &found.labels))
}

/// With the labels by which a service mirror knows what is its own.
fn labelled(finding: Finding, labels: &Labels) -> Finding {
    [names::MIRRORED_SERVICE, names::CLUSTER_NAME].into_iter().fold(finding, |finding, key| {
        let said = labels.get(key).map_or("<none>", String::as_str);
        finding.seen(format!("metadata.labels[{key}]"), said)
    })
}

/// Names are looked up by the service mirror, and not by us.
fn elsewhere(asked: &Question<'_>, ends: &EndpointsSeen) -> Option<(&'static str, String, String)> {
    let (link, has) = (asked.link, &ends.addresses);
    let wanted: BTreeSet<String> = link.gateway_address.split(',').map(|one| one.trim().to_owned()).collect();
    let list = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(", ");
    if !has.is_empty() && wanted.iter().all(|one| one.parse::<IpAddr>().is_ok()) && *has != wanted {
        let text = format!("point to {}, but the Link to {}", list(has), list(&wanted));
        return Some(("subsets[].addresses[].ip", list(has), text));
    }
    let port = link.gateway.port_number();
    if let Some((_, odd)) = ends.ports.iter().find(|(_, number)| port.is_some_and(|port| port != *number)) {
        let text = format!("point to port {odd}, but the Link to {}", link.gateway.port);
        return Some(("subsets[].ports[].port", odd.to_string(), text));
    }
    // A proxy and the kernel find the port of an address by the name that the Service has for it.
    let named = |name: &String| asked.service.ports.iter().any(|port| port.name == *name);
    if let Some((odd, _)) =
        ends.ports.iter().find(|(name, _)| !named(name)).filter(|_| !asked.service.ports.is_empty())
    {
        let text = format!("have a port named {odd:?}, which the Service does not have");
        return Some(("subsets[].ports[].name", odd.clone(), text));
    }
    let has_none = |port: &&Port| !ends.ports.iter().any(|(name, _)| *name == port.name);
    if let Some(port) = asked.service.ports.iter().find(has_none).filter(|_| !has.is_empty()) {
        let all: Vec<&str> = ends.ports.iter().map(|(name, _)| name.as_str()).collect();
        let text = format!("have no port named {:?}, which the Service has", port.name);
        let all = if all.is_empty() { "<none>".to_owned() } else { all.join(", ") };
        return Some(("subsets[].ports[].name", all, text));
    }
    let wanted = &link.gateway.identity;
    let text = match &ends.identity {
        Some(said) if said == wanted => return None,
        None if wanted.is_empty() || has.is_empty() => return None,
        Some(said) => format!("expect the gateway to be {said}, but the Link {wanted}"),
        // Proxies then go there without TLS, and gateways let in nobody so.
        None => format!("name no gateway identity, but the Link names {wanted}"),
    };
    let said = ends.identity.clone().unwrap_or_default();
    Some(("metadata.annotations[mirror.linkerd.io/remote-gateway-identity]", said, text))
}
