//! Labels and annotations are copied to mirrors. Some of them mean something to controllers in the consumer, which then
//! take the mirror for their own.

use super::Question;
use super::edited::{current, written_anew};
use crate::mesh::keeper::{ARGO_INSTANCE, ARGO_TRACKING, Keeper};
use crate::mesh::link::excludes;
use crate::mesh::names::UNSLICED;
use crate::terms::{Labels, Observed};
use crate::verdict::{Finding, Remedy, Severity};
use serde_json::{Map, Value};

/// The beginning of a key, where it counts, how much that matters, and what becomes of a mirror that has it.
/// The annotation by which Argo CD tracks objects is not here: it names the original.
const MEANT: [(&str, Place, Severity, Fate); 8] = [
    ("argocd.argoproj.io/", Place::Labels, Severity::Warning, Fate::Taken),
    (UNSLICED, Place::Labels, Severity::Warning, Fate::Unsliced),
    ("external-dns.alpha.kubernetes.io/", Place::Annotations, Severity::Warning, Fate::Published),
    ("io.cilium/", Place::Annotations, Severity::Warning, Fate::OfCilium),
    ("service.cilium.io/", Place::Annotations, Severity::Warning, Fate::OfCilium),
    ("cnpg.io/", Place::Labels, Severity::Info, Fate::Found),
    ("kustomize.toolkit.fluxcd.io/", Place::Labels, Severity::Info, Fate::OfFlux),
    ("helm.toolkit.fluxcd.io/", Place::Labels, Severity::Info, Fate::OfFlux),
];
/// Labels by which CloudNativePG finds the additional Services of a Cluster, whoever owns them.
const POSTGRES: [&str; 2] = ["cnpg.io/cluster", "cnpg.io/isManaged"];

/// Where an object has a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Labels,
    Annotations,
}

impl Place {
    fn field(self, key: &str) -> String {
        let place = match self {
            Self::Labels => "labels",
            Self::Annotations => "annotations",
        };
        format!("metadata.{place}[{key}]")
    }
}

/// What becomes of a mirror.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Taken,
    Deleted,
    Unsliced,
    Published,
    OfCilium,
    Found,
    Blocking,
    OfFlux,
}

impl Fate {
    const fn words(self) -> &'static str {
        match self {
            Self::Taken => "Argo CD may treat it as its own",
            Self::Deleted => "Argo CD may treat it as its own and delete it",
            Self::Unsliced => "Kubernetes creates no EndpointSlices for it",
            Self::Published => "ExternalDNS may publish it",
            Self::OfCilium => "Cilium may act on it",
            Self::Found => "it shows up among the objects of that Cluster",
            Self::Blocking => {
                "CloudNativePG there does not reconcile a Cluster of that name, if there is one"
            }
            Self::OfFlux => "it shows up among the objects of Flux; Flux itself goes by its inventory",
        }
    }
}

pub(super) fn labels(asked: &Question<'_>) -> Option<Finding> {
    let (service, excluded) = (asked.service, &asked.link.excluded);
    let mut labels: Vec<Meant<'_>> = managed(asked).into_iter().collect();
    // Where Cilium has no settings it is not there to act on anything.
    let has_cilium = asked.here().is_none_or(|here| here.cilium != Observed::Absent);
    let is_idle = |one: &Meant<'_>| one.fate == Fate::OfCilium && !has_cilium;
    labels.extend(meant(&service.labels, &excluded.labels, Place::Labels));
    labels.extend(tracked(asked).filter(|one| !excludes(&excluded.labels, one.key)));
    let mut annotations = meant(&service.annotations, &excluded.annotations, Place::Annotations);
    annotations.retain(|one| !is_idle(one));
    let all = || labels.iter().chain(&annotations);
    let Some(severity) = all().map(|one| one.severity).max() else { return carried(asked, has_cilium) };
    let worst = || all().filter(|one| one.severity == severity);
    let first = worst().next()?;
    let mut keys: Vec<&str> = worst().map(|one| one.key).collect();
    keys.sort_unstable();
    keys.dedup();
    let (keys, fate) = (keys.join(", "), first.fate.words());
    let text = format!("the mirror in {} will have {keys}, so {fate}", asked.consumer);
    let finding = if severity == Severity::Info {
        Finding::info("copied-labels", &asked.both(), text)
    } else {
        Finding::warning("copied-labels", &asked.both(), text, remedy(asked, &labels, &annotations))
    };
    Some(finding.about(asked.exported()).seen(first.place.field(first.key), "copied"))
}

