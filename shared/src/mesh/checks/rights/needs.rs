//! The rights themselves, as tables: what the controller and the readers of the exporter cannot work without. The roles of
//! Linkerd's chart have them, and a few more.

use crate::mesh::link::{GROUP, Link, Way};
use crate::mesh::machinery::Right;

const READ: [&str; 3] = ["list", "get", "watch"];
const WRITE: [&str; 3] = ["create", "update", "delete"];

fn each<'a>(group: &'a str, resource: &'a str, verbs: &[&'a str]) -> Vec<Right<'a>> {
    verbs.iter().map(|verb| Right { group, resource, verb, name: "", is_everywhere: true }).collect()
}

/// What a controller does besides mirroring.
pub(super) struct Work {
    pub(super) makes_namespaces: bool,
    /// Linkerd 2.18 and later; 2.17 updates the status in place of that, and what is older writes none.
    pub(super) patches_status: bool,
}

/// In the consumer, where mirrors are made.
pub(super) fn controller_needs<'a>(link: &'a Link, work: &Work) -> Vec<Right<'a>> {
    let mirrors =
        ["services", "endpoints"].map(|kind| [each("", kind, &READ), each("", kind, &WRITE)].concat());
    let mut needs = mirrors.concat();
    needs.extend(each("", "namespaces", &READ));
    if work.makes_namespaces {
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
    // The oldest version has no status.
    if work.patches_status && !["", "v1alpha1"].contains(&link.version.as_str()) {
        needs.extend(each(GROUP, "links/status", &["patch"]).into_iter().map(here));
    }
    needs.extend(each("coordination.k8s.io", "leases", &["get", "create", "update"]).into_iter().map(here));
    needs
}

/// Of a local service mirror, which writes federated Services alone. That it may not lead is told by its Lease.
pub(super) fn local_needs() -> Vec<Right<'static>> {
    [each("", "services", &READ), each("", "services", &WRITE)].concat()
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
