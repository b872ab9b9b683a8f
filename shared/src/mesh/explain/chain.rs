//! A chain from what was found: which finding leads, which follow from it, and which stages were not even reached.

use super::super::arrival::State;
use super::super::causes::may_hide;
use super::super::link::Way;
use super::super::snapshot::{Key, MeshSeen};
use super::case::{Case, Told};
use super::places::Place;
use super::stages::{STAGES, Side, Stage, place as place_of};
use super::{Asked, Chain, Outcome, Said, Standing, Step, words};
use crate::verdict::{Finding, Severity};

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

impl Case<'_> {
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
    checks.iter().any(|one| may_hide(one, check))
}
