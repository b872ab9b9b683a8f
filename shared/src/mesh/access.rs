//! What who uses this needs to be allowed, as roles of Kubernetes: one table, from which the manifests are printed. A test finds
//! a rule for every request that the commands send, and a request for every rule; another one runs the commands with the roles.

mod fleet;
mod roles;

pub use fleet::FLEET_ROLES;
#[cfg(test)]
pub(crate) use fleet::REQUIRED;
pub(crate) use fleet::is_required;
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
    /// Their names, where only some are meant.
    pub names: &'static [&'static str],
    /// What for.
    pub why: &'static str,
}

/// Where a role is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// By a `ClusterRoleBinding` in all clusters.
    Everywhere,
    /// By a `ClusterRoleBinding` in the cluster of the Services.
    Source,
    /// By a `ClusterRoleBinding` in the clusters of the mirrors.
    Consumer,
    /// By `RoleBindings` in the namespaces of mirrors.
    Mirrors,
    /// By a `RoleBinding` in the namespace of Linkerd's extension, in both.
    Extension,
    /// By a `RoleBinding` in the namespace of Linkerd, in both.
    ControlPlane,
    /// By a `RoleBinding` in `kube-system`, in both.
    System,
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
    /// Whether it counts in the cluster of the Services, and in those of the mirrors.
    pub fn is_in(self, side: Self) -> bool {
        match self {
            Self::Source => side == Self::Source,
            Self::Consumer | Self::Mirrors => side == Self::Consumer,
            Self::Everywhere | Self::Extension | Self::ControlPlane | Self::System => true,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Everywhere => "by a ClusterRoleBinding, in all clusters",
            Self::Source => "by a ClusterRoleBinding, in the exporter's cluster",
            Self::Consumer => "by a ClusterRoleBinding, in the consumers' clusters",
            Self::Mirrors => "by RoleBindings in the namespaces of the mirrors, in the consumers' clusters",
            Self::Extension => "by a RoleBinding in the namespace linkerd-multicluster, in all clusters",
            Self::ControlPlane => "by a RoleBinding in the namespace linkerd, in all clusters",
            Self::System => "by a RoleBinding in the namespace kube-system, in all clusters",
        }
    }
}

/// What a rule that reads is good for, when somebody stays and watches.
const WATCH: &str = "watch";

/// What nobody watches: Leases are renewed every few seconds, which says nothing.
const UNWATCHED: [&str; 1] = ["leases"];

/// The ConfigMap that only who writes files reads.
const AUTHORITY: &str = "kube-root-ca.crt";

/// A Deployment that is watched as all of them are.
const OPERATOR: &str = "cilium-operator";

impl Rule {
    /// The verbs of who stays and watches what it reads.
    fn watching(&self) -> Vec<&'static str> {
        let is_watched = self.verbs.iter().any(|verb| ["get", "list"].contains(verb))
            && !self.resources.iter().any(|one| UNWATCHED.contains(one))
            && ![AUTHORITY, OPERATOR].iter().any(|one| self.names == [*one]);
        self.verbs.iter().copied().chain(is_watched.then_some(WATCH)).collect()
    }
}

/// Roles as manifests, to be applied.
pub fn manifests(roles: &[Role]) -> String {
    joined(roles, |rule| rule.verbs.to_vec())
}

/// The same roles for who stays and watches what they let it read.
pub fn manifests_to_watch(roles: &[Role]) -> String {
    joined(roles, Rule::watching)
}

fn joined(roles: &[Role], verbs: impl Fn(&Rule) -> Vec<&'static str>) -> String {
    roles.iter().map(|role| manifest(role, &verbs)).collect::<Vec<_>>().join("---\n")
}

