//! What a Link's own status says of a mirror: why it is not as it should be, or that it is not followed any more.

use super::direction::Direction;
use super::restarts::RESTART;
use crate::mesh::explain::ask_its_mirror;
use crate::mesh::export::Target;
use crate::mesh::link::Way;
use crate::mesh::snapshot::{ConsumerSeen, Refusal};
use crate::terms::Observed;
use crate::verdict::{Finding, Remedy, kubectl};

/// The reason of what failed. Others outlive what they describe, or are said of headless Services that are mirrored well.
const FAILED: &str = "Error";
/// How many characters of what a controller has to say stand in a finding; all of it is in the evidence.
const SAID: usize = 200;

/// The symptom with what the Link says of it; where there is none, that the service mirror failed at it last: every success takes
/// that back.
pub(super) fn told(
    direction: &Direction<'_>,
    (target, seen_here): (&Target, &ConsumerSeen),
    symptom: Option<Finding>,
) -> Option<Finding> {
    let Some(refusal) = refusal(direction, target, seen_here) else { return symptom };
    let finding = match symptom {
        Some(finding) => {
            let summary = format!("{}; the Link says: {}", finding.summary, beginning(&refusal.said));
            // It says why, which nothing mends that has it begin again.
            let is_bare = finding.check == "mirror-missing"
                || finding.remedy.iter().any(|one| one.command.iter().any(|said| said.contains(RESTART)));
            let ask = is_bare.then(|| asked(direction, target, refusal));
            let remedy = ask.or_else(|| finding.remedy.clone());
            Finding { summary, remedy, ..finding }
        }
        None if refusal.said.split(':').next() == Some(FAILED) => failed(direction, target, refusal),
        None => return None,
    };
    let list = if refusal.is_federated { "federatedServices" } else { "mirrorServices" };
    let field = format!("status.{list}[].conditions[type=Mirrored] of link/{}", direction.link.name);
    Some(finding.seen(field, &refusal.said))
}

fn refusal<'a>(
    direction: &Direction<'_>,
    target: &Target,
    seen_here: &'a ConsumerSeen,
) -> Option<&'a Refusal> {
    let Observed::Present(links) = &seen_here.links else { return None };
    let is_federated = target.way == Way::Federated;
    let own = links.iter().filter(|seen| seen.link == *direction.link).flat_map(|seen| &seen.refused);
    own.into_iter().find(|one| one.exported == target.exported && one.is_federated == is_federated)
}

fn failed(direction: &Direction<'_>, target: &Target, refusal: &Refusal) -> Finding {
    let seen = direction.seen;
    let text = format!(
        "{} exists, but its service mirror failed to update it last time, so it may be out of date; the Link says: {}",
        target.mirror,
        beginning(&refusal.said)
    );
    let clusters = [&seen.exporter, direction.consumer];
    let remedy = asked(direction, target, refusal);
    Finding::warning("mirror-behind", &clusters, text, remedy).about(target.object())
}

/// What helps against what the cluster itself has refused; of all else its service mirror says more.
fn asked(direction: &Direction<'_>, target: &Target, refusal: &Refusal) -> Remedy {
    let typed = |words: &[&str]| kubectl(&direction.seen.fleet, direction.consumer, words);
    let refused = Remedy::of_refused(&target.key().namespace, &refusal.said, &typed);
    refused.unwrap_or_else(|| ask_its_mirror(direction.seen, target))
}

fn beginning(text: &str) -> String {
    let begins: String = text.chars().take(SAID).collect();
    if begins.len() < text.len() { format!("{}...", begins.trim_end()) } else { begins }
}
