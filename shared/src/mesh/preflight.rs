//! What forbids an export before anything is written. A table of checks, each asked about one mirror.

use super::export::Target;
use super::link::Link;
use super::names;
use super::snapshot::{ConsumerSeen, EndpointsSeen, Key, MeshSeen, NamespaceState, ServiceSeen};
use crate::terms::{Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, kubectl};

mod clash;
mod ways;

/// One mirror that is to be made, with all that bears on it.
pub struct Question<'a> {
    /// Everything.
    pub seen: &'a MeshSeen,
    /// The exported Service.
    pub service: &'a ServiceSeen,
    /// The mirror.
    pub target: &'a Target,
    /// The Link that makes it.
    pub link: &'a Link,
    /// The cluster that gets it.
    pub consumer: &'a ConsumerSeen,
}

impl Question<'_> {
    fn exported(&self) -> ObjectRef {
        let key = &self.target.exported;
        ObjectRef::namespaced(&self.seen.exporter, Kind::Service, &key.namespace, &key.name)
    }

    /// A command to paste, on the consumer.
    fn kubectl(&self, words: &[&str]) -> String {
        kubectl(&self.seen.fleet, &self.target.consumer, words)
    }
}

/// One check: a stable id, what it asks, and the judge.
pub struct Check {
    /// Stable, for scripts and documentation.
    pub id: &'static str,
    /// What it asks, for people.
    pub title: &'static str,
    /// `None` when nothing speaks against the mirror.
    pub judge: fn(&Question<'_>) -> Option<Finding>,
}

/// Causes come before what they cause.
pub const CHECKS: [Check; 13] = [
    Check { id: "link-fields", title: "the Link can be used", judge: link_fields },
    Check { id: "gateway-mode", title: "the Link mirrors through its gateway", judge: ways::gateway },
    Check { id: "flat-mode", title: "the Link mirrors for a flat network", judge: ways::flat },
    Check {
        id: "federated-mode",
        title: "the Link and the Service can be federated",
        judge: ways::federated,
    },
    Check { id: "export-is-mirror", title: "the Service is no mirror itself", judge: export_is_mirror },
    Check { id: "export-shape", title: "the Service has ports to mirror", judge: export_shape },
    Check { id: "export-endpoints", title: "the Service has backends", judge: export_endpoints },
    Check { id: "mirror-name-length", title: "the mirror's name is short enough", judge: name_length },
    Check { id: "namespace-missing", title: "the namespace exists in the consumer", judge: namespace },
    Check {
        id: "mirror-name-clash",
        title: "no foreign Service has the mirror's name",
        judge: clash::service,
    },
    Check { id: "mirror-endpoints-clash", title: "nor foreign Endpoints", judge: clash::endpoints },
    Check { id: "domain-assumed", title: "the consumer's DNS domain is known", judge: domain },
    Check { id: "mirror-unseen", title: "the mirror's place could be looked at", judge: clash::unseen },
];

/// Asks all checks about all mirrors of one Service.
pub fn judge(seen: &MeshSeen, key: &Key, service: &ServiceSeen, targets: &[Target]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for target in targets.iter().filter(|target| &target.exported == key) {
        let Some(Observed::Present(consumer)) = seen.consumers.get(&target.consumer) else { continue };
        let Some(link) = target.link_in(seen) else { continue };
        let question = Question { seen, service, target, link, consumer };
        findings.extend(CHECKS.iter().filter_map(|check| (check.judge)(&question)));
    }
    findings
}

fn link_fields(asked: &Question<'_>) -> Option<Finding> {
    let (link, consumer) = (asked.link, &asked.target.consumer);
    if link.problems.is_empty() {
        return None;
    }
    let object = format!("links.multicluster.linkerd.io/{}", link.name);
    let words = asked.kubectl(&["--namespace", &link.namespace, "edit", &object]);
    let finding = Finding::error(
        "link-fields",
        &[&asked.seen.exporter, consumer],
        format!("the Link cannot be used: {}", link.problems.join("; ")),
        Remedy::run("correct it, best by making it anew with `linkerd multicluster link-gen`", words),
    );
    let finding = finding.about(ObjectRef::namespaced(consumer, Kind::Link, &link.namespace, &link.name));
    Some(link.problems.iter().fold(finding, |finding, problem| finding.seen("spec", problem.clone())))
}

fn export_is_mirror(asked: &Question<'_>) -> Option<Finding> {
    let origin = asked.service.labels.get(names::CLUSTER_NAME)?;
    let made = asked.service.labels.get(names::MIRRORED_SERVICE).is_some_and(|value| value == "true");
    made.then(|| {
        Finding::error(
            "export-is-mirror",
            &[&asked.seen.exporter],
            format!("it is itself a mirror, of a Service in {origin}; mirrors of mirrors loop"),
            Remedy::new(format!("export the original from {origin}")),
        )
        .about(asked.exported())
    })
}

fn export_shape(asked: &Question<'_>) -> Option<Finding> {
    asked.service.ports.is_empty().then(|| {
        Finding::error(
            "export-shape",
            &[&asked.seen.exporter],
            format!("it is a {} Service without ports, and a mirror needs one", asked.service.service_type),
            Remedy::new("declare the ports that clients use in spec.ports"),
        )
        .about(asked.exported())
    })
}

fn export_endpoints(asked: &Question<'_>) -> Option<Finding> {
    let endpoints = match &asked.seen.endpoints {
        Observed::Present(endpoints) => endpoints,
        Observed::Absent => return None,
        Observed::Unknown(obstacle) => {
            let text = format!("not looked at: whether it has ready endpoints ({obstacle})");
            let finding = Finding::info("export-endpoints", &[&asked.seen.exporter], text);
            return Some(finding.about(asked.exported()));
        }
    };
    let key = &asked.target.exported;
    let ready = endpoints.by_key.get(key).is_some_and(|seen: &EndpointsSeen| seen.ready > 0);
    let look = ["--namespace", &key.namespace, "get", "endpoints", &key.name];
    let words = kubectl(&asked.seen.fleet, &asked.seen.exporter, &look);
    (!ready).then(|| {
        Finding::warning(
            "export-endpoints",
            &[&asked.seen.exporter],
            "it has no ready endpoints, so its mirrors will have none",
            Remedy::run("start its backends; to see them, run", words),
        )
        .about(asked.exported())
    })
}

fn domain(asked: &Question<'_>) -> Option<Finding> {
    let Observed::Unknown(obstacle) = &asked.consumer.domain else { return None };
    let text = format!("not looked at: the DNS domain, taken to be cluster.local ({obstacle})");
    Some(Finding::info("domain-assumed", &[&asked.target.consumer], text))
}

fn name_length(asked: &Question<'_>) -> Option<Finding> {
    let length = asked.target.mirror.len();
    (length > names::LONGEST_NAME).then(|| {
        let text = format!(
            "the mirror would be called {}, which has {length} characters; a Service may have {}",
            asked.target.mirror,
            names::LONGEST_NAME
        );
        let remedy = Remedy::new("export it under a shorter name: a second Service with the same selector");
        let clusters = [&asked.seen.exporter, &asked.target.consumer];
        Finding::error("mirror-name-length", &clusters, text, remedy).about(asked.exported())
    })
}

fn namespace(asked: &Question<'_>) -> Option<Finding> {
    let (consumer, name) = (&asked.target.consumer, &asked.target.exported.namespace);
    let (text, remedy) = match asked.consumer.namespaces.get(name)? {
        Observed::Present(NamespaceState::Active) => return None,
        // Without the right to read namespaces the mirror itself tells; it is looked at in any case.
        Observed::Unknown(obstacle) => {
            let text = format!("not looked at: whether the namespace {name} is there ({obstacle})");
            return Some(Finding::info("namespace-missing", &[consumer], text));
        }
        Observed::Present(NamespaceState::Terminating) => {
            let remedy = Remedy::new("wait until it is gone, make it anew, and run again");
            (format!("the namespace {name} is being deleted in {consumer}"), remedy)
        }
        Observed::Absent => {
            let text =
                format!("the namespace {name} does not exist in {consumer}, so nothing is mirrored into it");
            (text, Remedy::run("make it", asked.kubectl(&["create", "namespace", name])))
        }
    };
    let finding = Finding::error("namespace-missing", &[&asked.seen.exporter, consumer], text, remedy);
    Some(finding.about(ObjectRef::cluster_scoped(consumer, Kind::Namespace, name)))
}
