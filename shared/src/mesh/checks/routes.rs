//! Routes of the exporter: one that leads back through a mirror, and one that takes the probe's way in away.

use super::gateway::Gateway;
use super::policy::{ADMIN, policies, port_of};
use super::{Pair, Question, known};
use crate::mesh::machinery::{Reference, Route};
use crate::terms::ObjectRef;
use crate::verdict::{Finding, Remedy};

/// How many policies are named.
const NAMED: usize = 3;

fn routes<'a>(asked: &'a Pair<'_>) -> Option<&'a [Route]> {
    known(&asked.there()?.routes)
}

fn the(asked: &Pair<'_>, route: &Route) -> ObjectRef {
    ObjectRef::namespaced(&asked.seen.exporter, route.kind, &route.namespace, &route.name)
}

/// What shows a route; two kinds have one name.
fn look(route: &Route) -> [String; 6] {
    let Route { kind, group, namespace, name, .. } = route;
    let object = format!("{}s.{group}/{name}", kind.name().to_lowercase());
    ["--namespace", namespace, "get", &object, "-o", "yaml"].map(str::to_owned)
}

/// A route of the Service to a mirror of its namesake in the consumer: where the consumer has one the other way, requests
/// go round.
pub(super) fn circle(asked: &Question<'_>) -> Option<Finding> {
    let (key, exporter, consumer) = (&asked.target.exported, &asked.seen.exporter, asked.consumer);
    // Past the gateway the routes of the client's cluster count.
    if !asked.uses_gateway() {
        return None;
    }
    let is_ours =
        |one: &Reference| one.kind == "Service" && one.namespace == key.namespace && one.name == key.name;
    // Mirrors are called after Links of the exporter, which are mostly called after clusters.
    let is_mirror = |one: &&Reference| {
        let suffix = one.name.strip_prefix(&format!("{}-", key.name)).unwrap_or_default();
        one.kind == "Service" && (suffix == consumer.as_str() || suffix == asked.seen.context(consumer))
    };
    let others = known(&asked.there()?.other_routes).unwrap_or_default();
    let mut all = routes(asked).unwrap_or_default().iter().chain(others);
    let (route, mirror) = all.find_map(|route| {
        let mirror = route.backends.iter().find(is_mirror).filter(|_| route.parents.iter().any(is_ours))?;
        Some((route, mirror))
    })?;
    let text = format!(
        "the {} {} sends what comes to it to {}, which is called like a mirror of {consumer}: if it is one, what comes from \
         there goes round",
        route.kind.name(),
        route.name,
        mirror.name
    );
    let words = look(route);
    let action = format!(
        "attach the route to a Service that {exporter} does not export, with the same selector, so that clients of {consumer} \
         pass it by; to see it, run"
    );
    let remedy = Remedy::run(action, asked.kubectl_there(&words.each_ref().map(String::as_str)));
    let finding = Finding::warning("route-circle", &asked.both(), text, remedy).about(the(asked, route));
    let finding = finding.seen("spec.parentRefs[].name", &key.name);
    Some(finding.seen("spec.rules[].backendRefs[].name", &mirror.name))
}

/// Without a route, the policy controller lets probes in by itself.
pub(super) fn probe(asked: &Pair<'_>) -> Option<Finding> {
    let gateway = Gateway::of(asked)?;
    let pods = gateway.pods()?;
    let pod = pods.iter().find(|pod| pod.is_meshed)?;
    let servers = policies(asked)?.servers_of(pod, port_of(pod, ADMIN));
    let is_servers = |one: &Reference| {
        let same = |name: &str, namespace: &str| one.name == name && one.namespace == namespace;
        one.kind == "Server" && servers.iter().any(|server| same(&server.name, &server.namespace))
    };
    let policies = policies(asked)?;
    // Who has written a policy for the route may let the probe in by it, unless it asks for what is not there.
    let is_judged = |route: &Route| {
        let is_of = |target: &Reference| target.kind == "HTTPRoute" && target.name == route.name;
        let mut own = policies.authorizations.iter().filter(|policy| is_of(&policy.target));
        own.any(|policy| policies.missing(policy).is_none())
    };
    let route =
        routes(asked)?.iter().find(|route| route.parents.iter().any(is_servers) && !is_judged(route))?;
    let text = format!(
        "the HTTPRoute {} is attached to the port that the gateway of {} is probed on, which ends what lets probes in there",
        route.name, asked.seen.exporter
    );
    let words = look(route);
    let action = format!(
        "take it off that Server, or let everybody to {} with it; to see it, run",
        asked.link.gateway.probe.path
    );
    let remedy = Remedy::run(action, asked.kubectl_there(&words.each_ref().map(String::as_str)));
    let finding =
        Finding::warning("probe-route", &[&asked.seen.exporter], text, remedy).about(the(asked, route));
    let beside = policies.authorizations.iter().filter(|policy| policy.namespace == route.namespace);
    Some(beside.take(NAMED).fold(finding, |finding, policy| {
        let name = &policy.name;
        let field = format!("spec.targetRef.kind and spec.targetRef.name of authorizationpolicy/{name}");
        let finding = finding.seen(field, policy.target.to_string());
        let Some(missing) = policies.missing(policy) else { return finding };
        let field = format!("spec.requiredAuthenticationRefs[].name of authorizationpolicy/{name}");
        finding.seen(field, format!("{missing}, which is not there"))
    }))
}
