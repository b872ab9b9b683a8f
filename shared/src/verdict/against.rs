//! What to do about an obstacle: the same words wherever one is met.

use super::{Remedy, Rule, kubectl};
use crate::terms::{ClusterName, Fleet, Obstacle};

/// The remedy against what keeps us from looking at a cluster of this fleet.
pub fn against(obstacle: &Obstacle, cluster: &ClusterName, fleet: &Fleet) -> Remedy {
    let kubectl = |words: &[&str]| kubectl(fleet, cluster, words);
    match obstacle {
        Obstacle::Forbidden { verb, resource, namespace, .. } => {
            let (what, words) = granting(verb, resource, namespace.as_deref());
            let action = format!("ask for permission to `{what}` in {cluster}; to test it, run");
            Remedy { rule: Some(Rule::of(verb, resource)), ..Remedy::run(action, kubectl(&words)) }
        }
        Obstacle::Unauthorized => Remedy::run(
            "log in again; to see whether the credentials work, run",
            kubectl(&["auth", "whoami"]),
        ),
        Obstacle::Plugin { command: plugin, .. } => Remedy::run(
            format!("log in for {plugin}, or fix it: it must return an ExecCredential; to try it, run"),
            kubectl(&["auth", "whoami"]),
        ),
        Obstacle::NotServed { api } => Remedy::run(
            format!("install {api} in {cluster}; to see what there is, run"),
            kubectl(&["api-resources"]),
        ),
        Obstacle::TimedOut { .. } | Obstacle::Unreachable { .. } => Remedy::run(
            "restore access to the cluster; to see whether it answers, run",
            kubectl(&["version"]),
        ),
        Obstacle::ServerError { message, .. } | Obstacle::Busy { code: 503 | 504, message } => {
            troubled(message, cluster, kubectl)
        }
        Obstacle::Busy { .. } | Obstacle::Expired => Remedy::new("run again later"),
        Obstacle::Conflict { .. } => {
            Remedy::new("run again: it changed in the meantime; --take-over overrides other owners")
        }
        Obstacle::Refused { .. } => Remedy::new("satisfy the server's requirements, then run again"),
        Obstacle::Malformed { what, .. } => Remedy::new(format!("fix {what}, then run again")),
        Obstacle::NotInFiles { .. } => {
            Remedy::new(format!("look at {cluster} itself, or complete its files"))
        }
        Obstacle::OnlyFiles { .. } => Remedy::new(format!("name {cluster} itself instead of its files")),
    }
}

/// The right that is missing, and the words of kubectl that test it.
fn granting<'a>(verb: &'a str, resource: &'a str, namespace: Option<&'a str>) -> (String, Vec<&'a str>) {
    let place = match namespace {
        // A path is in no namespace.
        None if resource.starts_with('/') => Vec::new(),
        None => vec!["--all-namespaces"],
        Some(namespace) => vec!["--namespace", namespace],
    };
    (format!("{verb} {resource}"), [vec!["auth", "can-i", verb, resource], place].concat())
}

/// What to do about a server in trouble. It names the webhook that it could not ask; of the rest its own checks tell.
fn troubled(message: &str, cluster: &ClusterName, kubectl: impl Fn(&[&str]) -> String) -> Remedy {
    match unasked_webhook(message) {
        Some(webhook) => Remedy::run(
            format!(
                "get the admission webhook {webhook} to answer in {cluster}; to see which Service that is, run"
            ),
            kubectl(&["get", "mutatingwebhookconfigurations,validatingwebhookconfigurations", "-o", "yaml"]),
        ),
        None => Remedy::run(
            format!("run again later; to see what the API server of {cluster} lacks, run"),
            kubectl(&["get", "--raw=/readyz?verbose"]),
        ),
    }
}

fn unasked_webhook(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("failed calling webhook \"")?;
    rest.split_once('"').map(|(name, _)| name).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::{ContextName, Member};

    fn fleet() -> Fleet {
        let (name, context) = (ClusterName::new("apps"), ContextName("apps-admin".into()));
        Fleet::new(vec![Member { name, context }]).unwrap()
    }

    fn remedy(obstacle: &Obstacle) -> String {
        against(obstacle, &ClusterName::new("apps"), &fleet()).to_string()
    }

    #[test]
    fn a_webhook_that_does_not_answer_is_named_and_other_trouble_is_looked_up_in_the_servers_own_checks() {
        let failed = |code, message: &str| Obstacle::ServerError { code, message: message.to_owned() };
        let silent =
            "Internal error occurred: failed calling webhook \"labels.example.test\": failed to call webhook";
        assert_eq!(
            remedy(&failed(500, silent)),
            "get the admission webhook labels.example.test to answer in apps; to see which Service that is, run: `kubectl \
             --context apps-admin get mutatingwebhookconfigurations,validatingwebhookconfigurations -o yaml`"
        );
        let look = "run again later; to see what the API server of apps lacks, run: `kubectl --context apps-admin get \
                    '--raw=/readyz?verbose'`";
        for trouble in [
            failed(500, "etcdserver: request timed out"),
            failed(500, "failed calling webhook \"\": nameless"),
            Obstacle::Busy { code: 503, message: "apiserver is shutting down".to_owned() },
            Obstacle::Busy { code: 504, message: "request did not complete within 1m0s".to_owned() },
        ] {
            assert_eq!(remedy(&trouble), look, "{trouble:?}");
        }
        let busy = Obstacle::Busy { code: 429, message: "too many requests".to_owned() };
        assert_eq!(remedy(&busy), "run again later", "it is well and says so");
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
            "ask for permission to `list services` in apps; to test it, run: `kubectl --context apps-admin auth can-i list \
             services --namespace shop`"
        );
    }

    #[test]
    fn what_files_cannot_tell_is_asked_of_the_cluster() {
        let unseen = Obstacle::NotInFiles { what: "pods, which exist only in a running cluster".to_owned() };
        assert_eq!(unseen.to_string(), "not in the files: pods, which exist only in a running cluster");
        assert_eq!(remedy(&unseen), "look at apps itself, or complete its files");
        let write = Obstacle::OnlyFiles { verb: "patch".to_owned(), resource: "services".to_owned() };
        assert_eq!(write.to_string(), "cannot patch services: there are only files of this cluster");
        assert_eq!(remedy(&write), "name apps itself instead of its files");
        assert!(!unseen.is_worth_another_try() && !write.is_worth_another_try());
    }

    #[test]
    fn a_plugin_that_gives_no_credentials_is_named() {
        let (command, problem) = ("corp-login".to_owned(), "cannot be used".to_owned());
        let obstacle = Obstacle::Plugin { command, problem };
        assert_eq!(
            against(&obstacle, &ClusterName::new("apps"), &fleet()).to_string(),
            "log in for corp-login, or fix it: it must return an ExecCredential; to try it, run: `kubectl --context \
             apps-admin auth whoami`"
        );
    }
}
