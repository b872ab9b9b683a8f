//! RBAC: the rules of all roles that are bound to a user.

use serde_json::Value;

use super::user::{MASTERS, User};
use crate::object::{list, namespace, text};
use crate::state::State;

const BINDINGS: &str = "rolebindings.rbac.authorization.k8s.io";
const CLUSTER_BINDINGS: &str = "clusterrolebindings.rbac.authorization.k8s.io";
const ROLES: &str = "roles.rbac.authorization.k8s.io";
const CLUSTER_ROLES: &str = "clusterroles.rbac.authorization.k8s.io";

/// What somebody wants to do: to a resource, or to a path when `path` is not empty.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Asked<'a> {
    pub(crate) verb: &'a str,
    pub(crate) group: &'a str,
    pub(crate) resource: &'a str,
    pub(crate) subresource: &'a str,
    pub(crate) namespace: &'a str,
    pub(crate) name: &'a str,
    pub(crate) path: &'a str,
}

/// Returns whether this user may do this.
pub(crate) fn may(state: &State, user: &User, asked: &Asked<'_>) -> bool {
    user.is_in(MASTERS) || everybody_may(user, asked) || is_granted(state, user, asked)
}

/// What the server's own default roles allow.
fn everybody_may(user: &User, asked: &Asked<'_>) -> bool {
    let open = ["/version", "/healthz", "/livez", "/readyz"];
    let readable = ["/api", "/apis", "/openapi"];
    let begins = |path: &&str| asked.path == *path || asked.path.starts_with(&format!("{path}/"));
    let about_oneself = asked.verb == "create"
        && ["selfsubjectreviews", "selfsubjectaccessreviews", "selfsubjectrulesreviews"]
            .contains(&asked.resource);
    (asked.verb == "get" && open.iter().any(begins))
        || (user.is_authenticated() && (about_oneself || readable.iter().any(begins)))
}

fn is_granted(state: &State, user: &User, asked: &Asked<'_>) -> bool {
    let bound =
        |binding: &Value| list(binding, "/subjects").iter().any(|subject| is_meant(subject, binding, user));
    let everywhere = state.store.list(CLUSTER_BINDINGS, None);
    if everywhere.filter(|binding| bound(binding)).any(|binding| grants(state, binding, asked)) {
        return true;
    }
    let here = (!asked.namespace.is_empty()).then(|| state.store.list(BINDINGS, Some(asked.namespace)));
    here.into_iter().flatten().filter(|binding| bound(binding)).any(|binding| grants(state, binding, asked))
}

fn is_meant(subject: &Value, binding: &Value, user: &User) -> bool {
    let name = text(subject, "/name");
    match text(subject, "/kind") {
        "User" => user.name == name,
        "Group" => user.is_in(name),
        "ServiceAccount" => {
            let home = Some(text(subject, "/namespace")).filter(|home| !home.is_empty());
            user.name
                == format!("system:serviceaccount:{}:{name}", home.unwrap_or_else(|| namespace(binding)))
        }
        _ => false,
    }
}

fn grants(state: &State, binding: &Value, asked: &Asked<'_>) -> bool {
    let name = text(binding, "/roleRef/name");
    let role = match text(binding, "/roleRef/kind") {
        "ClusterRole" => state.store.get(CLUSTER_ROLES, name),
        _ => state.store.get(ROLES, &format!("{}/{name}", namespace(binding))),
    };
    role.is_some_and(|role| list(&role, "/rules").iter().any(|rule| allows(rule, asked)))
}

fn allows(rule: &Value, asked: &Asked<'_>) -> bool {
    let has = |field: &str, value: &str| list(rule, field).iter().any(|one| one == value || one == "*");
    if !has("/verbs", asked.verb) {
        return false;
    }
    if !asked.path.is_empty() {
        return list(rule, "/nonResourceURLs").iter().filter_map(Value::as_str).any(|url| {
            url.strip_suffix('*').map_or(url == asked.path, |start| asked.path.starts_with(start))
        });
    }
    let resource = match asked.subresource {
        "" => asked.resource.to_owned(),
        subresource => format!("{}/{subresource}", asked.resource),
    };
    let names = list(rule, "/resourceNames");
    has("/apiGroups", asked.group)
        && has("/resources", &resource)
        && (names.is_empty() || names.iter().any(|name| name == asked.name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rule_wants_verb_group_resource_and_name_together() {
        let rule = json!({"apiGroups": [""], "resources": ["services", "pods/log"], "verbs": ["get"], "resourceNames": ["web"]});
        let asked = Asked { verb: "get", resource: "services", name: "web", ..Asked::default() };
        assert!(allows(&rule, &asked));
        assert!(allows(&rule, &Asked { resource: "pods", subresource: "log", ..asked }));
        for other in [
            Asked { verb: "list", ..asked },
            Asked { group: "apps", ..asked },
            Asked { resource: "pods", ..asked },
            Asked { name: "db", ..asked },
            Asked { subresource: "status", ..asked },
            Asked { path: "/metrics", ..asked },
        ] {
            assert!(!allows(&rule, &other), "{other:?}");
        }
    }

    #[test]
    fn a_path_is_allowed_by_itself_or_by_its_beginning() {
        let rule = json!({"verbs": ["get"], "nonResourceURLs": ["/metrics", "/logs/*"]});
        for (path, expected) in [("/metrics", true), ("/logs/a", true), ("/metrics/x", false), ("/", false)] {
            assert_eq!(allows(&rule, &Asked { verb: "get", path, ..Asked::default() }), expected, "{path}");
        }
    }
}
