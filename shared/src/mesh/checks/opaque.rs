//! Ports on which the server speaks first. A proxy that waits for the client's first bytes, to see which protocol it
//! is, delays or breaks these; they have to be opaque.

use super::behind::{behind, number, targets};
use super::edited::written_anew;
use super::{Question, settings};
use crate::mesh::keeper::Keeper;
use crate::mesh::link::{Way, excludes};
use crate::mesh::machinery::Pod;
use crate::mesh::snapshot::Port;
use crate::terms::{Kind, ObjectRef};
use crate::verdict::{Finding, Remedy};

/// The annotation that lists opaque ports. It replaces Linkerd's default.
const ANNOTATION: &str = "config.linkerd.io/opaque-ports";
/// The annotation with ports of a pod that its proxy leaves alone.
const SKIPPED: &str = "config.linkerd.io/skip-inbound-ports";
/// Linkerd's default (linkerd2 chart, `proxy.opaquePorts`).
const DEFAULT: &str = "25,587,3306,4444,5432,6379,9300,11211";
/// Ports and names of protocols in which the server speaks first, or which Linkerd cannot detect.
const NUMBERS: [u16; 6] = [25, 587, 3306, 5432, 6379, 11211];
const NAMES: [&str; 7] = ["postgres", "postgresql", "mysql", "smtp", "redis", "memcached", "memcache"];
/// What `appProtocol` says of a port that is opaque.
const OPAQUE: [&str; 2] = ["linkerd.io/opaque", "linkerd.io/tcp"];

/// The ports of the Service that are opaque.
fn list<'a>(asked: &'a Question<'_>) -> &'a str {
    let annotated = asked.service.annotations.get(ANNOTATION);
    let default = asked.there().and_then(settings).and_then(|settings| settings.opaque_ports.as_deref());
    annotated.map_or(default.unwrap_or(DEFAULT), String::as_str)
}

/// Whether a port of the Service is opaque.
pub(super) fn is_opaque(asked: &Question<'_>, number: u16) -> bool {
    asked.service.ports.iter().any(|port| port.port == number && contains(list(asked), port))
}

/// Ports that are opaque in the exporter, and not on the mirror: an annotation is copied, a default and a declared protocol are
/// not.
pub(super) fn mirrored(asked: &Question<'_>) -> Option<Finding> {
    let annotated = asked.service.annotations.get(ANNOTATION);
    let is_excluded = excludes(&asked.link.excluded.annotations, ANNOTATION);
    // Members of a federated Service share one, which has what the first of them says.
    let mirror = asked
        .target
        .found_in(asked.seen)
        .filter(|found| asked.target.way != Way::Federated && asked.target.leads_there(found));
    let on_mirror = match mirror {
        Some(mirror) => mirror.annotations.get(ANNOTATION),
        None => annotated.filter(|_| !is_excluded),
    };
    let default = settings(asked.here()?)?.opaque_ports.as_deref().unwrap_or(DEFAULT);
    let there = on_mirror.map_or(default, String::as_str);
    let is_declared = |port: &&Port| OPAQUE.contains(&port.app_protocol.as_str());
    let mut ports =
        asked.service.ports.iter().filter(|port| port.protocol == "TCP" && !contains(there, port));
    let port = ports.find(|port| is_declared(port) || contains(list(asked), port))?;
    let (number, consumer) = (port.port, asked.consumer);
    let is_announced = annotated.is_some_and(|list| contains(list, port));
    let why = match (is_announced, is_excluded) {
        (true, true) => "by its annotation, which the Link excludes",
        (true, false) => "by its annotation, which the mirror lacks",
        (false, _) if is_declared(&port) => "by its appProtocol, which is not copied",
        (false, _) => "by Linkerd's settings there, which are not copied",
    };
    let text = format!(
        "port {number} is opaque in {} {why}, and not on the mirror in {consumer}: connections wait 10 seconds, or fail",
        asked.seen.exporter
    );
    let remedy = match (is_announced, is_excluded) {
        (true, true) => taken_out(asked),
        (true, false) => written_anew(asked.seen, &asked.target.exported),
        (false, _) => announce(asked, &with(list(asked), &[port])),
    };
    let finding = Finding::warning("mirror-opaque", &asked.both(), text, remedy);
    Some(finding.about(asked.exported()).seen(format!("opaque ports in {consumer}"), there))
}

/// The Link lets the annotation go with the Service.
fn taken_out(asked: &Question<'_>) -> Remedy {
    let spelled = format!("links.multicluster.linkerd.io/{}", asked.link.name);
    let words = ["--namespace", &asked.link.namespace, "edit", &spelled];
    Remedy::run(
        format!(
            "take what excludes {ANNOTATION} out of spec.excludedAnnotations where the Link is made; to edit it, run"
        ),
        asked.kubectl(&words),
    )
}

/// The Service says which of its ports are opaque, by its keeper where it has one.
fn announce(asked: &Question<'_>, wanted: &str) -> Remedy {
    let key = &asked.target.exported;
    if let Some(keeper) = Keeper::of(key, asked.service).filter(|keeper| !keeper.yields()) {
        return Remedy::new(format!(
            "make it opaque in the source of {keeper}, on the Service and on the pods behind it: {ANNOTATION}: \"{wanted}\""
        ));
    }
    let (object, value) = (format!("svc/{}", key.name), format!("{ANNOTATION}={wanted}"));
    let words = ["--namespace", &key.namespace, "annotate", "--overwrite", &object, &value];
    Remedy::run(
        "make it opaque, on the Service and on the pods behind it; for the Service, run",
        asked.kubectl_there(&words),
    )
}

