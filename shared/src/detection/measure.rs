//! One world with each of its mutations, and what became of them.

use super::caught::{Fate, fate};
use super::certificates::Certificates;
use super::fields::Shown;
use super::harmless::{GAPS, HARMLESS, Row, fits};
use super::leaves::shown;
use super::look::Seen;
use super::mutations::{Mutation, Operator, of_object};
use super::rules::RULES;
use super::settle::settled;
use super::world::World;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What a mutation comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    Caught,
    Harmless,
    /// In the table of gaps.
    Missed,
}

/// A world, measured.
pub(super) struct Measured {
    pub(super) name: &'static str,
    /// How many mutations change nothing that is looked at.
    pub(super) unseen: usize,
    /// How many the cluster itself undoes.
    pub(super) undone: usize,
    /// How many of each kind and operator come to what.
    pub(super) counts: BTreeMap<(String, Operator, Outcome), usize>,
    /// How many mutations each row of the tables is about.
    pub(super) rows: BTreeMap<(&'static str, &'static str, &'static str), usize>,
    /// The fields of what is judged that some mutation of a leaf changes.
    pub(super) exercised: BTreeSet<String>,
    unnamed: Vec<String>,
}

impl Measured {
    pub(super) fn of(name: &'static str, world: &World) -> Self {
        let certificates = Certificates::new();
        let base = Seen::of(world, &certificates);
        let printed = Shown::of(&base);
        let mut measured = Self::nothing(name);
        let beside = World::beside(name);
        for (cluster, at) in world.places(name) {
            let all = of_object(world, cluster, at).into_iter();
            for mutation in all.filter(|one| beside.as_ref().is_none_or(|beside| !one.is_of(beside, world))) {
                measured.take((world, &base, &printed), &mutation, &certificates);
            }
        }
        measured
    }

    fn nothing(name: &'static str) -> Self {
        let (counts, rows) = (BTreeMap::new(), BTreeMap::new());
        Self { name, unseen: 0, undone: 0, counts, rows, exercised: BTreeSet::new(), unnamed: Vec::new() }
    }

    /// What a mutation of the healthy world comes to.
    fn take(
        &mut self,
        (world, base, printed): (&World, &Seen, &Shown),
        mutation: &Mutation,
        certificates: &Certificates,
    ) {
        let changed = settled(mutation.applied(world), world);
        if let Some(rule) = about(RULES, world, mutation) {
            self.count_row(rule);
        } else if changed.0 == world.0 {
            self.undone += 1;
        } else {
            let seen = Seen::of(&changed, certificates);
            if seen == *base { self.unseen += 1 } else { self.add(world, printed, mutation, &seen) }
        }
    }

    fn count_row(&mut self, row: &'static Row) {
        *self.rows.entry((row.object, row.field, row.reason)).or_default() += 1;
    }

    fn add(&mut self, world: &World, printed: &Shown, mutation: &Mutation, seen: &Seen) {
        // What is gone as a whole changes no field.
        if !mutation.path.is_empty() {
            printed.differing(&Shown::of(seen), &mut self.exercised);
        }
        let found = seen.judged();
        let (kind, object, field) = place(world, mutation);
        let fate = fate(world, mutation, &found);
        let harmless = about(HARMLESS, world, mutation).filter(|_| fate == Fate::Missed);
        let row = harmless.or_else(|| about(GAPS, world, mutation)).filter(|_| fate != Fate::Caught);
        let outcome = match (fate, harmless) {
            (Fate::Caught, _) => Outcome::Caught,
            (_, Some(_)) => Outcome::Harmless,
            (Fate::Vague | Fate::Missed, None) => Outcome::Missed,
        };
        *self.counts.entry((kind, mutation.operator, outcome)).or_default() += 1;
        match row {
            Some(row) => self.count_row(row),
            None if fate == Fate::Caught => {}
            None => {
                let (way, to) = (self.name, mutation.value.as_ref());
                let told: Vec<&str> = found.iter().map(|one| one.check).collect();
                let operator = mutation.operator.word();
                self.unnamed.push(format!("{way}: {operator} {object} {field} to {to:?}; told: {told:?}"));
            }
        }
    }

    pub(super) fn unnamed(&self) -> impl Iterator<Item = &str> {
        self.unnamed.iter().map(String::as_str)
    }

    pub(super) fn count(&self, outcome: Outcome) -> usize {
        self.counts.iter().filter(|((.., one), _)| *one == outcome).map(|(_, count)| count).sum()
    }
}

/// The first row of a table that is about a mutation.
fn about(table: &'static [Row], world: &World, mutation: &Mutation) -> Option<&'static Row> {
    let (_, object, field) = place(world, mutation);
    table.iter().find(|row| {
        row.operators.contains(&mutation.operator) && fits(row.object, &object) && fits(row.field, &field)
    })
}

/// The kind, the object and the field of a mutation.
fn place(world: &World, mutation: &Mutation) -> (String, String, String) {
    let object = &world.0[mutation.cluster][mutation.object];
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let (kind, name) = (text("/kind"), text("/metadata/name"));
    (kind.to_owned(), format!("{kind}/{name}"), shown(&mutation.path))
}

/// Rows that no mutation of any world needs.
pub(super) fn needless(all: &[Measured]) -> Vec<String> {
    let is_needed = |row: &Row| {
        let key = (row.object, row.field, row.reason);
        all.iter().any(|one| one.rows.contains_key(&key))
    };
    let rows = RULES.iter().chain(HARMLESS).chain(GAPS).filter(|row| !is_needed(row));
    rows.map(|row| format!("{} {}", row.object, row.field)).collect()
}
