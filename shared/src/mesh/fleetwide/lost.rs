//! What is lost, or will be, and nothing else shows: clients that name mirrors of what is not exported any more, and namespaces of
//! Linkerd that are being deleted.

mod going;

use crate::mesh::link::Link;
use crate::mesh::machinery::Client;
use crate::mesh::names::{federated, mirror};
use crate::mesh::snapshot::{ConsumerSeen, Key, MeshSeen};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, kubectl};

/// What clients of other clusters name, and no Link to this exporter makes; and what goes.
pub(super) fn lost(sides: &[MeshSeen], seen: &MeshSeen) -> Vec<Finding> {
    let is_written = |name: &ClusterName| seen.written.contains(name);
    let others = seen.others().filter(|(name, _)| !is_written(name) && !is_written(&seen.exporter));
    let of = |(consumer, here): (_, &Observed<ConsumerSeen>)| {
        let lost = if let Observed::Present(here) = here { here.lost.as_slice() } else { &[] };
        let found = lost.iter().flat_map(|client| {
            [true, false].map(|is_federated| of_client(sides, (seen, consumer), client, is_federated))
        });
        found.flatten().collect::<Vec<_>>()
    };
    others.flat_map(of).chain(going::going(seen)).collect()
}

/// The Service that would be mirrored so by a Link, or federated so.
fn exported(key: &Key, link: &Link, is_federated: bool) -> Option<Key> {
    let ending = if is_federated { federated("") } else { mirror("", &link.target_cluster_name) };
    Some(Key::new(&key.namespace, key.name.strip_suffix(&ending)?))
}

/// Whether a side knows why it is not there: it should be, or something asks for it in vain.
fn is_known(side: &MeshSeen, consumer: &ClusterName, key: &Key) -> bool {
    let is_asked = |exported: &Key| {
        side.asked.contains(exported) || side.marks.iter().any(|mark| mark.service == *exported)
    };
    let is_it = |link: &&Link| {
        let ways = [true, false].map(|is_federated| exported(key, link, is_federated));
        ways.iter().flatten().any(is_asked)
    };
    matches!(side.services, Observed::Unknown(_)) || side.links_of(consumer).iter().any(is_it)
}

/// What one of them names of one kind.
fn of_client(
    sides: &[MeshSeen],
    (seen, consumer): (&MeshSeen, &ClusterName),
    client: &Client,
    is_federated: bool,
) -> Option<Finding> {
    let links = seen.links_of(consumer);
    let lost: Vec<(Key, Key, &Link)> = client
        .keys()
        .filter(|key| !sides.iter().any(|side| is_known(side, consumer, key)))
        .filter_map(|key| {
            let mut led = links.iter().filter_map(|link| Some((exported(&key, link, is_federated)?, *link)));
            let (exported, link) = led.next()?;
            Some((key, exported, link))
        })
        .collect();
    let (.., link) = lost.first()?;
    let hosts: Vec<String> = lost.iter().map(|(key, ..)| format!("{}.{}", key.name, key.namespace)).collect();
    let services = lost.iter().map(|(_, of, _)| format!("svc/{}/{}", of.namespace, of.name));
    let services = services.collect::<Vec<_>>().join(", ");
    // Of what is federated no cluster is more the home than another.
    let (clusters, home) = if is_federated {
        (vec![consumer], "no cluster exports".to_owned())
    } else {
        (vec![&seen.exporter, consumer], format!("{} does not export", seen.exporter))
    };
    let pod = &client.pod;
    let text = format!(
        "the pod {} names {}, of which there is no Service: {home} {services}",
        pod.name,
        hosts.join(", ")
    );
    let action = format!(
        "lead it to what is there, or export {services} again, where that is still there; to see what mirrors there are, run"
    );
    let words =
        ["get", "services", "--all-namespaces", "--selector", "mirror.linkerd.io/mirrored-service=true"];
    let remedy = Remedy::run(action, kubectl(&seen.fleet, consumer, &words));
    let object = ObjectRef::namespaced(consumer, Kind::Pod, &pod.namespace, &pod.name);
    let finding = Finding::warning("mirror-missing", &clusters, text, remedy).about_pod(object, pod.maker());
    let finding = hosts.into_iter().fold(finding, |finding, host| finding.seen("spec.containers", host));
    if is_federated {
        return Some(finding);
    }
    Some(finding.seen(format!("spec.targetClusterName of link/{}", link.name), &link.target_cluster_name))
}
