//! Mirrors that nobody can see: they are neither there nor missing.

use super::super::link::Way;
use super::super::snapshot::MeshSeen;
use super::Target;
use crate::terms::Observed;
use crate::verdict::{Finding, against};

/// One finding per consumer in which the mirrors, or whether they are ready, cannot be seen.
pub fn unseen(seen: &MeshSeen, targets: &[Target]) -> Vec<Finding> {
    let concerned = seen.others().filter(|(name, _)| targets.iter().any(|target| target.consumer == **name));
    let hidden = concerned.filter_map(|(name, consumer)| {
        let Observed::Present(consumer) = consumer else { return None };
        let mirrors = consumer.services.obstacle().map(|obstacle| (obstacle, "the mirrors"));
        // Only mirrors that lead to the gateway have any.
        let has_ends = targets.iter().any(|one| one.consumer == *name && one.way == Way::Gateway);
        let ends = consumer.endpoints.obstacle().filter(|_| has_ends);
        let ends = ends.map(|obstacle| (obstacle, "whether the mirrors have ready endpoints"));
        let (obstacle, what) = mirrors.or(ends)?;
        let remedy = against(obstacle, name, &seen.fleet);
        let text = format!("cannot see {what}: {obstacle}");
        let finding = Finding::unknown("mirror-unseen", &[&seen.exporter, name], text, remedy);
        Some(finding.seen("obstacle", obstacle.to_string()))
    });
    hidden.collect()
}

#[cfg(test)]
mod tests {
    use super::super::targets;
    use super::*;
    use crate::mesh::samples::{consumer, default_link, mesh, service};
    use crate::mesh::snapshot::ConsumerSeen;
    use crate::terms::Obstacle;

    fn said(change: impl Fn(&mut ConsumerSeen, Obstacle)) -> Vec<String> {
        let mut apps = consumer(vec![default_link("infra-link")]);
        let (verb, resource, message) = ("list".to_owned(), "services".to_owned(), String::new());
        change(&mut apps, Obstacle::Forbidden { verb, resource, namespace: None, message });
        let edge = consumer(vec![default_link("infra-edge")]);
        let seen = mesh(service(), vec![("apps", apps), ("edge", edge)]);
        let links = seen.others().flat_map(|(name, _)| {
            seen.links_of(name).into_iter().map(|link| (name.clone(), link)).collect::<Vec<_>>()
        });
        let found = unseen(&seen, &targets(&seen, &links.collect::<Vec<_>>(), &[]));
        found.iter().map(|one| format!("{}: {}", one.fingerprint, one.summary)).collect()
    }

    #[test]
    fn a_consumer_that_hides_its_mirrors_is_named_once_with_what_hinders() {
        let both = said(|apps, obstacle| {
            apps.services = Observed::Unknown(obstacle.clone());
            apps.endpoints = Observed::Unknown(obstacle);
        });
        let text = "mirror-unseen/infra>apps: cannot see the mirrors: cannot list services: forbidden";
        assert_eq!(both, [text]);
    }

    #[test]
    fn mirrors_whose_endpoints_are_hidden_are_not_seen_either() {
        let ends = said(|apps, obstacle| apps.endpoints = Observed::Unknown(obstacle));
        assert_eq!(ends.len(), 1, "{ends:?}");
        assert!(ends[0].contains("cannot see whether the mirrors have ready endpoints"), "{ends:?}");
        assert_eq!(said(|_, _| {}), Vec::<String>::new());
    }
}
