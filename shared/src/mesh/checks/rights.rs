//! What the accounts of a Link must be allowed to do: its controller's in the consumer, its token's in the exporter. Both
//! fail without a word in the objects that they would write.

mod needs;

use super::controller::{COMPONENT, serves};
use super::flags::has_flag;
use super::{Pair, credentials, known};
use crate::mesh::machinery::{Account, Granted, Right, Rights};
use crate::terms::{ClusterName, Kind, ObjectRef, Observed, Obstacle};
use crate::verdict::{Finding, Remedy, kubectl};
use needs::{Work, controller_needs, local_needs, remote_needs};
use serde_json::json;
use std::collections::BTreeMap;

/// An account, and the rights that it lacks; or what hides whether it does.
type Judged<'a> = (Account<'a>, Result<Vec<Right<'a>>, Obstacle>);

/// The controller's account in the consumer.
fn of_controller<'a>(asked: &'a Pair<'_>) -> Option<Judged<'a>> {
    let here = asked.here()?;
    let pods = known(&here.pods)?;
    let ours = pods.iter().filter(|pod| serves(&pod.labels, asked.link));
    let pod = ours.min_by_key(|pod| pod.name.as_str())?;
    let name = if pod.account.is_empty() { "default" } else { &pod.account };
    let account = (asked.link.namespace.as_str(), name);
    let work = Work {
        makes_namespaces: has_flag(asked, "enable-namespace-creation"),
        // Since 2.18 the extension has them; before, each came with its Link, under another name.
        patches_status: pod.labels.get(COMPONENT).is_some_and(|component| component == "controller"),
    };
    Some((account, lacking(seen(&here.rights)?, account, &controller_needs(asked.link, &work))))
}

/// The account of the Link's token in the exporter. What became of the account itself is another finding.
fn of_token<'a>(asked: &'a Pair<'_>) -> Option<Judged<'a>> {
    let token = credentials::token(asked)?;
    let is_gone = |what: &Observed<()>| matches!(what, Observed::Absent);
    if is_gone(&token.has_account) || is_gone(&token.has_secret) {
        return None;
    }
    let account = (token.namespace.as_str(), token.account.as_str());
    Some((account, lacking(seen(&asked.there()?.rights)?, account, &remote_needs(asked.way))))
}

/// What hides whether the accounts may do their work: the controller's, and the token's.
pub(super) fn hidden(asked: &Pair<'_>) -> [Option<Obstacle>; 2] {
    [of_controller(asked), of_token(asked)].map(|judged| judged?.1.err())
}

/// Whether it is known what the controller may do.
pub(super) fn is_judged(asked: &Pair<'_>) -> bool {
    of_controller(asked).is_some_and(|(_, lacks)| lacks.is_ok())
}

pub(super) fn controller(asked: &Pair<'_>) -> Option<Finding> {
    const CHECK: &str = "controller-rights";
    let (account, lacks) = of_controller(asked)?;
    let (cluster, lacks) = (asked.consumer, lacks.ok()?);
    // The status alone is for people; the mirrors are made without it.
    let is_told = lacks.iter().all(|right| right.resource == "links/status");
    let what = if is_told { "its Link reports nothing about its mirrors" } else { "it cannot mirror" };
    let text = format!(
        "the service mirror of the Link {} is not allowed to {}: {what}",
        asked.link.name,
        words(&lacks)
    );
    let remedy = remedy(asked, cluster, account, lacks.first()?);
    let finding = if is_told {
        Finding::warning(CHECK, &asked.both(), text, remedy)
    } else {
        Finding::error(CHECK, &asked.both(), text, remedy)
    };
    let about = ObjectRef::namespaced(cluster, Kind::ServiceAccount, account.0, account.1);
    let finding = evidence(finding.about(about), &lacks);
    let pods = asked.here().and_then(|here| known(&here.pods)).unwrap_or_default().iter();
    let ours = pods.into_iter().filter(|pod| serves(&pod.labels, asked.link));
    let pod = ours.min_by_key(|pod| pod.name.as_str())?;
    let finding = finding.seen(format!("spec.serviceAccountName of pod/{}", pod.name), account.1);
    let finding = unbound(finding, asked, *lacks.first()?);
    Some(bound(finding, asked.here().and_then(|here| seen(&here.rights)), account, *lacks.first()?))
}

