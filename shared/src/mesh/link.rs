//! A Link, read leniently: its CRD marks no field as required, and hands edit it.

mod settings;

pub use settings::{Excluded, Gateway, Probe, excludes, port};

use crate::terms::{LabelSelector, is_dns_label};
use serde_json::Value;

/// The API group of Links.
pub const GROUP: &str = "multicluster.linkerd.io";
/// Versions in which a Link can be read, best first. The oldest leaves out fields of the others.
pub const VERSIONS: [&str; 3] = ["v1alpha3", "v1alpha2", "v1alpha1"];

/// How clients reach the Service behind a mirror.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Through the exporter's gateway; the mirror has Endpoints.
    Gateway,
    /// Straight to its pods on a flat network; the mirror never has Endpoints.
    Flat,
}

/// What a Link says, with everything that is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    /// Its name, after which its controller, Lease and credentials are named.
    pub name: String,
    /// Its namespace, normally `linkerd-multicluster`.
    pub namespace: String,
    /// The suffix of its mirrors and the value of their cluster-name label.
    pub target_cluster_name: String,
    /// The Secret with the kubeconfig for the exporter, in the Link's namespace.
    pub credentials: String,
    /// Comma-separated addresses of the exporter's gateway; empty in a Link without gateway.
    pub gateway_address: String,
    /// Services that are mirrored through the gateway. Empty selects nothing, unlike elsewhere in Kubernetes.
    pub selector: LabelSelector,
    /// Services that are mirrored for a flat network; beats `selector` where both match.
    pub remote_discovery_selector: LabelSelector,
    /// The DNS domain that the exporter is taken to have; empty when it says none.
    pub target_domain: String,
    /// The control-plane namespace that the exporter is taken to have; empty when it says none.
    pub target_linkerd_namespace: String,
    /// How the gateway is reached and asked.
    pub gateway: Gateway,
    /// What is not copied to mirrors.
    pub excluded: Excluded,
    /// What cannot be used, one sentence each, naming the field.
    pub problems: Vec<String>,
}

impl Link {
    /// Reads the name, namespace and spec of a Link. Never fails: what is odd ends up in `problems`.
    pub fn read(namespace: &str, name: &str, spec: &Value) -> Self {
        let mut problems = Vec::new();
        let mut text = |field: &str| text(spec, field, &mut problems);
        let target_cluster_name = text("targetClusterName");
        let credentials = text("clusterCredentialsSecret");
        let gateway_address = text("gatewayAddress");
        let (target_domain, target_linkerd_namespace) =
            (text("targetClusterDomain"), text("targetClusterLinkerdNamespace"));
        let selector = selector_in(spec, "selector", &mut problems);
        let remote_discovery_selector = selector_in(spec, "remoteDiscoverySelector", &mut problems);
        let gateway = Gateway::read(spec, &gateway_address, &mut problems);
        if !is_dns_label(&target_cluster_name) {
            problems
                .push(format!("spec.targetClusterName is {target_cluster_name:?}, which is no DNS label"));
        }
        Self {
            name: name.to_owned(),
            namespace: namespace.to_owned(),
            target_cluster_name,
            credentials,
            gateway_address,
            selector,
            remote_discovery_selector,
            target_domain,
            target_linkerd_namespace,
            gateway,
            excluded: Excluded::read(spec),
            problems,
        }
    }

    /// In which way a Service with these labels is mirrored, if it is.
    pub fn way(&self, labels: &crate::terms::Labels) -> Option<Way> {
        let through = || selects(&self.selector, labels).then_some(Way::Gateway);
        if selects(&self.remote_discovery_selector, labels) { Some(Way::Flat) } else { through() }
    }

    /// Whether a Service with these labels is mirrored at all.
    pub fn mirrors(&self, labels: &crate::terms::Labels) -> bool {
        self.way(labels).is_some()
    }
}

/// A selector of a Link: nothing is selected by saying nothing.
fn selects(selector: &LabelSelector, labels: &crate::terms::Labels) -> bool {
    !selector.is_empty() && selector.holds(labels)
}

