//! What an account may do, read from the roles of its cluster. Roles only grant, so what no role grants is missing; where
//! some of them could not be read, nothing is said to be missing.

use crate::terms::{Observed, Obstacle};

/// The roles of a cluster, and who has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    /// Its ClusterRoles. The server writes the rules of those that are aggregated into them.
    pub cluster_roles: Observed<Vec<Role>>,
    /// Who has them everywhere.
    pub cluster_bindings: Observed<Vec<Binding>>,
    /// The Roles of the extension's namespace.
    pub roles: Observed<Vec<Role>>,
    /// Who has them, or ClusterRoles, in that namespace.
    pub bindings: Observed<Vec<Binding>>,
}

/// A Role or ClusterRole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// What it grants.
    pub rules: Vec<Rule>,
}

/// Some verbs on some resources.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    /// API groups.
    pub groups: Vec<String>,
    /// Resources, with a slash before a subresource.
    pub resources: Vec<String>,
    /// Verbs.
    pub verbs: Vec<String>,
    /// The only objects that it is about; empty for all.
    pub names: Vec<String>,
}

/// A RoleBinding or ClusterRoleBinding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Binding {
    /// Its own name.
    pub name: String,
    /// Whether the role is a ClusterRole.
    pub is_to_cluster_role: bool,
    /// The role's name.
    pub role: String,
    /// Who has the role: kind, namespace and name of each. The namespace is empty for users and groups.
    pub subjects: Vec<(String, String, String)>,
}

/// Namespace and name of a ServiceAccount.
pub type Account<'a> = (&'a str, &'a str);

/// Something that somebody has to be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Right<'a> {
    /// The API group.
    pub group: &'a str,
    /// The resource, with a slash before a subresource.
    pub resource: &'a str,
    /// The verb.
    pub verb: &'a str,
    /// The object; empty for all of the place.
    pub name: &'a str,
    /// Whether it must hold in all namespaces; otherwise that of the extension is enough.
    pub is_everywhere: bool,
}

/// Whether an account has a right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Granted {
    /// A role grants it.
    Yes,
    /// No role grants it.
    No,
    /// No role that could be read grants it.
    Unseen(Obstacle),
}

impl Rights {
    /// Whether an account has a right.
    pub fn of(&self, account: Account<'_>, right: Right<'_>) -> Granted {
        let cluster_roles = listed(&self.cluster_roles);
        let granted = |binding: &Binding, roles: &[Role]| {
            binding.is_of(account) && roles.iter().any(|role| role.name == binding.role && role.grants(right))
        };
        let everywhere = listed(&self.cluster_bindings).iter().any(|one| granted(one, cluster_roles));
        let roles = |one: &Binding| if one.is_to_cluster_role { cluster_roles } else { listed(&self.roles) };
        let here = || listed(&self.bindings).iter().any(|one| granted(one, roles(one)));
        if everywhere || (!right.is_everywhere && here()) {
            return Granted::Yes;
        }
        let hidden = if right.is_everywhere { self.hidden_everywhere() } else { self.obstacle() };
        hidden.map_or(Granted::No, |obstacle| Granted::Unseen(obstacle.clone()))
    }

    /// Where to look when an account lacks a right: the bindings that give it roles, and those of the role that was made for
    /// the right, whoever has it. Each with whether it is of the whole cluster.
    pub fn bindings_near(&self, account: Account<'_>, right: Right<'_>) -> Vec<(bool, &Binding)> {
        let made = self.role_for(right).map(|role| role.name.as_str());
        let is_near = |one: &&Binding| one.is_of(account) || Some(one.role.as_str()) == made;
        let all = [(true, listed(&self.cluster_bindings)), (false, listed(&self.bindings))];
        all.into_iter()
            .flat_map(|(is_wide, some)| some.iter().filter(is_near).map(move |one| (is_wide, one)))
            .collect()
    }

