//! Findings of one fingerprint, told as one: whoever compares reports, or accepts what is known, takes them for one thing.

use super::restarts::in_turn;
use super::{Judged, NAMED};
use crate::mesh::causes::position;
use crate::terms::{first_of, listed};
use crate::verdict::{Cause, Evidence, Finding, Remedy};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// What follows one thing that is told in more than one sentence.
const BESIDES: &str = "; ";

impl Judged {
    /// Makes one finding of those that are the same by their fingerprints, and of what hides the same from two questions.
    pub fn merge(&mut self) {
        let mut same = BTreeMap::<String, Vec<Finding>>::new();
        for finding in self.causes.iter().flat_map(|cause| [&cause.finding].into_iter().chain(&cause.effects))
        {
            same.entry(finding.fingerprint.clone()).or_default().push(finding.clone());
        }
        same.retain(|_, all| all.len() > 1);
        let mut unseen = BTreeSet::new();
        self.causes.retain(|cause| !is_repeated(cause, &mut unseen));
        if same.is_empty() {
            return;
        }
        self.keep_firsts();
        let mut put = |finding: &mut Finding| {
            if let Some(all) = same.remove(&finding.fingerprint) {
                *finding = merged(finding, all);
            }
        };
        for cause in &mut self.causes {
            [&mut cause.finding].into_iter().chain(&mut cause.effects).for_each(&mut put);
            cause.effects.sort_by_key(|one| (Reverse(one.severity), position(one.check)));
        }
        self.sort();
    }

    /// Leaves the first of each fingerprint: one that leads, where one does, with what follows from any of them.
    fn keep_firsts(&mut self) {
        let (mut leads, mut places) = (Vec::<Cause>::new(), BTreeMap::<String, usize>::new());
        for cause in std::mem::take(&mut self.causes) {
            let place = *places.entry(cause.finding.fingerprint.clone()).or_insert(leads.len());
            match leads.get_mut(place) {
                Some(lead) => lead.effects.extend(cause.effects),
                None => leads.push(cause),
            }
        }
        let mut told: BTreeSet<String> = places.into_keys().collect();
        for lead in &mut leads {
            lead.effects.retain(|effect| told.insert(effect.fingerprint.clone()));
        }
        self.causes = leads;
    }
}

/// Whether it says of what could not be looked at what was said already.
fn is_repeated(cause: &Cause, said: &mut BTreeSet<String>) -> bool {
    let finding = &cause.finding;
    finding.is_unseen && cause.effects.is_empty() && !said.insert(finding.sentence())
}

/// All of them as one, in the place of the one that is kept: what weighs most is said first.
fn merged(kept: &Finding, mut all: Vec<Finding>) -> Finding {
    all.sort_by(|one, other| other.severity.cmp(&one.severity).then_with(|| one.summary.cmp(&other.summary)));
    let Some(first) = all.first().cloned() else { return kept.clone() };
    let mut by_weight = BTreeMap::<Reverse<_>, BTreeSet<&str>>::new();
    for finding in &all {
        by_weight.entry(Reverse(finding.severity)).or_default().insert(&finding.summary);
    }
    let said: Vec<Alike> = by_weight.into_values().map(Alike::of).collect();
    let summary = said.iter().map(Alike::sentence).collect::<Vec<_>>().join(BESIDES);
    let mut evidence = Vec::new();
    let more = said.iter().filter_map(Alike::rest);
    let more = more.map(|value| Evidence { field: "it is about".to_owned(), value });
    for one in all.iter().flat_map(|finding| finding.evidence.iter().cloned()).chain(more) {
        if !evidence.contains(&one) {
            evidence.push(one);
        }
    }
    let (because, because_of) = (kept.because, kept.because_of.clone());
    Finding { summary, evidence, remedy: remedied(&all), because, because_of, ..first }
}

