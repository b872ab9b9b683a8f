//! How the pods behind a Service take its ports.

use super::lists::{contains, holds};
use super::spoken::is_odd;
use super::{ANNOTATION, SKIPPED, default, is_opaque};
use crate::mesh::checks::behind::{behind, number, targets};
use crate::mesh::checks::{Question, settings};
use crate::mesh::machinery::Pod;
use crate::mesh::names::CONFIG;
use crate::mesh::snapshot::Port;
use crate::terms::{Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy};

/// What a Server says of a port that its proxy does not look into.
const OPAQUE: &str = "opaque";

/// A port of the Service, and the target that it has in its pods.
type Target<'a> = (u16, &'a str);

/// Ports of the pods that their proxies do not take in, or not as the Service says.
pub(in crate::mesh::checks) fn pods(asked: &Question<'_>) -> Option<Finding> {
    let all = behind(asked)?;
    let meshed = all.iter().filter(|pod| pod.is_meshed);
    let pairs = meshed.flat_map(|pod| targets(asked).map(move |target| (*pod, target)));
    let pairs: Vec<(&Pod, Target<'_>)> = pairs.collect();
    // Of pods that say nothing only servers that speak first are in trouble: they are told of after those that say otherwise.
    let is_silent = |pod: &Pod, key: &str| key == ANNOTATION && !pod.annotations.contains_key(key);
    let odd = pairs.iter().filter_map(|(pod, target)| Some((*pod, odd(asked, (*pod, &all), *target)?)));
    let found = odd.min_by_key(|(pod, (key, ..))| is_silent(pod, key));
    let set = || pairs.iter().find_map(|(pod, target)| set(asked, pod, *target));
    let Some((pod, (key, said, text))) = found else { return set() };
    let is_silent = is_silent(pod, key);
    if let Some(set) = is_silent.then(set).flatten() {
        return Some(set);
    }
    let exporter = &asked.seen.exporter;
    let finding = if is_silent {
        Finding::info("pod-ports", &[exporter], text)
    } else {
        let action = "make the Service and its pod template agree; to see the pod, run";
        let words = ["--namespace", &pod.namespace, "describe", "pod", &pod.name];
        let remedy = Remedy::run(action, asked.kubectl_there(&words));
        Finding::warning("pod-ports", &[exporter], text, remedy)
    };
    let object = ObjectRef::namespaced(exporter, Kind::Pod, &pod.namespace, &pod.name);
    Some(finding.about_pod(object, pod.maker()).seen(format!("metadata.annotations[{key}]"), said))
}

/// What is wrong with a port of a pod: the annotation, its value, and the words. Where another pod that was made as this one is
/// right, the pods are being replaced.
fn odd<'a>(
    asked: &Question<'_>,
    (pod, all): (&'a Pod, &[&Pod]),
    target: Target<'_>,
) -> Option<(&'static str, &'a str, String)> {
    let (port, number) = (target.0, number(pod, target.1)?);
    let made_alike = || all.iter().filter(|one| one.is_meshed && one.maker() == pod.maker());
    if let Some(said) =
        says(pod, SKIPPED, target).filter(|_| made_alike().all(|one| says(one, SKIPPED, target).is_some()))
    {
        return Some((SKIPPED, said, kept(asked, number)));
    }
    let wanted = is_opaque(asked, port);
    // Where the Service does not say what the protocol asks for, that is the finding.
    let is_told = asked.service.ports.iter().any(|one| one.port == port && is_odd(asked, one));
    let is_right = |one: &Pod| takes(asked, one, target).is_none_or(|opaque| opaque == wanted);
    if is_told || is_right(pod) || made_alike().any(|one| is_right(one)) {
        return None;
    }
    let said = pod.annotations.get(ANNOTATION).map_or("<none>", String::as_str);
    let (here, there) = if wanted { ("opaque", "not") } else { ("not opaque", "opaque") };
    let text = format!(
        "port {port} is {here} by the Service, but {there} by its pods: connections may hang or fail"
    );
    Some((ANNOTATION, said, text))
}

fn kept(asked: &Question<'_>, number: u16) -> String {
    format!(
        "port {number} of its pods bypasses their proxies: connections arrive without an identity, so no policy of {} can \
         admit them",
        asked.seen.exporter
    )
}

/// A port of a pod that Linkerd is set to keep from proxies, where no annotation of the pod says others. Its CNI plugin has settings
/// of its own.
fn set(asked: &Question<'_>, pod: &Pod, (_, target): Target<'_>) -> Option<Finding> {
    let number = number(pod, target)?;
    let settings = settings(asked.there()?).filter(|settings| !settings.is_cni)?;
    let said = settings.skipped_in.as_deref().filter(|_| !pod.annotations.contains_key(SKIPPED))?;
    if !holds(said, number) {
        return None;
    }
    let exporter = &asked.seen.exporter;
    let words = ["--namespace", CONFIG.0, "get", "configmap", CONFIG.1, "-o", "yaml"];
    let action = format!(
        "remove the port from proxyInit.ignoreInboundPorts in the Helm values of linkerd-control-plane in {exporter}, and \
         restart the pods; to see these, run"
    );
    let remedy = Remedy::run(action, asked.kubectl_there(&words));
    let finding = Finding::warning("pod-ports", &[exporter], kept(asked, number), remedy);
    let config = ObjectRef::namespaced(exporter, Kind::ConfigMap, CONFIG.0, CONFIG.1);
    Some(finding.about(config).seen("proxyInit.ignoreInboundPorts", said))
}

/// Whether a pod takes a port as opaque; `None` where it does not say. One without the annotation, which an injector writes for what
/// its namespace says, takes those that are so by default: that is told where the Service itself says otherwise.
fn takes(asked: &Question<'_>, pod: &Pod, target: Target<'_>) -> Option<bool> {
    let number = number(pod, target.1)?;
    let is_told = pod.annotations.contains_key(ANNOTATION);
    if !is_told {
        let said = asked.service.annotations.get(ANNOTATION)?;
        if !holds(said, target.0) || holds(default(asked), number) {
            return None;
        }
    }
    let servers = match asked.there().map(|there| &there.policies) {
        Some(Observed::Present(policies)) => policies.servers_of(pod, number),
        Some(Observed::Absent | Observed::Unknown(_)) | None => Vec::new(),
    };
    Some(says(pod, ANNOTATION, target).is_some() || servers.iter().any(|server| server.protocol == OPAQUE))
}

/// The list of an annotation, where it has the port: by its number, or by a name that a container gives it.
fn says<'a>(pod: &'a Pod, annotation: &str, (_, target): Target<'_>) -> Option<&'a str> {
    let (list, number) = (pod.annotations.get(annotation)?, number(pod, target)?);
    let named = |name: &str| Port { name: name.to_owned(), port: number, ..Port::default() };
    let mut names = pod.ports.iter().filter(|port| port.1 == number).map(|port| port.0.as_str());
    let has = contains(list, &named(target)) || names.any(|name| contains(list, &named(name)));
    has.then_some(list.as_str())
}
