//! Members of federated Services whose Link was deleted: nobody takes them out of the list.

use super::{Orphan, Place};
use crate::mesh::link::Way;
use crate::mesh::names;
use crate::mesh::snapshot::{Key, MeshSeen, ServiceSeen};
use crate::terms::{Kind, ObjectRef};
use crate::verdict::{Finding, Remedy, kubectl};
use std::collections::BTreeSet;

/// A federated Service of an asked one.
struct Federated<'a> {
    key: &'a Key,
    service: &'a ServiceSeen,
    exported: Key,
    /// Members of the exporter's that no Link keeps.
    gone: Vec<&'a str>,
    /// The other remote members.
    left: Vec<&'a str>,
}

impl Federated<'_> {
    fn is_without_members(&self) -> bool {
        self.left.is_empty() && self.service.local_member().is_none()
    }
}

fn all<'a>(seen: &MeshSeen, place: &'a Place<'_>, exporter_names: &BTreeSet<String>) -> Vec<Federated<'a>> {
    let found = place.services.iter().filter(|(_, service)| service.is_federated());
    let found = found.filter_map(|(key, service)| {
        let exported = seen
            .asked
            .iter()
            .find(|asked| asked.namespace == key.namespace && names::federated(&asked.name) == key.name)?;
        let is_gone = |member: &&str| {
            let cluster = member.strip_prefix(&format!("{}@", exported.name));
            cluster.is_some_and(|name| exporter_names.contains(name) && !place.keeps(name))
        };
        let (gone, left) = service.remote_members().partition(is_gone);
        Some(Federated { key, service, exported: exported.clone(), gone, left })
    });
    found.collect()
}

/// Those that nobody is a member of any more.
pub(super) fn orphans(seen: &MeshSeen, place: &Place<'_>, exporter_names: &BTreeSet<String>) -> Vec<Orphan> {
    let empty = all(seen, place, exporter_names).into_iter().filter(Federated::is_without_members);
    let orphan = |one: Federated<'_>| {
        let gone = one.gone.first().and_then(|member| member.split_once('@'));
        Orphan {
            object: ObjectRef::namespaced(place.cluster, Kind::Service, &one.key.namespace, &one.key.name),
            exported: one.exported,
            uid: one.service.uid.clone(),
            target_cluster_name: gone.map_or_else(String::new, |(_, cluster)| cluster.to_owned()),
            way: Way::Federated,
        }
    };
    empty.map(orphan).collect()
}

/// Those that list a member which is none any more, beside others. To write their lists is the service mirrors' business.
pub(super) fn strays(seen: &MeshSeen, place: &Place<'_>, exporter_names: &BTreeSet<String>) -> Vec<Finding> {
    let shared = all(seen, place, exporter_names).into_iter();
    let shared = shared.filter(|one| !one.gone.is_empty() && !one.is_without_members());
    shared.map(|one| stray(seen, place, &one)).collect()
}

fn stray(seen: &MeshSeen, place: &Place<'_>, one: &Federated<'_>) -> Finding {
    let (cluster, key) = (place.cluster, one.key);
    let text = format!(
        "it lists the member {}, for which {cluster} has no Link left, so nothing removes it from the list",
        one.gone.join(", ")
    );
    let (object, value) =
        (format!("svc/{}", key.name), format!("{}={}", names::REMOTE_DISCOVERY, one.left.join(",")));
    let words = ["--namespace", &key.namespace, "annotate", "--overwrite", &object, &value];
    let remedy = Remedy::run("remove it by hand", kubectl(&seen.fleet, cluster, &words));
    Finding::warning("mirror-stray", &[&seen.exporter, cluster], text, remedy).about(ObjectRef::namespaced(
        cluster,
        Kind::Service,
        &key.namespace,
        &key.name,
    ))
}
