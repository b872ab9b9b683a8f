//! The Link itself: its fields, where its credentials are, and what it says of the exporter.

use super::edited::all_anew;
use super::{Pair, Question, rights};
use crate::mesh::export::{Wrong, link_anew, link_anew_then};
use crate::mesh::link::{Link, Way};
use crate::mesh::machinery::Deployment;
use crate::mesh::names::{CLUSTER_NAME, CONFIG, CONTROL_PLANE, EXPORTED, FEDERATED};
use crate::terms::{Kind, Labels, ObjectRef, Observed, is_dns_label, listed};
use crate::verdict::{Finding, Ground, Remedy};

pub(super) fn fields(asked: &Pair<'_>) -> Option<Finding> {
    let link = asked.link;
    if link.problems.is_empty() {
        return None;
    }
    let text = format!("the Link cannot be used: {}", link.problems.join("; "));
    let finding = Finding::error("link-fields", &asked.both(), text, corrected(asked));
    let finding = finding.about(asked.the_link());
    Some(link.problems.iter().fold(finding, |finding, problem| finding.seen("spec", problem.clone())))
}

fn corrected(asked: &Pair<'_>) -> Remedy {
    let link = asked.link;
    let object = format!("links.multicluster.linkerd.io/{}", link.name);
    let edit = asked.kubectl(&["--namespace", &link.namespace, "edit", &object]);
    if !is_dns_label(&link.target_cluster_name) {
        return Remedy::run("correct it", edit);
    }
    let anew = asked.link_anew();
    Remedy { action: format!("correct it with `{edit}`, or {}", anew.action), ..anew }
}

/// Links with one target make mirrors of one name, and undo each other's work. They are told of once, as of the first of them.
pub(super) fn twice(asked: &Pair<'_>) -> Option<Finding> {
    let Observed::Present(links) = &asked.seen_here.links else { return None };
    let (link, target) = (asked.link, &asked.link.target_cluster_name);
    let place = |link: &Link| (link.namespace.clone(), link.name.clone());
    let mut all: Vec<(String, String)> = links
        .iter()
        .filter(|seen| seen.link.target_cluster_name == *target)
        .map(|seen| place(&seen.link))
        .chain([place(link)])
        .collect();
    all.sort_unstable();
    all.dedup();
    let (namespace, first) = all.first().filter(|_| all.len() > 1)?;
    let is_beside = all.iter().all(|(other, _)| other == namespace);
    let names: Vec<String> = all
        .iter()
        .map(|(own, name)| if is_beside { name.clone() } else { format!("{own}/{name}") })
        .collect();
    let have = if names.len() > 2 { "all" } else { "both" };
    let text = format!(
        "the Links {} {have} have the target {target}: their mirrors have the same names",
        listed(&names)
    );
    let objects: Vec<String> =
        all.iter().map(|(_, name)| format!("links.multicluster.linkerd.io/{name}")).collect();
    let words = if is_beside {
        let words = ["--namespace", namespace, "get", "-o", "yaml"].into_iter();
        words.chain(objects.iter().map(String::as_str)).collect()
    } else {
        vec!["get", "links.multicluster.linkerd.io", "--all-namespaces", "-o", "yaml"]
    };
    let keep = if names.len() > 2 {
        "keep the intended one and delete the others"
    } else {
        "delete the one that is not intended"
    };
    let remedy = Remedy::run(format!("{keep}; to see them, run"), asked.kubectl(&words));
    let object = ObjectRef::namespaced(asked.consumer, Kind::Link, namespace, first);
    let finding = Finding::error("link-twice", &[asked.consumer], text, remedy).about(object);
    Some(finding.seen("spec.targetClusterName", target))
}

/// Whether a Deployment works on another Link that is there, as it should: that of this one's target alone it has the label.
pub(super) fn is_of_another(asked: &Pair<'_>, deployment: &Deployment) -> bool {
    let label = deployment.labels.get(CLUSTER_NAME);
    let Observed::Present(links) = &asked.seen_here.links else { return false };
    let mut others = links.iter().map(|seen| &seen.link.name).filter(|name| **name != asked.link.name);
    label != Some(&asked.link.name) && others.any(|name| deployment.arguments.contains(name))
}

