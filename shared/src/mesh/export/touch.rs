//! A Service that the federation has passed over. Where a mirror has to be made, the service mirror makes it and forgets
//! that the Service is a member besides, until the Service changes. Nor does it add a member to a federated Service that
//! another Link has just made.

use super::super::change::Change;
use super::super::link::Way;
use super::super::snapshot::{MeshSeen, ServiceSeen};
use super::Target;
use super::labels::of_ours;

/// Why it is touched.
pub(super) const WHY: &str = "its service mirror skipped the membership, and retries on the next change";

/// A change that has no other effect than to be one, when some consumer has the mirror of the Service as it is now, or a
/// federated Service of its name, and that does not list it.
pub(super) fn touch(seen: &MeshSeen, service: &ServiceSeen, targets: &[Target]) -> Option<Change> {
    let is_passed_over = |member: &&Target| {
        let found = member.found_in(seen);
        let is_listed = found.is_some_and(|found| member.leads_there(found));
        // Of two Links that make one federated Service at once, the slower one takes its work for done.
        let has_lost = || found.is_some_and(|found| member.is_made(found));
        let beside = |other: &&Target| other.consumer == member.consumer && other.link == member.link;
        let has_mirror = || targets.iter().filter(beside).any(|mirror| is_up_to_date(seen, service, mirror));
        member.way == Way::Federated && !is_listed && (has_lost() || has_mirror())
    };
    targets.iter().find(is_passed_over)?;
    let (version, uid) = (service.version.clone(), service.uid.clone());
    Some(Change::Touch { labels: of_ours(service), version, uid })
}

fn is_up_to_date(seen: &MeshSeen, service: &ServiceSeen, target: &Target) -> bool {
    let found = target.found_in(seen).filter(|found| target.leads_there(found));
    target.way != Way::Federated
        && found.is_some_and(|found| found.remote_version() == Some(service.version.as_str()))
}
