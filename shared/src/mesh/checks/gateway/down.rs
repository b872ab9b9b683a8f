//! A gateway without a ready pod: why, and what brings it up.

use super::{ENABLED, Gateway, Pair, known};
use crate::mesh::checks::idle;
use crate::mesh::machinery::{Deployment, Pod};
use crate::terms::Observed;
use crate::verdict::{Finding, Idle, Remedy, Severity};

const CHECK: &str = "gateway-up";
/// How many pods are named.
const NAMED: usize = 3;
/// What a Deployment gives its pods.
const TEMPLATE: &str = "pod-template-hash";

pub(super) fn down(asked: &Pair<'_>, gateway: &Gateway<'_>, pods: &[&Pod]) -> Finding {
    let exporter = &asked.seen.exporter;
    let own = deployment(gateway);
    if own.is_some_and(|own| own.wanted == 0) {
        return scaled(asked, gateway);
    }
    if own.is_none() && pods.is_empty() && is_seen(gateway) {
        return gone(asked, gateway);
    }
    let told = idle::told(pods.iter().copied(), own.map_or("", |one| &one.trouble));
    let text = format!("the gateway of {exporter} has no ready pod{}", told.why);
    let remedy = raised(asked, gateway, (&told.trouble, pods));
    let finding = Finding::error(CHECK, &[exporter], text, remedy).about(gateway.object(asked));
    let finding = Finding { ground: told.ground, idle: told.idle, ..finding };
    standing(unsure(asked, gateway, finding), gateway, pods)
}

/// The finding, as far as it holds where its pods have just turned, and nobody may see whether it served before.
fn unsure(asked: &Pair<'_>, gateway: &Gateway<'_>, finding: Finding) -> Finding {
    let place = (asked.seen.exporter.clone(), gateway.service.name.clone());
    let is_young = asked.seen.young.as_ref().is_some_and(|young| young.turned.contains_key(&place));
    match &gateway.there.deployments {
        Observed::Unknown(why) if is_young => {
            let summary = format!("{}; cannot tell since when: {why}", finding.summary);
            let idle = Idle { is_silent: false, ..finding.idle };
            Finding { severity: Severity::Unknown, summary, idle, ..finding }
        }
        Observed::Present(_) | Observed::Absent | Observed::Unknown(_) => finding,
    }
}

/// What makes its pods: the chart calls both alike, and labels the one as the others.
fn deployment<'a>(gateway: &Gateway<'a>) -> Option<&'a Deployment> {
    let name = &gateway.service.name;
    let all = known(&gateway.there.deployments)?;
    let labelled = || all.iter().find(|one| one.labels.get("app") == Some(name));
    all.iter().find(|one| one.name == *name).or_else(labelled)
}

/// Whether its Deployment would have been seen: files may have been made without any.
fn is_seen(gateway: &Gateway<'_>) -> bool {
    let pods = known(&gateway.there.pods).unwrap_or_default();
    let is_made = || pods.iter().any(|pod| pod.labels.get(TEMPLATE).is_some());
    known(&gateway.there.deployments).is_some_and(|all| !all.is_empty() || !is_made())
}

/// Its Deployment wants no pods.
fn scaled(asked: &Pair<'_>, gateway: &Gateway<'_>) -> Finding {
    let (exporter, name) = (&asked.seen.exporter, &gateway.service.name);
    let object = format!("deployment/{name}");
    let words = ["--namespace", &gateway.there.namespace, "scale", &object, "--replicas=1"];
    let remedy = Remedy::run("bring it up; to begin with, run", asked.kubectl_there(&words));
    let text = format!("the gateway of {exporter} has no ready pod: it is scaled to 0");
    let finding = Finding::error(CHECK, &[exporter], text, remedy).about(gateway.object(asked));
    finding.seen(format!("spec.replicas of {object}"), "0")
}

/// Nobody makes its pods.
fn gone(asked: &Pair<'_>, gateway: &Gateway<'_>) -> Finding {
    let (exporter, name) = (&asked.seen.exporter, &gateway.service.name);
    let text = format!("the gateway of {exporter} has no ready pod: its Deployment {name} is missing");
    let words = ["--namespace", &gateway.there.namespace, "get", "deployments"];
    let action = format!(
        "reinstall linkerd-multicluster in {exporter} with {ENABLED} in its Helm values; to see what is there, run"
    );
    let remedy = Remedy::run(action, asked.kubectl_there(&words));
    let finding = Finding::error(CHECK, &[exporter], text, remedy).about(gateway.object(asked));
    standing(finding.seen(format!("deployment/{name}"), "<none>"), gateway, &[])
}

/// How to bring it up.
fn raised(asked: &Pair<'_>, gateway: &Gateway<'_>, (trouble, pods): (&str, &[&Pod])) -> Remedy {
    let namespace = gateway.there.namespace.as_str();
    let typed = |words: &[&str]| asked.kubectl_there(words);
    idle::raised(namespace, (trouble, pods.iter().copied()), &typed).unwrap_or_else(|| {
        let selector = format!("app={}", gateway.service.name);
        let (kind, action) = if pods.is_empty() && !trouble.is_empty() {
            ("replicasets", "bring it up; to see why its pods are not created, run")
        } else {
            ("pods", "bring it up; to see its pods, run")
        };
        let words = ["--namespace", namespace, "describe", kind, "--selector", &selector];
        Remedy::run(action, asked.kubectl_there(&words))
    })
}

/// How its pods stand; where it has none, those that are there instead.
fn standing(finding: Finding, gateway: &Gateway<'_>, own: &[&Pod]) -> Finding {
    if !own.is_empty() {
        return idle::standing(finding, own.iter().copied());
    }
    if let Some(own) = deployment(gateway).filter(|own| !own.trouble.is_empty()) {
        let field = format!("status.conditions[type=ReplicaFailure].message of deployment/{}", own.name);
        return finding.seen(field, &own.trouble);
    }
    let others = known(&gateway.there.pods).unwrap_or_default().iter().take(NAMED);
    let finding = finding.seen("spec.selector", format!("app={}", gateway.service.name));
    others.fold(finding, |finding, pod| {
        let app = pod.labels.get("app").map_or("<none>", String::as_str);
        let finding = finding.seen_of_pod("metadata.labels[app]", &pod.name, app);
        if pod.is_over {
            finding.seen_of_pod("status.phase", &pod.name, "it no longer runs")
        } else {
            finding
        }
    })
}
