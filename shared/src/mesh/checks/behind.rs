//! The pods behind an exported Service.

use super::Question;
use crate::mesh::machinery::Pod;
use crate::terms::Observed;

/// Those that its selector selects; `None` when it has none, or they could not be looked at.
pub(super) fn behind<'a>(asked: &'a Question<'_>) -> Option<Vec<&'a Pod>> {
    let (service, namespace) = (asked.service, &asked.target.exported.namespace);
    let Observed::Present(pods) = &asked.there()?.backends else { return None };
    let behind = || pods.selected(namespace, &service.selector).into_iter().filter(|pod| !pod.is_over);
    (!service.selector.is_empty()).then(|| behind().collect())
}

/// The ports of these pods that the Service's ports of TCP lead to: each with the port of the Service.
pub(super) fn targets<'a>(asked: &'a Question<'_>) -> impl Iterator<Item = (u16, &'a str)> {
    let service = asked.service;
    let is_tcp = |port: u16| service.ports.iter().any(|one| one.port == port && one.protocol == "TCP");
    service.targets.iter().filter(move |target| is_tcp(target.0)).map(|target| (target.0, target.1.as_str()))
}

/// The number that a target is in a pod; a name that no container has is none.
pub(super) fn number(pod: &Pod, target: &str) -> Option<u16> {
    let named = || pod.ports.iter().find(|port| port.0 == target).map(|port| port.1);
    target.parse().ok().or_else(named)
}