/// A selector that asks for nothing that a Service must have selects all of them, Linkerd's own among them.
pub(super) fn everything(asked: &Pair<'_>) -> Option<Finding> {
    let link = asked.link;
    let way = Way::ALL.into_iter().find(|way| asks_nothing(link, *way))?;
    let text = format!(
        "the Link selects Services without any label ({}): all Services of {} are mirrored",
        link.selector_of(way).query(),
        asked.seen.exporter
    );
    let field = match way {
        Way::Gateway => "spec.selector",
        Way::Flat => "spec.remoteDiscoverySelector",
        Way::Federated => "spec.federatedServiceSelector",
    };
    let action = format!(
        "make {field} of the Link {} require a label, such as mirror.linkerd.io/exported=true; to see it, run",
        link.name
    );
    let object = format!("links.multicluster.linkerd.io/{}", link.name);
    let words = ["--namespace", &link.namespace, "get", &object, "-o", "yaml"];
    let remedy = Remedy::run(action, asked.kubectl(&words));
    let finding = Finding::warning("link-selects-all", &asked.both(), text, remedy);
    Some(finding.about(asked.the_link()).seen("selector", link.selector_of(way).query()))
}

/// Whether a selector selects Services without any label.
fn asks_nothing(link: &Link, way: Way) -> bool {
    let selector = link.selector_of(way);
    !selector.is_empty() && selector.holds(&Labels::new())
}

/// What is said of a mirror; where its Service has nothing that asks for one, with that.
pub(super) fn meant(asked: &Question<'_>, finding: Finding) -> Finding {
    let (link, labels) = (asked.link, &asked.service.labels);
    if finding.ground.is_some() || !asks_nothing(link, asked.way) {
        return finding;
    }
    let is_selected = |way: &Way| !asks_nothing(link, *way) && link.goes(labels, *way);
    let is_meant = [EXPORTED, FEDERATED].into_iter().any(|key| labels.contains_key(key));
    if is_meant || Way::ALL.iter().any(is_selected) { finding } else { finding.on(Ground::Unmeant) }
}

/// The role that the chart makes for a controller reads one Secret by its name.
pub(super) fn credentials_name(asked: &Pair<'_>) -> Option<Finding> {
    let link = asked.link;
    let expected = format!("cluster-credentials-{}", link.name);
    // Whether another Secret may be read is told by the roles, where they could be looked at.
    if link.credentials.is_empty() || link.credentials == expected || rights::is_judged(asked) {
        return None;
    }
    let text = format!(
        "the Link's credentials are in the Secret {}; the role of Linkerd's chart lets its controller read only {expected}",
        link.credentials
    );
    let finding = Finding::warning("credentials-name", &asked.both(), text, asked.link_anew());
    Some(finding.about(asked.the_link()).seen("spec.clusterCredentialsSecret", &link.credentials))
}

/// The settings of Linkerd are where its control plane is.
pub(super) fn control_plane(asked: &Pair<'_>) -> Option<Finding> {
    let said = asked.link.target_linkerd_namespace.as_str();
    asked.there().and_then(super::settings)?;
    if said.is_empty() || said == CONTROL_PLANE {
        return None;
    }
    let text = format!(
        "the Link expects the control plane of {} in {said}, but it is in {CONTROL_PLANE}: its identities do not match",
        asked.seen.exporter
    );
    let finding = Finding::error("target-control-plane", &asked.both(), text, asked.link_anew());
    Some(finding.about(asked.the_link()).seen("spec.targetClusterLinkerdNamespace", said))
}

/// The domain of a cluster that is set to none.
const USUAL: &str = "cluster.local";

/// A gateway serves the domain of its own cluster and answers everything else with 404.
pub(super) fn domain(asked: &Pair<'_>) -> Option<Finding> {
    let said = asked.link.target_domain.as_str();
    let settings = asked.there().and_then(super::settings)?;
    // Where the exporter has the usual one, nobody is accused of having left it out.
    let is_unsaid = said.is_empty() && settings.domain() == USUAL;
    if is_unsaid || said == settings.domain() {
        return None;
    }
    let consequence = if asked.uses_gateway() { "its gateway answers 404" } else { "no name resolves there" };
    let text = format!(
        "the Link expects the DNS domain of {} to be {}, but it is {}: {consequence}",
        asked.seen.exporter,
        if said.is_empty() { "none" } else { said },
        settings.domain()
    );
    let finding = Finding::error("target-domain", &asked.both(), text, of_domain(asked));
    let finding = finding.about(asked.the_link()).seen("spec.targetClusterDomain", said);
    Some(finding.seen(format!("clusterDomain in configmap/{}", CONFIG.1), settings.domain()))
}

/// Mirrors keep the name of their Service in the former domain, until that changes.
fn of_domain(asked: &Pair<'_>) -> Remedy {
    let way = (&asked.seen.exporter, asked.consumer);
    let touch = if asked.way == Way::Federated { String::new() } else { all_anew(asked) };
    if touch.is_empty() {
        return link_anew(asked.seen, way, asked.link, Wrong::Cluster);
    }
    let then = format!(
        "; then touch what it mirrors, since a mirror is only rewritten with its Service (`{touch}`)"
    );
    link_anew_then(asked.seen, way, asked.link, &then)
}
