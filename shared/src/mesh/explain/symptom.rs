//! The symptom: how far the mirror is from being usable, as the last finding of its chain.

use super::super::arrival::{About, Board, News, State};
use super::super::checks::written_anew;
use super::super::export::{Again, Target};
use super::super::link::{Link, Way};
use super::super::names::{self, EXTENSION};
use super::super::snapshot::{ConsumerSeen, EndpointsSeen, MeshSeen, ServiceSeen};
use super::missing::{again, listing, missing};
use super::places::service;
use crate::terms::{Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, kubectl};
use core::net::IpAddr;

/// What keeps a mirror from being usable, as far as the mirror itself shows it; `None` when nothing does, or nobody can say.
pub(crate) fn shortfall(seen: &MeshSeen, target: &Target, link: &Link) -> Option<Finding> {
    finding((seen, &Again::default()), (target, link), state(seen, target, link))
}

/// How far a mirror has come in this one look.
pub(super) fn state(seen: &MeshSeen, target: &Target, link: &Link) -> State {
    let Some(consumer) = seen.consumer(&target.consumer) else {
        return State::Unknown;
    };
    let Observed::Present(exported) = &seen.services else { return State::Unknown };
    let Observed::Present(mirrors) = &consumer.services else { return State::Unknown };
    let needs_ends = target.way == Way::Gateway;
    let ends = match &consumer.endpoints {
        Observed::Present(ends) => ends.by_key.get(&target.key()).cloned(),
        Observed::Unknown(_) if needs_ends => return State::Unknown,
        Observed::Absent | Observed::Unknown(_) => None,
    };
    let (cluster, key) = (&target.consumer, target.key());
    let boxed = |found: Option<&ServiceSeen>| found.cloned().map(Box::new);
    let mut board = Board::default();
    for about in [
        About::Exported(target.exported.clone(), boxed(exported.by_key.get(&target.exported))),
        About::Mirror(cluster.clone(), key.clone(), boxed(mirrors.by_key.get(&key))),
        About::Endpoints(cluster.clone(), key, ends.map(Box::new)),
    ] {
        board.take(News::new(about, ""));
    }
    board.state(target, |service| link.goes(&service.labels, target.way))
}

/// What is wrong with the mirror itself; `None` when it has come, or nobody can say.
pub(super) fn finding(
    (seen, again): (&MeshSeen, &Again),
    (target, link): (&Target, &Link),
    state: State,
) -> Option<Finding> {
    if state == State::end_of(target.way) {
        return None;
    }
    match state {
        State::Unknown | State::NotExported | State::EndpointsReady | State::Joined => None,
        State::NotLabelled => Some(not_labelled(seen, (target, link), again)),
        State::Labelled if is_passed_over(seen, (target, link)) => Some(passed_over(seen, target, again)),
        State::Labelled => Some(missing(seen, target)),
        State::Behind => Some(behind(seen, target)),
        State::Mirrored => Some(not_ready(seen, target, link)),
    }
}

fn not_labelled(seen: &MeshSeen, (target, link): (&Target, &Link), again: &Again) -> Finding {
    let key = &target.exported;
    let object = ObjectRef::namespaced(&seen.exporter, Kind::Service, &key.namespace, &key.name);
    let selector = link.selector_of(target.way);
    let query = if selector.is_empty() { "nothing".to_owned() } else { selector.query() };
    let text = format!(
        "none of its labels match what the Link {} selects ({query}), so it is not exported",
        link.name
    );
    let is_annotated = service(seen, key).is_some_and(|service| {
        selector.requirements().any(|part| service.annotations.contains_key(&part.key))
    });
    let text = if is_annotated { format!("{text}; an annotation of that name has no effect") } else { text };
    let flags = again.flags.iter().filter(|flag| flag.starts_with("--mode")).cloned().collect();
    let export = Again { verb: None, flags, ..again.clone() };
    let remedy = Remedy::run("export it", export.command(&seen.fleet, &seen.exporter, key));
    let finding =
        Finding::error("not-labelled", &[&seen.exporter, &target.consumer], text, remedy).about(object);
    let labels = service(seen, key).map(|service| &service.labels);
    selector.requirements().fold(finding, |finding, part| {
        let value = labels.and_then(|labels| labels.get(&part.key)).map_or("<none>", String::as_str);
        finding.seen(format!("metadata.labels[{}]", part.key), value)
    })
}

pub(super) fn found<'a>(seen: &'a MeshSeen, target: &Target) -> Option<&'a ConsumerSeen> {
    seen.consumer(&target.consumer)
}

/// A Service that got both labels at once: its mirror is there, and the federated Service waits for its next event.
fn is_passed_over(seen: &MeshSeen, (target, link): (&Target, &Link)) -> bool {
    if target.way != Way::Federated {
        return false;
    }
    let Observed::Present(services) = &seen.services else { return false };
    let Some(service) = services.by_key.get(&target.exported) else { return false };
    let Some(way) = link.way(&service.labels) else { return false };
    let mirror =
        super::super::export::target::of_link(seen, (&target.consumer, link, way), &target.exported, service);
    mirror.found_in(seen).is_some_and(|found| {
        mirror.leads_there(found) && found.remote_version() == Some(service.version.as_str())
    })
}