/// The finding with the binding that is to give it the right everywhere, where that is not there.
fn unbound(finding: Finding, asked: &Pair<'_>, right: Right<'_>) -> Finding {
    let link = asked.link;
    let usual = if asked.has_managed_controllers() {
        format!("linkerd-multicluster-controller-access-local-resources-{}", link.name)
    } else {
        format!("linkerd-service-mirror-access-local-resources-{}", link.target_cluster_name)
    };
    let rights = asked.here().and_then(|here| seen(&here.rights));
    let bindings = rights.and_then(|rights| known(&rights.cluster_bindings));
    let is_gone = bindings.is_some_and(|all| all.iter().all(|one| one.name != usual));
    if is_gone && right.is_everywhere {
        return finding.seen(format!("clusterrolebinding/{usual}"), "<none>");
    }
    finding
}

pub(super) fn remote(asked: &Pair<'_>) -> Option<Finding> {
    let (account, lacks) = of_token(asked)?;
    let (cluster, lacks) = (&asked.seen.exporter, lacks.ok()?);
    let text = format!(
        "the account of the token of the Link {}, {}/{}, is not allowed to {} in {cluster}: nothing is mirrored",
        asked.link.name,
        account.0,
        account.1,
        words(&lacks)
    );
    let remedy = remedy(asked, cluster, account, lacks.first()?);
    let finding = Finding::error("credentials-rights", &[cluster], text, remedy);
    let about = ObjectRef::namespaced(cluster, Kind::ServiceAccount, account.0, account.1);
    let finding = evidence(finding.about(about), &lacks);
    Some(bound(finding, asked.there().and_then(|there| seen(&there.rights)), account, *lacks.first()?))
}

/// What is told of a local service mirror that may not do its work.
pub(crate) fn of_local(
    rights: &Observed<Rights>,
    account: Account<'_>,
    told: impl FnOnce(&str) -> Finding,
) -> Option<Finding> {
    let (rights, needs) = (seen(rights).filter(|rights| rights.knows(account))?, local_needs());
    let lacks = lacking(rights, account, &needs).ok()?;
    let first = *lacks.first()?;
    Some(bound(evidence(told(&words(&lacks)), &lacks), Some(rights), account, first))
}

/// Which roles the account has, and who has the one that was made for the right.
fn bound(finding: Finding, rights: Option<&Rights>, account: Account<'_>, right: Right<'_>) -> Finding {
    let near = rights.map(|rights| rights.bindings_near(account, right)).unwrap_or_default();
    let made = rights.and_then(|rights| rights.role_for(right));
    let is_bound = |name: &str| near.iter().any(|(_, binding)| binding.role == name);
    let unbound = made.filter(|role| !is_bound(&role.name));
    let finding = unbound.into_iter().fold(finding, |finding, role| {
        finding.seen(format!("bindings to the role {}", role.name), "none, and it grants what is missing")
    });
    // What API servers grant to everybody is not where somebody looks for what one account lacks.
    let told = near.iter().filter(|(_, binding)| !binding.name.starts_with("system:"));
    told.fold(finding, |finding, (is_wide, binding)| {
        let kind = if *is_wide { "clusterrolebinding" } else { "rolebinding" };
        let role = if binding.is_to_cluster_role { "clusterrole" } else { "role" };
        let whom = binding.subjects.iter().map(|(kind, home, name)| format!("{kind} {home}/{name}"));
        let whom = whom.collect::<Vec<_>>().join(", ");
        let field = format!("roleRef.name, subjects[].kind, .namespace and .name of {kind}/{}", binding.name);
        finding.seen(field, format!("{role}/{} to {whom}", binding.role))
    })
}

fn seen(rights: &Observed<Rights>) -> Option<&Rights> {
    match rights {
        Observed::Present(rights) => Some(rights),
        Observed::Absent | Observed::Unknown(_) => None,
    }
}

