//! Each check against each world, and against each right that lacks: where it speaks, where it is silent, and what hides it.

use super::laws::{found, says_unseen};
use super::*;
use crate::mesh::checks::CHECKS;
use crate::mesh::explain::tests::blind::ROWS;
use crate::mesh::explain::tests::worlds::forbidden;
use std::collections::{BTreeMap, BTreeSet};

/// Where a check speaks, and what hides that.
#[derive(Default)]
struct Line {
    /// Of what it says in the worlds in which it speaks, a part.
    speaks: BTreeSet<&'static str>,
    /// In how many worlds something else is wrong, and it is silent.
    silent: usize,
    /// What is not seen where it is silent in a world in which it spoke, and where.
    hidden: BTreeSet<String>,
}

/// What is asked where somebody wants an export, and what needs pods of both sides or nobody's sight: worlds beside the table.
const BESIDE: [&str; 6] =
    ["flat-mode", "federated-mode", "flat-network", "domain-assumed", "not-looked-at", "not-looked-at-here"];

#[test]
fn each_check_has_worlds_in_which_it_speaks_in_which_it_is_silent_and_in_which_it_cannot_see() {
    let lines = lines();
    let lacking: Vec<&str> =
        CHECKS.iter().map(|check| check.id).filter(|id| !lines.contains_key(id)).collect();
    assert_eq!(lacking, BESIDE, "checks without a world");
    let known = || CHECKS.iter().filter_map(|check| Some((check.id, lines.get(check.id)?)));
    let blind = known().filter(|(_, line)| line.silent == 0 || line.hidden.is_empty()).map(|(id, _)| id);
    assert_eq!(
        blind.collect::<Vec<_>>(),
        Vec::<&str>::new(),
        "checks that are never silent, or that nothing hides"
    );
    let text: Vec<String> = known().map(|(id, line)| line.text(id)).collect();
    insta::assert_snapshot!("matrix", text.concat());
}

impl Line {
    fn text(&self, id: &str) -> String {
        let speaks: Vec<&str> = self.speaks.iter().copied().collect();
        let hidden: Vec<&str> = self.hidden.iter().map(String::as_str).collect();
        let (speaks, hidden, silent) = (speaks.join(" | "), hidden.join(", "), self.silent);
        format!("{id}\n  speaks: {speaks}\n  silent in {silent} other worlds\n  hidden by: {hidden}\n")
    }
}

/// What a person reads of what leads in each world, with all that proves it and what to do.
#[test]
fn each_cause_says_what_it_is_what_proves_it_and_what_to_do() {
    let texts =
        rows().into_iter().filter(|(_, _, words, _)| !UNASKED.contains(words)).map(|(id, _, _, change)| {
            let judged = judged(world(change));
            let cause = judged.causes.iter().find(|cause| cause.finding.check == *id).unwrap();
            let Finding { summary, evidence, remedy, severity, .. } = &cause.finding;
            let seen: Vec<String> =
                evidence.iter().map(|one| format!("  seen: {}: {}\n", one.field, one.value)).collect();
            let next = remedy.as_ref().map(ToString::to_string).unwrap_or_default();
            format!("{} {id}: {summary}\n{}  next: {next}\n", severity.word(), seen.concat())
        });
    insta::assert_snapshot!("texts", texts.collect::<String>());
}

fn lines() -> BTreeMap<&'static str, Line> {
    let mut lines: BTreeMap<&'static str, Line> = BTreeMap::new();
    let matters = |judged: Judged| {
        let found = found(judged).into_iter().filter(|one| one.severity > Severity::Info);
        found.map(|one| one.check).collect::<BTreeSet<_>>()
    };
    for (id, _, words, change) in rows() {
        let told = matters(judged(world(change)));
        for check in &CHECKS {
            let line = lines.entry(check.id).or_default();
            line.silent += usize::from(!told.contains(check.id));
        }
        if !told.contains(id) {
            continue;
        }
        lines.entry(id).or_default().speaks.insert(words);
        for (_, resource, cluster, hide) in ROWS {
            let after = found(judged(world(|world| {
                change(world);
                hide(world, forbidden(resource));
            })));
            let is_silent = !after.iter().any(|one| one.check == *id && one.severity > Severity::Info);
            if is_silent && after.iter().any(|one| says_unseen(one, resource)) {
                lines.entry(id).or_default().hidden.insert(format!("{resource} of {cluster}"));
            }
        }
    }
    lines.retain(|_, line| !line.speaks.is_empty());
    lines
}
