//! Questions about what clusters stand on, in numbers.

use platform::cluster::{ClusterSet, Reach};
use platform::health::checks::{CHECKS, unanswered};
use platform::health::snapshot::HealthSeen;
use platform::mesh::fleetwide::Looked;

/// Counts the questions about what clusters stand on: of those that were reached, those of manifests among them, and of those that
/// were not.
pub(crate) fn count(
    looked: &mut Looked,
    (set, health, reached): (&ClusterSet, &HealthSeen, usize),
    is_chosen: &dyn Fn(&str) -> bool,
) {
    let asked = CHECKS.iter().filter(|check| is_chosen(check.id)).count();
    let unseen = unanswered(health, is_chosen);
    looked.answered((asked * health.clusters.len()).saturating_sub(unseen.len()));
    for why in unseen {
        looked.hidden(1, Some(why));
    }
    looked.left_to_clusters(asked * (reached - health.clusters.len()));
    for (_, reach) in set.iter() {
        if let Reach::Out(obstacle) = reach {
            looked.hidden(asked, Some(obstacle));
        }
    }
}
