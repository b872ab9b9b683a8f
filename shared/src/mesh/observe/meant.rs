//! The gateway of a cluster to which no Link leads, where one is called as if it did: its credentials may be of another cluster.

use super::super::machinery::Machinery;
use super::super::snapshot::{Belonging, MeshSeen};
use super::super::wire;
use super::bounded::listed;
use super::machinery::nothing;
use crate::cluster::{ClusterSet, Resource};
use crate::terms::{Observed, Scope};

/// The same with the Services that are the gateway's, of which nobody else asks.
pub(super) async fn look(set: &ClusterSet, mut seen: MeshSeen) -> MeshSeen {
    let (Some(namespace), Ok(cluster)) = (namespace(&seen), set.cluster(&set.primary)) else { return seen };
    let place = Scope::namespace(Some(&namespace));
    let services = listed::<wire::WireService>(cluster, Resource::SERVICES, &place).await;
    let services = services.map(|found| found.into_iter().map(Into::into).collect());
    if let Some(own) = seen.machinery.get_mut(&seen.exporter) {
        *own = Observed::Present(Machinery { services, ..nothing(&namespace) });
    }
    seen
}

/// Where its gateway would be; nothing where a Link leads there, or none is called so.
fn namespace(seen: &MeshSeen) -> Option<String> {
    let names = [seen.exporter.as_str(), seen.context(&seen.exporter)];
    if seen.links().any(|(_, one)| matches!(one.belonging, Belonging::Exporter(_))) {
        return None;
    }
    let meant = |one: &Belonging, target: &str| one.leads_away() && names.contains(&target);
    let all = seen.links().filter(|(_, one)| meant(&one.belonging, &one.link.target_cluster_name));
    all.into_iter().find_map(|(_, one)| one.link.gateway.namespace().map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::samples::{consumer, default_link, mesh, service};

    #[test]
    fn a_gateway_is_looked_for_where_a_link_is_called_like_its_cluster_and_none_leads_there() {
        let of = |target: &str, own: Option<Belonging>| {
            let mut link = default_link("infra");
            link.link.target_cluster_name = target.to_owned();
            link.belonging = own.unwrap_or(link.belonging);
            namespace(&mesh(service(), vec![("apps", consumer(vec![link]))]))
        };
        let extension = Some("linkerd-multicluster".to_owned());
        let stranger = Belonging::Stranger("linkerd-multicluster/remote".to_owned());
        assert_eq!(of("infra", Some(Belonging::Elsewhere)), extension);
        assert_eq!(of("infra-admin", Some(stranger)), extension, "by its context");
        assert_eq!(of("edge", Some(Belonging::Elsewhere)), None);
        assert_eq!(of("infra", None), None, "it leads there");
    }
}
