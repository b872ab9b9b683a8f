//! What is told more softly for a while, since it may pass by itself: roll-outs, and mirrors that were asked for a moment ago.

use super::Judged;
use super::direction::Direction;
use super::later;
use crate::mesh::export::Target;
use crate::mesh::snapshot::{ConsumerSeen, Key, Young};
use crate::terms::{Kind, Observed};
use crate::verdict::{Cause, Finding, Severity};
use std::collections::BTreeMap;

/// How long a mirror may take to come, in seconds: many times as long as a service mirror needs for one.
pub(super) const COMING: i64 = 60;
/// How long pods may take to be replaced: those of a node that is drained, or of a first start.
const REPLACED: i64 = Young::LONGEST;

/// How long a Service that was asked for may be without pods: they are starting.
const STARTED: i64 = 20;

/// What a mirror may lack until its service mirror has come to it. Endpoints it has from the beginning.
pub(super) const ASKED: [&str; 4] =
    ["mirror-missing", "federated-passed-over", "export-endpoints", "mirror-pods"];
/// What it may be behind with, after a change of the Service.
pub(super) const WRITTEN: [&str; 2] = ["mirror-behind", "mirror-opaque"];
/// What leads where a Link says, as soon as its service mirror has read that.
const FOLLOWED: [&str; 2] = ["mirror-address", "probe-place"];
/// The field that says so.
const WHERE: &str = "subsets[]";
/// What pods of a Deployment serve.
const SERVED: [&str; 3] = ["gateway-up", "controller-running", "controller-leading"];

/// Findings that may pass, by fingerprint, with what is said of it.
pub(super) type Spared = BTreeMap<String, String>;

/// An age that is less than this.
fn younger(age: Option<&i64>, longest: i64) -> Option<i64> {
    age.copied().filter(|age| *age < longest)
}

/// Why a finding about a mirror may pass, or cannot be told from files.
pub(super) fn of_mirror(direction: &Direction<'_>, target: &Target, finding: &Finding) -> Option<String> {
    let young = direction.seen.young.as_ref()?;
    if let Some(why) = later::of_mirror(direction, target, finding.check) {
        return Some(why);
    }
    let (check, key) = (finding.check, &target.exported);
    if WRITTEN.contains(&check)
        && let Some(age) = younger(young.written.get(key), COMING)
    {
        return Some(format!("the Service changed {age}s ago, so its mirror may still be coming"));
    }
    if let Some(why) = young.backends.get(key).and_then(|age| of_backends(direction, target, (check, *age))) {
        return Some(why);
    }
    if is_followed(direction, finding) {
        return Some("the Link was just created or changed".to_owned());
    }
    ASKED.contains(&check).then(|| of_asking(direction, target, check))?
}

/// The same of one that pods behind its Service may account for, which have changed so long ago.
fn of_backends(direction: &Direction<'_>, target: &Target, (check, age): (&str, i64)) -> Option<String> {
    match check {
        "export-endpoints" if age < REPLACED => Some(format!("its pods changed {age}s ago, as in a restart")),
        "mirror-pods" if age < COMING => {
            Some(format!("its pods changed {age}s ago, so their mirrors may still follow"))
        }
        // Its mirror is emptied and filled with it.
        "mirror-endpoints" if age < started(direction) && is_empty(direction, target) => {
            Some(format!("the pods behind it changed {age}s ago, so it may still follow"))
        }
        _ => None,
    }
}

/// How long a mirror may be empty for its pods. Where these are all that is seen, nothing else can say that it has no backends.
fn started(direction: &Direction<'_>) -> i64 {
    if matches!(direction.seen.endpoints, Observed::Unknown(_)) { REPLACED } else { STARTED }
}

/// The same of one that was asked for just now, or could not be made before.
fn of_asking(direction: &Direction<'_>, target: &Target, check: &str) -> Option<String> {
    let (young, key) = (direction.seen.young.as_ref()?, &target.exported);
    let keys = direction.link.selector_of(target.way).requirements().map(|part| (key.clone(), part.key));
    let longest = if check == "export-endpoints" { STARTED } else { COMING };
    if let Some(age) = younger(keys.filter_map(|label| young.labels.get(&label)).min(), longest) {
        return Some(format!("it was requested {age}s ago, and may still be coming"));
    }
    let place = (direction.consumer.clone(), target.key().namespace);
    if check == "mirror-missing"
        && let Some(age) = younger(young.namespaces.get(&place), COMING)
    {
        return Some(format!("its namespace was created {age}s ago, so it may still be coming"));
    }
    // Why pods do not start, no Link says.
    let is_new = check != "export-endpoints" && is_fresh(direction);
    is_new.then(|| "the Link was just created or changed, so it may still be coming".to_owned())
}