fn manifest(role: &Role, verbs: &impl Fn(&Rule) -> Vec<&'static str>) -> String {
    let mut text = format!("# For {}.\n# Bind it {}.\n", role.what, role.bound.words());
    text.push_str("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n");
    // Writing to a text cannot fail.
    writeln!(text, "metadata:\n  name: {}\nrules:", role.name).ok();
    for rule in role.rules {
        let group = if rule.group.is_empty() { "\"\"" } else { rule.group };
        writeln!(text, "# {}{}", role.need(rule), rule.why).ok();
        writeln!(text, "- apiGroups: [{group}]").ok();
        writeln!(text, "  resources: [{}]", rule.resources.join(", ")).ok();
        if !rule.names.is_empty() {
            writeln!(text, "  resourceNames: [{}]", rule.names.join(", ")).ok();
        }
        writeln!(text, "  verbs: [{}]", verbs(rule).join(", ")).ok();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Every verb of a role with every resource, and with every name where only some are meant.
    fn named(role: &Role) -> impl Iterator<Item = (&'static str, String, &'static str)> {
        role.rules.iter().flat_map(|rule| {
            let names = if rule.names.is_empty() { &[""] } else { rule.names };
            let alone = Role { rules: std::slice::from_ref(rule), ..*role };
            let rights: Vec<_> = alone.rights().collect();
            rights
                .into_iter()
                .flat_map(|(verb, one)| names.iter().map(move |name| (verb, one.clone(), *name)))
        })
    }

    #[test]
    fn no_role_says_a_thing_twice() {
        for role in ROLES.iter().chain(&FLEET_ROLES) {
            let mut seen = BTreeSet::new();
            for right in named(role) {
                assert!(seen.insert(right.clone()), "{}: {right:?}", role.name);
            }
        }
    }

    /// That those of `mesh-export` are needed is proved by its requests; a fleet is looked at from both sides.
    #[test]
    fn who_judges_a_fleet_needs_what_both_sides_of_an_export_need_and_no_more() {
        let rights = |roles: &[Role], name: &str| -> BTreeSet<(&'static str, String)> {
            let all = roles.iter().filter(|role| role.name.ends_with(name));
            all.flat_map(Role::rights).collect()
        };
        let mut wanted = rights(&ROLES, "-reader-source");
        wanted.extend(rights(&ROLES, "-reader-consumer"));
        // It waits for nothing, and believes no status.
        wanted.retain(|(verb, resource)| *verb != "watch" && (*verb, resource.as_str()) != ("get", LINKS));
        // What clusters stand on is looked at beside the mesh.
        wanted.extend(STAND.map(|(verb, resource)| (verb, resource.to_owned())));
        assert_eq!(rights(&FLEET_ROLES, "-reader"), wanted);
        for name in ["-reader-links", "-reader-issuer", "-reader-flat", "-reader-clustermesh"] {
            let mut wanted = rights(&ROLES, name);
            // Who looks at all clusters reads the Secret of a token, and does not list its metadata.
            wanted.retain(|(verb, _)| name != "-reader-links" || *verb == "get");
            assert_eq!(rights(&FLEET_ROLES, name), wanted, "{name}");
        }
        assert_eq!(FLEET_ROLES.len(), 5);
    }

    #[test]
    fn who_stays_may_watch_what_it_reads_and_nothing_else() {
        for role in &FLEET_ROLES {
            for rule in role.rules {
                let verbs = rule.watching();
                let is_lease = rule.resources == ["leases"];
                let is_unwatched = is_lease || rule.names == [AUTHORITY] || rule.names == [OPERATOR];
                let is_mixed = ["leases", AUTHORITY, OPERATOR]
                    .iter()
                    .any(|one| rule.resources.contains(one) || rule.names.contains(one));
                assert_eq!(is_unwatched, is_mixed, "{rule:?} is of two minds");
                assert_eq!(verbs.contains(&"watch"), !is_unwatched, "{rule:?}");
                assert_eq!(&verbs[..rule.verbs.len()], rule.verbs);
            }
        }
        let (once, stays) = (manifests(&FLEET_ROLES), manifests_to_watch(&FLEET_ROLES));
        assert!(!once.contains("watch]") && stays.contains("verbs: [get, list, watch]"), "{stays}");
    }

    const STAND: [(&str, &str); 8] = [
        // So are the next renewals of what signs.
        ("get", "clusterissuers.cert-manager.io"),
        ("get", "issuers.cert-manager.io"),
        ("list", "certificates.cert-manager.io"),
        ("get", "daemonsets.apps"),
        ("get", "deployments.apps"),
        ("list", "apiservices.apiregistration.k8s.io"),
        ("list", "ciliumloadbalancerippools.cilium.io"),
        ("list", "endpointslices.discovery.k8s.io"),
    ];
    const LINKS: &str = "links.multicluster.linkerd.io";

    #[test]
    fn secrets_are_shown_in_single_namespaces_alone_and_only_who_exports_writes() {
        for role in ROLES.iter().chain(&FLEET_ROLES) {
            let rules = || role.rules.iter();
            let is_secret = |rule: &Rule| rule.resources.contains(&"secrets");
            let is_narrow = matches!(role.bound, Bound::Extension | Bound::ControlPlane | Bound::System);
            assert_eq!(rules().any(is_secret), is_narrow, "{}", role.name);
            let reads = |rule: &Rule| rule.verbs.iter().all(|verb| ["get", "list", "watch"].contains(verb));
            assert_eq!(rules().all(reads), role.name.contains("reader"), "{}", role.name);
            // Neither pods nor deletions of Services in the whole cluster.
            assert!(rules().all(reads) || role.bound != Bound::Consumer || role.name.contains("namespaces"));
        }
    }
}