fn passed_over(seen: &MeshSeen, target: &Target, again: &Again) -> Finding {
    let text =
        format!("its mirror exists, but {} does not list it: the service mirror skipped it", target.mirror);
    let export = Again { verb: None, flags: Vec::new(), ..again.clone() };
    // Without a mode: what the labels say already needs no proof of a flat network.
    let words = export.command(&seen.fleet, &seen.exporter, &target.exported);
    let remedy = Remedy::run("make it retry", words);
    listing(about("federated-passed-over", seen, target, text, remedy), target.found_in(seen))
}

fn behind(seen: &MeshSeen, target: &Target) -> Finding {
    let mirror = target.found_in(seen);
    let exported = match &seen.services {
        Observed::Present(services) => services.by_key.get(&target.exported),
        Observed::Absent | Observed::Unknown(_) => None,
    };
    let (was, is) = (
        mirror.and_then(ServiceSeen::remote_version).unwrap_or_default(),
        exported.map_or("", |service| service.version.as_str()),
    );
    let text = if mirror.is_some_and(|mirror| mirror.is_flat() != (target.way == Way::Flat)) {
        format!("{} was created for a mode other than {}", target.mirror, target.way.word())
    } else {
        let is_later = was.parse::<u64>().ok().zip(is.parse().ok()).is_some_and(|(was, is)| was > is);
        let which = if is_later {
            // As after a backup that was put back.
            format!("a version of the Service that {} no longer has", seen.exporter)
        } else {
            "an earlier version of the Service".to_owned()
        };
        format!("{} was written from {which}", target.mirror)
    };
    // Whoever took the label of its mode off has left the rest as it was.
    let remedy = if was == is { written_anew(seen, &target.exported) } else { again(seen, target) };
    let finding = about("mirror-behind", seen, target, text, remedy);
    let flat =
        mirror.and_then(|mirror| mirror.labels.get(names::REMOTE_DISCOVERY)).map_or("<none>", String::as_str);
    let finding = if target.way == Way::Flat || flat != "<none>" {
        finding.seen(format!("metadata.labels[{}]", names::REMOTE_DISCOVERY), flat)
    } else {
        finding
    };
    finding
        .seen("metadata.annotations[mirror.linkerd.io/remote-resource-version]", was)
        .seen(format!("metadata.resourceVersion of svc/{}", target.exported.name), is)
}

fn not_ready(seen: &MeshSeen, target: &Target, link: &Link) -> Finding {
    let ends = found(seen, target).and_then(|consumer| match &consumer.endpoints {
        Observed::Present(ends) => ends.by_key.get(&target.key()),
        Observed::Absent | Observed::Unknown(_) => None,
    });
    let finding = |text, remedy| about("mirror-endpoints", seen, target, text, remedy);
    let (text, remedy) = match ends {
        Some(EndpointsSeen { not_ready: 1.., .. }) => {
            let text = format!(
                "the endpoints of {} are not ready: its service mirror considers the gateway dead",
                target.mirror
            );
            (text, ask_its_mirror(seen, target))
        }
        Some(_) => {
            (format!("{} has no endpoints that are ready", target.mirror), ask_its_mirror(seen, target))
        }
        // The periodic repair does not make them again; a change of the exported Service does, once the address is known.
        None => match unresolved(link) {
            Some(name) => {
                let text = format!(
                    "{} has no Endpoints: they are gone, or {name} cannot be resolved",
                    target.mirror
                );
                (text, ask_its_mirror(seen, target))
            }
            None => {
                (format!("the Endpoints of {} are gone", target.mirror), written_anew(seen, &target.exported))
            }
        },
    };
    let (field, value) = match ends {
        Some(EndpointsSeen { not_ready: not_ready @ 1.., .. }) => {
            ("notReadyAddresses", not_ready.to_string())
        }
        Some(_) => ("addresses", "<none>".to_owned()),
        None => return finding(text, remedy).seen("endpoints", "none of this name"),
    };
    finding(text, remedy).seen(format!("subsets[].{field} of endpoints/{}", target.mirror), value)
}

/// A name among the addresses of its gateway, which only its service mirror can resolve.
fn unresolved(link: &Link) -> Option<&str> {
    let mut addresses = link.gateway_address.split(',').map(str::trim);
    addresses.find(|address| !address.is_empty() && address.parse::<IpAddr>().is_err())
}

pub(super) fn about(
    check: &'static str,
    seen: &MeshSeen,
    target: &Target,
    text: String,
    remedy: Remedy,
) -> Finding {
    Finding::error(check, &[&seen.exporter, &target.consumer], text, remedy).about(target.object())
}

/// What its service mirror says. It is found by label, since its Deployment is called differently before Linkerd 2.18.
pub fn ask_its_mirror(seen: &MeshSeen, target: &Target) -> Remedy {
    let namespace = target.link.as_ref().map_or(EXTENSION, |link| link.namespace.as_str());
    // The chart labels its pods with the name of the Link, and the older command with that of the target.
    let named = target.link.as_ref().map_or(&target.target_cluster_name, |link| &link.name);
    let names = if *named == target.target_cluster_name {
        format!("{}={named}", names::CLUSTER_NAME)
    } else {
        format!("{} in ({named},{})", names::CLUSTER_NAME, target.target_cluster_name)
    };
    let pods = format!("component in (controller,linkerd-service-mirror),{names}");
    let words = ["--namespace", namespace, "logs", "--selector", &pods, "--prefix", "--tail=50"];
    Remedy::run("check the log of its service mirror", kubectl(&seen.fleet, &target.consumer, &words))
}
