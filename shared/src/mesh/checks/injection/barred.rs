//! What keeps an injector that serves from pods of the extension: new ones get no proxies, or are not made at all.

use super::super::{Pair, known, machinery};
use super::{CHECK, WEBHOOK, is_settled, weighed};
use crate::mesh::machinery::{Barrier, Injector, Machinery};
use crate::mesh::names::{CILIUM, CONTROL_PLANE, INJECTOR};
use crate::terms::{ClusterName, Kind, ObjectRef, Requirement, SelectorOperator};
use crate::verdict::{Finding, Ground, Remedy, kubectl};

/// What pods of the extension miss without it.
const BARE: &str = "new pods start without a proxy";
/// The label of a namespace by which its pods are admitted.
const ENFORCED: &str = "pod-security.kubernetes.io/enforce";

pub(super) fn barred(asked: &Pair<'_>, cluster: &ClusterName, injector: &Injector) -> Option<Finding> {
    let there = machinery(asked.seen, cluster)?;
    let space = there.namespace.as_str();
    match injector.barrier.as_ref().filter(|_| injector.is_missed || is_settled(injector))? {
        // These are passed over on purpose, and are no place for the extension.
        Barrier::PassedOver(_) if [CONTROL_PLANE, CILIUM.0].contains(&space) => None,
        Barrier::PassedOver(unmet) => Some(passed_over(asked, (cluster, space), unmet)),
        Barrier::Unserved(service) => Some(unserved(asked, cluster, service)),
        // One that lacks its proxy was let in, and one that was refused says so itself.
        Barrier::Refused(_) if injector.is_missed || is_told(there) => None,
        Barrier::Refused(level) => Some(refused(asked, (cluster, space), level)),
    }
}

/// Whether somebody has been refused already.
fn is_told(there: &Machinery) -> bool {
    let all = known(&there.deployments).unwrap_or_default();
    all.iter().any(|one| one.trouble.contains("violates PodSecurity"))
}

fn passed_over(asked: &Pair<'_>, (cluster, space): (&ClusterName, &str), unmet: &Requirement) -> Finding {
    let (key, values) = (unmet.key.as_str(), unmet.values.join(", "));
    let typed = |words: &[&str]| kubectl(&asked.seen.fleet, cluster, words);
    let (which, wanted) = match unmet.operator {
        SelectorOperator::In => (format!("without {key}={values}"), format!("{key} in {values}")),
        SelectorOperator::Exists => (format!("without {key}"), key.to_owned()),
        SelectorOperator::NotIn => (format!("with {key}={values}"), format!("{key} not in {values}")),
        SelectorOperator::DoesNotExist => (format!("with {key}"), format!("no {key}")),
    };
    let text = format!(
        "the proxy injector of {cluster} is not called for pods of {space}, since its webhook skips namespaces {which}: \
         {BARE}"
    );
    let (object, off) = (format!("namespace/{space}"), format!("{key}-"));
    let is_barred = matches!(unmet.operator, SelectorOperator::NotIn | SelectorOperator::DoesNotExist);
    let remedy = if is_barred && !key.starts_with("kubernetes.io/") {
        let action = "remove the label, and restart what lacks a proxy; for that, run";
        Remedy::run(action, typed(&["label", &object, &off]))
    } else {
        let action = "restore its webhook's namespace selector, for example by upgrading Linkerd's control plane to the same \
                      version, and restart what lacks a proxy; to see it, run";
        Remedy::run(action, typed(&["get", "mutatingwebhookconfigurations", WEBHOOK, "-o", "yaml"]))
    };
    let finding = weighed(asked, cluster, Finding::error(CHECK, &[cluster], text, remedy));
    let object = ObjectRef::cluster_scoped(cluster, Kind::Namespace, space);
    let field = format!("webhooks[].namespaceSelector of mutatingwebhookconfiguration/{WEBHOOK}");
    let finding = finding.about(object).on(Ground::Injector).seen(field, wanted);
    finding.seen(format!("metadata.labels[{key}]"), if is_barred { values.as_str() } else { "<none>" })
}

fn unserved(asked: &Pair<'_>, cluster: &ClusterName, service: &str) -> Finding {
    let text = format!(
        "the webhook of the proxy injector of {cluster} points to the Service {service}, which does not exist: {BARE}, or do \
         not start"
    );
    let words = ["--namespace", CONTROL_PLANE, "get", "services"];
    let action = "recreate the Service and the webhook by upgrading Linkerd's control plane to the same version, then \
                  restart what lacks a proxy; to see what is there, run";
    let remedy = Remedy::run(action, kubectl(&asked.seen.fleet, cluster, &words));
    let finding = weighed(asked, cluster, Finding::error(CHECK, &[cluster], text, remedy));
    let object = ObjectRef::namespaced(cluster, Kind::Deployment, CONTROL_PLANE, INJECTOR);
    let finding = finding.about(object).on(Ground::Injector);
    let field = format!("webhooks[].clientConfig.service of mutatingwebhookconfiguration/{WEBHOOK}");
    finding.seen(field, service).seen(format!("svc/{service}"), "<none>")
}

fn refused(asked: &Pair<'_>, (cluster, space): (&ClusterName, &str), level: &str) -> Finding {
    let text = format!(
        "the pod security of the namespace {space} in {cluster} ({level}) rejects pods with a proxy: pods of the extension \
         cannot be recreated once they are gone"
    );
    let object = format!("namespace/{space}");
    let words = ["label", "--overwrite", &object, "pod-security.kubernetes.io/enforce=privileged"];
    let action = "install linkerd-cni, or allow such pods in the namespace; for that, run";
    let remedy = Remedy::run(action, kubectl(&asked.seen.fleet, cluster, &words));
    let finding = Finding::warning(CHECK, &[cluster], text, remedy);
    let object = ObjectRef::cluster_scoped(cluster, Kind::Namespace, space);
    finding.about(object).on(Ground::Injector).seen(format!("metadata.labels[{ENFORCED}]"), level)
}
