//! Names of clusters and the fleet of a run. Nothing below the command line invents a cluster.

use super::{ContextName, Route};
use serde::Serialize;

/// The name of a cluster in this run: its name in the fleet file, else its context.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct ClusterName(String);

impl ClusterName {
    /// Wraps a name. Any non-empty text is legal, since contexts are named freely.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ClusterName {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

/// One cluster of the fleet and the context that leads to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// How this run calls the cluster.
    pub name: ClusterName,
    /// The kubeconfig context.
    pub context: ContextName,
}

/// The ordered, non-empty list of the clusters of this run, each name once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fleet {
    members: Vec<Member>,
    route: Route,
}

impl Fleet {
    /// Makes a fleet of these members in this order; `None` when there are none or a name occurs twice.
    pub fn new(members: Vec<Member>) -> Option<Self> {
        let names: std::collections::BTreeSet<_> = members.iter().map(|member| &member.name).collect();
        (!members.is_empty() && names.len() == members.len())
            .then_some(Self { members, route: Route::default() })
    }

    /// The same, reached by these flags.
    #[must_use]
    pub fn reached_by(self, route: Route) -> Self {
        Self { route, ..self }
    }

    /// How it is reached.
    pub fn route(&self) -> &Route {
        &self.route
    }

    /// The members in fleet order.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The names in fleet order.
    pub fn names(&self) -> impl Iterator<Item = &ClusterName> {
        self.members.iter().map(|member| &member.name)
    }

    /// The context of a cluster, for commands to paste.
    pub fn context<'a>(&'a self, cluster: &'a ClusterName) -> &'a str {
        let member = self.members.iter().find(|member| &member.name == cluster);
        member.map_or(cluster.as_str(), |member| member.context.0.as_str())
    }

    /// The flags of kubectl that reach a cluster as this run does.
    pub fn flags(&self, cluster: &ClusterName) -> Vec<String> {
        self.route.flags(cluster, self.context(cluster))
    }

    /// The member that a context leads to.
    pub fn by_context(&self, context: &ContextName) -> Option<&Member> {
        self.members.iter().find(|member| &member.context == context)
    }

    /// The member that a user means by this text: its name, or its context.
    pub fn find(&self, text: &str) -> Option<&Member> {
        let named = self.members.iter().find(|member| member.name.as_str() == text);
        named.or_else(|| self.members.iter().find(|member| member.context.0 == text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, context: &str) -> Member {
        Member { name: ClusterName::new(name), context: ContextName(context.into()) }
    }

    #[test]
    fn a_fleet_is_never_empty_and_never_names_a_cluster_twice() {
        assert_eq!(Fleet::new(vec![]), None);
        assert_eq!(Fleet::new(vec![member("infra", "a"), member("infra", "b")]), None);
    }

    #[test]
    fn the_flags_for_a_cluster_are_those_of_the_run_and_overrides_reach_the_primary_alone() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let fleet = Fleet::new(vec![member("infra", "a"), member("apps", "b")]).unwrap();
        assert_eq!(fleet.flags(&ClusterName::new("apps")).join(" "), "--context b");
        let fleet = fleet.reached_by(Route {
            kubeconfig: Some("lab.yaml".into()),
            contexts: words("a b"),
            config: None,
            identity: words("--as jane"),
            primary: Some(ClusterName::new("infra")),
            overrides: words("--user ops --token TOKEN"),
            is_by_files: false,
        });
        let flags = |name: &str| fleet.flags(&ClusterName::new(name)).join(" ");
        assert_eq!(flags("infra"), "--kubeconfig lab.yaml --context a --as jane --user ops --token TOKEN");
        assert_eq!(flags("apps"), "--kubeconfig lab.yaml --context b --as jane");
        assert_eq!(fleet.route().fleet_flags().join(" "), "--contexts a,b");
    }

    #[test]
    fn a_name_is_found_before_a_context_of_the_same_text() {
        let fleet = Fleet::new(vec![member("one", "two"), member("two", "three")]).unwrap();
        assert_eq!(fleet.find("two"), Some(&member("two", "three")));
        assert_eq!(fleet.find("three"), Some(&member("two", "three")));
        assert_eq!(fleet.find("four"), None);
    }
}
