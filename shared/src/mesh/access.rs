//! What who uses this needs to be allowed, as roles of Kubernetes: one table, from which the manifests are printed. A test runs
//! the commands with these roles and nothing else, and finds every rule in use.

mod roles;

pub use roles::ROLES;

use std::fmt::Write as _;

/// What may be done with some resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// `get`, `list`, …
    pub verbs: &'static [&'static str],
    /// The API group; empty for the core.
    pub group: &'static str,
    /// Their plural names.
    pub resources: &'static [&'static str],
    /// What for.
    pub why: &'static str,
}

/// Where a role is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// By a `ClusterRoleBinding` in the cluster of the Services.
    Source,
    /// By a `ClusterRoleBinding` in the clusters of the mirrors.
    Consumer,
    /// By `RoleBindings` in the namespaces of Linkerd and of its extension, in both.
    Mesh,
}

/// A `ClusterRole`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub name: &'static str,
    /// Where it is bound.
    pub bound: Bound,
    /// What it lets be done, as a remark.
    pub what: &'static str,
    /// Its rules.
    pub rules: &'static [Rule],
}

impl Role {
    /// Every verb with every resource, as `resource.group`.
    pub fn rights(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.rules.iter().flat_map(|rule| {
            let named = |resource: &str| match rule.group {
                "" => resource.to_owned(),
                group => format!("{resource}.{group}"),
            };
            let pairs = rule.verbs.iter().flat_map(|verb| rule.resources.iter().map(move |one| (*verb, one)));
            pairs.map(move |(verb, resource)| (verb, named(resource))).collect::<Vec<_>>()
        })
    }
}

impl Bound {
    fn words(self) -> &'static str {
        match self {
            Self::Source => "by a ClusterRoleBinding, in the cluster of the Services",
            Self::Consumer => "by a ClusterRoleBinding, in the clusters of the mirrors",
            Self::Mesh => {
                "by RoleBindings in the namespaces linkerd and linkerd-multicluster alone, in all clusters"
            }
        }
    }
}

/// All roles as manifests, to be applied.
pub fn manifests() -> String {
    ROLES.iter().map(manifest).collect::<Vec<_>>().join("---\n")
}

fn manifest(role: &Role) -> String {
    let mut text = format!("# For {}. Bind it {}.\n", role.what, role.bound.words());
    text.push_str("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n");
    // Writing to a text cannot fail.
    writeln!(text, "metadata:\n  name: {}\nrules:", role.name).ok();
    for rule in role.rules {
        let group = if rule.group.is_empty() { "\"\"" } else { rule.group };
        writeln!(text, "# {}", rule.why).ok();
        writeln!(text, "- apiGroups: [{group}]").ok();
        writeln!(text, "  resources: [{}]", rule.resources.join(", ")).ok();
        writeln!(text, "  verbs: [{}]", rule.verbs.join(", ")).ok();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_role_says_a_thing_twice() {
        for role in &ROLES {
            let mut seen = BTreeSet::new();
            for right in role.rights() {
                assert!(seen.insert(right.clone()), "{}: {right:?}", role.name);
            }
        }
    }

    #[test]
    fn only_the_mesh_shows_its_secrets_and_only_who_exports_writes() {
        for role in &ROLES {
            let rules = || role.rules.iter();
            let is_secret = |rule: &Rule| rule.resources.contains(&"secrets");
            assert_eq!(rules().any(is_secret), role.bound == Bound::Mesh, "{}", role.name);
            let reads = |rule: &Rule| rule.verbs.iter().all(|verb| ["get", "list", "watch"].contains(verb));
            assert_eq!(rules().all(reads), role.name.contains("reader"), "{}", role.name);
        }
    }
}
