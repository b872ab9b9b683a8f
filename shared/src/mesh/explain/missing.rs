//! A mirror that is not there, though the labels of its Service ask for it.

use super::super::checks::{Pair, name_of_deployment, restart, taken_up};
use super::super::export::Target;
use super::super::link::Way;
use super::super::names;
use super::super::snapshot::{Key, MeshSeen, ServiceSeen};
use super::places::service;
use super::symptom::{about, ask_its_mirror, found};
use crate::verdict::{Finding, Remedy};

/// With the members that a federated Service lists.
pub(super) fn listing(finding: Finding, federated: Option<&ServiceSeen>) -> Finding {
    federated.into_iter().fold(finding, |finding, found| {
        let members = found.annotations.get(names::REMOTE_DISCOVERY).map_or("<none>", String::as_str);
        finding.seen(format!("metadata.annotations[{}]", names::REMOTE_DISCOVERY), members)
    })
}

pub(super) fn missing(seen: &MeshSeen, target: &Target) -> Finding {
    let text = match (target.way, target.found_in(seen)) {
        (Way::Federated, Some(_)) => {
            let Key { namespace, name } = &target.exported;
            format!("{} does not list svc/{namespace}/{name} of {} as a member", target.mirror, seen.exporter)
        }
        (Way::Gateway | Way::Flat, Some(_)) => {
            format!("the Service {} of {} is not a mirror of it", target.mirror, target.consumer)
        }
        (Way::Gateway | Way::Flat | Way::Federated, None) => {
            format!("{} has no Service {}", target.consumer, target.mirror)
        }
    };
    let remedy = taken_up(seen, target).unwrap_or_else(|| again(seen, target));
    let finding = about("mirror-missing", seen, target, text, remedy);
    let listed = target.found_in(seen).filter(|_| target.way == Way::Federated);
    let finding = listing(finding, listed);
    let link = target.link.iter();
    let finding = link.fold(finding, |finding, link| {
        finding.seen(format!("spec.targetClusterName of link/{}", link.name), &target.target_cluster_name)
    });
    let (exported, link) = (service(seen, &target.exported), target.link_in(seen));
    let asking = link.into_iter().flat_map(|link| link.selector_of(target.way).requirements());
    asking.fold(finding, |finding, part| {
        let value =
            exported.and_then(|service| service.labels.get(&part.key)).map_or("<none>", String::as_str);
        finding.seen(format!("metadata.labels[{}] of svc/{}", part.key, target.exported.name), value)
    })
}

/// A service mirror that starts takes everything anew.
pub(super) fn again(seen: &MeshSeen, target: &Target) -> Remedy {
    let ask = ask_its_mirror(seen, target);
    let pair = target.link_in(seen).zip(found(seen, target)).map(|(link, seen_here)| Pair {
        seen,
        link,
        way: target.way,
        consumer: &target.consumer,
        seen_here,
    });
    let named = pair.filter(|pair| name_of_deployment(pair).is_some()).map(|pair| restart(&pair));
    let Some(anew) = named else { return ask };
    let action = format!(
        "{}; if that does not help, see its log with `{}`; to restart it, run",
        anew.action,
        ask.command.unwrap_or_default()
    );
    Remedy { action, ..anew }
}
