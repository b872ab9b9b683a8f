//! What was written in one cluster after the files of another were taken. Of a cluster that runs nothing is later than now.

use super::super::link::Link;
use super::super::snapshot::{Key, Later, MeshSeen, ServiceSeen};
use crate::cluster::{Archive, ClusterSet};
use crate::terms::{ClusterName, Observed};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// What of the exporter is later than the files of the others, and the other way round.
pub(super) fn look(set: &ClusterSet, seen: &MeshSeen, lapsed: &[(Key, String)]) -> Later {
    let taken = |name| set.cluster(name).ok()?.archive().and_then(Archive::taken_at);
    let mut later = Later::default();
    let Some(exporter) = taken(&set.primary) else { return later };
    for (name, _) in seen.others() {
        let Some(consumer) = taken(name) else { continue };
        later.taken.extend(after(exporter, consumer).map(|by| (name.clone(), by)));
        exported((seen, lapsed), (name, consumer), &mut later);
        mirrors(seen, (name, exporter), &mut later);
    }
    later
}

fn exported(
    (seen, lapsed): (&MeshSeen, &[(Key, String)]),
    (name, taken): (&ClusterName, Timestamp),
    later: &mut Later,
) {
    let asked: BTreeSet<String> = seen.links_of(name).into_iter().flat_map(Link::keys).collect();
    let lapsed = lapsed.iter().filter_map(|(key, written)| Some((key.clone(), since(written, taken)?)));
    later.written.extend(lapsed.map(|(key, by)| ((name.clone(), key), by)));
    let Observed::Present(services) = &seen.services else { return };
    for (key, service) in &services.by_key {
        later.written.extend(since(last(service), taken).map(|by| ((name.clone(), key.clone()), by)));
        for label in service.labels.keys().filter(|label| asked.contains(*label)) {
            let given = service.owners.label_time(label).unwrap_or(&service.created);
            let place = || (name.clone(), key.clone(), label.clone());
            later.labels.extend(since(given, taken).map(|by| (place(), by)));
        }
    }
}

fn mirrors(seen: &MeshSeen, (name, taken): (&ClusterName, Timestamp), later: &mut Later) {
    let Some(consumer) = seen.consumer(name) else { return };
    let Observed::Present(services) = &consumer.services else { return };
    for (key, service) in &services.by_key {
        later.mirrors.extend(since(last(service), taken).map(|by| ((name.clone(), key.clone()), by)));
    }
}

/// When anything of it was written, as far as somebody says so.
fn last(service: &ServiceSeen) -> &str {
    service.owners.last_time().unwrap_or(&service.created)
}

fn since(moment: &str, taken: Timestamp) -> Option<i64> {
    after(moment.parse().ok()?, taken)
}

/// By how many seconds the one is later, where it is.
fn after(one: Timestamp, other: Timestamp) -> Option<i64> {
    Some(one.as_second() - other.as_second()).filter(|by| *by > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::names::EXPORTED;
    use crate::mesh::samples::{self, exported as key, mesh, mirror};

    /// What is later where the files of the exporter and of the consumer were taken then; the Service is of the second day, and
    /// its mirror of the third.
    fn later([exporter, consumer]: [&str; 2]) -> Later {
        let created = "2026-03-02T00:00:00Z".to_owned();
        let service = samples::labelled(&[(EXPORTED, "true")], "kubectl", "Update");
        let there = ServiceSeen { created, ..service };
        let written =
            ServiceSeen { created: "2026-03-03T00:00:00Z".to_owned(), ..mirror(&key(), "infra-east", "41") };
        let apps = samples::consumer(vec![samples::default_link("infra")]);
        let seen = mesh(there, vec![("apps", samples::holding(apps, "postgres-rw-infra-east", written))]);
        let archive = |name: &str, taken: &str| {
            let archive = Archive::of_objects(name, taken.parse().unwrap(), []).unwrap();
            (ClusterName::new(name), archive)
        };
        let archives = [archive("infra", exporter), archive("apps", consumer)].into();
        let set = ClusterSet::of_archives(seen.fleet.clone(), ClusterName::new("infra"), archives).unwrap();
        look(&set, &seen, &[(Key::new("databases", "old"), "2026-03-01T00:00:30Z".to_owned())])
    }

    #[test]
    fn what_changed_after_the_files_of_the_other_were_taken_is_later() {
        const DAY: i64 = 86400;
        let [first, fifth] = ["2026-03-01T00:00:00Z", "2026-03-05T00:00:00Z"];
        let apps = || ClusterName::new("apps");
        let old = Key::new("databases", "old");
        let of_exporter = Later {
            taken: [(apps(), 4 * DAY)].into(),
            labels: [((apps(), key(), EXPORTED.to_owned()), DAY)].into(),
            written: [((apps(), key()), DAY), ((apps(), old), 30)].into(),
            ..Later::default()
        };
        assert_eq!(later([fifth, first]), of_exporter);
        let mirror = Key::new("databases", "postgres-rw-infra-east");
        let of_consumer = Later { mirrors: [((apps(), mirror), 2 * DAY)].into(), ..Later::default() };
        assert_eq!(later([first, fifth]), of_consumer);
        assert_eq!(later([fifth, fifth]), Later::default(), "all is of one moment");
    }
}
