//! Labels and annotations are copied to mirrors. Some of them mean something to controllers in the consumer, which then
//! take the mirror for their own.

use super::Question;
use crate::mesh::link::excludes;
use crate::terms::Labels;
use crate::verdict::{Finding, Remedy};

/// The beginning of a key, whether labels or annotations count, and what becomes of a mirror that has it.
const MEANT: [(&str, bool, &str); 9] = [
    ("cnpg.io/", true, "CloudNativePG may take it for its own"),
    ("kustomize.toolkit.fluxcd.io/", true, "Flux may take it for its own"),
    ("helm.toolkit.fluxcd.io/", true, "Flux may take it for its own"),
    ("argocd.argoproj.io/", true, "Argo CD may take it for its own"),
    ("argocd.argoproj.io/", false, "Argo CD may take it for its own"),
    ("endpointslice.kubernetes.io/skip-mirror", true, "Kubernetes makes no slices for it"),
    ("external-dns.alpha.kubernetes.io/", false, "ExternalDNS may publish it"),
    ("io.cilium/", false, "Cilium may act on it"),
    ("service.cilium.io/", false, "Cilium may act on it"),
];

pub(super) fn labels(asked: &Question<'_>) -> Option<Finding> {
    let (service, excluded) = (asked.service, &asked.link.excluded);
    let labels = meant(&service.labels, &excluded.labels, true);
    let annotations = meant(&service.annotations, &excluded.annotations, false);
    let (first, fate) = *labels.first().or_else(|| annotations.first())?;
    let keys: Vec<&str> = labels.iter().chain(&annotations).map(|(key, _)| *key).collect();
    let text = format!("the mirror will have {}, and {fate}", keys.join(", "));
    let field = if labels.is_empty() { "excludedAnnotations" } else { "excludedLabels" };
    let prefix = first.split_once('/').map_or(first, |(domain, _)| domain);
    let object = format!("links.multicluster.linkerd.io/{}", asked.link.name);
    let mut list = if labels.is_empty() { excluded.annotations.clone() } else { excluded.labels.clone() };
    list.push(format!("{prefix}/*"));
    let patch = serde_json::json!({"spec": {field: list}}).to_string();
    let words =
        ["--namespace", &asked.link.namespace, "patch", &object, "--type=merge", "--patch", patch.as_str()];
    let action = format!("let the Link leave them out: {field} of link-gen; to change this Link, run");
    let finding =
        Finding::warning("copied-labels", &asked.both(), text, Remedy::run(action, asked.kubectl(&words)));
    Some(finding.about(asked.exported()).seen(format!("metadata.labels[{first}]"), "copied"))
}

/// The keys that mean something and are not left out, each with what comes of it.
fn meant<'a>(pairs: &'a Labels, excluded: &[String], is_label: bool) -> Vec<(&'a str, &'static str)> {
    let fate =
        |key: &str| MEANT.iter().find(|(begin, label, _)| *label == is_label && key.starts_with(begin));
    pairs
        .keys()
        .filter(|key| !excludes(excluded, key))
        .filter_map(|key| fate(key).map(|(_, _, fate)| (key.as_str(), *fate)))
        .collect()
}