/// Why a finding about what carries the mirrors of a Link may pass. What is not there at all is missed at once.
pub(super) fn of_link(direction: &Direction<'_>, finding: &Finding) -> Option<String> {
    let young = direction.seen.young.as_ref()?;
    if is_followed(direction, finding) {
        return Some(
            "the Link was just created or changed, and its service mirror is catching up".to_owned(),
        );
    }
    let object = finding.object.as_ref().filter(|_| SERVED.contains(&finding.check))?;
    // The gateway's Deployment is called like its Service; who has no leader has a controller that has just been replaced.
    let name = if matches!(object.kind, Kind::Lease) { direction.controller()? } else { object.name.clone() };
    let age = young.turned.get(&(object.cluster.clone(), name)).filter(|age| **age < REPLACED)?;
    Some(format!("for {age}s so far, as in a restart"))
}

/// Why a mirror that nobody asks for any more may go by itself. A Service that is deleted, and a label that somebody takes off by
/// hand, leave no time behind; who applies it without the label does.
pub(super) fn of_orphan(direction: &Direction<'_>, exported: &Key, mirror: &Key) -> Option<String> {
    let young = direction.seen.young.as_ref()?;
    if let Some(why) = later::of_orphan(direction, exported, mirror) {
        return Some(why);
    }
    if let Some(age) = young.written.get(exported).filter(|age| **age < COMING) {
        return Some(format!("the Service changed {age}s ago, so its mirror may still go"));
    }
    let is_new = is_fresh(direction);
    is_new.then(|| "the Link was just created or changed, so it may still go".to_owned())
}

/// Whether a finding is about what its service mirror writes, and does not stay when it has read a Link that was written just now.
/// What the Link itself says stays.
fn is_followed(direction: &Direction<'_>, finding: &Finding) -> bool {
    let is_written = || finding.evidence.first().is_some_and(|first| first.field.starts_with(WHERE));
    FOLLOWED.contains(&finding.check) && is_written() && is_fresh(direction)
}

/// Whether a mirror has Endpoints, and nothing in them.
fn is_empty(direction: &Direction<'_>, target: &Target) -> bool {
    let Some(ConsumerSeen { endpoints: Observed::Present(endpoints), .. }) =
        direction.seen.consumer(direction.consumer)
    else {
        return false;
    };
    endpoints.by_key.get(&target.key()).is_some_and(|ends| ends.ready == 0 && ends.not_ready == 0)
}

/// Whether the Link was written just now.
fn is_fresh(direction: &Direction<'_>) -> bool {
    let Some(ConsumerSeen { links: Observed::Present(links), .. }) =
        direction.seen.consumer(direction.consumer)
    else {
        return false;
    };
    links.iter().any(|seen| seen.link == *direction.link && seen.is_fresh)
}

impl Judged {
    /// Tells what may pass as no more than worth knowing, and with it what follows from it.
    pub(super) fn spare(&mut self, spared: &Spared) {
        let mut passing = Vec::new();
        for cause in &mut self.causes {
            // What could not be looked at passes no sooner.
            let why = spared.get(&cause.finding.fingerprint).filter(|_| !cause.finding.is_unseen);
            let Some(why) = why else { continue };
            soften(cause, why);
            passing.extend([&cause.finding].into_iter().chain(&cause.effects).cloned());
        }
        self.weigh_anew(passing);
    }

    /// Gives each Link the weight that these have come to.
    pub(super) fn weigh_anew(&mut self, passing: Vec<Finding>) {
        for Finding { fingerprint, severity, .. } in passing {
            let weights = self.weights.iter_mut().filter_map(|all| all.get_mut(&fingerprint));
            weights.for_each(|weight| *weight = severity);
        }
        self.weigh();
    }
}

/// Tells a cause, with what follows from it, as no more than worth knowing, and why.
pub(super) fn soften(cause: &mut Cause, why: &str) {
    cause.finding.summary = format!("{}; {why}", cause.finding.summary);
    [&mut cause.finding].into_iter().chain(&mut cause.effects).for_each(pass);
}

/// Tells a finding as no more than worth knowing.
pub(super) fn pass(finding: &mut Finding) {
    if finding.severity != Severity::Unknown {
        (finding.severity, finding.remedy) = (Severity::Info, None);
    }
}
