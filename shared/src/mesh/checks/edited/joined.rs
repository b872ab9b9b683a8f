//! A federated Service that is not as its members are.

use super::{made_anew, written_anew};
use crate::mesh::checks::Question;
use crate::mesh::link::Way;
use crate::mesh::snapshot::{Port, ServiceSeen};
use crate::verdict::{Finding, Remedy};
use std::collections::BTreeSet;

/// A federated Service has the ports of its first member, and keeps them when those change (linkerd2 #13680). With others
/// besides, they may be of one of these.
pub(super) fn joined(asked: &Question<'_>) -> Option<Finding> {
    let (target, seen) = (asked.target, asked.seen);
    let found = target.found_in(seen).filter(|found| target.leads_there(found))?;
    if found.is_external && target.way == Way::Federated {
        let text = format!("{} is an ExternalName Service, which bypasses the mesh", target.mirror);
        let remedy = written_anew(seen, &target.exported);
        let finding = Finding::error("mirror-edited", &asked.both(), text, remedy);
        return Some(finding.about(target.object()).seen("spec.type", "ExternalName"));
    }
    if target.way != Way::Federated || found.ports.is_empty() {
        return None;
    }
    let is_alone = found.remote_members().count() == 1 && found.local_member().is_none();
    let plain = |ports: &[Port]| -> BTreeSet<(u16, String)> {
        ports.iter().map(|port| (port.port, port.protocol.clone())).collect()
    };
    let (has, wanted) = (plain(&found.ports), plain(&asked.service.ports));
    // A member may have more ports than the others; clients find it by those that it shares with them.
    let is_well = if is_alone { has == wanted } else { has.is_subset(&wanted) };
    (!is_well).then(|| unlike(asked, found, is_alone))
}

fn unlike(asked: &Question<'_>, found: &ServiceSeen, is_alone: bool) -> Finding {
    let target = asked.target;
    let list = |ports: &[Port]| ports.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let (has, wanted) = (list(&found.ports), list(&asked.service.ports));
    let (mirror, remedy) = (&target.mirror, made_anew(asked.seen, asked.consumer, &target.key()));
    let (text, remedy) = if is_alone {
        let text = format!(
            "{mirror} has the ports {has}, but its only member {wanted}: a federated Service keeps the ports it was created \
             with"
        );
        (text, remedy)
    } else {
        let text = format!(
            "{mirror} has the ports {has}, but its member in {} {wanted}: some client connections fail",
            asked.seen.exporter
        );
        let action = format!("give all members the same ports; if they have them already, {}", remedy.action);
        (text, Remedy { action, ..remedy })
    };
    let finding = Finding::warning("mirror-edited", &asked.both(), text, remedy).about(target.object());
    let finding = finding.seen("spec.ports[].port, .protocol", has);
    finding.seen(format!("the same of {}", asked.exported()), wanted)
}
