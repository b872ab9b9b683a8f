//! Pods without a proxy: what shows that, and how they get one.

use super::Pair;
use super::injection::ANNOTATION;
use crate::mesh::machinery::Pod;
use crate::verdict::{Finding, Remedy};

/// Whether a pod says itself that it is to have no proxy, whatever its namespace says.
pub(super) fn is_left_out(pod: &Pod) -> bool {
    pod.annotations.get(ANNOTATION).is_some_and(|value| value == "disabled")
}

/// The same of one that says what means nothing, so that it gets none either.
pub(super) fn is_misled(pod: &Pod) -> bool {
    pod.annotations.get(ANNOTATION).is_some_and(|value| !["enabled", "ingress"].contains(&value.as_str()))
}

/// The finding with what shows that a pod has no proxy.
pub(super) fn without_proxy(finding: Finding, pod: &Pod) -> Finding {
    let finding = finding.seen("spec.containers[].name", "no linkerd-proxy");
    match pod.annotations.get(ANNOTATION) {
        Some(said) => finding.seen(format!("metadata.annotations[{ANNOTATION}]"), said),
        None => finding,
    }
}

/// How pods of the extension get their proxy.
pub(super) fn inject(
    asked: &Pair<'_>,
    (namespace, deployment): (&str, Option<&str>),
    (pod, is_here): (&Pod, bool),
) -> Remedy {
    let typed = |words: &[&str]| if is_here { asked.kubectl(words) } else { asked.kubectl_there(words) };
    if let (Some(name), true) = (deployment, is_left_out(pod)) {
        let object = format!("deployment/{name}");
        let patch = format!(
            r#"{{"spec":{{"template":{{"metadata":{{"annotations":{{"{ANNOTATION}":"enabled"}}}}}}}}}}"#
        );
        let words = ["--namespace", namespace, "patch", &object, "--patch", &patch];
        let action = format!(
            "its template says {ANNOTATION}=disabled, which outranks its namespace: have it say enabled; for that, run"
        );
        return Remedy::run(action, typed(&words));
    }
    let restart = ["rollout", "restart", "deployment"];
    let words =
        deployment.map_or_else(|| vec!["get", "deployments"], |name| [&restart[..], &[name]].concat());
    let words = [&["--namespace", namespace], &words[..]].concat();
    let command = typed(&words);
    let action = format!(
        "annotate the namespace {namespace} with linkerd.io/inject=enabled, let its pod security admit the proxy's init \
         container (or use linkerd-cni), and restart; for that, run"
    );
    Remedy::run(action, command)
}
