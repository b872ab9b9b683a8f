//! A Link, read leniently: its CRD marks no field as required, and hands edit it.

mod period;
mod settings;

pub(in crate::mesh) use settings::refused;
pub use settings::{Excluded, Gateway, Probe, excludes, port};

use super::names::CONTROL_PLANE;
use crate::terms::{LabelSelector, Labels, is_dns_label, is_later_by};
use serde::Serialize;
use serde_json::Value;

/// The API group of Links.
pub const GROUP: &str = "multicluster.linkerd.io";
/// Versions in which a Link can be read, best first. The oldest leaves out fields of the others.
pub const VERSIONS: [&str; 3] = ["v1alpha3", "v1alpha2", "v1alpha1"];

/// What is applied with one command is written within so many seconds, in any order.
pub const TOGETHER: i64 = 60;

/// Whether two moments, as the API writes them, are of one change.
pub fn is_together(one: &str, other: &str) -> bool {
    !is_later_by(TOGETHER, one, other) && !is_later_by(TOGETHER, other, one)
}

/// More characters of what a parser says are not shown.
const MOST_SHOWN: usize = 200;

/// How clients in a consumer reach an exported Service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// By a mirror, through the exporter's gateway; the mirror has Endpoints.
    Gateway,
    /// By a mirror, straight to its pods on a flat network; the mirror never has Endpoints.
    Flat,
    /// By a Service that it shares with others of its name, on a flat network; that has no Endpoints either.
    Federated,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Gateway, Self::Flat, Self::Federated];

    /// How it is typed and shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Flat => "flat",
            Self::Federated => "federated",
        }
    }

    /// Whether clients have to reach the addresses of the exporter's pods.
    pub fn is_direct(self) -> bool {
        match self {
            Self::Gateway => false,
            Self::Flat | Self::Federated => true,
        }
    }
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
    /// The control-plane namespace that the exporter is taken to have: the usual one when it says none.
    pub target_linkerd_namespace: String,
    /// How the gateway is reached and asked.
    pub gateway: Gateway,
    /// What is not copied to mirrors.
    pub excluded: Excluded,
    /// Services that become members of federated ones, besides.
    pub federated_service_selector: LabelSelector,
    /// The version of the API in which it was read; empty when nobody said.
    pub version: String,
    /// When it was made, as the API writes times: of the Links with members in a federated Service the oldest one decides.
    pub created: String,
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
        let (target_domain, namespace_there) =
            (text("targetClusterDomain"), text("targetClusterLinkerdNamespace"));
        let namespace_there = Some(namespace_there).filter(|said| !said.is_empty());
        let selector = selector_in(spec, "selector", &mut problems);
        let remote_discovery_selector = selector_in(spec, "remoteDiscoverySelector", &mut problems);
        let gateway = Gateway::read(spec, &gateway_address, &mut problems);
        let federated_service_selector = selector_in(spec, "federatedServiceSelector", &mut problems);
        if !is_dns_label(&target_cluster_name) {
            problems
                .push(format!("spec.targetClusterName is {target_cluster_name:?}, which is not a DNS label"));
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
            target_linkerd_namespace: namespace_there.unwrap_or_else(|| CONTROL_PLANE.to_owned()),
            gateway,
            excluded: Excluded::read(spec),
            federated_service_selector,
            problems,
            ..Self::default()
        }
    }

    /// In which way a Service with these labels is mirrored, if it is.
    pub fn way(&self, labels: &Labels) -> Option<Way> {
        let through = || selects(&self.selector, labels).then_some(Way::Gateway);
        if selects(&self.remote_discovery_selector, labels) { Some(Way::Flat) } else { through() }
    }

    /// All ways in which a Service with these labels reaches the Link's cluster.
    pub fn ways(&self, labels: &Labels) -> Vec<Way> {
        let federated = selects(&self.federated_service_selector, labels).then_some(Way::Federated);
        self.way(labels).into_iter().chain(federated).collect()
    }

    /// Whether this is one of the ways.
    pub fn goes(&self, labels: &Labels, way: Way) -> bool {
        self.ways(labels).contains(&way)
    }

    /// The selector that decides about a way.
    pub fn selector_of(&self, way: Way) -> &LabelSelector {
        match way {
            Way::Gateway => &self.selector,
            Way::Flat => &self.remote_discovery_selector,
            Way::Federated => &self.federated_service_selector,
        }
    }

    /// The labels that its selectors speak of.
    pub fn keys(&self) -> impl Iterator<Item = String> {
        Way::ALL.into_iter().flat_map(|way| self.selector_of(way).requirements()).map(|part| part.key)
    }

    /// Whether the version in which it was read knows this field at all.
    pub fn is_pruned(&self, field: &str) -> bool {
        let added = match field {
            "spec.federatedServiceSelector" => "v1alpha2",
            "spec.excludedLabels" | "spec.excludedAnnotations" => "v1alpha3",
            _ => return false,
        };
        !self.version.is_empty() && self.version.as_str() < added
    }

    /// Whether its controller is a value of the chart: since Linkerd 2.18, which also brought this version of Links.
    pub fn is_of_managed_controllers(&self) -> bool {
        !self.is_pruned("spec.excludedLabels")
    }

    /// The field that keeps it from mirroring through a gateway, and why.
    pub fn lack_of_gateway(&self) -> Option<(&'static str, &'static str)> {
        if self.selector.is_empty() {
            Some(("spec.selector", "its selector is empty, which selects nothing"))
        } else if self.gateway_address.is_empty() {
            Some(("spec.gatewayAddress", "it has no gateway address"))
        } else {
            None
        }
    }
}

/// A selector of a Link: nothing is selected by saying nothing.
fn selects(selector: &LabelSelector, labels: &Labels) -> bool {
    !selector.is_empty() && selector.holds(labels)
}

fn text(spec: &Value, field: &str, problems: &mut Vec<String>) -> String {
    match spec.get(field) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(_) => {
            problems.push(format!("spec.{field} is not a string"));
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
        Err(error) => plain(&error.to_string()),
    };
    problems.push(format!("spec.{field} cannot be used: {problem}"));
    LabelSelector::default()
}

/// What a parser says holds words of the object: cut, and nothing in it drives a terminal.
fn plain(words: &str) -> String {
    let shown =
        words.chars().map(|c| if c.is_control() { c.escape_debug().to_string() } else { c.to_string() });
    shown.take(MOST_SHOWN).collect()
}

#[cfg(test)]
mod tests;
