//! Whether the consumer's control plane may look into the exporter. A Secret that it ignores shows nowhere: the mirror is
//! there, and every connection fails.

use super::super::{Pair, settings};
use super::address;
use super::stored::against_them;
use crate::mesh::export::{Wrong, link_command};
use crate::mesh::link::is_together;
use crate::mesh::machinery::{Discovery, Settings};
use crate::mesh::names::{CONFIG, CONTROL_PLANE};
use crate::mesh::snapshot::Trusting;
use crate::terms::{Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, Severity, against};

const CHECK: &str = "discovery-secret";
/// How many other Secrets are named where the one that is needed is missing.
const NAMED: usize = 3;
/// The type of such Secrets; that of one that is there cannot be changed.
const TYPE: &str = "mirror.linkerd.io/remote-kubeconfig";

pub(in crate::mesh::checks) fn discovery(asked: &Pair<'_>) -> Option<Finding> {
    // A control plane in another namespace has its Secrets there.
    let is_elsewhere = asked.here().is_some_and(|here| here.settings == Observed::Absent);
    if !asked.way.is_direct() || is_elsewhere {
        return None;
    }
    let (consumer, target) = (asked.consumer, &asked.link.target_cluster_name);
    let known = match asked.seen.discovery.get(consumer)? {
        Observed::Present(known) => known.as_slice(),
        Observed::Absent => &[],
        Observed::Unknown(obstacle) => {
            let what = format_args!("whether the control plane has credentials for {target}");
            let finding = Finding::not_looked_at(CHECK, &[consumer], what, obstacle);
            return Some(Finding { remedy: Some(against(obstacle, consumer, &asked.seen.fleet)), ..finding });
        }
    };
    let Some(found) = known.iter().find(|one| one.cluster == *target) else {
        return Some(none(asked, known));
    };
    if let Some(kind) = found.kind.as_deref().filter(|kind| *kind != TYPE) {
        let text = format!(
            "the credentials of the control plane of {consumer} for {target} are a Secret of type {kind}, but it reads only \
             {TYPE}"
        );
        let finding = Finding::error(CHECK, &asked.both(), text, anew(asked, "")).about(the(asked, found));
        return Some(finding.seen("type", kind));
    }
    if let Some(finding) = useless(asked, found) {
        return Some(finding);
    }
    let Some((field, why)) = wrong(asked, found) else {
        return barred(asked, found)
            .or_else(|| doubted(asked, found))
            .or_else(|| elsewhere(asked, found))
            .or_else(|| unread(asked, found));
    };
    Some(ignored(asked, found, (field, &why)))
}

const SERVER: &str = "data[kubeconfig]: clusters[].cluster.server";

/// Those whose server no pod reaches: a control plane that has not read them yet is better off.
fn unreached(asked: &Pair<'_>, found: &Discovery) -> Option<Finding> {
    let server = found.server.as_deref()?;
    let inside = asked.link_seen().filter(|own| own.server == server).and_then(|own| own.inside);
    let trouble = inside.map(address::inside).or_else(|| address::trouble(server));
    let trouble = trouble.filter(|trouble| trouble.is_sure)?;
    let (consumer, target) = (asked.consumer, &asked.link.target_cluster_name);
    let (severity, until) = match found.unread {
        Some(_) => (Severity::Warning, "; until its next restart it uses the old ones"),
        None => (Severity::Error, ""),
    };
    let text = format!(
        "the credentials of the control plane of {consumer} for {target} point to {server}, {}{until}",
        trouble.why
    );
    let finding = Finding::error(CHECK, &asked.both(), text, replaced(asked)).about(the(asked, found));
    Some(Finding { severity, ..finding }.seen(SERVER, server))
}

/// Those by which nobody gets in.
fn useless(asked: &Pair<'_>, found: &Discovery) -> Option<Finding> {
    let (field, why, how) = match (&found.trouble, &found.dead) {
        (Some(why), _) => (SERVER.to_owned(), why, format!("point nowhere: {why}")),
        (None, Some((field, why))) => {
            (field.clone(), why, format!("are not accepted ({why}): no connection finds a pod"))
        }
        (None, None) => return unreached(asked, found),
    };
    let (consumer, target) = (asked.consumer, &asked.link.target_cluster_name);
    let text = format!("the credentials of the control plane of {consumer} for {target} {how}");
    let finding = Finding::error(CHECK, &asked.both(), text, replaced(asked)).about(the(asked, found));
    Some(finding.seen(field, why))
}

