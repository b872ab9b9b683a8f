//! How pods are brought up, where what is seen of them says it.

use super::Remedy;
use crate::terms::Failing;

/// Makes a command to paste of its words, on the cluster of the pods.
pub type Typed<'a> = &'a dyn Fn(&[&str]) -> String;

impl Remedy {
    /// How a namespace takes what it refuses by this: pods with proxies, or more than its quota. There are no pods to look at then.
    pub fn of_refused(namespace: &str, refusal: &str, typed: Typed<'_>) -> Option<Self> {
        if let Some((_, quota)) = refusal.split_once("exceeded quota: ") {
            let name = quota.split([',', ' ']).next().filter(|name| !name.is_empty())?;
            let action = format!(
                "raise the ResourceQuota {name} of the namespace {namespace}, or free some of it; to see its usage, run"
            );
            return Some(Self::run(
                action,
                typed(&["--namespace", namespace, "describe", "resourcequota", name]),
            ));
        }
        if !refusal.contains("violates PodSecurity") {
            return None;
        }
        let action = format!(
            "allow pods with proxies in the namespace {namespace}, or use linkerd-cni, with which they need no extra \
             privileges; for the former, run"
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
                "give its container {name} more memory: it was OOM-killed; to see what it logged before that, run"
            )
        } else {
            format!("bring it up; to see what its container {name} logged before it exited, run")
        };
        let mut words = vec!["--namespace", namespace, "logs", pod, "--container", name];
        words.extend(failing.is_restarted.then_some("--previous"));
        Some(Self::run(action, typed(&words)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_no_more_quota_is_led_to_it() {
        let typed = |words: &[&str]| words.join(" ");
        let of = |refusal: &str| Remedy::of_refused("shop", refusal, &typed);
        let full = of("pods \"x\" is forbidden: exceeded quota: compute, requested: limits.cpu=1").unwrap();
        assert!(full.action.contains("raise the ResourceQuota compute"), "{full}");
        assert_eq!(full.command.as_deref(), Some("--namespace shop describe resourcequota compute"));
        assert_eq!(of("exceeded quota: "), None);
        assert_eq!(of("no endpoints available for service"), None);
    }
}