fn text(spec: &Value, field: &str, problems: &mut Vec<String>) -> String {
    match spec.get(field) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(_) => {
            problems.push(format!("spec.{field} is no text"));
            String::new()
        }
    }
}

/// A selector that no API server would take selects nothing.
fn selector_in(spec: &Value, field: &str, problems: &mut Vec<String>) -> LabelSelector {
    let read = match spec.get(field) {
        None | Some(Value::Null) => return LabelSelector::default(),
        Some(value) => serde_json::from_value::<LabelSelector>(value.clone()),
    };
    let problem = match read {
        Ok(selector) => match selector.problem() {
            None => return selector,
            Some(problem) => problem,
        },
        Err(error) => error.to_string(),
    };
    problems.push(format!("spec.{field} cannot be used: {problem}"));
    LabelSelector::default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn link(spec: &Value) -> Link {
        Link::read("linkerd-multicluster", "infra", spec)
    }

    fn labels(pairs: &[(&str, &str)]) -> crate::terms::Labels {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    fn ordinary() -> Value {
        json!({
            "targetClusterName": "infra", "clusterCredentialsSecret": "cluster-credentials-infra",
            "gatewayAddress": "203.0.113.10", "gatewayPort": "4143",
            "selector": {"matchLabels": {"mirror.linkerd.io/exported": "true"}},
            "remoteDiscoverySelector": {"matchLabels": {"mirror.linkerd.io/exported": "remote-discovery"}},
        })
    }

    #[test]
    fn an_ordinary_link_mirrors_what_its_selectors_say() {
        let link = link(&ordinary());
        assert_eq!(link.problems, Vec::<String>::new());
        assert_eq!(link.way(&labels(&[("mirror.linkerd.io/exported", "true")])), Some(Way::Gateway));
        assert_eq!(link.way(&labels(&[("mirror.linkerd.io/exported", "remote-discovery")])), Some(Way::Flat));
        assert!(!link.mirrors(&labels(&[("mirror.linkerd.io/exported", "True")])));
    }

    #[test]
    fn a_selector_that_says_nothing_selects_nothing() {
        let mut spec = ordinary();
        spec["selector"] = json!({});
        assert!(!link(&spec).mirrors(&labels(&[])));
        assert_eq!(link(&spec).way(&labels(&[("mirror.linkerd.io/exported", "true")])), None);
    }

    #[test]
    fn where_both_selectors_match_the_mirror_is_flat() {
        let mut spec = ordinary();
        spec["remoteDiscoverySelector"] = spec["selector"].clone();
        assert_eq!(link(&spec).way(&labels(&[("mirror.linkerd.io/exported", "true")])), Some(Way::Flat));
    }

    #[test]
    fn a_selector_that_no_server_would_take_is_a_problem_and_selects_nothing() {
        let mut spec = ordinary();
        for (selector, said) in [
            (json!({"matchLabels": {"a b": "true"}}), "\"a b\" cannot be the key of a label"),
            (json!({"matchLabels": {"a": "no spaces"}}), "\"no spaces\" cannot be the value of a label"),
            (
                json!({"matchExpressions": [{"key": "a", "operator": "In"}]}),
                "the label a is compared with no value",
            ),
            (json!({"matchExpressions": [{"key": "a", "operator": "Near"}]}), "unknown variant `Near`"),
            (
                json!({"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["b"]}]}),
                "but values are given",
            ),
        ] {
            spec["selector"] = selector;
            let link = link(&spec);
            assert!(link.problems.join("; ").contains(said), "{:?}", link.problems);
            assert!(link.selector.is_empty());
        }
    }

    #[test]
    fn odd_and_hostile_fields_become_problems_that_name_the_field() {
        let odd =
            json!({"targetClusterName": "a/../b\u{202e}", "clusterCredentialsSecret": 7, "selector": "x"});
        let problems = link(&odd).problems.join("; ");
        for named in ["spec.targetClusterName", "spec.clusterCredentialsSecret", "spec.selector"] {
            assert!(problems.contains(named), "{problems}");
        }
        assert!(link(&Value::Null).problems.join("").contains("spec.targetClusterName"));
    }
}
