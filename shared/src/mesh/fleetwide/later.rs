//! What files that were taken at other times cannot tell: what has come of a change that was made after they were taken.

use super::direction::Direction;
use super::grace::{ASKED, WRITTEN};
use crate::mesh::export::Target;
use crate::mesh::snapshot::{Key, Later};
use crate::terms::{ClusterName, Observed, long};

/// The same of a finding about a mirror: whether the Service changed later than the one file, or the mirror later than the other.
pub(super) fn of_mirror(direction: &Direction<'_>, target: &Target, check: &str) -> Option<String> {
    let (later, consumer, key) = (later(direction)?, direction.consumer, &target.exported);
    if WRITTEN.contains(&check) {
        let changed = later.written.get(&(consumer.clone(), key.clone()));
        let changed = changed.map(|by| format!("the Service was changed {}", than(*by, consumer)));
        return changed.or_else(|| of_writing(direction, &target.key()));
    }
    // Whether pods are there, the exporter tells alone.
    if !ASKED.contains(&check) || check == "export-endpoints" {
        return None;
    }
    let keys = direction.link.selector_of(target.way).requirements().map(|part| part.key);
    let by = keys.filter_map(|label| later.labels.get(&(consumer.clone(), key.clone(), label))).min()?;
    Some(format!("it was asked for {}", than(*by, consumer)))
}

/// The same of a mirror that nobody asks for: whoever deletes a Service leaves no time behind.
pub(super) fn of_orphan(direction: &Direction<'_>, exported: &Key, mirror: &Key) -> Option<String> {
    let (later, consumer) = (later(direction)?, direction.consumer);
    if let Some(by) = later.written.get(&(consumer.clone(), exported.clone())) {
        return Some(format!("the Service was changed {}", than(*by, consumer)));
    }
    let is_there = matches!(&direction.seen.services, Observed::Present(services) if services.by_key.contains_key(exported));
    let taken = later.taken.get(consumer).filter(|_| !is_there);
    let taken = taken.map(|by| {
        let exporter = &direction.seen.exporter;
        format!(
            "the files of {exporter} were taken {}, and the Service may have been deleted in between",
            than(*by, consumer)
        )
    });
    taken.or_else(|| of_writing(direction, mirror))
}

fn of_writing(direction: &Direction<'_>, mirror: &Key) -> Option<String> {
    let by = later(direction)?.mirrors.get(&(direction.consumer.clone(), mirror.clone()))?;
    Some(format!("{} was written {}", mirror.name, than(*by, &direction.seen.exporter)))
}

fn later<'a>(direction: &Direction<'a>) -> Option<&'a Later> {
    direction.seen.young.as_ref().map(|young| &young.later)
}

fn than(by: i64, cluster: &ClusterName) -> String {
    format!("{} after the files of {cluster} were taken", long(by))
}
