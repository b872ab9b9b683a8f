//! The Secret of the credentials: which certificates they take, and whether the controller has read them.

use super::super::controller::serves;
use super::super::{Question, known};
use super::{renew, seen};
use crate::mesh::machinery::Pod;
use crate::mesh::snapshot::Trusting;
use crate::terms::{Kind, ObjectRef};
use crate::verdict::{Finding, Remedy};

/// A kubeconfig brings the authority of its server along, or believes what every machine believes.
pub(in crate::mesh::checks) fn authority(asked: &Question<'_>) -> Option<Finding> {
    let (name, exporter) = (&asked.link.name, &asked.seen.exporter);
    let (field, why) = match seen(asked)?.trusting {
        Trusting::Own => return None,
        Trusting::Anonymous => {
            ("user", format!("bring neither a token nor a certificate: {exporter} knows nobody by them"))
        }
        Trusting::Stranger => {
            ("certificate-authority-data", format!("trust an authority that is not the one of {exporter}"))
        }
        Trusting::Public => (
            "certificate-authority-data",
            "name no authority: a server whose certificate only its cluster believes is refused".to_owned(),
        ),
        Trusting::Anything => {
            ("insecure-skip-tls-verify", format!("take anybody for the API server of {exporter}"))
        }
    };
    let text = format!("the credentials of the Link {name} {why}");
    let finding = Finding::warning("credentials-authority", &asked.both(), text, renew(asked));
    Some(finding.about(secret(asked)).seen(format!("clusters[].cluster.{field}"), "see the kubeconfig"))
}

fn secret(asked: &Question<'_>) -> ObjectRef {
    let link = asked.link;
    ObjectRef::namespaced(&asked.target.consumer, Kind::Secret, &link.namespace, &link.credentials)
}

/// A controller reads its credentials when it starts, and when its Link changes.
pub(in crate::mesh::checks) fn reread(asked: &Question<'_>) -> Option<Finding> {
    let changed = seen(asked)?.changed.as_str();
    let pods = known(&asked.here()?.pods)?.iter().filter(|pod| serves(&pod.labels, asked.link));
    let started = pods.map(|pod: &Pod| pod.started.as_str()).filter(|started| !started.is_empty()).max()?;
    if changed.is_empty() || changed <= started {
        return None;
    }
    let link = asked.link;
    let text = format!(
        "the credentials of the Link {} have changed since its service mirror read them: it still uses the old ones",
        link.name
    );
    let all = known(&asked.here()?.deployments).unwrap_or_default();
    let deployment = all.iter().find(|one| serves(&one.labels, link)).map_or("", |one| &one.name);
    let words = ["--namespace", &link.namespace, "rollout", "restart", "deployment", deployment];
    let words = words.as_slice().strip_suffix(&[""]).unwrap_or(&words);
    let remedy = Remedy::run("restart it, so that it reads them", asked.kubectl(words));
    let finding = Finding::warning("credentials-reread", &asked.both(), text, remedy);
    Some(
        finding
            .about(secret(asked))
            .seen("metadata.managedFields[].time", changed)
            .seen("the pod's start", started),
    )
}
