//! The names by which mirrors are looked for in what programs are told.

use super::super::snapshot::{Key, MeshSeen};
use super::called::names_of;
use crate::terms::{Mirrors, Observed};

/// What mirrors there are, or would be, in the clusters of a look from all sides.
pub fn mirrors(sides: &[MeshSeen]) -> Mirrors {
    sides.iter().flat_map(of_side).collect()
}

fn of_side(seen: &MeshSeen) -> impl Iterator<Item = Key> {
    seen.others().flat_map(|(name, consumer)| {
        let links = seen.links_of(name);
        let wanted = seen.asked.iter().flat_map(move |key| names_of(&links, key));
        let made = match consumer {
            Observed::Present(consumer) => consumer.services.as_ref(),
            Observed::Absent | Observed::Unknown(_) => Observed::Absent,
        };
        let made = match made {
            Observed::Present(services) => services.by_key.keys().cloned().collect(),
            Observed::Absent | Observed::Unknown(_) => Vec::new(),
        };
        wanted.chain(made)
    })
}
