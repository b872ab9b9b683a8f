//! Each check against worlds, and against each right that lacks: where it speaks, where it must not though it is near, where it is
//! silent, and what hides it. Complete: a check that lacks one of these fails the test.

use super::laws::says_unseen;
use super::own::own;
use super::*;
use crate::mesh::checks::CHECKS;
use crate::mesh::explain::tests::blind::{ROWS, Row as Blind};
use crate::mesh::explain::tests::worlds::apart::NEAR;
use crate::mesh::explain::tests::worlds::forbidden;
use crate::mesh::explain::tests::worlds::hidden::HIDING;
use crate::mesh::explain::tests::worlds::lost::NEAR_LOST;
use crate::mesh::explain::tests::worlds::mended::OF_MIRRORS;
use crate::mesh::explain::tests::worlds::nearby::{Near, OF_LINKS};
use crate::mesh::explain::tests::worlds::passed::NEAR_PASSED;
use crate::mesh::explain::tests::worlds::refused::NEAR_REFUSED;
use std::collections::{BTreeMap, BTreeSet};

/// What is known of a check.
#[derive(Default)]
struct Line {
    /// Of what it says in the worlds in which it speaks, a part.
    speaks: BTreeSet<&'static str>,
    /// What is so in worlds that are near, and in which it is silent.
    near: Vec<&'static str>,
    /// In how many worlds something else is wrong, and it is silent.
    silent: usize,
    /// What is not seen where it is silent in a world in which it spoke, and where.
    hidden: BTreeSet<String>,
}

/// What nothing hides, and why.
const ALWAYS: [(&str, &str); 2] = [("cluster-unseen", SIGHT), ("services-unseen", SIGHT)];
const SIGHT: &str = "it is what says that something cannot be seen";

/// What they say is no more than worth knowing.
const REMARKS: [&str; 3] = ["domain-assumed", "not-looked-at", "not-looked-at-here"];

/// What looks tell besides.
const BESIDES: [&str; 4] = ["service-not-found", "not-labelled", "export-label", "federated-local"];

fn ids() -> impl Iterator<Item = &'static str> {
    CHECKS.iter().map(|check| check.id).chain(FOUND).chain(BESIDES)
}

#[test]
fn each_check_speaks_somewhere_not_near_by_and_not_where_it_cannot_see() {
    let lines = lines();
    let lacking = |is_lacking: fn(&Line) -> bool| {
        ids().filter(|id| lines.get(id).is_none_or(is_lacking)).collect::<Vec<&str>>()
    };
    let none = Vec::<&str>::new();
    assert_eq!(lacking(|line| line.speaks.is_empty()), none, "checks that speak nowhere");
    assert_eq!(lacking(|line| line.near.is_empty()), none, "checks without a near miss");
    assert_eq!(lacking(|line| line.silent == 0), none, "checks that are never silent");
    let always: Vec<&str> = ALWAYS.iter().map(|(id, _)| *id).collect();
    assert_eq!(lacking(|line| line.hidden.is_empty()), always, "checks that nothing hides");
    let is_blind = |id: &&str| {
        let hidden = |own: &str| lines.get(id).is_some_and(|line| line.hidden.contains(own));
        matches!(own(id)[..], [own] if hidden(own))
    };
    let seeing: Vec<&str> = ids().filter(|id| !is_blind(id)).collect();
    assert_eq!(seeing, always, "checks that speak without what they see by");
    let text: Vec<String> = ids().filter_map(|id| Some(lines.get(id)?.text(id))).collect();
    insta::assert_snapshot!("matrix", text.concat());
}

/// A near miss is a miss: it is no healthy world, and nothing that matters is said of it.
#[test]
fn nothing_is_told_of_what_is_near_a_break() {
    let mut odd = Vec::new();
    for (id, words, change) in near() {
        let way = world(change).bed.way;
        if world(change).seen().0 == World::healthy(way).seen().0 {
            odd.push(format!("{id}: {words}: nothing is near"));
        }
        let told = findings(world(change)).into_iter();
        let told = told.filter(|one| one.severity > Severity::Info && one.hidden.is_empty());
        odd.extend(told.map(|one| format!("{id}: {words}: {}: {}", one.check, one.summary)));
    }
    assert_eq!(odd, Vec::<String>::new());
}

fn near() -> impl Iterator<Item = &'static Near> {
    OF_LINKS.iter().chain(OF_MIRRORS).chain(NEAR_LOST).chain(NEAR_REFUSED).chain(NEAR_PASSED).chain(NEAR)
}

/// The worlds in which something is wrong, with the check whose world it is.
fn broken() -> Vec<Near> {
    let rows = rows().into_iter().map(|(id, _, words, change)| (*id, *words, *change));
    rows.filter(|(id, ..)| ids().any(|known| known == *id)).chain(BESIDE.iter().copied()).collect()
}

impl Line {
    fn text(&self, id: &str) -> String {
        let all = |set: &BTreeSet<&'static str>| set.iter().copied().collect::<Vec<_>>().join(" | ");
        let hidden: Vec<&str> = self.hidden.iter().map(String::as_str).collect();
        let always = ALWAYS.iter().find(|(always, _)| *always == id);
        let hidden = always.map_or_else(
            || format!("sees by: {}\n  hidden by: {}", own(id).join(", "), hidden.join(", ")),
            |(_, why)| format!("nothing hides it: {why}"),
        );
        let (speaks, near, silent) = (all(&self.speaks), self.near.join(" | "), self.silent);
        format!(
            "{id}\n  speaks: {speaks}\n  not near by: {near}\n  silent in {silent} other worlds\n  {hidden}\n"
        )
    }
}

/// The checks that speak.
fn told(findings: &[Finding]) -> BTreeSet<&'static str> {
    let speaks = |one: &&Finding| {
        one.severity > Severity::Info && one.hidden.is_empty() || REMARKS.contains(&one.check)
    };
    findings.iter().filter(speaks).map(|one| one.check).collect()
}

fn lines() -> BTreeMap<&'static str, Line> {
    let mut lines: BTreeMap<&'static str, Line> = BTreeMap::new();
    for (id, words, _) in near() {
        lines.entry(id).or_default().near.push(words);
    }
    for (id, words, change) in broken() {
        let told = told(&findings(world(change)));
        for check in ids().filter(|check| !told.contains(check)) {
            lines.entry(check).or_default().silent += 1;
        }
        if told.contains(id) {
            let line = lines.entry(id).or_default();
            line.speaks.insert(words);
            line.hidden.extend(hidden(id, change));
        }
    }
    lines
}

/// What is not seen where a check is silent in a world in which it speaks, and where that is said.
fn hidden(id: &str, change: fn(&mut World)) -> Vec<String> {
    let own = HIDING.iter().filter(|(check, ..)| *check == id);
    let rows = ROWS.iter().chain(own).filter(|row| hides(id, change, row));
    rows.map(|(_, resource, cluster, _)| format!("{resource} of {cluster}")).collect()
}

fn hides(id: &str, change: fn(&mut World), (_, resource, _, hide): &Blind) -> bool {
    let after = findings(world(|world| {
        change(world);
        hide(world, forbidden(resource));
    }));
    !told(&after).contains(id) && after.iter().any(|one| says_unseen(one, resource))
}
