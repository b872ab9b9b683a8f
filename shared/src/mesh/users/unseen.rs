//! What could not be searched for users, in one sentence a cluster.

use super::{Look, NAMED, PLACES};
use crate::terms::{ClusterName, Obstacle};
use crate::verdict::Finding;
use std::collections::{BTreeMap, BTreeSet};

/// Listings that were hindered by the same thing in the same namespaces.
struct Hindered<'a> {
    resources: Vec<String>,
    namespaces: Vec<&'a str>,
    why: String,
}

/// A note for each cluster in which something could not be looked at. It hinders nothing: who may take an export back
/// need not be allowed to read what others run.
pub(super) fn notes(looks: &[Look<'_>]) -> Vec<Finding> {
    let mut clusters: Vec<&ClusterName> = Vec::new();
    for look in looks.iter().filter(|look| look.found.is_err()) {
        if !clusters.contains(&look.spot.cluster) {
            clusters.push(look.spot.cluster);
        }
    }
    clusters.into_iter().map(|cluster| note(cluster, looks)).collect()
}

fn note(cluster: &ClusterName, looks: &[Look<'_>]) -> Finding {
    let looks: Vec<&Look> = looks.iter().filter(|look| look.spot.cluster == cluster).collect();
    let all: BTreeSet<&str> = looks.iter().map(|look| look.spot.namespace).collect();
    let parts: Vec<String> = hindered(&looks).iter().map(|part| part.words(all.len())).collect();
    let text = format!("could not look for users of the mirrors {}", parts.join("; "));
    Finding::info("mirror-users-unseen", &[cluster], text)
}

fn hindered<'a>(looks: &[&Look<'a>]) -> Vec<Hindered<'a>> {
    let mut parts: Vec<Hindered> = Vec::new();
    for (resource, _) in PLACES {
        let mut namespaces: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for look in looks.iter().filter(|look| look.resource == resource) {
            let Err(obstacle) = &look.found else { continue };
            namespaces.entry(words(obstacle)).or_default().push(look.spot.namespace);
        }
        for (why, namespaces) in namespaces {
            match parts.iter_mut().find(|part| part.why == why && part.namespaces == namespaces) {
                Some(part) => part.resources.push(resource.name()),
                None => parts.push(Hindered { resources: vec![resource.name()], namespaces, why }),
            }
        }
    }
    parts
}

impl Hindered<'_> {
    /// Namespaces are named where others of the cluster could be looked at.
    fn words(&self, all: usize) -> String {
        let place = if self.namespaces.len() < all {
            let named = self.namespaces.iter().take(NAMED).map(|name| (*name).to_owned());
            let more = self.namespaces.len().saturating_sub(NAMED);
            let rest = (more > 0).then(|| format!("{more} more"));
            format!(" in {}", listed(&named.chain(rest).collect::<Vec<_>>()))
        } else {
            String::new()
        };
        format!("among {}{place}: {}", listed(&self.resources), self.why)
    }
}

/// The sentence names the resource already.
fn words(obstacle: &Obstacle) -> String {
    if matches!(obstacle, Obstacle::Forbidden { .. }) { "forbidden".to_owned() } else { obstacle.to_string() }
}

/// `pods, ingresses and httproutes`
fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
