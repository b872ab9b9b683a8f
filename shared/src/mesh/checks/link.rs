//! The Link itself: its fields, where its credentials are, and what it says of the exporter.

use super::{Question, rights};
use crate::verdict::{Finding, Remedy};

/// What makes a Link anew.
const ANEW: &str = "make the Link anew with `linkerd multicluster link-gen`";

pub(super) fn fields(asked: &Question<'_>) -> Option<Finding> {
    let link = asked.link;
    if link.problems.is_empty() {
        return None;
    }
    let object = format!("links.multicluster.linkerd.io/{}", link.name);
    let words = asked.kubectl(&["--namespace", &link.namespace, "edit", &object]);
    let finding = Finding::error(
        "link-fields",
        &asked.both(),
        format!("the Link cannot be used: {}", link.problems.join("; ")),
        Remedy::run("correct it, best by making it anew with `linkerd multicluster link-gen`", words),
    );
    let finding = finding.about(asked.the_link());
    Some(link.problems.iter().fold(finding, |finding, problem| finding.seen("spec", problem.clone())))
}

/// The role that the chart makes for a controller reads one Secret by its name.
pub(super) fn credentials_name(asked: &Question<'_>) -> Option<Finding> {
    let link = asked.link;
    let expected = format!("cluster-credentials-{}", link.name);
    // Whether another Secret may be read is told by the roles, where they could be looked at.
    if link.credentials.is_empty() || link.credentials == expected || rights::is_judged(asked) {
        return None;
    }
    let text = format!(
        "the Link's credentials are in the Secret {}; the role that Linkerd's chart makes lets its controller read \
         {expected} alone",
        link.credentials
    );
    let finding = Finding::warning("credentials-name", &asked.both(), text, Remedy::new(ANEW));
    Some(finding.about(asked.the_link()).seen("spec.clusterCredentialsSecret", &link.credentials))
}

/// A gateway serves the domain of its own cluster and answers everything else with 404.
pub(super) fn domain(asked: &Question<'_>) -> Option<Finding> {
    let said = asked.link.target_domain.as_str();
    let settings = asked.there().and_then(super::settings)?;
    if said.is_empty() || said == settings.domain() {
        return None;
    }
    let consequence = if asked.uses_gateway() { "its gateway answers 404" } else { "no name leads there" };
    let text = format!(
        "the Link takes the DNS domain of {} to be {said}, and it is {}: {consequence}",
        asked.seen.exporter,
        settings.domain()
    );
    let finding = Finding::error("target-domain", &asked.both(), text, Remedy::new(ANEW));
    Some(finding.about(asked.the_link()).seen("spec.targetClusterDomain", said))
}