    /// Of the roles that grant a right by its name the narrowest: wide ones grant it by the way. One that names the object was
    /// made for it, whoever else may read its like.
    pub fn role_for(&self, right: Right<'_>) -> Option<&Role> {
        let all = listed(&self.cluster_roles).iter().chain(listed(&self.roles));
        let is_meant = |role: &&Role| role.grants(right) && !role.rules.iter().any(Rule::is_wide);
        let names = |rule: &Rule| rule.names.iter().any(|name| name == right.name);
        let is_wider = |role: &Role| !role.rules.iter().any(names);
        all.filter(is_meant).min_by_key(|role| (is_wider(role), role.rules.len(), role.name.clone()))
    }

    /// Whether a binding names just this account: files may have been taken without any of its rights.
    pub fn knows(&self, (namespace, name): Account<'_>) -> bool {
        let all = [listed(&self.cluster_bindings), listed(&self.bindings)].into_iter().flatten();
        all.flat_map(|binding| &binding.subjects)
            .any(|(_, home, subject)| home == namespace && subject == name)
    }

    /// Whether anything is known of the namespace itself.
    pub fn has_local(&self) -> bool {
        !listed(&self.roles).is_empty() || !listed(&self.bindings).is_empty()
    }

    fn hidden_everywhere(&self) -> Option<&Obstacle> {
        self.cluster_roles.obstacle().or(self.cluster_bindings.obstacle())
    }

    /// What could not be looked at.
    pub fn obstacle(&self) -> Option<&Obstacle> {
        self.hidden_everywhere().or(self.roles.obstacle()).or(self.bindings.obstacle())
    }
}

fn listed<T>(list: &Observed<Vec<T>>) -> &[T] {
    match list {
        Observed::Present(list) => list,
        Observed::Absent | Observed::Unknown(_) => &[],
    }
}

impl Binding {
    /// Whether it gives its role to some account of a namespace, or to all of that namespace.
    pub fn is_of_any(&self, namespace: &str) -> bool {
        let prefix = format!("system:serviceaccount:{namespace}:");
        self.subjects.iter().any(|(kind, home, subject)| match kind.as_str() {
            "ServiceAccount" => home == namespace,
            "User" => subject.starts_with(&prefix),
            "Group" => subject.strip_prefix("system:serviceaccounts:") == Some(namespace),
            _ => false,
        })
    }

    fn is_of(&self, (namespace, name): Account<'_>) -> bool {
        self.subjects.iter().any(|(kind, home, subject)| match kind.as_str() {
            "ServiceAccount" => home == namespace && subject == name,
            "User" => *subject == format!("system:serviceaccount:{namespace}:{name}"),
            "Group" => {
                ["system:serviceaccounts", "system:authenticated"].contains(&subject.as_str())
                    || subject.strip_prefix("system:serviceaccounts:") == Some(namespace)
            }
            _ => false,
        })
    }
}

impl Role {
    fn grants(&self, right: Right<'_>) -> bool {
        self.rules.iter().any(|rule| rule.grants(right))
    }
}

impl Rule {
    fn is_wide(&self) -> bool {
        [&self.groups, &self.resources, &self.verbs].into_iter().flatten().any(|one| one == "*")
    }

    fn grants(&self, right: Right<'_>) -> bool {
        let has = |list: &[String], wanted: &str| list.iter().any(|one| one == wanted || one == "*");
        let subresource = right.resource.split_once('/').map(|(_, sub)| format!("*/{sub}"));
        let is_sub = subresource.is_some_and(|all| self.resources.contains(&all));
        // What is made has no name yet when the server asks, nor has a list.
        let is_named = self.names.is_empty() || self.names.iter().any(|name| name == right.name);
        has(&self.groups, right.group)
            && (is_sub || has(&self.resources, right.resource))
            && has(&self.verbs, right.verb)
            && is_named
    }
}

#[cfg(test)]
mod tests;
