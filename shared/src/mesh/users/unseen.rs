//! What could not be searched for users, in one sentence a cluster.

use super::{Look, NAMED};
use crate::terms::{ClusterName, Obstacle, listed};
use crate::verdict::Finding;

/// Resources whose search was hindered by the same thing in the same places.
struct Hindered {
    resources: Vec<String>,
    place: String,
    why: String,
}

/// A note for each cluster in which something could not be looked at. It hinders nothing: who may take an export back
/// need not be allowed to read what others run.
pub(super) fn notes(looks: &[Look<'_>]) -> Vec<Finding> {
    let mut clusters: Vec<&ClusterName> =
        looks.iter().filter(|look| look.found.is_err()).map(|look| look.cluster).collect();
    // The looks are in the order of the fleet.
    clusters.dedup();
    clusters.into_iter().map(|cluster| note(cluster, looks)).collect()
}

fn note(cluster: &ClusterName, looks: &[Look<'_>]) -> Finding {
    let looks: Vec<&Look> = looks.iter().filter(|look| look.cluster == cluster).collect();
    let parts: Vec<String> = hindered(&looks).iter().map(Hindered::words).collect();
    let text = format!("could not look for users of the mirrors {}", parts.join("; "));
    Finding::info("mirror-users-unseen", &[cluster], text)
}

fn hindered(looks: &[&Look<'_>]) -> Vec<Hindered> {
    let mut parts: Vec<Hindered> = Vec::new();
    for look in looks {
        let Err(obstacle) = &look.found else { continue };
        let of_resource = looks.iter().filter(|other| other.resource == look.resource);
        let nearby: Vec<&Look> = of_resource.copied().filter(|other| other.namespace.is_some()).collect();
        // What may be read nowhere is said once; the namespaces say the same as the whole.
        let all_fail = nearby.iter().all(|other| other.found.is_err());
        let place = match look.namespace {
            None if nearby.is_empty() || all_fail => String::new(),
            None => format!(" outside of {}", listed(&open(&nearby))),
            Some(_) if all_fail => continue,
            Some(namespace) => format!(" in {namespace}"),
        };
        let (why, resource) = (words(obstacle), look.resource.name());
        match parts.iter_mut().find(|part| part.why == why && part.place == place) {
            Some(part) => part.resources.push(resource),
            None => parts.push(Hindered { resources: vec![resource], place, why }),
        }
    }
    parts
}

/// The namespaces that could be looked at, the first few of them.
fn open(looks: &[&Look<'_>]) -> Vec<String> {
    let open: Vec<&str> =
        looks.iter().filter(|look| look.found.is_ok()).filter_map(|look| look.namespace).collect();
    let named = open.iter().take(NAMED).map(|name| (*name).to_owned());
    let more = open.len().saturating_sub(NAMED);
    named.chain((more > 0).then(|| format!("{more} more"))).collect()
}

impl Hindered {
    fn words(&self) -> String {
        format!("among {}{}: {}", listed(&self.resources), self.place, self.why)
    }
}

/// The sentence names the resource already.
fn words(obstacle: &Obstacle) -> String {
    if matches!(obstacle, Obstacle::Forbidden { .. }) { "forbidden".to_owned() } else { obstacle.to_string() }
}