/// What the mirror still has that its Link leaves out by now: it is written anew when the Service changes, and not when the Link
/// does.
fn carried(asked: &Question<'_>, has_cilium: bool) -> Option<Finding> {
    let (mirror, excluded) = (current(asked)?, &asked.link.excluded);
    let labels = meant(&mirror.labels, &[], Place::Labels).into_iter();
    let annotations = meant(&mirror.annotations, &[], Place::Annotations).into_iter();
    let labels = labels.map(|one| (one, &excluded.labels));
    let annotations = annotations.map(|one| (one, &excluded.annotations));
    let is_left = |(one, excluded): &(Meant<'_>, &Vec<String>)| {
        let may_act = has_cilium || one.fate != Fate::OfCilium;
        one.severity > Severity::Info && excludes(excluded, one.key) && may_act
    };
    let (one, _) = labels.chain(annotations).find(is_left)?;
    let text = format!(
        "{} still has {}, which its Link now excludes, so {}",
        asked.target.mirror,
        one.key,
        one.fate.words()
    );
    let remedy = written_anew(asked.seen, &asked.target.exported);
    let finding = Finding::warning("copied-labels", &asked.both(), text, remedy).about(asked.target.object());
    Some(finding.seen(one.place.field(one.key), "copied"))
}

/// CloudNativePG fails at a Service that says that it was made for a Cluster, and is not the Cluster's own. Whether there is such
/// a Cluster nobody looks.
fn managed(asked: &Question<'_>) -> Option<Meant<'static>> {
    let (labels, excluded) = (&asked.service.labels, &asked.link.excluded.labels);
    let is_copied = |key: &str| labels.contains_key(key) && !excludes(excluded, key);
    let [_, key] = POSTGRES;
    let is_managed =
        labels.get(key).is_some_and(|value| value == "true") && POSTGRES.into_iter().all(is_copied);
    let (place, severity, fate) = (Place::Labels, Severity::Info, Fate::Blocking);
    is_managed.then_some(Meant { key, place, severity, fate })
}

/// What Argo CD knows its objects by, where it does that by a label. Helm's charts use the same one for less.
fn tracked(asked: &Question<'_>) -> Option<Meant<'static>> {
    let keeper = Keeper::of(&asked.target.exported, asked.service);
    // One with an annotation goes by that, and the label is its chart's.
    let is_by_label = asked.service.labels.contains_key(ARGO_INSTANCE)
        && !asked.service.annotations.contains_key(ARGO_TRACKING);
    let is_argos = matches!(keeper, Some(Keeper::Argo(_))) && is_by_label;
    let (place, severity, fate) = (Place::Labels, Severity::Warning, Fate::Deleted);
    is_argos.then_some(Meant { key: ARGO_INSTANCE, place, severity, fate })
}

/// A key, where it is, how much it matters, and what comes of it.
struct Meant<'a> {
    key: &'a str,
    place: Place,
    severity: Severity,
    fate: Fate,
}

/// Newer Links say what they leave out.
fn remedy(asked: &Question<'_>, labels: &[Meant<'_>], annotations: &[Meant<'_>]) -> Remedy {
    let link = asked.link;
    if link.is_pruned("spec.excludedLabels") {
        return Remedy::new(format!(
            "move them to an object other than the Service, or upgrade {} to Linkerd 2.18 or newer, whose Links can exclude \
             labels",
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
    let patch = asked.kubectl(&words);
    // A mirror that is there keeps them until its Service changes.
    let touch = written_anew(asked.seen, &asked.target.exported).command;
    let (then, command) = match touch.filter(|_| asked.target.found_in(asked.seen).is_some()) {
        Some(touch) => {
            (", and touch the Service so that its mirror is rewritten", format!("{patch} && {touch}"))
        }
        None => ("", patch),
    };
    let action = format!("exclude them in the Link: {named} of link-gen{then}; to change this Link, run");
    Remedy::run(action, command)
}

/// The list with what is to be left out too: all keys of a domain, where nobody else uses it.
fn with(old: &[String], meant: &[Meant<'_>]) -> Value {
    let mut list = old.to_vec();
    for Meant { key, .. } in meant {
        let of_domain = key.split_once('/').filter(|(domain, _)| !domain.ends_with("kubernetes.io"));
        let entry = of_domain.map_or_else(|| (*key).to_owned(), |(domain, _)| format!("{domain}/*"));
        if !list.contains(&entry) {
            list.push(entry);
        }
    }
    list.into()
}

/// The keys that mean something and are not left out, each with what comes of it.
fn meant<'a>(pairs: &'a Labels, excluded: &[String], place: Place) -> Vec<Meant<'a>> {
    let of_key = |key: &'a String| {
        let (.., severity, fate) =
            MEANT.into_iter().find(|(begin, at, ..)| *at == place && key.starts_with(begin))?;
        Some(Meant { key, place, severity, fate })
    };
    pairs.keys().filter(|key| !excludes(excluded, key)).filter_map(of_key).collect()
}
