//! The fields of a Link that this controller reads.

use std::{collections::BTreeMap, time::Duration};

use k8s_openapi::{apimachinery::pkg::apis::meta::v1::LabelSelector, jiff::Timestamp};
use kube::api::{ApiResource, DynamicObject, GroupVersionKind};
use serde::Deserialize;
use serde_json::Value;

use super::{keys, selector::selects, trouble::Trouble};

/// How a Service is mirrored. Besides, it may be a member of a federated Service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// The mirror's Endpoints hold the gateway.
    Gateway,
    /// The mirror has no Endpoints: proxies ask the exporter themselves.
    RemoteDiscovery,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Link {
    pub(super) target_cluster_name: String,
    pub(super) target_cluster_domain: String,
    pub(super) cluster_credentials_secret: String,
    pub(super) gateway_address: String,
    pub(super) gateway_port: String,
    pub(super) gateway_identity: String,
    pub(super) probe_spec: ProbeSpec,
    pub(super) selector: Option<LabelSelector>,
    pub(super) remote_discovery_selector: Option<LabelSelector>,
    pub(super) federated_service_selector: Option<LabelSelector>,
    pub(super) excluded_annotations: Vec<String>,
    pub(super) excluded_labels: Vec<String>,
    /// When the Link was made: the oldest one decides what a federated Service looks like.
    #[serde(skip)]
    pub(super) created: Option<Timestamp>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ProbeSpec {
    pub(super) path: String,
    pub(super) port: String,
    pub(super) period: String,
    pub(super) timeout: String,
    pub(super) failure_threshold: String,
}

impl Link {
    pub(super) fn resource() -> ApiResource {
        ApiResource::from_gvk(&GroupVersionKind::gvk("multicluster.linkerd.io", "v1alpha3", "Link"))
    }

    pub(super) fn of_spec(spec: Value) -> Result<Self, Trouble> {
        serde_json::from_value(spec).map_err(|error| Trouble::new(format!("cannot read the Link: {error}")))
    }

    pub(super) fn of(object: &DynamicObject) -> Result<Self, Trouble> {
        let link = Self::of_spec(object.data.get("spec").cloned().unwrap_or_default())?;
        let created = object.metadata.creation_timestamp.as_ref().map(|time| time.0);
        Ok(Self { created, ..link })
    }

    /// Returns what a local service mirror follows in place of a Link: members in its own cluster.
    pub(super) fn local() -> Self {
        let (key, value) = keys::FEDERATED_MEMBER;
        let match_labels = Some(BTreeMap::from([(key.to_owned(), value.to_owned())]));
        let selector = LabelSelector { match_labels, ..LabelSelector::default() };
        Self { federated_service_selector: Some(selector), ..Self::default() }
    }

    /// Returns whether this leads to no other cluster; then there is no status to write either.
    pub(super) fn is_local(&self) -> bool {
        self.target_cluster_name.is_empty()
    }

    /// Returns how a Service with these labels is mirrored; remote discovery wins over the gateway.
    pub(super) fn mode(&self, labels: Option<&BTreeMap<String, String>>) -> Option<Mode> {
        let labels = labels?;
        if selects(self.remote_discovery_selector.as_ref(), labels) {
            Some(Mode::RemoteDiscovery)
        } else {
            selects(self.selector.as_ref(), labels).then_some(Mode::Gateway)
        }
    }

    /// Returns whether a Service with these labels belongs to a federated Service.
    pub(super) fn is_member(&self, labels: Option<&BTreeMap<String, String>>) -> bool {
        labels.is_some_and(|labels| selects(self.federated_service_selector.as_ref(), labels))
    }

    pub(super) fn gateway_port(&self) -> Result<i32, Trouble> {
        port(&self.gateway_port)
    }

    pub(super) fn probe_port(&self) -> Result<i32, Trouble> {
        port(&self.probe_spec.port)
    }
}

fn port(text: &str) -> Result<i32, Trouble> {
    text.parse::<u16>().map(i32::from).map_err(|error| Trouble::new(format!("bad port '{text}': {error}")))
}

/// Reads a duration of several numbers with units, such as `1m30s`; `None` when it is not one.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let mut total = Duration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|one: char| !one.is_ascii_digit() && one != '.')?;
        let (number, tail) = rest.split_at_checked(digits)?;
        let letters = tail.find(|one: char| one.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at_checked(letters)?;
        total += scaled(number.parse().ok()?, unit)?;
        rest = tail;
    }
    (!text.is_empty()).then_some(total)
}

fn scaled(number: f64, unit: &str) -> Option<Duration> {
    let seconds = match unit {
        "h" => 3600.0,
        "m" => 60.0,
        "s" => 1.0,
        "ms" => 1e-3,
        "us" | "µs" => 1e-6,
        "ns" => 1e-9,
        _ => return None,
    };
    Duration::try_from_secs_f64(number * seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remote_discovery_wins_when_both_selectors_match() {
        let link: Link = serde_json::from_value(serde_json::json!({
            "selector": {"matchLabels": {"exported": "true"}},
            "remoteDiscoverySelector": {"matchLabels": {"flat": "true"}},
        }))
        .unwrap();
        let labels = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect::<BTreeMap<_, _>>()
        };
        let both = labels(&[("exported", "true"), ("flat", "true")]);
        assert_eq!(link.mode(Some(&both)), Some(Mode::RemoteDiscovery));
        assert_eq!(link.mode(Some(&labels(&[("exported", "true")]))), Some(Mode::Gateway));
        assert_eq!(link.mode(None), None);
    }

    #[test]
    fn the_local_cluster_has_members_and_mirrors_nothing() {
        let labels = |key: &str, value: &str| BTreeMap::from([(key.to_owned(), value.to_owned())]);
        let member = labels("mirror.linkerd.io/federated", "member");
        let link = Link::local();
        assert!(link.is_local() && link.is_member(Some(&member)));
        assert!(!link.is_member(Some(&labels("mirror.linkerd.io/federated", "true"))));
        assert!(!link.is_member(None));
        assert_eq!(link.mode(Some(&labels("mirror.linkerd.io/exported", "true"))), None);
    }

    #[test]
    fn durations_are_read_with_all_their_units() {
        for (text, millis) in
            [("3s", Some(3000)), ("1m30s", Some(90_000)), ("1.5h", Some(5_400_000)), ("250ms", Some(250))]
        {
            assert_eq!(duration(text), millis.map(Duration::from_millis), "{text}");
        }
        for text in ["", "3", "s", "3 s", "-1s", "3weeks"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }
}
