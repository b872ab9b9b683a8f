//! What is spoken at the ports of a Service, and whether they are opaque as that asks for.

use super::lists::{contains, unread, with, without};
use super::{ANNOTATION, OPAQUE, OPENING, announce, is_written, list};
use crate::mesh::checks::{Question, settings};
use crate::mesh::snapshot::Port;
use crate::verdict::{Finding, Remedy};

/// Ports and names of protocols in which the server speaks first, or which Linkerd cannot detect.
const NUMBERS: [u16; 6] = [25, 587, 3306, 5432, 6379, 11211];
const NAMES: [&str; 7] = ["postgres", "postgresql", "mysql", "smtp", "redis", "memcached", "memcache"];
/// Names of protocols that a proxy understands, as ports are called, and `appProtocol` says.
const UNDERSTOOD: [&str; 5] = ["http", "http2", "grpc", "h2c", "kubernetes.io/h2c"];

pub(in crate::mesh::checks) fn ports(asked: &Question<'_>) -> Option<Finding> {
    loud(asked).or_else(|| silenced(asked))
}

/// Ports at which a server speaks first, and which are not opaque.
fn loud(asked: &Question<'_>) -> Option<Finding> {
    // Values of a chart may have other ports than these.
    let is_set = || asked.there().and_then(settings).is_some();
    if is_written(asked) && !asked.service.annotations.contains_key(ANNOTATION) && !is_set() {
        return None;
    }
    let (list, all) = (list(asked), &asked.service.ports);
    let is_loud = |port: &&Port| is_loud(list, port);
    let loud: Vec<&Port> = all.iter().filter(is_loud).collect();
    if loud.is_empty() {
        return None;
    }
    let names: Vec<String> = loud.iter().map(|port| port.port.to_string()).collect();
    let passed = unread(list, all);
    let why = if passed.is_empty() {
        String::new()
    } else {
        format!(" (Linkerd ignores {:?}, which is not a port)", passed.join(","))
    };
    let text = format!(
        "port {} has a protocol that Linkerd cannot detect, as when the server speaks first, but is not opaque{why}: \
         connections stall for 10 seconds, or fail",
        names.join(", ")
    );
    Some(told(asked, text, announce(asked, OPENING, &with(list, &loud, all))))
}

/// A port with requests that a proxy is told not to look at.
fn silenced(asked: &Question<'_>) -> Option<Finding> {
    let said = asked.service.annotations.get(ANNOTATION)?;
    let port = asked.service.ports.iter().find(|port| is_silenced(said, port))?;
    let text = format!(
        "port {} carries requests that Linkerd understands ({}), but is opaque: they have no metrics, retries, timeouts or \
         routes",
        port.port,
        if port.app_protocol.is_empty() { &port.name } else { &port.app_protocol }
    );
    // Where a range has it, who wrote that knows best what else is meant.
    let ranged =
        || Remedy::new(format!("write the range in {ANNOTATION} so that it leaves out {}", port.port));
    let taken_out = without(said, port).map(|wanted| announce(asked, "leave it out", &wanted));
    Some(told(asked, text, taken_out.unwrap_or_else(ranged)))
}

/// Whether a port of the Service is opaque where it should not be, or the other way round.
pub(super) fn is_odd(asked: &Question<'_>, port: &Port) -> bool {
    let annotated = asked.service.annotations.get(ANNOTATION);
    is_loud(list(asked), port) || annotated.is_some_and(|said| is_silenced(said, port))
}

fn is_loud(list: &str, port: &Port) -> bool {
    let is_declared = OPAQUE.contains(&port.app_protocol.as_str());
    port.protocol == "TCP" && speaks_first(port) && !contains(list, port) && !is_declared
}

fn is_silenced(said: &str, port: &Port) -> bool {
    port.protocol == "TCP" && is_understood(port) && !speaks_first(port) && contains(said, port)
}

fn told(asked: &Question<'_>, text: String, remedy: Remedy) -> Finding {
    let finding = Finding::warning("opaque-ports", &[&asked.seen.exporter], text, remedy);
    finding.about(asked.exported()).seen(ANNOTATION, list(asked))
}

/// Whether the server does at a port, or says nothing that a proxy can detect.
fn speaks_first(port: &Port) -> bool {
    let name = port.name.strip_prefix("tcp-").unwrap_or(&port.name);
    NUMBERS.contains(&port.port) || NAMES.contains(&name)
}

fn is_understood(port: &Port) -> bool {
    let is_it = |name: &str| UNDERSTOOD.contains(&name);
    let by_name = port.name.split('-').next().unwrap_or_default();
    is_it(&port.app_protocol) || (port.app_protocol.is_empty() && is_it(by_name))
}

#[cfg(test)]
mod tests {
    use super::super::port;
    use super::*;

    #[test]
    fn servers_that_speak_first_are_known_by_number_or_name() {
        let first = [port("", 5432), port("postgres", 15432), port("tcp-mysql", 1), port("http", 80)];
        assert_eq!(first.map(|port| speaks_first(&port)), [true, true, true, false]);
    }
}
