//! Labels and annotations are copied to mirrors. Some of them mean something to controllers in the consumer, which then
//! take the mirror for their own.

use super::Question;
use crate::mesh::keeper::{ARGO_INSTANCE, ARGO_TRACKING, Keeper};
use crate::mesh::link::excludes;
use crate::terms::Labels;
use crate::verdict::{Finding, Remedy};
use serde_json::{Map, Value};

/// The beginning of a key, whether labels or annotations count, and what becomes of a mirror that has it. The annotation by
/// which Argo CD tracks objects is not here: it names the original.
const MEANT: [(&str, bool, &str); 8] = [
    ("cnpg.io/", true, "CloudNativePG may take it for its own"),
    ("kustomize.toolkit.fluxcd.io/", true, "Flux may take it for its own"),
    ("helm.toolkit.fluxcd.io/", true, "Flux may take it for its own"),
    ("argocd.argoproj.io/", true, "Argo CD may take it for its own"),
    ("endpointslice.kubernetes.io/skip-mirror", true, "Kubernetes makes no slices for it"),
    ("external-dns.alpha.kubernetes.io/", false, "ExternalDNS may publish it"),
    ("io.cilium/", false, "Cilium may act on it"),
    ("service.cilium.io/", false, "Cilium may act on it"),
];

pub(super) fn labels(asked: &Question<'_>) -> Option<Finding> {
    let (service, excluded) = (asked.service, &asked.link.excluded);
    let mut labels = meant(&service.labels, &excluded.labels, true);
    labels.extend(tracked(asked).filter(|(key, _)| !excludes(&excluded.labels, key)));
    let annotations = meant(&service.annotations, &excluded.annotations, false);
    let (first, fate) = *labels.first().or_else(|| annotations.first())?;
    let keys: Vec<&str> = labels.iter().chain(&annotations).map(|(key, _)| *key).collect();
    let text = format!("the mirror in {} will have {}, and {fate}", asked.consumer, keys.join(", "));
    let finding =
        Finding::warning("copied-labels", &asked.both(), text, remedy(asked, &labels, &annotations));
    let seen = if labels.is_empty() { "annotations" } else { "labels" };
    Some(finding.about(asked.exported()).seen(format!("metadata.{seen}[{first}]"), "copied"))
}

/// What Argo CD knows its objects by, where it does that by a label. Helm's charts use the same one for less.
fn tracked(asked: &Question<'_>) -> Option<Meant<'static>> {
    let keeper = Keeper::of(&asked.target.exported, asked.service);
    // One with an annotation goes by that, and the label is its chart's.
    let is_by_label = asked.service.labels.contains_key(ARGO_INSTANCE)
        && !asked.service.annotations.contains_key(ARGO_TRACKING);
    let is_argos = matches!(keeper, Some(Keeper::Argo(_))) && is_by_label;
    is_argos.then_some((ARGO_INSTANCE, "Argo CD may take it for its own, and delete it"))
}

/// A key, and what comes of it.
type Meant<'a> = (&'a str, &'static str);

/// Newer Links say what they leave out.
fn remedy(asked: &Question<'_>, labels: &[Meant<'_>], annotations: &[Meant<'_>]) -> Remedy {
    let link = asked.link;
    if link.is_pruned("spec.excludedLabels") {
        return Remedy::new(format!(
            "have them on an object beside the Service, or bring {} to Linkerd 2.18 or newer, whose Links leave out what \
             they are told to",
            asked.consumer
        ));
    }
    let fields = [
        ("excludedLabels", &link.excluded.labels, labels),
        ("excludedAnnotations", &link.excluded.annotations, annotations),
    ];
    let wider = fields.into_iter().filter(|(.., meant)| !meant.is_empty());
    let spec: Map<String, Value> =
        wider.map(|(field, old, meant)| (field.to_owned(), with(old, meant))).collect();
    let named = spec.keys().map(String::as_str).collect::<Vec<_>>().join(" and ");
    let patch = serde_json::json!({ "spec": spec }).to_string();
    let object = format!("links.multicluster.linkerd.io/{}", link.name);
    let words = ["--namespace", &link.namespace, "patch", &object, "--type=merge", "--patch", patch.as_str()];
    let action = format!("let the Link leave them out: {named} of link-gen; to change this Link, run");
    Remedy::run(action, asked.kubectl(&words))
}

/// The list with what is to be left out too: all keys of a domain, where nobody else uses it.
fn with(old: &[String], meant: &[Meant<'_>]) -> Value {
    let mut list = old.to_vec();
    for (key, _) in meant {
        let of_domain = key.split_once('/').filter(|(domain, _)| !domain.ends_with("kubernetes.io"));
        let entry = of_domain.map_or_else(|| (*key).to_owned(), |(domain, _)| format!("{domain}/*"));
        if !list.contains(&entry) {
            list.push(entry);
        }
    }
    list.into()
}

/// The keys that mean something and are not left out, each with what comes of it.
fn meant<'a>(pairs: &'a Labels, excluded: &[String], is_label: bool) -> Vec<Meant<'a>> {
    let fate =
        |key: &str| MEANT.iter().find(|(begin, label, _)| *label == is_label && key.starts_with(begin));
    pairs
        .keys()
        .filter(|key| !excludes(excluded, key))
        .filter_map(|key| fate(key).map(|(_, _, fate)| (key.as_str(), *fate)))
        .collect()
}
