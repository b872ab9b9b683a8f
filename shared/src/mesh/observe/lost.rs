//! What a cluster has nothing of.

use super::super::machinery::{Lost, Machinery};
use super::super::names::{CONTROL_PLANE, EXTENSION};
use super::super::wire::Plain;
use crate::cluster::{Archive, Cluster, Resource};
use crate::terms::Observed;

/// What a cluster has nothing of. What files lack may have been left out of them.
pub(super) fn lost(cluster: &Cluster, seen: &Machinery, is_exporter: bool) -> Lost {
    let archive = cluster.archive();
    let has_no_pod = matches!(&seen.pods, Observed::Present(pods) if pods.iter().all(|pod| pod.is_over));
    let is_empty = has_no_pod
        && matches!(&seen.services, Observed::Present(all) if all.is_empty())
        && matches!(&seen.deployments, Observed::Present(all) if all.is_empty());
    let has_settings = seen.settings != Observed::Absent || seen.roots != Observed::Absent;
    let has_control_plane = has_settings
        || archive.is_some_and(|archive| !archive.tells_of(Resource::CONFIG_MAPS, CONTROL_PLANE));
    let has_extension =
        !is_exporter || !is_empty || archive.is_some_and(|archive| !shows(archive, &seen.namespace));
    match (has_control_plane, has_extension) {
        (true, true) => Lost::Nothing,
        (false, true) => Lost::ControlPlane,
        (true, false) => Lost::Extension,
        (false, false) => Lost::Linkerd,
    }
}

/// Whether what files lack of the extension was not there: they hold all namespaces without its own, or something of each kind,
/// and of that namespace.
fn shows(archive: &Archive, namespace: &str) -> bool {
    const KINDS: [Resource; 3] = [Resource::SERVICES, Resource::DEPLOYMENTS, Resource::PODS];
    let has_kinds = || KINDS.iter().all(|kind| archive.has_any(*kind));
    archive.is_without(namespace) || archive.holds(namespace) && has_kinds()
}

/// No Links, where files lack the definitions of what is served, and have the extension that brings it.
pub(super) fn links(cluster: &Cluster) -> Option<(&'static str, Vec<Plain>)> {
    const DEFINITIONS: Resource =
        Resource { group: "apiextensions.k8s.io", version: "v1", plural: "customresourcedefinitions" };
    let has_it =
        |files: &Archive| files.has_any_in(Resource::DEPLOYMENTS, EXTENSION) && !files.has_any(DEFINITIONS);
    cluster.archive().is_some_and(has_it).then(|| ("", Vec::new()))
}
