//! What can be read and can still never be meant.

use super::World;
use crate::failure::Failure;

/// Looks at one document, before it changes the world that it extends.
///
/// # Errors
/// Says what would be passed over.
pub(super) fn document(world: &World) -> Result<(), Failure> {
    if world.extends.is_none() && !world.without.is_empty() {
        let next = "add `extends:` with the world that has it, or take `without` out";
        return Err(Failure::new("`without` takes nothing out of a world that extends no other", next));
    }
    for (index, cluster) in world.clusters.iter().enumerate() {
        if cluster.name.is_empty() {
            return Err(Failure::new(
                format!("cluster {} has no name", index + 1),
                "give it one, such as `name: infra`",
            ));
        }
    }
    let names = world.clusters.iter().map(|cluster| cluster.name.clone());
    if let Some(name) = twice(names) {
        return Err(Failure::new(
            format!("there are two clusters {name}"),
            "put them together, or rename one",
        ));
    }
    let links = world.links.iter().map(|link| format!("from {} to {}", link.importer, link.exporter));
    if let Some(link) = twice(links) {
        return Err(Failure::new(
            format!("there are two links {link}"),
            "put them together, or take one out",
        ));
    }
    Ok(())
}

/// Looks at a world that is complete.
///
/// # Errors
/// Says what could not be started.
pub(super) fn whole(world: World) -> Result<World, Failure> {
    if world.clusters.is_empty() {
        return Err(Failure::new("there are no clusters", "add one, such as `clusters: [{name: infra}]`"));
    }
    let ports = world.clusters.iter().map(|cluster| cluster.port).filter(|port| *port != 0);
    match twice(ports) {
        Some(port) => {
            let next = "give each a port of its own, or leave it out for any that is free";
            Err(Failure::new(format!("two clusters have the port {port}"), next))
        }
        None => Ok(world),
    }
}

fn twice<T: Ord + Clone>(all: impl Iterator<Item = T>) -> Option<T> {
    let mut all: Vec<T> = all.collect();
    all.sort();
    all.windows(2).find_map(|pair| match pair {
        [one, next] if one == next => Some(one.clone()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_never_be_meant_is_refused_with_what_to_write() {
        for (yaml, expected) in [
            ("{}", "world: there are no clusters\n  next: add one, such as `clusters: [{name: infra}]`"),
            (
                "clusters: [{name: a}, {port: 1}]",
                "world: cluster 2 has no name\n  next: give it one, such as `name: infra`",
            ),
            (
                "clusters: [{name: a}, {name: b}, {name: a}]",
                "world: there are two clusters a\n  next: put them together, or rename one",
            ),
            (
                "clusters: [{name: a, port: 7443}, {name: b, port: 7443}]",
                "world: two clusters have the port 7443\n  next: give each a port of its own, or leave it out for any that \
                 is free",
            ),
            (
                "{clusters: [{name: a}, {name: b}], links: [{importer: a, exporter: b}, {importer: a, exporter: b}]}",
                "world: there are two links from a to b\n  next: put them together, or take one out",
            ),
            (
                "{clusters: [{name: a}], without: [{cluster: a, kind: Namespace, name: default}]}",
                "world: `without` takes nothing out of a world that extends no other\n  next: add `extends:` with the world \
                 that has it, or take `without` out",
            ),
        ] {
            assert_eq!(World::read(yaml).unwrap_err().to_string(), expected, "{yaml}");
        }
    }

    #[test]
    fn links_in_both_directions_are_no_repetition() {
        let links = "[{importer: a, exporter: b}, {importer: b, exporter: a}]";
        World::read(&format!("{{clusters: [{{name: a}}, {{name: b}}], links: {links}}}")).unwrap();
    }
}
