//! The rights themselves, as tables: what the controller and the readers of the exporter cannot work without. The roles of
//! Linkerd's chart have them, and a few more.

use crate::mesh::checks::version::is_older;
use crate::mesh::link::{GROUP, Link, Way};
use crate::mesh::machinery::Right;

const READ: [&str; 3] = ["list", "get", "watch"];
const WRITE: [&str; 3] = ["create", "update", "delete"];

fn each<'a>(group: &'a str, resource: &'a str, verbs: &[&'a str]) -> Vec<Right<'a>> {
    verbs.iter().map(|verb| Right { group, resource, verb, name: "", is_everywhere: true }).collect()
}

/// In the consumer, where mirrors are made.
pub(super) fn controller_needs(link: &Link, makes_namespaces: bool) -> Vec<Right<'_>> {
    let mirrors =
        ["services", "endpoints"].map(|kind| [each("", kind, &READ), each("", kind, &WRITE)].concat());
    let mut needs = mirrors.concat();
    needs.extend(each("", "namespaces", &READ));
    if makes_namespaces {
        needs.extend(each("", "namespaces", &["create"]));
    }
    let here = |right| Right { is_everywhere: false, ..right };
    if !link.credentials.is_empty() {
        needs.extend(
            each("", "secrets", &["get"])
                .into_iter()
                .map(|right| Right { name: &link.credentials, ..here(right) }),
        );
    }
    needs.extend(each(GROUP, "links", &READ).into_iter().map(here));
    needs.extend(each("coordination.k8s.io", "leases", &["get", "create", "update"]).into_iter().map(here));
    needs
}

/// What one of these is enough for: to write the status of the Link, as a service mirror of a version does. It is the program that
/// decides: the definition of Links may be newer.
pub(super) fn status_needs(link: &Link, version: &str) -> Vec<Right<'static>> {
    let verbs: &[&str] = match (link.version.as_str(), is_older(version, 17), is_older(version, 18)) {
        // The oldest Links have no status.
        ("" | "v1alpha1", ..) | (_, Some(true), _) => &[],
        (_, Some(false), Some(false)) => &["patch"],
        // Edge releases went from one to the other between two minor versions.
        (..) => &["update", "patch"],
    };
    each(GROUP, "links/status", verbs)
        .into_iter()
        .map(|right| Right { is_everywhere: false, ..right })
        .collect()
}

/// In the exporter, where Services are read. Past a gateway the control plane of the consumer reads there as well, to find
/// pods by itself.
pub(super) fn remote_needs(way: Way) -> Vec<Right<'static>> {
    let mut needs = [each("", "services", &READ), each("", "endpoints", &READ)].concat();
    if way.is_direct() {
        needs.extend(each("", "pods", &READ));
        needs.extend(each("discovery.k8s.io", "endpointslices", &READ));
        needs.extend(each("apps", "replicasets", &READ));
        needs.extend(each("batch", "jobs", &READ));
        needs.extend(each("policy.linkerd.io", "servers", &READ));
    }
    needs
}
