//! Ports on which the server speaks first. A proxy that waits for the client's first bytes, to see which protocol it
//! is, delays or breaks these; they have to be opaque.

mod lists;
mod pods;
mod spoken;

pub(super) use lists::holds;
pub(super) use pods::pods;
pub(super) use spoken::ports;

use super::edited::written_anew;
use super::{Question, settings};
use crate::mesh::keeper::Keeper;
use crate::mesh::link::{Way, excludes};
use crate::mesh::machinery::Pod;
use crate::mesh::snapshot::Port;
use crate::verdict::{Finding, Remedy};
use lists::{contains, with};

/// The annotation that lists opaque ports. It replaces Linkerd's default.
const ANNOTATION: &str = "config.linkerd.io/opaque-ports";
/// The annotation with ports of a pod that its proxy leaves alone.
const SKIPPED: &str = "config.linkerd.io/skip-inbound-ports";
/// Linkerd's default (linkerd2 chart, `proxy.opaquePorts`).
const DEFAULT: &str = "25,587,3306,4444,5432,6379,9300,11211";
/// What is done with a port that has to be opaque.
const OPENING: &str = "make it opaque";
/// What `appProtocol` says of a port that is opaque.
const OPAQUE: [&str; 2] = ["linkerd.io/opaque", "linkerd.io/tcp"];

/// The ports of the Service that are opaque.
fn list<'a>(asked: &'a Question<'_>) -> &'a str {
    asked.service.annotations.get(ANNOTATION).map_or_else(|| default(asked), String::as_str)
}

/// Those that are so in the exporter where nobody says others.
fn default<'a>(asked: &'a Question<'_>) -> &'a str {
    let settings = asked.there().and_then(settings);
    settings.and_then(|settings| settings.opaque_ports.as_deref()).unwrap_or(DEFAULT)
}

/// Whether a port of the Service is opaque.
pub(super) fn is_opaque(asked: &Question<'_>, number: u16) -> bool {
    let is_it = |port: &Port| contains(list(asked), port) || OPAQUE.contains(&port.app_protocol.as_str());
    asked.service.ports.iter().any(|port| port.port == number && is_it(port))
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
        (true, false) if on_mirror.is_some() => "by its annotation, but the mirror lists others",
        (true, false) => "by its annotation, which the mirror lacks",
        (false, _) if is_declared(&port) => "by its appProtocol, which is not copied",
        (false, _) => "by Linkerd's settings there, which are not copied",
    };
    let text = format!(
        "port {number} is opaque in {} {why}, but not on the mirror in {consumer}: connections stall for 10 seconds, or fail",
        asked.seen.exporter
    );
    let remedy = match (is_announced, is_excluded) {
        (true, true) => taken_out(asked),
        (true, false) => written_anew(asked.seen, &asked.target.exported),
        (false, _) => announce(asked, OPENING, &with(list(asked), &[port], &asked.service.ports)),
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
            "remove what excludes {ANNOTATION} from spec.excludedAnnotations at the source of the Link; to edit it, run"
        ),
        asked.kubectl(&words),
    )
}

/// The Service says which of its ports are opaque, by its keeper where it has one.
fn announce(asked: &Question<'_>, aim: &str, wanted: &str) -> Remedy {
    let key = &asked.target.exported;
    if let Some(keeper) = Keeper::of(key, asked.service).filter(|keeper| !keeper.yields()) {
        return Remedy::new(format!(
            "{aim} in the source of {keeper}, on the Service and on the pods behind it: {ANNOTATION}: \"{wanted}\""
        ));
    }
    if is_written(asked) {
        return Remedy::new(format!(
            "{aim}, on the Service and on the pods behind it: {ANNOTATION}: \"{wanted}\""
        ));
    }
    let (object, value) = (format!("svc/{}", key.name), format!("{ANNOTATION}={wanted}"));
    let words = ["--namespace", &key.namespace, "annotate", "--overwrite", &object, &value];
    Remedy::run(
        format!("{aim}, on the Service and on the pods behind it; for the Service, run"),
        asked.kubectl_there(&words),
    )
}

/// Whether there are manifests alone of the exporter.
fn is_written(asked: &Question<'_>) -> bool {
    asked.seen.written.contains(&asked.seen.exporter)
}

/// Whether the proxy of a pod leaves a port alone.
pub(super) fn is_skipped(pod: &Pod, number: u16) -> bool {
    pod.annotations.get(SKIPPED).is_some_and(|list| holds(list, number))
}

#[cfg(test)]
fn port(name: &str, port: u16) -> Port {
    Port { name: name.into(), port, protocol: "TCP".into(), ..Port::default() }
}
