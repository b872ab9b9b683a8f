//! Findings of one fingerprint, told as one: whoever compares reports, or accepts what is known, takes them for one thing.

use super::restarts::in_turn;
use super::{Judged, NAMED};
use crate::mesh::causes::position;
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
fn remedied(all: &[Finding]) -> Option<Remedy> {
    let remedies: Vec<&Remedy> = all.iter().filter_map(|finding| finding.remedy.as_ref()).collect();
    let first = remedies.first().copied()?.clone();
    let actions = remedies.iter().map(|remedy| remedy.action.as_str()).collect();
    let mut commands: Vec<&str> = Vec::new();
    for command in remedies.iter().filter_map(|remedy| remedy.command.as_deref()) {
        if !commands.contains(&command) {
            commands.push(command);
        }
    }
    let command = (!commands.is_empty()).then(|| in_turn(&commands));
    Some(Remedy { action: Alike::of(actions).sentence(), command, ..first })
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
        let named = self.between.get(..NAMED.min(self.between.len())).unwrap_or_default();
        let between = match (self.between.len() - named.len(), named) {
            (0, [all @ .., last]) if !all.is_empty() => format!("{} and {last}", all.join(", ")),
            (0, named) => named.join(", "),
            (more, named) => format!("{} and {more} more", named.join(", ")),
        };
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
mod tests {
    use super::*;
    use crate::terms::{ClusterName, Kind, ObjectRef};

    fn sentence(texts: &[&str]) -> String {
        Alike::of(texts.iter().copied().collect()).sentence()
    }

    #[test]
    fn sentences_that_begin_and_end_alike_become_one() {
        let to = |whom: &str| format!("it does not let pods to port 4143 of {whom}, whoever asks");
        let [cart, search, gateway] = ["pods of cart", "pods of search", "the gateway"].map(to);
        assert_eq!(sentence(&[&cart]), cart);
        assert_eq!(sentence(&[&cart, &cart]), cart);
        let three =
            "it does not let pods to port 4143 of pods of cart, pods of search and the gateway, whoever asks";
        assert_eq!(sentence(&[&search, &gateway, &cart]), three);
        let [one, other] = [to("mail"), to("web")];
        let all = sentence(&[&search, &gateway, &cart, &one, &other]);
        assert!(all.contains(" of mail, pods of cart, pods of search and 2 more, whoever"), "{all}");
        assert_eq!(
            sentence(&["a member of infra, gone", "a member of apps, gone"]),
            "a member of apps and infra, gone"
        );
        assert_eq!(sentence(&["down", "gone"]), "down; gone");
        assert_eq!(sentence(&["it is down", "it is down for good"]), "it is down and down for good");
        assert_eq!(sentence(&["über ä", "über ö"]), "über ä and ö");
    }

    fn shut(whom: &str) -> Finding {
        let infra = ClusterName::new("infra");
        let policy = ObjectRef::namespaced(&infra, Kind::NetworkPolicy, "shop", "deny-all");
        let remedy = Remedy::run(format!("let them to {whom}; for that, run"), format!("allow {whom}"));
        let finding =
            Finding::warning("client-network-policy", &[&infra], format!("shut from {whom}"), remedy);
        finding.about(policy).seen("spec.egress", "nobody").seen("to", whom)
    }

    fn merged_of(causes: Vec<(Finding, Vec<Finding>)>) -> Vec<(Finding, Vec<Finding>)> {
        let causes = causes.into_iter().map(|(finding, effects)| Cause { finding, effects }).collect();
        let mut judged = Judged { causes, ..Judged::default() };
        judged.merge();
        judged.causes.into_iter().map(|cause| (cause.finding, cause.effects)).collect()
    }

    #[test]
    fn findings_of_one_fingerprint_are_told_as_one_in_any_order() {
        let mut under = shut("web");
        under.follow(Some(&shut("mail")));
        let effect = Finding::info("other", &[], "x");
        let all = [
            vec![(shut("mail"), vec![under.clone()]), (shut("db"), vec![effect.clone()])],
            vec![(shut("db"), vec![effect.clone(), under]), (shut("mail"), Vec::new())],
        ];
        for all in all {
            let told = merged_of(all);
            let [(one, effects)] = &told[..] else { panic!("{told:#?}") };
            assert_eq!((one.summary.as_str(), effects.len()), ("shut from db, mail and web", 1));
            let remedy = one.remedy.as_ref().unwrap();
            assert_eq!(remedy.action, "let them to db, mail and web; for that, run");
            assert_eq!(remedy.command.as_deref(), Some("allow db && allow mail && allow web"));
            let fields: Vec<&str> = one.evidence.iter().map(|seen| seen.value.as_str()).collect();
            assert_eq!(fields, ["nobody", "db", "mail", "web"]);
            assert_eq!((one.because, &one.fingerprint), (None, &shut("db").fingerprint));
        }
    }

    #[test]
    fn what_two_questions_could_not_look_at_is_told_once() {
        let infra = ClusterName::new("infra");
        let hidden = |check, what: &str| (Finding::not_asked(check, &[&infra], what, "denied"), Vec::new());
        let (one, other) = (hidden("not-looked-at", "Services"), hidden("not-looked-at-here", "Services"));
        let pods = hidden("not-looked-at-here", "pods");
        assert_eq!(merged_of(vec![one.clone(), pods]).len(), 2);
        assert_eq!(merged_of(vec![one.clone(), other]), [one]);
    }
}