/// Those that are there, and are not used.
fn ignored(asked: &Pair<'_>, found: &Discovery, (field, why): (&str, &str)) -> Finding {
    let (consumer, target) = (asked.consumer, &asked.link.target_cluster_name);
    let text = format!(
        "the credentials of the control plane of {consumer} for {target} {why}: it does not use them"
    );
    let finding = Finding::error(CHECK, &asked.both(), text, replaced(asked)).about(the(asked, found));
    let finding =
        finding.seen(format!("metadata.annotations[multicluster.linkerd.io/{field}]"), said(found, field));
    let there = asked.there().and_then(settings).map(|settings| match field {
        "trust-domain" => ("identityTrustDomain", settings.trust()),
        _ => ("clusterDomain", settings.domain()),
    });
    there.into_iter().fold(finding, |finding, (key, value)| {
        finding.seen(format!("{key} in configmap/{} of {}", CONFIG.1, asked.seen.exporter), value)
    })
}

/// None for the exporter: those that are there instead.
fn none(asked: &Pair<'_>, known: &[Discovery]) -> Finding {
    const LABEL: &str = "multicluster.linkerd.io/cluster-name";
    let (consumer, target) = (asked.consumer, &asked.link.target_cluster_name);
    let text = format!(
        "the control plane of {consumer} has no credentials for {target}: no Secret in {CONTROL_PLANE} has the label \
         {LABEL}={target}, so no connection finds a pod"
    );
    let finding = Finding::error(CHECK, &asked.both(), text, anew(asked, "")).about(asked.the_link());
    let of = |name: &str| format!("metadata.labels[{LABEL}] of secret/{name}");
    if known.is_empty() {
        return finding.seen(of(&format!("cluster-credentials-{target}")), "<none>, or no such Secret");
    }
    known.iter().take(NAMED).fold(finding, |finding, one| finding.seen(of(&one.name), &one.cluster))
}

fn the(asked: &Pair<'_>, found: &Discovery) -> ObjectRef {
    ObjectRef::namespaced(asked.consumer, Kind::Secret, CONTROL_PLANE, &found.name)
}

/// Those that nobody may read who should: who runs knows them, and who is started does not.
fn barred(asked: &Pair<'_>, found: &Discovery) -> Option<Finding> {
    let (account, consumer) = (found.barred.as_deref()?, asked.consumer);
    let text = format!(
        "the control plane of {consumer} may not read its credentials for {}: {CONTROL_PLANE}/{account} has no role to list \
         and watch Secrets there, so after its next restart no connection finds a pod",
        asked.link.target_cluster_name
    );
    let whom = format!("system:serviceaccount:{CONTROL_PLANE}:{account}");
    let words = ["auth", "can-i", "list", "secrets", "--namespace", CONTROL_PLANE, "--as", &whom];
    let action = format!(
        "restore the Role remote-discovery of {CONTROL_PLANE} in {consumer} and its RoleBinding with `helm upgrade` of \
         linkerd-control-plane; to check with the cluster, run"
    );
    let finding = Finding::error(CHECK, &asked.both(), text, Remedy::run(action, asked.kubectl(&words)));
    let account = ObjectRef::namespaced(consumer, Kind::ServiceAccount, CONTROL_PLANE, account);
    let rule = r#"{"apiGroups":[""],"resources":["secrets"],"verbs":["list","get","watch"]}"#;
    Some(finding.about(account).seen("rules", rule))
}

/// Those that prove less than they should, or that may not do.
fn doubted(asked: &Pair<'_>, found: &Discovery) -> Option<Finding> {
    let (field, why) = against_them(found.trusting, &asked.seen.exporter)?;
    let (consumer, target) = (asked.consumer, &asked.link.target_cluster_name);
    let text = format!("the credentials of the control plane of {consumer} for {target} {why}");
    let finding = Finding::warning(CHECK, &asked.both(), text, replaced(asked)).about(the(asked, found));
    Some(finding.seen(format!("data[kubeconfig]: {field}"), "see the kubeconfig"))
}

