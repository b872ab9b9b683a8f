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
    pod.annotations.get(ANNOTATION).is_some_and(|value| !MESHED.contains(&value.as_str()))
}

/// What the injector takes for a yes.
const MESHED: [&str; 2] = ["enabled", "ingress"];
/// By which a namespace is passed over, whatever its pods are annotated with.
const PASSED: &str = "config.linkerd.io/admission-webhooks";

fn said(pod: &Pod) -> &str {
    pod.annotations.get(ANNOTATION).map_or("<none>", String::as_str)
}

/// The finding with what shows that a pod has no proxy.
pub(super) fn without_proxy(finding: Finding, pod: &Pod) -> Finding {
    let finding = finding.seen("spec.containers[].name", "no linkerd-proxy");
    finding.seen(format!("metadata.annotations[{ANNOTATION}]"), said(pod))
}

/// How pods of the extension get their proxy.
pub(super) fn inject(
    asked: &Pair<'_>,
    (namespace, deployment): (&str, Option<&str>),
    (pod, is_here): (&Pod, bool),
) -> Remedy {
    let anywhere = |words: &[&str]| if is_here { asked.kubectl(words) } else { asked.kubectl_there(words) };
    let typed = |words: &[&str]| anywhere(&[&["--namespace", namespace], words].concat());
    let security =
        "let the pod security of the namespace admit the proxy's init container (or use linkerd-cni)";
    let Some(name) = deployment else {
        let action =
            format!("annotate its pod template with {ANNOTATION}=enabled, and {security}; to find it, run");
        return Remedy::run(action, typed(&["get", "deployments"]));
    };
    if !MESHED.contains(&said(pod)) {
        let (object, said) = (format!("deployment/{name}"), said(pod));
        let patch = format!(
            r#"{{"spec":{{"template":{{"metadata":{{"annotations":{{"{ANNOTATION}":"enabled"}}}}}}}}}}"#
        );
        let why = match said {
            "<none>" => format!("its template does not ask for one ({ANNOTATION})"),
            "disabled" => format!("its template says {ANNOTATION}=disabled, which overrides its namespace"),
            said => format!("its template says {ANNOTATION}={said}, which the injector ignores"),
        };
        let action = format!("{why}: set it to enabled, and {security}; for that, run");
        return Remedy::run(action, typed(&["patch", &object, "--patch", &patch]));
    }
    let label = anywhere(&["label", &format!("namespace/{namespace}"), &format!("{PASSED}-")]);
    let action = format!(
        "its template asks for one, so it was created while the injector did not answer, or its namespace is skipped \
         ({PASSED}=disabled): remove that label if it is set, {security}, and restart; for that, run"
    );
    Remedy::run(action, format!("{label} && {}", typed(&["rollout", "restart", "deployment", name])))
}
