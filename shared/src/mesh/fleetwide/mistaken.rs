//! Links with the credentials of one cluster, and the name and the gateway of another one.

use super::nowhere::{CHECK, anew};
use crate::mesh::link::Link;
use crate::mesh::machinery::GatewayService;
use crate::mesh::names::GATEWAY_PORT;
use crate::mesh::snapshot::{Belonging, Key, LinkSeen, MeshSeen};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::Finding;

/// One of them.
struct Mistaken<'a> {
    /// As the exporter sees it whose credentials it has.
    seen: &'a MeshSeen,
    /// Which one it is for.
    meant: &'a ClusterName,
    consumer: &'a ClusterName,
    one: &'a LinkSeen,
}

/// What is told of all of them, and the sides without these Links, of which everything else would be wrong; `None` where there are none.
pub(super) fn mistaken(sides: &[MeshSeen]) -> Option<(Vec<MeshSeen>, Vec<Finding>)> {
    let found: Vec<Mistaken<'_>> = sides.iter().flat_map(|seen| of_side(sides, seen)).collect();
    if found.is_empty() {
        return None;
    }
    let mut left = sides.to_vec();
    for one in &found {
        for side in &mut left {
            leave_out(side, one.consumer, &one.one.link);
        }
    }
    Some((left, found.iter().map(Mistaken::finding).collect()))
}

fn leave_out(side: &mut MeshSeen, consumer: &ClusterName, link: &Link) {
    let Some(Observed::Present(seen)) = side.consumers.get_mut(consumer) else { return };
    let Observed::Present(links) = &mut seen.links else { return };
    let key = |link: &Link| Key::new(&link.namespace, &link.name);
    for one in links.iter_mut().filter(|one| key(&one.link) == key(link)) {
        one.belonging = Belonging::Elsewhere;
    }
}

fn of_side<'a>(sides: &'a [MeshSeen], seen: &'a MeshSeen) -> impl Iterator<Item = Mistaken<'a>> {
    seen.links().filter(|(_, one)| matches!(one.belonging, Belonging::Exporter(_))).filter_map(
        move |(consumer, one)| {
            let target = one.link.target_cluster_name.as_str();
            let is_called = |name: &&ClusterName| name.as_str() == target || seen.context(name) == target;
            let others = seen.fleet.names().filter(|name| **name != seen.exporter && *name != consumer);
            let meant = others.into_iter().find(is_called)?;
            let side = sides.iter().find(|side| side.exporter == *meant)?;
            let is_of_another = leads_to(side, &one.link) && !leads_to(seen, &one.link);
            is_of_another.then_some(Mistaken { seen, meant, consumer, one })
        },
    )
}

/// Whether the gateway of a cluster has one of the addresses of a Link.
fn leads_to(seen: &MeshSeen, link: &Link) -> bool {
    let Some(there) = seen.machinery_of(&seen.exporter) else { return false };
    let Observed::Present(services) = &there.services else { return false };
    let mut gateways = services.iter().filter(|service| service.port(GATEWAY_PORT).is_some());
    let has = |gateway: &GatewayService| {
        let own = gateway.addresses();
        link.gateway_address.split(',').any(|said| own.iter().any(|one| one == said.trim()))
    };
    gateways.any(has)
}

impl Mistaken<'_> {
    fn finding(&self) -> Finding {
        let Self { seen, meant, consumer, one: LinkSeen { link, server, .. } } = *self;
        let exporter = &seen.exporter;
        let text = format!(
            "the Link {} of {consumer} has credentials of {exporter} but the name and the gateway of {meant}: it mirrors \
             Services of {exporter} and sends their clients to {meant}",
            link.name
        );
        let object = ObjectRef::namespaced(consumer, Kind::Link, &link.namespace, &link.name);
        let remedy = anew(seen, consumer, link);
        let finding = Finding::error(CHECK, &[exporter, consumer, meant], text, remedy).about(object);
        let field = format!("clusters[].cluster.server in data.kubeconfig of secret/{}", link.credentials);
        finding
            .seen("spec.targetClusterName", &link.target_cluster_name)
            .seen("spec.gatewayAddress", &link.gateway_address)
            .seen(field, server)
    }
}
