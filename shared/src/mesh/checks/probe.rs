//! Whether anybody asks if the gateway lives. Without that, a dead gateway keeps its mirrors ready.

use super::controller::restart;
use super::gateway::{Gateway, reached_at};
use super::{Pair, known};
use crate::mesh::link::{Probe, port};
use crate::mesh::names::{GATEWAY_PROBE as PROBE, PROBE_PATH};
use crate::terms::GoDuration;
use crate::verdict::{Finding, Remedy};
use core::net::IpAddr;
use std::collections::BTreeSet;
use through::{made, names, service, through};

mod through;

pub(super) fn probe(asked: &Pair<'_>) -> Option<Finding> {
    if !asked.uses_gateway() {
        return None;
    }
    let with = |end: &'static str| move |(text, field, value): Said| (format!("{text}: {end}"), field, value);
    let unheard = with("mirrors stay ready when the gateway goes down");
    // It is asked all the same, and nobody answers.
    let unanswered = with(
        "mirrors lose their endpoints or, if it was never seen alive, stay ready when the gateway goes down",
    );
    let probe = &asked.link.gateway.probe;
    let anew = |said: Said| (said, (asked.the_link(), asked.link_anew()));
    let ((text, field, value), (object, remedy)) = settings(probe)
        .map(unheard)
        .map(anew)
        .or_else(|| unserved(asked).map(unanswered).map(|said| (said, made(asked))))
        .or_else(|| threshold(probe).map(anew))?;
    let finding = Finding::warning("gateway-probe", &asked.both(), text, remedy);
    Some(finding.about(object).seen(format!("{field} of link/{}", asked.link.name), value))
}

type Said = (String, &'static str, String);

/// What the real prober cannot parse ends it without a word.
fn settings(probe: &Probe) -> Option<Said> {
    let cannot = |field: &'static str, value: &str| {
        Some((format!("the gateway is not probed, since {field} is {value:?}"), field, value.to_owned()))
    };
    if probe.path.is_empty() {
        return cannot("spec.probeSpec.path", &probe.path);
    }
    if GoDuration::parse(&probe.period).is_err() {
        return cannot("spec.probeSpec.period", &probe.period);
    }
    if !probe.timeout.is_empty() && GoDuration::parse(&probe.timeout).is_err() {
        return cannot("spec.probeSpec.timeout", &probe.timeout);
    }
    if !probe.failure_threshold.is_empty() && probe.failure_threshold.parse::<u32>().is_err() {
        return cannot("spec.probeSpec.failureThreshold", &probe.failure_threshold);
    }
    if port(&probe.port).is_none() {
        return cannot("spec.probeSpec.port", &probe.port);
    }
    None
}

/// That no failure is needed means that the first is enough.
fn threshold(probe: &Probe) -> Option<Said> {
    (probe.failure_threshold.parse() == Ok(0_u32)).then(|| {
        let text = "spec.probeSpec.failureThreshold is 0, which counts as 1: one lost probe takes down all mirrors of the \
                    Link";
        (text.to_owned(), "spec.probeSpec.failureThreshold", probe.failure_threshold.clone())
    })
}

/// Where the probe goes: to the port and the path on which the gateway answers it, and to its addresses.
pub(super) fn place(asked: &Pair<'_>) -> Option<Finding> {
    let gateway = Gateway::of(asked)?;
    // Where nobody probes at all, that is the finding.
    if settings(&asked.link.gateway.probe).or_else(|| unserved(asked)).is_some() {
        return None;
    }
    let by_service = portless(asked, &gateway);
    let by_link = by_service.or_else(|| port_or_path(asked, &gateway).map(|said| (said, asked.link_anew())));
    // What the Link says is right, and its controller has not taken it.
    let by_probe = || addresses(asked).map(|said| (said, restart(asked)));
    let ((text, field, value), remedy) = by_link.or_else(by_probe)?;
    let text = format!(
        "{text}, so the gateway of {} is considered dead, or alive when it is not",
        asked.seen.exporter
    );
    let finding = Finding::warning("probe-place", &asked.both(), text, remedy);
    let finding = finding.about(asked.the_link()).seen(field, value);
    let port = gateway.service().port(PROBE).map(|port| port.to_string()).unwrap_or_default();
    Some(finding.seen(format!("spec.ports[name={PROBE}].port of svc/{}", gateway.service().name), port))
}

/// Whether the Link has an address of the gateway: what stands in front of one may have other ports.
fn is_own(asked: &Pair<'_>, gateway: &Gateway<'_>) -> bool {
    let own = reached_at(gateway).unwrap_or_else(|| gateway.service().addresses());
    asked.link.gateway_address.split(',').any(|one| own.iter().any(|own| own == one.trim()))
}

