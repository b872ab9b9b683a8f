//! Headless Services: pods with names of their own are mirrored one by one, when the controller is told to.

use super::controller::restart;
use super::flags::has_flag;
use super::{Question, known};
use crate::mesh::link::Way;
use crate::mesh::names::{OF_HEADLESS, mirror};
use crate::mesh::snapshot::{EndpointsSeen, Key, Objects, ServiceSeen};
use crate::terms::{Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, Severity};

/// The flag of the controller.
const FLAG: &str = "enable-headless-services";
const CHECK: &str = "export-headless";
/// So many letters the name of a Service may have.
const LONGEST: usize = 63;

/// Mirrors of single pods outlive their pods, or do not come, where the service mirror missed the change.
pub(super) fn pods(asked: &Question<'_>) -> Option<Finding> {
    let (Observed::Present(there), Observed::Present(here)) =
        (&asked.seen.endpoints, &asked.seen_here.services)
    else {
        return None;
    };
    let ends = there.by_key.get(&asked.target.exported)?;
    stale(asked, ends, here).or_else(|| missing(asked, ends, here))
}

/// Pods that are gone.
fn stale(asked: &Question<'_>, ends: &EndpointsSeen, here: &Objects<ServiceSeen>) -> Option<Finding> {
    let (target, consumer) = (asked.target, asked.consumer);
    let names: Vec<String> =
        ends.hostnames.keys().map(|host| mirror(host, &target.target_cluster_name)).collect();
    let namespace = &target.exported.namespace;
    let is_ours =
        |service: &ServiceSeen| service.labels.get(OF_HEADLESS).is_some_and(|of| *of == target.mirror);
    let beside =
        here.by_key.range(Key::new(namespace, "")..).take_while(|(key, _)| key.namespace == *namespace);
    let all = beside.filter(|(_, service)| is_ours(service)).map(|(key, _)| key);
    let stale: Vec<&Key> = all.filter(|key| !names.contains(&key.name)).collect();
    let first = stale.first()?;
    let more = if stale.len() > 1 { format!(" and {} more", stale.len() - 1) } else { String::new() };
    let text = format!(
        "{consumer} has {}{more}, the mirror of a pod that the Service no longer has: connections to it hang",
        first.name
    );
    let all: Vec<String> = stale.iter().map(|key| format!("services/{}", key.name)).collect();
    let mut words = vec!["--namespace", &first.namespace, "delete"];
    words.extend(all.iter().map(String::as_str));
    let remedy =
        Remedy::run("unless such a pod is coming back, delete what is left over", asked.kubectl(&words));
    let object = ObjectRef::namespaced(consumer, Kind::Service, &first.namespace, &first.name);
    Some(
        Finding::warning("mirror-pods", &asked.both(), text, remedy)
            .about(object)
            .seen(OF_HEADLESS, &target.mirror),
    )
}

