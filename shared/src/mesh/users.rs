//! Who uses a mirror, as far as it can be seen without reading application configuration: routes and ingresses that
//! name it, and pods whose command line or environment does.

use super::export::Target;
use super::wire;
use crate::cluster::{Cluster, ClusterSet, Resource, Shape};
use crate::terms::{Observed, Scope};
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

/// A warning for each mirror that something still uses. What cannot be seen is left out: it is a courtesy.
pub async fn warn(set: &ClusterSet, targets: &[Target]) -> Vec<Finding> {
    let looks = targets.iter().map(async |target| {
        let cluster = set.cluster(&target.consumer).ok()?;
        let users = tokio::time::timeout(PATIENCE, of_mirror(cluster, target)).await.ok()?;
        warning(target, &users)
    });
    futures::future::join_all(looks).await.into_iter().flatten().collect()
}

fn warning(target: &Target, users: &[String]) -> Option<Finding> {
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

async fn of_mirror(cluster: &Cluster, target: &Target) -> Vec<String> {
    let scope = Scope::namespace(Some(&target.exported.namespace));
    let looks = PLACES.map(async |(resource, word)| {
        let listed = cluster.list::<wire::Plain>(resource, &scope, Shape::Full).await;
        let Observed::Present(listed) = listed else { return Vec::new() };
        let users = listed.items.into_iter().filter(|found| names(&found.spec, &target.mirror));
        users.map(|found| format!("{word}/{}", found.metadata.name)).collect()
    });
    futures::future::join_all(looks).await.into_iter().flatten().collect()
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
mod tests {
    use super::mentions;

    #[test]
    fn a_name_is_found_as_a_whole_and_not_inside_another() {
        for text in ["web-infra", "http://web-infra.shop.svc:80/x", "PGHOST=web-infra", "user@web-infra:5432"]
        {
            assert!(mentions(text, "web-infra"), "{text}");
        }
        for text in ["my-web-infra", "web-infra-2", "web-infrastructure", "x.web-infra"] {
            assert!(!mentions(text, "web-infra"), "{text}");
        }
    }
}
