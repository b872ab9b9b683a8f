//! Which labels make a set of Links mirror a Service: the fewest that their selectors want.

use crate::terms::{LabelSelector, Labels, Requirement, SelectorOperator};
use std::collections::BTreeMap;

/// Why no labels can satisfy all selectors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsatisfiable {
    /// A selector says nothing, and so selects nothing.
    #[error("the selector is empty, which selects nothing")]
    Empty,
    /// A selector wants a label gone that the Service has.
    #[error("the label {key} must not be there, and it is")]
    MustBeAbsent {
        /// The label.
        key: String,
    },
    /// The selectors want different things of one label.
    #[error("no value of the label {key} satisfies them all")]
    NoCommonValue {
        /// The label.
        key: String,
    },
}

/// What all selectors together want of one label.
#[derive(Default)]
struct Wish {
    /// The values that are left; `None` while every value is fine.
    allowed: Option<Vec<String>>,
    forbidden: Vec<String>,
    present: bool,
    absent: bool,
}

/// Returns the labels to set so that every selector holds; those that hold already are left alone.
///
/// # Errors
/// The first label, by key, for which no value will do.
pub fn labels_to_set(current: &Labels, selectors: &[&LabelSelector]) -> Result<Labels, Unsatisfiable> {
    if selectors.iter().any(|selector| selector.is_empty()) {
        return Err(Unsatisfiable::Empty);
    }
    let mut wishes: BTreeMap<String, Wish> = BTreeMap::new();
    for requirement in selectors.iter().flat_map(|selector| selector.requirements()) {
        wishes.entry(requirement.key.clone()).or_default().add(requirement);
    }
    let mut wanted = Labels::new();
    for (key, wish) in wishes {
        if let Some(value) = wish.value(&key, current.get(&key))? {
            wanted.insert(key, value);
        }
    }
    Ok(wanted)
}

impl Wish {
    fn add(&mut self, requirement: Requirement) {
        match requirement.operator {
            SelectorOperator::In => {
                let wanted = requirement.values;
                self.present = true;
                self.allowed = Some(match self.allowed.take() {
                    None => wanted,
                    Some(left) => left.into_iter().filter(|value| wanted.contains(value)).collect(),
                });
            }
            SelectorOperator::NotIn => self.forbidden.extend(requirement.values),
            SelectorOperator::Exists => self.present = true,
            SelectorOperator::DoesNotExist => self.absent = true,
        }
    }

    /// The value to set, or `None` when the present state will do.
    fn value(&self, key: &str, current: Option<&String>) -> Result<Option<String>, Unsatisfiable> {
        let key = key.to_owned();
        match (self.absent, self.present, current) {
            (true, true, _) => return Err(Unsatisfiable::NoCommonValue { key }),
            (true, false, Some(_)) => return Err(Unsatisfiable::MustBeAbsent { key }),
            (true | false, false, None) => return Ok(None),
            (false, _, Some(value)) if self.permits(value) => return Ok(None),
            (false, _, _) => {}
        }
        let candidates = self.allowed.clone().unwrap_or_else(|| vec!["true".into(), "yes".into()]);
        let found = candidates.into_iter().find(|value| self.permits(value));
        found.map(Some).ok_or(Unsatisfiable::NoCommonValue { key })
    }

    fn permits(&self, value: &String) -> bool {
        self.allowed.as_ref().is_none_or(|allowed| allowed.contains(value)) && !self.forbidden.contains(value)
    }
}

#[cfg(test)]
mod tests;