/// What helps against all of them.
pub(super) fn remedied(all: &[Finding]) -> Option<Remedy> {
    let remedies: Vec<&Remedy> = all.iter().filter_map(|finding| finding.remedy.as_ref()).collect();
    let first = remedies.first().copied()?.clone();
    let mut commands: Vec<&str> = Vec::new();
    for command in remedies.iter().filter_map(|remedy| remedy.command.as_deref()) {
        if !commands.iter().any(|known| is_alike(known, command)) {
            commands.push(command);
        }
    }
    let command = (!commands.is_empty()).then(|| in_turn(&commands));
    let actions: BTreeSet<&str> = remedies.iter().map(|remedy| remedy.action.as_str()).collect();
    let parted = remedies.iter().map(|remedy| remedy.action.strip_suffix(RUN)?.split_once(TO));
    let action = match parted.collect::<Option<Vec<_>>>() {
        Some(parts) if actions.len() > 1 => {
            let (mut whats, hows): (Vec<&str>, Vec<&str>) = parts.into_iter().unzip();
            whats.dedup();
            let is_one = all.iter().all(|one| Some(one.check) == all.first().map(|first| first.check));
            let whats =
                if is_one { Alike::of(whats.into_iter().collect()).sentence() } else { whats.join(BESIDES) };
            // What only looks is done first.
            let hows: BTreeSet<&str> = hows.iter().flat_map(|how| how.split(AND)).collect();
            let hows: Vec<&str> = hows.into_iter().rev().collect();
            format!("{whats}{TO}{}{RUN}", hows.join(AND))
        }
        Some(_) | None => Alike::of(actions).sentence(),
    };
    Some(Remedy { action, command, ..first })
}

/// How an action goes on to its command, and ends.
const TO: &str = "; to ";
const AND: &str = " and to ";
const RUN: &str = ", run";

/// Whether two commands do the same: what they make may be called otherwise.
fn is_alike(one: &str, other: &str) -> bool {
    let parts = |text: &'_ str| {
        let (before, named) = text.split_once(r#""metadata":{"name":""#)?;
        Some((before.to_owned(), named.split_once('"')?.1.to_owned()))
    };
    one == other || parts(one).is_some_and(|one| Some(one) == parts(other))
}

/// Sentences that begin and end alike, and what each says in between.
struct Alike<'a> {
    before: &'a str,
    between: Vec<&'a str>,
    after: &'a str,
}

impl<'a> Alike<'a> {
    fn of(texts: BTreeSet<&'a str>) -> Self {
        let texts: Vec<&str> = texts.into_iter().collect();
        let first = texts.first().copied().unwrap_or_default();
        let apart = || Self { before: "", between: texts.clone(), after: "" };
        let alike = texts.iter().map(|text| begins(first, text)).min().unwrap_or_default();
        // Words are left whole.
        let start = first.get(..alike).and_then(|text| text.rfind(' ')).map_or(0, |at| at + 1);
        let rests: Vec<&str> = texts.iter().filter_map(|text| text.get(start..)).collect();
        let rest = rests.first().copied().unwrap_or_default();
        let alike = rests.iter().map(|text| ends(rest, text)).min().unwrap_or_default();
        let tail = rest.get(rest.len() - alike..).unwrap_or_default();
        let after = tail.find([' ', ',', ':', ';']).and_then(|at| tail.get(at..)).unwrap_or_default();
        let between: Vec<&str> = rests.iter().filter_map(|text| text.strip_suffix(after)).collect();
        if start == 0 || between.len() < texts.len() || between.iter().any(|text| text.is_empty()) {
            return apart();
        }
        Self { before: first.get(..start).unwrap_or_default(), between, after }
    }

    fn sentence(&self) -> String {
        if self.before.is_empty() {
            return self.between.join(BESIDES);
        }
        let fit = self.between.len() <= NAMED;
        let between = if fit { listed(&self.between) } else { first_of(&self.between, NAMED) };
        format!("{}{between}{}", self.before, self.after)
    }

    /// All that it is about, where the sentence does not name all of it.
    fn rest(&self) -> Option<String> {
        (!self.before.is_empty() && self.between.len() > NAMED).then(|| self.between.join(", "))
    }
}

/// How long two texts begin alike.
fn begins(one: &str, other: &str) -> usize {
    let same = one.chars().zip(other.chars()).take_while(|(one, other)| one == other);
    same.map(|(letter, _)| letter.len_utf8()).sum()
}

/// How long two texts end alike.
fn ends(one: &str, other: &str) -> usize {
    let same = one.chars().rev().zip(other.chars().rev()).take_while(|(one, other)| one == other);
    same.map(|(letter, _)| letter.len_utf8()).sum()
}

#[cfg(test)]
mod tests;