/// The gateway's Service has lost the port of the probe, and no other one of that number.
fn portless(asked: &Pair<'_>, gateway: &Gateway<'_>) -> Option<(Said, Remedy)> {
    let service = gateway.service();
    let said = port(&asked.link.gateway.probe.port)?;
    let has = service.ports.iter().any(|(_, number, on_nodes)| *number == said || *on_nodes == said);
    if has || service.port(PROBE).is_some() || !is_own(asked, gateway) {
        return None;
    }
    let text = format!(
        "the Link probes the gateway on port {said}, which its Service {} does not have",
        service.name
    );
    let action = format!(
        "reinstall linkerd-multicluster in {} from its chart, with the port {PROBE}; to see its ports, run",
        asked.seen.exporter
    );
    let remedy = Remedy::run(action, gateway.describe(asked));
    Some(((text, "spec.probeSpec.port", said.to_string()), remedy))
}

/// Why the probe does not go through its Service; where the Link asks for a port that the gateway does not have either, that is to
/// be mended.
fn unserved(asked: &Pair<'_>) -> Option<Said> {
    // The chart makes it.
    if asked.seen.written.contains(asked.consumer) {
        return None;
    }
    let is_misled = || Gateway::of(asked).is_some_and(|gateway| other_port(asked, &gateway).is_some());
    service(asked).filter(|_| through(asked).is_none() || !is_misled())
}

fn other_port(asked: &Pair<'_>, gateway: &Gateway<'_>) -> Option<Said> {
    let service = gateway.service();
    let said = port(&asked.link.gateway.probe.port)?;
    let real = service.outer_port(PROBE).filter(|_| is_own(asked, gateway))?;
    let text = format!("the Link probes the gateway on port {said}, but it answers on {real}");
    (said != real && service.node_port(PROBE) != Some(said))
        .then(|| (text, "spec.probeSpec.port", said.to_string()))
}

fn port_or_path(asked: &Pair<'_>, gateway: &Gateway<'_>) -> Option<Said> {
    let (probe, service) = (&asked.link.gateway.probe, gateway.service());
    if let Some(said) = other_port(asked, gateway) {
        return Some(said);
    }
    let real =
        service.annotations.get(PROBE_PATH).filter(|real| !probe.path.is_empty() && **real != probe.path)?;
    let text = format!("the Link probes the gateway at {}, but it answers at {real}", probe.path);
    Some((text, "spec.probeSpec.path", probe.path.clone()))
}

/// What the Service of the probe leads to; names are looked up by the service mirror, and not by us.
fn addresses(asked: &Pair<'_>) -> Option<Said> {
    let link = asked.link;
    let all = known(&asked.here()?.probed)?;
    let names = names(asked);
    let Some(found) = names.iter().find_map(|name| all.iter().find(|one| one.name == *name)) else {
        return nobody(asked, &names);
    };
    if found.addresses.is_empty() && found.ports.is_empty() {
        return leads_nowhere(asked, &found.name, "its Endpoints have no address");
    }
    let wanted: BTreeSet<&str> = link.gateway_address.split(',').map(str::trim).collect();
    let has: BTreeSet<&str> = found.addresses.iter().map(String::as_str).collect();
    let is_comparable = !has.is_empty() && wanted.iter().all(|one| one.parse::<IpAddr>().is_ok());
    if is_comparable && has != wanted {
        let has = has.into_iter().collect::<Vec<_>>().join(", ");
        let text = format!("{} points to {has}, but the Link to {}", found.name, link.gateway_address);
        return Some((text, "subsets[].addresses[].ip", has));
    }
    let wanted = port(&link.gateway.probe.port);
    if let Some((other, wanted)) = found.ports.iter().find(|one| Some(**one) != wanted).zip(wanted) {
        let text = format!("{} points to port {other}, but the Link to {wanted}", found.name);
        return Some((text, "subsets[].ports[].port", other.to_string()));
    }
    let (said, wanted) = (found.identity.as_deref().unwrap_or_default(), link.gateway.identity.as_str());
    if said == wanted || has.is_empty() {
        return None;
    }
    let text = if said.is_empty() {
        format!("{} names no gateway identity, but the Link names {wanted}", found.name)
    } else {
        format!("{} expects the gateway to be {said}, but the Link expects {wanted}", found.name)
    };
    Some((text, "metadata.annotations[mirror.linkerd.io/remote-gateway-identity]", said.to_owned()))
}

/// Whether its service mirror has not said where to probe.
pub(super) fn is_unled(asked: &Pair<'_>) -> bool {
    addresses(asked).is_some_and(|(_, _, value)| value.is_empty())
}

/// The Service of the probe leads nowhere. A service mirror makes both when it takes its Link.
fn nobody(asked: &Pair<'_>, names: &[String]) -> Option<Said> {
    let name =
        known(&asked.here()?.services)?.iter().map(|one| &one.name).find(|name| names.contains(name))?;
    leads_nowhere(asked, name, "it has no Endpoints")
}

/// Where its service mirror has had the time to follow its Link.
fn leads_nowhere(asked: &Pair<'_>, name: &str, why: &str) -> Option<Said> {
    let is_followed = asked.link_seen().is_some_and(|seen| !seen.is_fresh);
    is_followed.then(|| (format!("{name} points nowhere: {why}"), "subsets[].addresses[].ip", String::new()))
}
