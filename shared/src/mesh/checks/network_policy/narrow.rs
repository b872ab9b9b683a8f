//! Network policies that let in by address, where no known address of the consumer is in their ranges. Something in between may
//! translate them.

use super::abroad::Entrance;
use super::backends::{needed, words};
use super::shut::{Shut, fences};
use super::{DATA, opened, port_of};
use crate::mesh::checks::behind::{behind, targets};
use crate::mesh::checks::gateway::{Gateway, worded};
use crate::mesh::checks::policy::ADMIN;
use crate::mesh::checks::ranges::strangers;
use crate::mesh::checks::{Pair, Question, known};
use crate::mesh::export::flatness;
use crate::mesh::flatness::Flatness;
use crate::mesh::machinery::{Client, Direction, Whom};
use crate::mesh::network::Cidr;
use crate::verdict::{Finding, Severity};

/// Of how many clients it is told where they come from.
const NAMED: usize = 3;

fn texts(ranges: &[Cidr]) -> Vec<String> {
    ranges.iter().map(ToString::to_string).collect()
}

/// Of the gateway.
pub(super) fn gateway(asked: &Pair<'_>, gateway: &Gateway<'_>) -> Option<Finding> {
    let (pods, fences) = (gateway.pods()?, fences(Some(gateway.there))?);
    let entrance = Entrance::of(asked, gateway);
    let mut all = pods.iter().flat_map(|pod| [DATA, ADMIN].map(|one| (*pod, port_of(pod, one))));
    let (pod, port, by, ranges, (own, passing)) = all.find_map(|(pod, port)| {
        let (by, ranges) = Shut::but_for(fences, pod, (Direction::Ingress, entrance.whom(), port))?;
        let ranges = texts(&ranges);
        let strangers = strangers(asked, gateway, &ranges)?;
        Some((pod, port, by, ranges.join(", "), strangers))
    })?;
    let (exporter, consumer) = (&asked.seen.exporter, asked.consumer);
    let (through, whose) = worded(asked, &passing);
    let text = format!(
        "{by} allows only {ranges} to port {port} of the gateway of {exporter}, but {consumer} comes from {own}{through}"
    );
    let (action, door) = (format!("{whose} to what it allows"), opened(gateway, pod));
    Some(by.finding(
        asked,
        ("gateway-network-policy", Severity::Warning),
        (exporter, text, action),
        Some(door),
    ))
}

/// Of the pods behind a Service, past the gateway.
pub(super) fn backends(asked: &Question<'_>) -> Option<Finding> {
    let fences = fences(asked.there())?;
    let pods = behind(asked)?;
    let pairs = pods.iter().flat_map(|pod| targets(asked).map(move |target| (*pod, target)));
    let narrow = pairs.filter_map(|(pod, target)| {
        let whom = |port| (Direction::Ingress, Whom::Abroad, port);
        let port = needed(asked, pod, target, |port| Shut::of(fences, pod, whom(port)).is_none())?;
        let (by, ranges) = Shut::but_for(fences, pod, whom(port))?;
        Some((port, by, ranges))
    });
    let mut narrow = narrow.peekable();
    // Who comes is only asked where that matters: it takes a look at all pods.
    narrow.peek()?;
    let own = clients(asked)?;
    let is_let_in = |ranges: &[Cidr]| ranges.iter().any(|range| own.iter().any(|own| range.covers(*own)));
    let (port, by, ranges) = narrow.find(|(_, _, ranges)| !is_let_in(ranges))?;
    let (exporter, consumer) = (&asked.seen.exporter, asked.consumer);
    let from: Vec<String> = own.iter().take(NAMED).map(|one| one.address().to_string()).collect();
    let (from, ranges) = (from.join(", "), texts(&ranges).join(", "));
    let text = format!(
        "{by} allows only {ranges} to port {port} of {}, but clients of {consumer} come from {from}",
        words(asked, by.is_of_namespace())
    );
    let action = format!("unless NAT hides the addresses of {consumer}, add them to what it allows");
    Some(by.finding(asked, ("backend-network-policy", Severity::Warning), (exporter, text, action), None))
}

/// The addresses by which known clients come: their own, where the networks are seen to carry these, and else those of their nodes, too.
fn clients(asked: &Question<'_>) -> Option<Vec<Cidr>> {
    let clients = known(&asked.seen_here.clients).filter(|_| asked.way.is_direct())?.iter();
    let is_ours = |one: &&Client| one.names(&asked.target.key()) && one.pod.is_meshed;
    let ours: Vec<&Client> = clients.filter(is_ours).collect();
    let is_flat = matches!(flatness(asked.seen, asked.consumer), Some(Flatness::Shown(_)));
    let hosts = ours.iter().filter(|one| !is_flat || one.pod.is_on_host).map(|one| one.pod.host.as_str());
    let own = ours.iter().map(|one| one.pod.address.as_str());
    let all: Vec<Cidr> = own.chain(hosts).filter_map(Cidr::of_address).collect();
    (!all.is_empty()).then_some(all)
}
