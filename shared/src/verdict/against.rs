//! What to do about an obstacle: the same words wherever one is met.

use super::{Remedy, kubectl};
use crate::terms::{ClusterName, Fleet, Obstacle};

/// The remedy against what keeps us from looking at a cluster of this fleet.
pub fn against(obstacle: &Obstacle, cluster: &ClusterName, fleet: &Fleet) -> Remedy {
    let kubectl = |words: &[&str]| kubectl(fleet, cluster, words);
    match obstacle {
        Obstacle::Forbidden { verb, resource, namespace, .. } => {
            let mut words = vec!["auth", "can-i", verb, resource];
            match namespace {
                Some(namespace) => words.extend(["--namespace", namespace]),
                None => words.push("--all-namespaces"),
            }
            Remedy::run(
                format!("have `{verb} {resource}` granted in {cluster}; to test it, run"),
                kubectl(&words),
            )
        }
        Obstacle::Unauthorized => Remedy::run(
            "log in again; to see whether the credentials work, run",
            kubectl(&["auth", "whoami"]),
        ),
        Obstacle::Plugin { command: plugin, .. } => Remedy::run(
            format!("log in for {plugin}, or correct it: it must answer an ExecCredential; to try it, run"),
            kubectl(&["auth", "whoami"]),
        ),
        Obstacle::NotServed { api } => Remedy::run(
            format!("install {api} in {cluster}; to see what there is, run"),
            kubectl(&["api-resources"]),
        ),
        Obstacle::TimedOut { .. } | Obstacle::Unreachable { .. } => {
            Remedy::run("reach the cluster; to see whether it answers, run", kubectl(&["version"]))
        }
        Obstacle::Busy { .. } | Obstacle::Expired => Remedy::new("run again in a while"),
        Obstacle::Conflict { .. } => {
            Remedy::new("run again: it was changed meanwhile; --take-over overrules other owners")
        }
        Obstacle::Refused { .. } => Remedy::new("satisfy what the server asks for, then run again"),
        Obstacle::Malformed { what, .. } => Remedy::new(format!("mend {what}, then run again")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::{ContextName, Member};

    fn fleet() -> Fleet {
        let (name, context) = (ClusterName::new("apps"), ContextName("apps-admin".into()));
        Fleet::new(vec![Member { name, context }]).unwrap()
    }

    #[test]
    fn a_missing_right_is_named_with_the_command_that_tests_it() {
        let obstacle = Obstacle::Forbidden {
            verb: "list".into(),
            resource: "services".into(),
            namespace: Some("shop".into()),
            message: String::new(),
        };
        assert_eq!(
            against(&obstacle, &ClusterName::new("apps"), &fleet()).to_string(),
            "have `list services` granted in apps; to test it, run: `kubectl --context apps-admin auth can-i list \
             services --namespace shop`"
        );
    }

    #[test]
    fn a_plugin_that_gives_no_credentials_is_named() {
        let (command, problem) = ("corp-login".to_owned(), "cannot be used".to_owned());
        let obstacle = Obstacle::Plugin { command, problem };
        assert_eq!(
            against(&obstacle, &ClusterName::new("apps"), &fleet()).to_string(),
            "log in for corp-login, or correct it: it must answer an ExecCredential; to try it, run: `kubectl --context \
             apps-admin auth whoami`"
        );
    }
}
