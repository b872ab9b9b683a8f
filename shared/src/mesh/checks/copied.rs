//! Labels and annotations are copied to mirrors. Some of them mean something to controllers in the consumer, which then
//! take the mirror for their own.

use super::Question;
use crate::mesh::link::excludes;
use crate::terms::Labels;
use crate::verdict::{Finding, Remedy};

/// The beginning of a key, whether labels or annotations count, and who would act on it.
const MEANT: [(&str, bool, &str); 9] = [
    ("cnpg.io/", true, "CloudNativePG"),
    ("kustomize.toolkit.fluxcd.io/", true, "Flux"),
    ("helm.toolkit.fluxcd.io/", true, "Flux"),
    ("argocd.argoproj.io/", true, "Argo CD"),
    ("argocd.argoproj.io/", false, "Argo CD"),
    ("endpointslice.kubernetes.io/skip-mirror", true, "Kubernetes, which then makes no slices"),
    ("external-dns.alpha.kubernetes.io/", false, "ExternalDNS"),
    ("io.cilium/", false, "Cilium"),
    ("service.cilium.io/", false, "Cilium"),
];

pub(super) fn labels(asked: &Question<'_>) -> Option<Finding> {
    let (service, excluded) = (asked.service, &asked.link.excluded);
    let labels = meant(&service.labels, &excluded.labels, true);
    let annotations = meant(&service.annotations, &excluded.annotations, false);
    let (first, who) = *labels.first().or_else(|| annotations.first())?;
    let keys: Vec<&str> = labels.iter().chain(&annotations).map(|(key, _)| *key).collect();
    let text = format!("the mirror will have {}, which mean something to {who}", keys.join(", "));
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

/// The keys that mean something and are not left out, each with who acts on it.
fn meant<'a>(pairs: &'a Labels, excluded: &[String], is_label: bool) -> Vec<(&'a str, &'static str)> {
    let who = |key: &str| MEANT.iter().find(|(begin, label, _)| *label == is_label && key.starts_with(begin));
    pairs
        .keys()
        .filter(|key| !excludes(excluded, key))
        .filter_map(|key| who(key).map(|(_, _, who)| (key.as_str(), *who)))
        .collect()
}
