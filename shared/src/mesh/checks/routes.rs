//! Routes of the exporter: one that leads back through a mirror, and one that takes the probe's way in away.

use super::gateway::Gateway;
use super::policy::{ADMIN, Prober, policies, port_of, prober_or_anybody};
use super::ranges::strangers;
use super::{Pair, Question, known, settings};
use crate::mesh::machinery::{Authorization, Pod, Policies, Reference, Route, Settings};
use crate::terms::ObjectRef;
use crate::verdict::{Finding, Remedy, Severity};

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

/// A route of the Service to a mirror through a gateway: what has passed one gateway is refused by the next one of its identity.
pub(super) fn circle(asked: &Question<'_>) -> Option<Finding> {
    let (key, exporter) = (&asked.target.exported, &asked.seen.exporter);
    // Past the gateway the routes of the client's cluster count.
    if !asked.uses_gateway() {
        return None;
    }
    let is_ours =
        |one: &Reference| one.kind == "Service" && one.namespace == key.namespace && one.name == key.name;
    let others = known(&asked.there()?.other_routes).unwrap_or_default();
    let all = routes(asked).unwrap_or_default().iter().chain(others);
    // Those elsewhere are for clients there: the gateway hears of its own, and of those beside the Service.
    let is_near = |route: &&Route| {
        route.namespace == key.namespace
            || asked.there().is_some_and(|there| route.namespace == there.namespace)
    };
    let mut ours = all.filter(is_near).filter(|route| route.parents.iter().any(is_ours));
    let (route, mirror) = ours.find_map(|route| Some((route, back(asked, route)?)))?;
    let (text, is_of_both) = said(asked, route, mirror);
    let both = asked.both();
    let clusters = if is_of_both { &both[..] } else { &[exporter][..] };
    let words = look(route);
    let action = format!(
        "attach the route to a Service that {exporter} does not export, with the same selector, so that clients of other \
         clusters bypass it; to see it, run"
    );
    let remedy = Remedy::run(action, asked.kubectl_there(&words.each_ref().map(String::as_str)));
    let finding = Finding::warning("route-circle", clusters, text, remedy).about(the(asked, route));
    let finding = finding.seen("spec.parentRefs[].name", &key.name);
    Some(finding.seen("spec.rules[].backendRefs[].name", &mirror.name))
}

/// How names of mirrors of the consumer's Services end: they are called after Links of the exporter, which are mostly called after
/// clusters.
fn endings<'a>(asked: &'a Question<'_>) -> [&'a str; 2] {
    [asked.consumer.as_str(), asked.seen.context(asked.consumer)]
}

/// What it leads to that is a mirror through a gateway, or, where nobody knows, is called like the consumer's namesake of the Service.
fn back<'a>(asked: &Question<'_>, route: &'a Route) -> Option<&'a Reference> {
    let Some(mirrors) = &route.mirrors else {
        let namesakes = endings(asked).map(|end| format!("{}-{end}", asked.target.exported.name));
        return route.backends.iter().find(|one| one.kind == "Service" && namesakes.contains(&one.name));
    };
    // Gateways of one identity take each other for themselves; whose gateway another mirror leads to is not known here.
    let is_other = |one: &&Reference| {
        let is_of_consumer = endings(asked)
            .iter()
            .any(|end| one.name.strip_suffix(end).is_some_and(|start| start.ends_with('-')));
        is_of_consumer && have_other_identities(asked)
    };
    mirrors.iter().find(|one| !is_other(one))
}

/// Whether the gateways of both clusters surely have other names in their certificates.
fn have_other_identities(asked: &Pair<'_>) -> bool {
    let trust = |machinery| settings(machinery).map(Settings::trust);
    let (there, here) = (asked.there().and_then(trust), asked.here().and_then(trust));
    there.zip(here).is_some_and(|(there, here)| there != here)
}

/// What is said of it, and whether that is about the consumer: of a mirror it is the same for all.
fn said(asked: &Question<'_>, route: &Route, mirror: &Reference) -> (String, bool) {
    let (consumer, backend) = (asked.consumer, &mirror.name);
    let start = format!("the {} {} routes its traffic to {backend}", route.kind.name(), route.name);
    if route.mirrors.is_some() {
        let end =
            "traffic from another cluster has passed a gateway, and the next one refuses it as a loop (508)";
        return (format!("{start}, which is a mirror: {end}"), false);
    }
    let doubt = format!("which is named like a mirror of {consumer}: if it is one, its traffic loops");
    (format!("{start}, {doubt}"), true)
}

/// How much it weighs that the gateway's port for probes is shut: kubelets ask by it, too, and where no pod of the gateway is ready,
/// and nothing else is known to ail one, they are shut out as well.
pub(super) fn weight(pods: &[&Pod]) -> Severity {
    let is_shut = |pod: &&Pod| {
        !pod.is_ready && pod.failing.as_ref().map_or(pod.trouble.is_empty(), |one| one.is_proxy())
    };
    if pods.iter().all(is_shut) { Severity::Error } else { Severity::Warning }
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
    let prober = Prober::of(asked);
    // Who has written a policy for the route may let the probe in by it, unless it asks for what is not there, or for others.
    let lets_in = |policy: &Authorization| {
        let ranges: Vec<String> = policies.ranges_by(policy).map(|(range, _)| range.clone()).collect();
        policies.admits(policy, prober_or_anybody(asked, prober.as_ref()))
            && strangers(asked, &gateway, &ranges).is_none()
    };
    let is_judged =
        |route: &Route| policies.authorizations.iter().filter(|one| is_of(one, route)).any(lets_in);
    let route =
        routes(asked)?.iter().find(|route| route.parents.iter().any(is_servers) && !is_judged(route))?;
    let text = format!(
        "the HTTPRoute {} is attached to the port on which the gateway of {} is probed, which removes the rule that admits \
         probes",
        route.name, asked.seen.exporter
    );
    let words = look(route);
    let action = format!(
        "detach it from that Server, or make it allow everybody to {}; to see it, run",
        asked.link.gateway.probe.path
    );
    let remedy = Remedy::run(action, asked.kubectl_there(&words.each_ref().map(String::as_str)));
    let finding = Finding::warning("probe-route", &[&asked.seen.exporter], text, remedy);
    let finding = Finding { severity: weight(&pods), ..finding }.about(the(asked, route));
    Some(beside(finding, policies, route))
}

/// Whether a policy is about a route.
fn is_of(policy: &Authorization, route: &Route) -> bool {
    policy.target.kind == "HTTPRoute" && policy.target.name == route.name
}

/// The policies beside a route, those about it first.
fn beside(finding: Finding, policies: &Policies, route: &Route) -> Finding {
    let mut beside: Vec<&Authorization> =
        policies.authorizations.iter().filter(|policy| policy.namespace == route.namespace).collect();
    beside.sort_by_key(|policy| !is_of(policy, route));
    beside.into_iter().take(NAMED).fold(finding, |finding, policy| {
        let name = &policy.name;
        let field = format!("spec.targetRef.kind and spec.targetRef.name of authorizationpolicy/{name}");
        let finding = finding.seen(field, policy.target.to_string());
        let required = match policies.missing(policy) {
            Some(missing) => format!("{missing}, which does not exist"),
            None if is_of(policy, route) => {
                policy.required.iter().map(|one| policies.words(one)).collect::<Vec<_>>().join(", ")
            }
            None => return finding,
        };
        finding
            .seen(format!("spec.requiredAuthenticationRefs[].name of authorizationpolicy/{name}"), required)
    })
}
