//! Who uses a mirror, as far as it can be seen without reading application configuration: routes and ingresses that
//! name it, and pods whose command line or environment does, in any namespace of its cluster.

mod unseen;

use super::wire;
use crate::cluster::{ClusterSet, Resource, Shape};
use crate::terms::{ClusterName, ObjectRef, Obstacle, Scope, first_of};
use crate::verdict::{Finding, Remedy};
use std::collections::BTreeSet;
use std::time::Duration;

/// What is searched: the resource, and what its objects are called in a sentence.
const PLACES: [(Resource, &str); 3] =
    [(Resource::PODS, "pod"), (Resource::INGRESSES, "ingress"), (Resource::HTTP_ROUTES, "httproute")];
/// Nobody waits longer than this for a courtesy, in a whole cluster ...
const PATIENCE: Duration = Duration::from_secs(2);
/// ... and where the mirrors are, when that was in vain.
const PATIENCE_NEARBY: Duration = Duration::from_secs(1);
/// How many users are named; more are counted.
const NAMED: usize = 3;

/// One listing, of a namespace or of the whole cluster.
#[derive(Debug, PartialEq)]
struct Look<'a> {
    cluster: &'a ClusterName,
    namespace: Option<&'a str>,
    resource: Resource,
    /// Who names any of the mirrors.
    found: Result<Vec<User<'a>>, Obstacle>,
}

/// An object that uses mirrors.
#[derive(Debug, PartialEq)]
struct User<'a> {
    /// `pod/gitlab-0`, or `pod/gitlab/gitlab-0` when it is in another namespace than the mirror.
    title: String,
    mirror: &'a ObjectRef,
}

/// A warning for each mirror that something still uses, and a note for each cluster in which that could not be seen
/// everywhere: without either, all was looked at and no user found.
pub async fn warn(set: &ClusterSet, mirrors: &[ObjectRef]) -> Vec<Finding> {
    let names = set.iter().map(|(name, _)| name);
    let clusters: Vec<&ClusterName> =
        names.filter(|name| mirrors.iter().any(|mirror| mirror.cluster == **name)).collect();
    let looks = clusters.iter().flat_map(|cluster| PLACES.map(|place| search(set, cluster, mirrors, place)));
    let looks: Vec<Look<'_>> = futures::future::join_all(looks).await.into_iter().flatten().collect();
    let warnings = mirrors.iter().filter_map(|mirror| warning(mirror, &users(mirror, &looks)));
    warnings.chain(unseen::notes(&looks)).collect()
}

/// Looks everywhere in a cluster; who may not do that, or finds it too large, looks where the mirrors are.
async fn search<'a>(
    set: &ClusterSet,
    cluster: &'a ClusterName,
    mirrors: &'a [ObjectRef],
    place: (Resource, &str),
) -> Vec<Look<'a>> {
    let here = || mirrors.iter().filter(|mirror| mirror.cluster == *cluster);
    let everywhere = look(set, (cluster, None), here().collect(), place).await;
    if !matches!(everywhere.found, Err(Obstacle::Forbidden { .. } | Obstacle::TimedOut { .. })) {
        return vec![everywhere];
    }
    let namespaces: BTreeSet<&str> = here().filter_map(|mirror| mirror.namespace.as_deref()).collect();
    let near = namespaces
        .into_iter()
        .map(|namespace| look(set, (cluster, Some(namespace)), here().collect(), place));
    std::iter::once(everywhere).chain(futures::future::join_all(near).await).collect()
}

async fn look<'a>(
    set: &ClusterSet,
    (cluster, namespace): (&'a ClusterName, Option<&'a str>),
    mirrors: Vec<&'a ObjectRef>,
    (resource, word): (Resource, &str),
) -> Look<'a> {
    let is_user = |found: &wire::Plain| mirrors.iter().any(|mirror| uses(found, mirror));
    let listing = async {
        let scope = Scope::namespace(namespace);
        set.cluster(cluster)?.list_only(resource, &scope, Shape::Full, is_user).await.known()
    };
    let within = namespace.map_or(PATIENCE, |_| PATIENCE_NEARBY);
    let listed = tokio::time::timeout(within, listing).await;
    let listed = match listed.unwrap_or(Err(Obstacle::TimedOut { after: within })) {
        Ok(listed) => Ok(listed.map(|listed| listed.items).unwrap_or_default()),
        // No object of a kind that is not served can use anything.
        Err(Obstacle::NotServed { .. }) => Ok(Vec::new()),
        Err(obstacle) => Err(obstacle),
    };
    let of = |found: &wire::Plain, mirror: &'a ObjectRef| User { title: title(word, found, mirror), mirror };
    let found = listed.map(|listed| {
        let pairs = mirrors.iter().flat_map(|mirror| listed.iter().map(move |found| (found, *mirror)));
        pairs.filter(|(found, mirror)| uses(found, mirror)).map(|(found, mirror)| of(found, mirror)).collect()
    });
    Look { cluster, namespace, resource, found }
}

fn uses(found: &wire::Plain, mirror: &ObjectRef) -> bool {
    let namespace = mirror.namespace.as_deref().unwrap_or_default();
    let is_beside = found.metadata.namespace == namespace;
    wire::Mirror { name: &mirror.name, namespace, is_beside }.is_in(&found.spec)
}

fn title(word: &str, found: &wire::Plain, mirror: &ObjectRef) -> String {
    let wire::Metadata { name, namespace, .. } = &found.metadata;
    if mirror.namespace.as_ref() == Some(namespace) {
        format!("{word}/{name}")
    } else {
        format!("{word}/{namespace}/{name}")
    }
}

/// Who names a mirror, in the order of the places.
fn users<'a>(mirror: &ObjectRef, looks: &'a [Look<'_>]) -> Vec<&'a str> {
    let found = looks.iter().filter_map(|look| look.found.as_ref().ok()).flatten();
    found.filter(|user| user.mirror == mirror).map(|user| user.title.as_str()).collect()
}

fn warning(mirror: &ObjectRef, users: &[&str]) -> Option<Finding> {
    if users.is_empty() {
        return None;
    }
    let text = format!("the mirror is used by {}", first_of(users, NAMED));
    let remedy = Remedy::new("point them elsewhere first; they lose their connection");
    Some(Finding::warning("mirror-in-use", &[&mirror.cluster], text, remedy).about(mirror.clone()))
}

#[cfg(test)]
mod tests;