/// Pods that serve, and that nobody in the consumer can ask for. Where the mirror is no headless one, none has a name there, and
/// that of two Services may be of the other one.
fn missing(asked: &Question<'_>, ends: &EndpointsSeen, here: &Objects<ServiceSeen>) -> Option<Finding> {
    let (target, consumer) = (asked.target, asked.consumer);
    let own = here.by_key.get(&target.key()).filter(|own| own.is_mirror_from(&target.target_cluster_name))?;
    if asked.way != Way::Gateway || !asked.service.is_headless || !own.is_headless || own.is_flat() {
        return None;
    }
    let namespace = &target.exported.namespace;
    let key = |host: &String| Key::new(namespace, mirror(host, &target.target_cluster_name));
    let serving = ends.hostnames.iter().filter(|(_, is_ready)| **is_ready).map(|(host, _)| (host, key(host)));
    let lacking: Vec<(&String, Key)> = serving.filter(|(_, key)| !here.by_key.contains_key(key)).collect();
    let (host, first) = lacking.first()?;
    let more = if lacking.len() > 1 { format!(" and {} more", lacking.len() - 1) } else { String::new() };
    let text = format!(
        "{consumer} has no mirror {} of the pod {host}{more}: that pod cannot be reached",
        first.name
    );
    let remedy = if first.name.len() > LONGEST {
        Remedy::new(format!(
            "shorten the names of the pods or of the Link: a Service name may have {LONGEST} characters, and this one would \
             have {}",
            first.name.len()
        ))
    } else {
        let words =
            ["--namespace", namespace, "get", "service", &first.name, "--ignore-not-found", "-o", "yaml"];
        let action = format!(
            "if a Service of that name exists, it is not Linkerd's and blocks the mirror: rename it; otherwise {}; to see, \
             run",
            restart(asked).action
        );
        Remedy::run(action, asked.kubectl(&words))
    };
    let object = ObjectRef::namespaced(consumer, Kind::Service, namespace, &first.name);
    let finding = Finding::warning("mirror-pods", &asked.both(), text, remedy).about(object);
    Some(finding.seen(format!("subsets[].addresses[].hostname of endpoints/{}", target.exported.name), *host))
}

pub(super) fn headless(asked: &Question<'_>) -> Option<Finding> {
    if !asked.service.is_headless || asked.way == Way::Federated {
        return None;
    }
    let (name, consumer) = (&asked.link.name, asked.consumer);
    let is_on = has_flag(asked, FLAG);
    if asked.way.is_direct() && is_on {
        let text = format!(
            "it is headless, and the service mirror of the Link {name} skips headless Services for a flat network (-{FLAG})"
        );
        let remedy = Remedy::new(
            "export it through the gateway (`--mode gateway` of kubectl mesh-export), or a second Service with its own \
             cluster IP",
        );
        return Some(Finding::error(CHECK, &asked.both(), text, remedy).about(asked.exported()));
    }
    if asked.way.is_direct() {
        let text = format!(
            "it is headless: in {consumer} its name leads to any of its pods, and single pods have no names"
        );
        return Some(Finding::info(CHECK, &asked.both(), text).about(asked.exported()));
    }
    known(&asked.here()?.deployments)?;
    if is_on {
        let text = format!(
            "it is headless: its pods with hostnames are mirrored one by one, which the Link {name} reports as \
             InvalidService (harmless); without hostnames the mirror is an ordinary one"
        );
        return Some(Finding::info(CHECK, &asked.both(), text).about(asked.exported()));
    }
    Some(ordinary(asked))
}

/// Its controller is not told to mirror pods one by one.
fn ordinary(asked: &Question<'_>) -> Finding {
    let (name, consumer) = (&asked.link.name, asked.consumer);
    let text = format!(
        "it is headless, but the service mirror of the Link {name} creates an ordinary mirror of it: its pods have no names \
         in {consumer}"
    );
    let how = if asked.has_managed_controllers() {
        format!(
            "set `enableHeadlessServices: true` for the controller of {name} in the Helm values of linkerd-multicluster in {consumer}"
        )
    } else {
        "recreate the Link with `linkerd multicluster link` with `--set enableHeadlessServices=true`"
            .to_owned()
    };
    let remedy = Remedy::new(format!("expect one address for all of its pods, or {how}"));
    // Pods without names lose none: one address for all of them is what their clients have at home, too.
    let exported = &asked.target.exported;
    let ends = match &asked.seen.endpoints {
        Observed::Present(ends) => ends.by_key.get(exported),
        Observed::Absent | Observed::Unknown(_) => None,
    };
    let finding = Finding::warning(CHECK, &asked.both(), text, remedy).about(asked.exported());
    let finding = finding.seen("spec.clusterIP", "None");
    match ends.and_then(|ends| ends.hostnames.keys().next()) {
        Some(host) => {
            finding.seen(format!("subsets[].addresses[].hostname of endpoints/{}", exported.name), host)
        }
        None => Finding { severity: Severity::Info, remedy: None, ..finding },
    }
}
