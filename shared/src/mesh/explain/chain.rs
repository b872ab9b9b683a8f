//! A chain from what was found: which finding leads, which follow from it, and which stages were not even reached.

use super::super::arrival::State;
use super::super::causes::{explains, may_explain};
use super::super::export::{Again, Target, missing, objections};
use super::super::link::Way;
use super::super::snapshot::{Key, MeshSeen};
use super::places::{Place, service};
use super::sight::Scene;
use super::stages::{STAGES, Side, Stage, of_check, place as place_of};
use super::symptom::{self, finding};
use super::{Asked, Chain, Outcome, Said, Standing, Step, words};
use crate::terms::{ClusterName, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, Severity};

/// A finding at its stage.
pub(super) struct Told {
    at: usize,
    finding: Finding,
}

/// All that was found of one mirror, in causal order.
struct Case<'a> {
    way: Way,
    told: Vec<Told>,
    remarks: Vec<Finding>,
    /// How far the mirror has come, when all that it needs could be asked.
    state: Option<State>,
    consumer: Option<&'a ClusterName>,
    exporter: &'a ClusterName,
    has_gateway: bool,
}

/// Explains one mirror.
pub(super) fn of(seen: &MeshSeen, key: &Key, asked: &Asked, place: &Place<'_>) -> Chain {
    let case = Case::of(seen, key, asked, place);
    let chain = case.steps();
    let (outcome, cause) = case.outcome(&chain);
    let remarks = case.remarks(cause.as_ref());
    let target = place.made.as_ref().map(|(_, target)| target);
    let headline =
        words::headline(key, (place.consumer.as_ref(), target), (outcome, case.state), cause.as_ref());
    Chain {
        consumer: place.consumer.clone(),
        link: place.made.as_ref().map(|(link, _)| link.name.clone()),
        mirror: target
            .map(|target| target.mirror.clone())
            .or_else(|| Some(place.orphan.as_ref()?.object.name.clone())),
        mode: target.map(|target| target.way),
        dns: target.map(|target| target.dns.clone()),
        state: case.state,
        outcome,
        headline,
        cause,
        chain,
        remarks,
        target: target.cloned(),
    }
}

impl<'a> Case<'a> {
    fn of(seen: &'a MeshSeen, key: &Key, asked: &Asked, place: &'a Place<'_>) -> Self {
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
        let Some(Observed::Present(consumer)) = seen.consumers.get(&target.consumer) else { return };
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

    /// Whether a finding breaks the chain: an error, or what explains one.
    fn breaks(&self, finding: &Finding) -> bool {
        let mut errors =
            self.told.iter().map(|told| &told.finding).filter(|one| one.severity == Severity::Error);
        finding.severity == Severity::Error || errors.any(|error| explains(finding, error))
    }

    /// The first finding that explains this one.
    fn because(&self, finding: &Finding) -> Option<&'static str> {
        let mut causes = self.told.iter().map(|told| &told.finding).filter(|one| self.breaks(one));
        causes.find(|cause| explains(cause, finding)).map(|cause| cause.check)
    }

    fn steps(&self) -> Vec<Step> {
        let stages = STAGES.iter().enumerate().filter(|(_, stage)| stage.is_on(self.way));
        stages.map(|(at, stage)| self.step(at, stage)).collect()
    }

    fn step(&self, at: usize, stage: &Stage) -> Step {
        let here = || self.told.iter().filter(move |told| told.at == at).map(|told| &told.finding);
        let main = here().max_by_key(|finding| self.rank(finding));
        let finding = main.map(|finding| self.said(finding));
        let state = match (main, &finding) {
            (Some(main), Some(said)) => match (self.breaks(main), said.because, main.severity) {
                (true, Some(_), _) => Standing::Follows,
                (true, None, _) => Standing::Broken,
                (false, _, Severity::Unknown) => Standing::Unknown,
                (false, _, Severity::Info | Severity::Warning | Severity::Error) => Standing::Warning,
            },
            _ if self.reaches(stage) => Standing::Holds,
            _ => Standing::NotReached,
        };
        let cluster = match stage.side {
            Side::Exporter => Some(self.exporter.clone()),
            Side::Consumer => self.consumer.cloned(),
        };
        let is_other = |finding: &&Finding| main.is_none_or(|main| !std::ptr::eq(*finding, main));
        let also = here().filter(is_other).cloned().collect();
        Step { stage: stage.id, title: stage.title, cluster, state, finding, also }
    }

