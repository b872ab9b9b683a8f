//! How pods are brought up, where what is seen of them says it.

use super::Remedy;
use crate::terms::Failing;

/// Makes a command to paste of its words, on the cluster of the pods.
pub type Typed<'a> = &'a dyn Fn(&[&str]) -> String;

impl Remedy {
    /// How a namespace takes pods with proxies, where it refuses them by this: there are no pods to look at then.
    pub fn of_refused(namespace: &str, refusal: &str, typed: Typed<'_>) -> Option<Self> {
        if !refusal.contains("violates PodSecurity") {
            return None;
        }
        let action = format!(
            "let the namespace {namespace} take pods with proxies, or use linkerd-cni, with which they need no rights of their \
             own; for the former, run"
        );
        let words =
            ["label", "--overwrite", "namespace", namespace, "pod-security.kubernetes.io/enforce=privileged"];
        Some(Self::run(action, typed(&words)))
    }

    /// How a pod is brought up of which a container has run, and has ended.
    pub fn of_failing((namespace, pod): (&str, &str), failing: &Failing, typed: Typed<'_>) -> Option<Self> {
        let name = &failing.container;
        let action = if failing.ended.is_empty() {
            return None;
        } else if failing.is_killed() {
            format!(
                "give its container {name} more memory, since it was killed for want of it; to see what it wrote before that, run"
            )
        } else {
            format!("bring it up; to see what its container {name} wrote before it ended, run")
        };
        let mut words = vec!["--namespace", namespace, "logs", pod, "--container", name];
        words.extend(failing.is_restarted.then_some("--previous"));
        Some(Self::run(action, typed(&words)))
    }
}