/// Both Secrets come from one `link-gen`, and lead to one server.
fn elsewhere(asked: &Pair<'_>, found: &Discovery) -> Option<Finding> {
    let own = asked.link_seen()?.server.as_str();
    let server = found.server.as_deref().filter(|server| *server != own && !own.is_empty())?;
    let (consumer, target) = (asked.consumer, &asked.link.target_cluster_name);
    let text = format!(
        "the credentials of the control plane of {consumer} for {target} point to {server}, but those of the Link to {own}"
    );
    let finding = Finding::warning(CHECK, &asked.both(), text, replaced(asked)).about(the(asked, found));
    Some(finding.seen("clusters[].cluster.server", server))
}

/// The control plane looks into a cluster with what it read first. It does not read anew what may be worse: both Secrets come from
/// one `link-gen`.
fn unread(asked: &Pair<'_>, found: &Discovery) -> Option<Finding> {
    let (changed, started) = found.unread.as_ref()?;
    let is_usable = match asked.link_seen()?.trusting {
        Trusting::Own | Trusting::Anything | Trusting::Other(false) => true,
        Trusting::Public => !asked.is_barren(),
        Trusting::Stranger
        | Trusting::Other(true)
        | Trusting::Anonymous
        | Trusting::Refused(..)
        | Trusting::Incomplete(_)
        | Trusting::Cut
        | Trusting::Expired => false,
    };
    if !is_usable {
        return None;
    }
    let (consumer, target) = (asked.consumer, &asked.link.target_cluster_name);
    let text = format!(
        "the credentials of the control plane of {consumer} for {target} have changed since it started: it still uses the \
         old ones"
    );
    let remedy = Remedy::run("make it reread them", again(asked));
    let finding = Finding::warning(CHECK, &asked.both(), text, remedy).about(the(asked, found));
    Some(finding.seen("metadata.managedFields[].time", changed).seen("the pod's start", started))
}

/// What has the control plane read its own of the same change, where it has not: both Secrets come together.
pub(super) fn restart_after(asked: &Pair<'_>, changed: &str) -> Option<String> {
    let Observed::Present(known) = asked.seen.discovery.get(asked.consumer)? else { return None };
    let found = known.iter().find(|one| one.cluster == asked.link.target_cluster_name)?;
    let (own, _) = found.unread.as_ref()?;
    is_together(own, changed).then(|| again(asked))
}

fn said<'a>(found: &'a Discovery, field: &str) -> &'a str {
    let said = if field == "trust-domain" { &found.trust_domain } else { &found.cluster_domain };
    said.as_deref().unwrap_or_default()
}

/// An annotation that lacks, or that says something else than the exporter is set to.
fn wrong(asked: &Pair<'_>, found: &Discovery) -> Option<(&'static str, String)> {
    let there = asked.there().and_then(settings);
    let real = [there.map(Settings::trust), there.map(Settings::domain)];
    let fields = [("trust-domain", &found.trust_domain), ("cluster-domain", &found.cluster_domain)];
    fields.into_iter().zip(real).find_map(|((field, said), real)| match (said, real) {
        (None, _) => Some((field, format!("lack the annotation multicluster.linkerd.io/{field}"))),
        (Some(said), Some(real)) if said != real => {
            Some((field, format!("say {said} as {field}, but {} is set to {real}", asked.seen.exporter)))
        }
        (Some(_), _) => None,
    })
}

/// Where one was there, the control plane keeps what it read of that.
fn replaced(asked: &Pair<'_>) -> Remedy {
    let again = again(asked);
    anew(asked, &format!(", and restart linkerd-destination, which reads them only at startup (`{again}`)"))
}

fn again(asked: &Pair<'_>) -> String {
    asked.kubectl(&["--namespace", CONTROL_PLANE, "rollout", "restart", "deployment", "linkerd-destination"])
}

fn anew(asked: &Pair<'_>, then: &str) -> Remedy {
    let (exporter, consumer) = (&asked.seen.exporter, asked.consumer);
    let action = format!(
        "regenerate the Link in {exporter} and reapply both Secrets in {consumer} with their labels and annotations (GitOps \
         tools must not strip them){then}; to generate them, run this (with --api-server-address https://HOST:PORT if pods \
         of {consumer} reach {exporter} at a different address than you)"
    );
    let command = link_command(asked.seen, (exporter, consumer), asked.link, (Wrong::Credentials, &[]));
    Remedy::run(action, command)
}
