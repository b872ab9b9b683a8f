//! The Secret of the credentials: which certificates they take, and whether the controller has read them.

use super::super::controller::{restart, serves};
use super::super::{Pair, known};
use super::discovery::restart_after;
use super::{barren, renewed, server_address, token};
use crate::mesh::link::TOGETHER;
use crate::mesh::machinery::Pod;
use crate::mesh::snapshot::Trusting;
use crate::terms::{ClusterName, Kind, ObjectRef, is_later_by};
use crate::verdict::{Finding, Remedy, Severity};

/// What speaks against credentials, with the field that says so.
pub(super) fn against_them(trusting: Trusting, exporter: &ClusterName) -> Option<(&'static str, String)> {
    Some(match trusting {
        Trusting::Own => return None,
        Trusting::Anonymous => (
            NOBODY,
            format!(
                "hold neither a token nor a certificate for the user of their context: {exporter} cannot authenticate them"
            ),
        ),
        Trusting::Refused(field, why) => (field, format!("{why}: nothing is mirrored")),
        Trusting::Incomplete(claim) => {
            (claim, format!("hold a Secret's token without {claim}: no API server accepts it"))
        }
        Trusting::Cut => (
            TOKEN,
            "hold a truncated token, without its claims or its signature: no API server accepts it"
                .to_owned(),
        ),
        Trusting::Expired => {
            (CLUSTER, "trust a CA that has expired: no server certificate is accepted".to_owned())
        }
        Trusting::Stranger => {
            (CLUSTER, format!("trust a CA that is not the one of {exporter}: its certificate is rejected"))
        }
        Trusting::Other(_) => (
            CLUSTER,
            format!(
                "trust a CA that is not one of {exporter}'s own: its certificate is rejected, unless something in front of \
                 it presents another one"
            ),
        ),
        Trusting::Public => (
            CLUSTER,
            "name no CA: a server whose certificate is signed by its cluster's own CA is rejected".to_owned(),
        ),
        Trusting::Anything => (ANYBODY, format!("accept any server as the API server of {exporter}")),
    })
}

/// Credentials with which nobody gets in.
pub(in crate::mesh::checks) fn authority(asked: &Pair<'_>) -> Option<Finding> {
    let exporter = &asked.seen.exporter;
    let trusting = asked.link_seen()?.trusting;
    if matches!(trusting, Trusting::Public | Trusting::Anything) {
        return None;
    }
    let (field, why) = against_them(trusting, exporter)?;
    let finding = doubted(asked, "credentials-authority", field, &why);
    let secret = token(asked).and_then(|token| token.secret.as_ref());
    let secret = secret.filter(|_| matches!(trusting, Trusting::Other(_)));
    let finding = secret.into_iter().fold(finding, |finding, secret| {
        finding.seen(format!("data[ca.crt] of secret/{secret} in {exporter}"), "another CA")
    });
    let remedy = if field == FILE { Some(inlined(asked)) } else { finding.remedy.clone() };
    Some(Finding { severity: severity(asked, trusting)?, remedy, ..finding })
}

fn severity(asked: &Pair<'_>, trusting: Trusting) -> Option<Severity> {
    // No server lets anybody in by these, whatever stands between.
    if matches!(trusting, Trusting::Anonymous | Trusting::Refused(..) | Trusting::Cut) {
        return Some(Severity::Error);
    }
    // Something else may answer there, with a certificate of its own.
    let is_at_home = || server_address(asked).is_some_and(|(_, is_certain)| is_certain);
    let may_be_fine = trusting == Trusting::Other(false) && !asked.is_barren() && !is_at_home();
    (!may_be_fine).then_some(Severity::Warning)
}

/// What is made of a kubeconfig that names files names them, too.
fn inlined(asked: &Pair<'_>) -> Remedy {
    let words = ["config", "view", "--raw", "--minify", "--flatten"];
    let action = format!(
        "embed the CA in the kubeconfig that you use for {}, as `{}` prints it, since link-gen copies it from there; then {}",
        asked.seen.exporter,
        asked.kubectl_there(&words),
        renewed(asked).action
    );
    Remedy { action, ..renewed(asked) }
}

/// Credentials that work, and prove less of their server than they should.
pub(in crate::mesh::checks) fn trust(asked: &Pair<'_>) -> Option<Finding> {
    let trusting = asked.link_seen()?.trusting;
    let (field, why) = against_them(trusting, &asked.seen.exporter)?;
    match trusting {
        // Who takes anybody takes the exporter, too.
        Trusting::Anything => Some(doubted(asked, "credentials-trust", field, &why)),
        Trusting::Public => Some(barren(asked, doubted(asked, "credentials-trust", field, &why))),
        Trusting::Own
        | Trusting::Stranger
        | Trusting::Other(_)
        | Trusting::Anonymous
        | Trusting::Refused(..)
        | Trusting::Incomplete(_)
        | Trusting::Cut
        | Trusting::Expired => None,
    }
}

/// Where it says who comes.
pub(super) const NOBODY: &str = "users[].user and users[].name";
const TOKEN: &str = "users[].user.token";
/// Where a kubeconfig says what it trusts.
const CLUSTER: &str = "clusters[].cluster.certificate-authority-data";
const ANYBODY: &str = "clusters[].cluster.insecure-skip-tls-verify";
const FILE: &str = "clusters[].cluster.certificate-authority";

fn doubted(asked: &Pair<'_>, check: &'static str, field: &str, why: &str) -> Finding {
    let text = format!("the credentials of the Link {} {why}", asked.link.name);
    let finding = Finding::warning(check, &asked.both(), text, renewed(asked));
    finding.about(secret(asked)).seen(field, "see the kubeconfig")
}

fn secret(asked: &Pair<'_>) -> ObjectRef {
    let link = asked.link;
    ObjectRef::namespaced(asked.consumer, Kind::Secret, &link.namespace, &link.credentials)
}

/// A controller reads its credentials when it starts, and when its Link changes. What is applied together comes within seconds,
/// in any order.
pub(in crate::mesh::checks) fn reread(asked: &Pair<'_>) -> Option<Finding> {
    let changed = asked.link_seen()?.changed.as_str();
    let pods =
        known(&asked.here()?.pods)?.iter().filter(|pod| serves(&pod.labels, asked.link) && !pod.is_over);
    let started = pods.map(|pod: &Pod| pod.started.as_str()).filter(|started| !started.is_empty()).max()?;
    if !is_later_by(TOGETHER, changed, started) {
        return None;
    }
    let link = asked.link;
    let text = format!(
        "the credentials of the Link {} have changed since its service mirror started: it may still use the old ones",
        link.name
    );
    let mut remedy = restart(asked);
    if let Some(command) = restart_after(asked, changed) {
        let action = &remedy.action;
        remedy.action = format!(
            "restart linkerd-destination, which reads its own only at startup (`{command}`), and {action}"
        );
    }
    let finding = Finding::warning("credentials-reread", &asked.both(), text, remedy);
    Some(
        finding
            .about(secret(asked))
            .seen("metadata.managedFields[].time", changed)
            .seen("the pod's start", started),
    )
}
