//! A right, as RBAC writes it.

use serde::Serialize;

/// A rule of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// The groups of the resources; `""` is the core.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub api_groups: Vec<String>,
    /// In the plural.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// Paths that are no resources, which a `ClusterRole` alone can grant.
    #[serde(rename = "nonResourceURLs", skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
    /// What may be done.
    pub verbs: Vec<String>,
}

impl Rule {
    /// Where rules stand in a role, as evidence names it.
    pub const FIELD: &str = "rules[]";

    /// What lets somebody do this to a resource, as RBAC names it, or to a path.
    pub fn of(verb: &str, resource: &str) -> Self {
        let verbs = vec![verb.to_owned()];
        if resource.starts_with('/') {
            return Self {
                api_groups: Vec::new(),
                resources: Vec::new(),
                paths: vec![resource.to_owned()],
                verbs,
            };
        }
        let (plural, group) = resource.split_once('.').unwrap_or((resource, ""));
        let (api_groups, resources) = (vec![group.to_owned()], vec![plural.to_owned()]);
        Self { api_groups, resources, paths: Vec::new(), verbs }
    }
}

/// As YAML on one line, to be put under `rules:`.
impl std::fmt::Display for Rule {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lists = [
            ("apiGroups", &self.api_groups),
            ("resources", &self.resources),
            ("nonResourceURLs", &self.paths),
            ("verbs", &self.verbs),
        ];
        let list = |(key, list): (&str, &Vec<String>)| {
            let words: Vec<String> = list
                .iter()
                .map(|word| if word.is_empty() { "\"\"".to_owned() } else { word.clone() })
                .collect();
            format!("{key}: [{}]", words.join(", "))
        };
        let told: Vec<String> = lists.into_iter().filter(|(_, list)| !list.is_empty()).map(list).collect();
        write!(out, "{{{}}}", told.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_written_as_rbac_reads_it() {
        assert_eq!(
            Rule::of("list", "pods").to_string(),
            "{apiGroups: [\"\"], resources: [pods], verbs: [list]}"
        );
        let links = "{apiGroups: [multicluster.linkerd.io], resources: [links], verbs: [get]}";
        assert_eq!(Rule::of("get", "links.multicluster.linkerd.io").to_string(), links);
        assert_eq!(Rule::of("get", "/version").to_string(), "{nonResourceURLs: [/version], verbs: [get]}");
        let json = serde_json::json!({ "apiGroups": [""], "resources": ["pods"], "verbs": ["list"] });
        assert_eq!(serde_json::to_value(Rule::of("list", "pods")).unwrap(), json);
    }
}