/// A list with some ports that it lacks.
fn with(list: &str, ports: &[&Port]) -> String {
    let lacks = ports.iter().filter(|port| !contains(list, port)).map(|port| port.port.to_string());
    let old = Some(list.to_owned()).filter(|list| !list.is_empty());
    old.into_iter().chain(lacks).collect::<Vec<_>>().join(",")
}

/// Ports of the pods that their proxies do not take in, or not as the Service says.
pub(super) fn pods(asked: &Question<'_>) -> Option<Finding> {
    let pods = behind(asked)?;
    let pairs = pods.iter().filter(|pod| pod.is_meshed);
    let mut pairs = pairs.flat_map(|pod| targets(asked).map(move |(port, target)| (*pod, port, target)));
    let (pod, key, said, text) = pairs.find_map(|(pod, port, target)| {
        let (number, exporter) = (number(pod, target)?, &asked.seen.exporter);
        let named = |annotation: &str| pod.annotations.get(annotation).map(String::as_str);
        let one = Port { name: target.to_owned(), port: number, ..Port::default() };
        if let Some(said) = named(SKIPPED).filter(|list| contains(list, &one)) {
            let text = format!(
                "port {number} of its pods is kept from their proxies: connections come without an identity, and a policy of \
                 {exporter} cannot let them in"
            );
            return Some((pod, SKIPPED, said, text));
        }
        let said = named(ANNOTATION).filter(|list| contains(list, &one) != is_opaque(asked, port))?;
        let (here, there) =
            if is_opaque(asked, port) { ("opaque", "not") } else { ("not opaque", "opaque") };
        let text = format!("port {port} is {here} by the Service, and {there} by its pods: connections may hang or fail");
        Some((pod, ANNOTATION, said, text))
    })?;
    let action = "let both say the same, the Service and the template of its pods; to see the pod, run";
    let words = ["--namespace", &pod.namespace, "describe", "pod", &pod.name];
    let remedy = Remedy::run(action, asked.kubectl_there(&words));
    let finding = Finding::warning("pod-ports", &[&asked.seen.exporter], text, remedy);
    let object = ObjectRef::namespaced(&asked.seen.exporter, Kind::Pod, &pod.namespace, &pod.name);
    Some(finding.about_pod(object, pod.maker()).seen(format!("metadata.annotations[{key}]"), said))
}

pub(super) fn ports(asked: &Question<'_>) -> Option<Finding> {
    let list = list(asked);
    let loud: Vec<&Port> = asked
        .service
        .ports
        .iter()
        .filter(|port| port.protocol == "TCP" && speaks_first(port) && !contains(list, port))
        .collect();
    if loud.is_empty() {
        return None;
    }
    let names: Vec<String> = loud.iter().map(|port| port.port.to_string()).collect();
    let text = format!(
        "port {} has a protocol that Linkerd does not detect, as where the server speaks first, and is not opaque: \
         connections wait 10 seconds, or fail",
        names.join(", ")
    );
    let wanted = with(list, &loud);
    let remedy = announce(asked, &wanted);
    let finding = Finding::warning("opaque-ports", &[&asked.seen.exporter], text, remedy);
    Some(finding.about(asked.exported()).seen(ANNOTATION, list))
}

fn speaks_first(port: &Port) -> bool {
    let name = port.name.strip_prefix("tcp-").unwrap_or(&port.name);
    NUMBERS.contains(&port.port) || NAMES.contains(&name)
}

/// Whether the proxy of a pod leaves a port alone.
pub(super) fn is_skipped(pod: &Pod, number: u16) -> bool {
    pod.annotations.get(SKIPPED).is_some_and(|list| holds(list, number))
}

/// Whether a list has a port by its number.
pub(super) fn holds(list: &str, number: u16) -> bool {
    contains(list, &Port { port: number, ..Port::default() })
}

/// Whether a list such as `25,3306,5000-6000`, or of names, contains a port.
fn contains(list: &str, port: &Port) -> bool {
    list.split(',').map(str::trim).any(|entry| match entry.split_once('-') {
        Some((from, to)) => match (from.trim().parse::<u16>(), to.trim().parse::<u16>()) {
            (Ok(from), Ok(to)) => (from..=to).contains(&port.port),
            (Ok(_) | Err(_), _) => entry == port.name,
        },
        None => entry.parse() == Ok(port.port) || (!entry.is_empty() && entry == port.name),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(name: &str, port: u16) -> Port {
        Port { name: name.into(), port, protocol: "TCP".into(), ..Port::default() }
    }

    #[test]
    fn numbers_ranges_and_names_are_found_in_a_list() {
        for (list, has) in [
            ("5432", true),
            ("25, 5000-6000", true),
            ("5433-6000", false),
            ("db", true),
            ("", false),
            ("a-b", false),
            ("6000-5000", false),
        ] {
            assert_eq!(contains(list, &port("db", 5432)), has, "{list}");
        }
        assert!(!contains("", &port("", 80)));
    }

    #[test]
    fn servers_that_speak_first_are_known_by_number_or_name() {
        let first = [port("", 5432), port("postgres", 15432), port("tcp-mysql", 1), port("http", 80)];
        assert_eq!(first.map(|port| speaks_first(&port)), [true, true, true, false]);
    }
}
