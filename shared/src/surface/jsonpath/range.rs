//! `{range …}` and `{end}`. kubectl does not nest them when it parses: it meets them while it goes through the
//! template, so that a range without an end runs to the end of the template, and what follows is then run once
//! more. Templates in the wild depend on the forgiving half of that, so all of it is kept.

use super::parse::Node;
use super::walk::{Item, Items};
use serde_json::Value;

/// How many values a template may visit before it is given up.
const MOST_VALUES: usize = 1_000_000;
/// How deep ranges may be nested.
const DEEPEST_RANGE: usize = 64;

/// A template on its way through a document.
#[derive(Debug)]
pub(super) struct Evaluation<'t, 'd> {
    nodes: &'t [Node],
    beginning: usize,
    inside: usize,
    ending: usize,
    last_end: Option<usize>,
    values_left: usize,
    document: std::marker::PhantomData<&'d Value>,
}

impl<'t, 'd> Evaluation<'t, 'd> {
    pub(super) fn new(nodes: &'t [Node]) -> Self {
        let (beginning, inside, ending) = (0, 0, 0);
        let document = std::marker::PhantomData;
        Self { nodes, beginning, inside, ending, last_end: None, values_left: MOST_VALUES, document }
    }

    /// What each part of the template prints.
    pub(super) fn results(&mut self, document: &'d Value) -> Result<Vec<Items<'d>>, String> {
        self.block(0, &Item::Seen(document))
    }

    /// Runs the template from a position up to an end, or its own.
    fn block(&mut self, from: usize, current: &Item<'d>) -> Result<Vec<Items<'d>>, String> {
        let mut results = Vec::new();
        let mut position = from;
        while let Some(node) = self.nodes.get(position) {
            let found = self.step(vec![current.clone()], node)?;
            self.spend(1)?;
            if (1..=self.inside).contains(&self.ending) {
                self.ending -= 1;
                self.last_end = Some(position);
                break;
            }
            if self.beginning > 0 {
                results.extend(self.range(position + 1, found)?);
                position = self.last_end.unwrap_or_default().max(position);
            } else {
                results.push(found);
            }
            position += 1;
        }
        Ok(results)
    }

    fn range(&mut self, from: usize, over: Items<'d>) -> Result<Vec<Items<'d>>, String> {
        if self.inside == DEEPEST_RANGE {
            return Err(format!("ranges are nested more than {DEEPEST_RANGE} deep"));
        }
        self.beginning -= 1;
        self.inside += 1;
        let mut results = Vec::new();
        if over.is_empty() {
            // Nothing to print, but the end must be found.
            self.block(from, &Item::Nothing)?;
        }
        for item in over {
            let current = if item.value().is_null() { Item::Nothing } else { item };
            results.extend(self.block(from, &current)?);
        }
        self.inside -= 1;
        Ok(results)
    }

    /// Handles a bare word.
    pub(super) fn word(&mut self, items: Items<'d>, word: &str) -> Result<Items<'d>, String> {
        match word {
            "range" => {
                self.beginning += 1;
                Ok(items)
            }
            "end" if self.inside == 0 => Err("not in range, nothing to end".to_owned()),
            "end" => {
                self.ending += 1;
                Ok(Vec::new())
            }
            other => Err(format!("unrecognized identifier {other}")),
        }
    }

    /// Counts visited values, so that no template runs for ever.
    pub(super) fn spend(&mut self, values: usize) -> Result<(), String> {
        self.values_left = self.values_left.saturating_sub(values);
        if self.values_left == 0 {
            return Err(format!("the template visits more than {MOST_VALUES} values"));
        }
        Ok(())
    }
}