    /// Which finding of a stage speaks for it: what breaks by itself, what follows, what is hidden, what is a remark; the
    /// first of its kind.
    fn rank(&self, finding: &Finding) -> (u8, std::cmp::Reverse<usize>) {
        let kind = match (self.breaks(finding), self.because(finding), finding.severity) {
            (true, None, _) => 3,
            (true, Some(_), _) => 2,
            (false, _, Severity::Unknown) => 1,
            (false, _, Severity::Info | Severity::Warning | Severity::Error) => 0,
        };
        let place = self.told.iter().position(|told| std::ptr::eq(&raw const told.finding, finding));
        (kind, std::cmp::Reverse(place.unwrap_or_default()))
    }

    fn said(&self, finding: &Finding) -> Said {
        Said {
            check: finding.check,
            summary: finding.summary.clone(),
            evidence: finding.evidence.clone(),
            because: self.because(finding).filter(|_| self.breaks(finding)),
            remedy: finding.remedy.clone(),
        }
    }

    fn has(&self, checks: &[&str]) -> bool {
        self.told.iter().any(|told| checks.contains(&told.finding.check) && self.breaks(&told.finding))
    }

    /// Whether anybody could say that a stage holds.
    fn reaches(&self, stage: &Stage) -> bool {
        let Some(state) = self.state else { return self.reaches_without_a_mirror(stage.id) };
        match stage.id {
            "leader" => !self.has(&["controller-running"]),
            "mirror" => state >= State::Labelled,
            "current" => state >= State::Behind,
            "endpoints" => state >= State::Mirrored,
            "gateway" | "probe" => self.has_gateway,
            "address" => self.has_gateway && !self.has(&["gateway-up"]),
            "identity" => self.way != Way::Gateway || (self.has_gateway && !self.has(&["gateway-up"])),
            _ => true,
        }
    }

    /// Without the Service or a Link little can be asked.
    fn reaches_without_a_mirror(&self, stage: &str) -> bool {
        let is_told = |stage: &str| self.told.iter().any(|told| Some(told.at) == place_of(stage));
        match stage {
            "service" => true,
            "link" => self.consumer.is_some() && !is_told("link"),
            _ => false,
        }
    }

    /// What the chain comes to, and the finding that leads.
    fn outcome(&self, steps: &[Step]) -> (Outcome, Option<Finding>) {
        let first = |state: Standing| steps.iter().find(|step| step.state == state);
        let broken = first(Standing::Broken);
        let before = |step: &&Step| match broken.and_then(|broken| broken.finding.as_ref()) {
            Some(said) => step_may_explain(step, said.check),
            None => true,
        };
        let hidden = steps.iter().filter(|step| step.state == Standing::Unknown).find(before);
        let leads = |step: &Step| self.leading(step);
        match (hidden, broken, first(Standing::Warning)) {
            (Some(hidden), _, _) => (Outcome::Unsure, leads(hidden)),
            (None, Some(broken), _) => (Outcome::Broken, leads(broken)),
            (None, None, Some(weak)) => (Outcome::Doubtful, leads(weak)),
            (None, None, None) => (Outcome::Whole, None),
        }
    }

    fn leading(&self, step: &Step) -> Option<Finding> {
        let said = step.finding.as_ref()?;
        let at = place_of(step.stage)?;
        let is_it = |told: &&Told| {
            told.at == at && told.finding.check == said.check && told.finding.summary == said.summary
        };
        self.told.iter().find(is_it).map(|told| Finding { because: None, ..told.finding.clone() })
    }

    /// What neither leads nor breaks anything.
    fn remarks(&self, cause: Option<&Finding>) -> Vec<Finding> {
        let weak = self.told.iter().map(|told| &told.finding);
        let weak =
            weak.filter(|one| one.severity == Severity::Warning && !self.breaks(one) && Some(*one) != cause);
        weak.chain(&self.remarks).cloned().collect()
    }
}

/// Whether what could not be seen at a stage might be the reason of a finding.
fn step_may_explain(step: &Step, check: &str) -> bool {
    let checks = place_of(step.stage).and_then(|at| STAGES.get(at)).map_or(&[][..], |stage| stage.checks);
    checks.iter().any(|one| may_explain(one, check))
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
    let text = format!("{} is still there, and nobody keeps it: its addresses may be old", object.name);
    let undo = Again { verb: Some("undo"), flags: Vec::new(), ..Again::default() };
    let words = undo.command(&seen.fleet, &seen.exporter, key);
    let remedy = Remedy::run("remove it, unless what it led to comes back; run", words);
    let finding = Finding::error("mirror-orphaned", &[&seen.exporter, &object.cluster], text, remedy);
    Some(finding.about(object))
}
