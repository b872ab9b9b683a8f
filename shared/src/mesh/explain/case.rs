//! All that was found of one mirror, gathered from the checks, the places and the symptom, in causal order.

use super::super::arrival::State;
use super::super::causes::explains;
use super::super::export::{Target, missing, objections};
use super::super::link::Way;
use super::super::snapshot::{Key, MeshSeen};
use super::super::undo::removal;
use super::Asked;
use super::places::{Place, service};
use super::sight::Scene;
use super::stages::{STAGES, of_check};
use super::symptom::{self, finding};
use crate::terms::{ClusterName, ObjectRef, Observed};
use crate::verdict::{Finding, Severity};

/// A finding at its stage.
pub(super) struct Told {
    pub(super) at: usize,
    pub(super) finding: Finding,
}

/// All that was found of one mirror, in causal order.
pub(super) struct Case<'a> {
    pub(super) way: Way,
    pub(super) told: Vec<Told>,
    pub(super) remarks: Vec<Finding>,
    /// How far the mirror has come, when all that it needs could be asked.
    pub(super) state: Option<State>,
    pub(super) consumer: Option<&'a ClusterName>,
    pub(super) exporter: &'a ClusterName,
    pub(super) has_gateway: bool,
}

impl<'a> Case<'a> {
    /// Gathers it.
    pub(super) fn of(seen: &'a MeshSeen, key: &Key, asked: &Asked, place: &'a Place<'_>) -> Self {
        let mut case = Self {
            way: place.made.as_ref().map_or(Way::Gateway, |(_, target)| target.way),
            told: Vec::new(),
            remarks: Vec::new(),
            state: None,
            consumer: place.consumer.as_ref(),
            exporter: &seen.exporter,
            has_gateway: place.made.as_ref().is_some_and(|(link, _)| !link.gateway_address.is_empty()),
        };
        let is_of_key = |finding: &Finding| finding.object.as_ref().is_none_or(|object| is_of(object, key));
        case.add(missing(seen, &asked.again).into_iter().filter(is_of_key));
        case.add(place.findings.iter().cloned());
        case.add(left(seen, key, place));
        case.judge(seen, key, asked, place);
        case.told.sort_by_key(|told| {
            let checks = STAGES.get(told.at).map_or(&[][..], |stage| stage.checks);
            (told.at, checks.iter().position(|check| *check == told.finding.check))
        });
        case
    }

    /// Asks everything of a mirror whose Service and Link are there.
    fn judge(&mut self, seen: &MeshSeen, key: &Key, asked: &Asked, place: &Place<'_>) {
        let (Some(service), Some((link, target))) = (service(seen, key), &place.made) else { return };
        let Some(consumer) = seen.consumer(&target.consumer) else { return };
        let state = symptom::state(seen, target, link);
        self.state = Some(state);
        self.add(objections(seen, (target, link), key, service));
        self.add(finding((seen, &asked.again), (target, link), state));
        let scene = Scene { seen, target, link, consumer, state };
        self.told.extend(scene.blind().into_iter().map(|(at, finding)| Told { at, finding }));
    }

    /// What was not looked at is told by the stage that needs it, and not by the checks.
    fn add(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            match (of_check(finding.check), finding.severity) {
                (None, _) if finding.check.starts_with("not-looked-at") => {}
                (Some(_), Severity::Info) => {}
                (Some(at), Severity::Warning | Severity::Unknown | Severity::Error) => {
                    self.told.push(Told { at, finding });
                }
                (None, _) => self.remarks.push(finding),
            }
        }
    }

    /// Whether a finding breaks the chain: an error, or a warning that explains one which no other error explains.
    pub(super) fn breaks(&self, finding: &Finding) -> bool {
        let errors = || {
            let all = self.told.iter().map(|told| &told.finding);
            all.filter(|one| one.severity == Severity::Error)
        };
        let is_unexplained = |error: &Finding| !errors().any(|other| explains(other, error));
        finding.severity == Severity::Error
            || errors().any(|error| explains(finding, error) && is_unexplained(error))
    }

    /// The first finding that explains this one.
    pub(super) fn because(&self, finding: &Finding) -> Option<&'static str> {
        let mut causes = self.told.iter().map(|told| &told.finding).filter(|one| self.breaks(one));
        causes.find(|cause| explains(cause, finding)).map(|cause| cause.check)
    }

    /// Whether one of these breaks the chain.
    pub(super) fn has(&self, checks: &[&str]) -> bool {
        self.told.iter().any(|told| checks.contains(&told.finding.check) && self.breaks(&told.finding))
    }
}

fn is_of(object: &ObjectRef, key: &Key) -> bool {
    object.namespace.as_deref() == Some(key.namespace.as_str()) && object.name == key.name
}

/// A mirror that nobody keeps: its name resolves, and leads to where the exporter was.
fn left(seen: &MeshSeen, key: &Key, place: &Place<'_>) -> Option<Finding> {
    let is_gone = matches!(seen.services, Observed::Present(_)) && service(seen, key).is_none();
    let of_service = |target: &Target| {
        let found = target.found_in(seen).filter(|found| is_gone && target.leads_there(found));
        found.map(|_| target.object())
    };
    let made = place.made.as_ref().and_then(|(_, target)| of_service(target));
    let object = place.orphan.as_ref().map(|orphan| orphan.object.clone()).or(made)?;
    let text = format!("{} still exists, but nothing updates it: its addresses may be stale", object.name);
    let clusters = [&seen.exporter, &object.cluster];
    let finding = Finding::error("mirror-orphaned", &clusters, text, removal(seen, key));
    Some(finding.about(object))
}