/// The rights that an account lacks; what hides some of them, when nothing is known to be missing.
fn lacking<'a>(
    rights: &Rights,
    account: Account<'_>,
    needs: &[Right<'a>],
) -> Result<Vec<Right<'a>>, Obstacle> {
    let (mut lacks, mut hidden) = (Vec::new(), None);
    for right in needs {
        match rights.of(account, *right) {
            Granted::Yes => {}
            Granted::No => lacks.push(*right),
            Granted::Unseen(obstacle) => hidden = Some(obstacle),
        }
    }
    match hidden {
        Some(obstacle) if lacks.is_empty() => Err(obstacle),
        Some(_) | None => Ok(lacks),
    }
}

/// Verbs by what they are about.
type Grouped<'a> = BTreeMap<(&'a str, &'a str, &'a str, bool), Vec<&'a str>>;

fn grouped<'a>(lacks: &[Right<'a>]) -> Grouped<'a> {
    let mut groups = Grouped::new();
    for right in lacks {
        let key = (right.group, right.resource, right.name, right.is_everywhere);
        groups.entry(key).or_default().push(right.verb);
    }
    groups
}

/// As `create, update services, get secrets/mine`.
fn words(lacks: &[Right<'_>]) -> String {
    let each = grouped(lacks).into_iter().map(|((_, resource, name, _), verbs)| {
        let name = if name.is_empty() { String::new() } else { format!(" {name}") };
        format!("{} {resource}{name}", verbs.join("/"))
    });
    each.collect::<Vec<_>>().join(", ")
}

/// The rules that are missing, as a role would have them.
fn evidence(finding: Finding, lacks: &[Right<'_>]) -> Finding {
    grouped(lacks).into_iter().fold(finding, |finding, ((group, resource, name, _), verbs)| {
        let rule = if name.is_empty() {
            json!({"apiGroups": [group], "resources": [resource], "verbs": verbs})
        } else {
            json!({"apiGroups": [group], "resourceNames": [name], "resources": [resource], "verbs": verbs})
        };
        finding.seen("rules", rule.to_string())
    })
}

/// Who may install the chart makes the roles anew; the command asks the cluster itself.
fn remedy(
    asked: &Pair<'_>,
    cluster: &ClusterName,
    (namespace, name): Account<'_>,
    first: &Right<'_>,
) -> Remedy {
    let whom = format!("system:serviceaccount:{namespace}:{name}");
    let (resource, sub) = first.resource.split_once('/').unwrap_or((first.resource, ""));
    let resource =
        if first.group.is_empty() { resource.to_owned() } else { format!("{resource}.{}", first.group) };
    let resource = if first.name.is_empty() { resource } else { format!("{resource}/{}", first.name) };
    let place =
        if first.is_everywhere { "--all-namespaces".to_owned() } else { format!("--namespace={namespace}") };
    let sub = (!sub.is_empty()).then(|| format!("--subresource={sub}"));
    let mut command = vec!["auth", "can-i", first.verb, &resource, &place, "--as", &whom];
    command.extend(sub.as_deref());
    let link = &asked.link.name;
    let usual = format!("cluster-credentials-{link}");
    let action = if cluster == asked.consumer && !asked.has_managed_controllers() {
        let anew = asked.link_anew();
        let make = anew.command.unwrap_or_default();
        format!(
            "recreate the Link with its roles, by `{make}`, or add the missing rules; to check with the cluster, run"
        )
    } else if first.resource == "secrets" && first.name != usual {
        format!(
            "the chart's role covers only {usual}: use that name for the Secret and in clusterCredentialsSecret of the Link, \
             or add a rule for {}; to check with the cluster, run",
            first.name
        )
    } else {
        format!(
            "restore the roles of linkerd-multicluster in {cluster} with `helm upgrade`, or add the missing rules; to check \
             with the cluster, run"
        )
    };
    Remedy::run(action, kubectl(&asked.seen.fleet, cluster, &command))
}
