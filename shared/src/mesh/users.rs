//! Who uses a mirror, as far as it can be seen without reading application configuration: routes and ingresses that
//! name it, and pods whose command line or environment does.

mod unseen;

use super::export::Target;
use super::wire;
use crate::cluster::{ClusterSet, Resource, Shape};
use crate::terms::{ClusterName, Obstacle, Scope};
use crate::verdict::{Finding, Remedy};
use serde_json::Value;
use std::time::Duration;

/// What is searched: the resource, and what its objects are called in a sentence.
const PLACES: [(Resource, &str); 3] =
    [(Resource::PODS, "pod"), (Resource::INGRESSES, "ingress"), (Resource::HTTP_ROUTES, "httproute")];
/// Nobody waits longer than this for a courtesy.
const PATIENCE: Duration = Duration::from_secs(3);
/// How many users are named; more are counted.
const NAMED: usize = 3;

/// A namespace in which mirrors may have users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Spot<'a> {
    cluster: &'a ClusterName,
    namespace: &'a str,
}

/// One listing of a namespace.
#[derive(Debug, PartialEq)]
struct Look<'a> {
    spot: Spot<'a>,
    resource: Resource,
    found: Result<Vec<Candidate>, Obstacle>,
}

/// An object that may use a mirror.
#[derive(Debug, PartialEq)]
struct Candidate {
    /// `pod/gitlab-0`
    title: String,
    spec: Value,
}

/// A warning for each mirror that something still uses, and a note for each cluster in which that could not be seen
/// everywhere: without either, all was looked at and no user found.
pub async fn warn(set: &ClusterSet, targets: &[Target]) -> Vec<Finding> {
    let spots = spots(targets);
    let looks = spots.iter().flat_map(|spot| PLACES.map(|place| look(set, *spot, place)));
    let looks = futures::future::join_all(looks).await;
    let warnings = targets.iter().filter_map(|target| warning(target, &users(target, &looks)));
    warnings.chain(unseen::notes(&looks)).collect()
}

/// Where the mirrors are, each namespace of each cluster once.
fn spots(targets: &[Target]) -> Vec<Spot<'_>> {
    let mut spots = Vec::new();
    for target in targets {
        let spot = spot(target);
        if !spots.contains(&spot) {
            spots.push(spot);
        }
    }
    spots
}

fn spot(target: &Target) -> Spot<'_> {
    Spot { cluster: &target.consumer, namespace: &target.exported.namespace }
}

async fn look<'a>(set: &ClusterSet, spot: Spot<'a>, (resource, word): (Resource, &str)) -> Look<'a> {
    let listing = async {
        let scope = Scope::namespace(Some(spot.namespace));
        set.cluster(spot.cluster)?.list::<wire::Plain>(resource, &scope, Shape::Full).await.known()
    };
    let listed = tokio::time::timeout(PATIENCE, listing).await;
    let listed = listed.unwrap_or(Err(Obstacle::TimedOut { after: PATIENCE }));
    let found = match listed {
        Ok(listed) => Ok(listed.map(|listed| listed.items).unwrap_or_default()),
        // No object of a kind that is not served can use anything.
        Err(Obstacle::NotServed { .. }) => Ok(Vec::new()),
        Err(obstacle) => Err(obstacle),
    };
    let candidate =
        |found: wire::Plain| Candidate { title: format!("{word}/{}", found.metadata.name), spec: found.spec };
    Look { spot, resource, found: found.map(|found| found.into_iter().map(candidate).collect()) }
}

/// Who names a mirror, in the order of the places.
fn users<'a>(target: &Target, looks: &'a [Look<'_>]) -> Vec<&'a str> {
    let looks = looks.iter().filter(|look| look.spot == spot(target));
    let candidates = looks.filter_map(|look| look.found.as_ref().ok()).flatten();
    let users = candidates.filter(|candidate| names(&candidate.spec, &target.mirror));
    users.map(|user| user.title.as_str()).collect()
}

fn warning(target: &Target, users: &[&str]) -> Option<Finding> {
    let named = users.get(..NAMED.min(users.len()))?;
    if named.is_empty() {
        return None;
    }
    let more = match users.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let text = format!("the mirror is used by {}{more}", named.join(", "));
    let remedy = Remedy::new("point them elsewhere first; they lose their connection");
    Some(Finding::warning("mirror-in-use", &[&target.consumer], text, remedy).about(target.object()))
}

/// Whether some text in a spec is the mirror's name, or a DNS name or address that begins with it.
fn names(spec: &Value, mirror: &str) -> bool {
    match spec {
        Value::String(text) => mentions(text, mirror),
        Value::Array(values) => values.iter().any(|value| names(value, mirror)),
        Value::Object(fields) => fields.values().any(|value| names(value, mirror)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn mentions(text: &str, mirror: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '-';
    text.match_indices(mirror).any(|(start, found)| {
        let before = text.get(..start).and_then(|head| head.chars().next_back());
        let after = text.get(start + found.len()..).and_then(|tail| tail.chars().next());
        !before.is_some_and(|c| inside(c) || c == '.') && !after.is_some_and(inside)
    })
}

#[cfg(test)]
mod tests;
