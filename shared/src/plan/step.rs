//! Steps and plans.

use crate::terms::ObjectRef;
use serde::Serialize;

/// One change to one object. `A` is the closed enum of what a plugin can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step<A> {
    /// Where.
    pub object: ObjectRef,
    /// What.
    pub action: A,
    /// Which observation demands it.
    pub why: String,
}

/// The changes of a run, in the order in which they are made. Empty means converged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Plan<A> {
    steps: Vec<Step<A>>,
}

impl<A> Default for Plan<A> {
    fn default() -> Self {
        Self { steps: Vec::new() }
    }
}

impl<A> Plan<A> {
    /// A plan of these steps.
    pub fn new(steps: Vec<Step<A>>) -> Self {
        Self { steps }
    }

    /// The steps in order.
    pub fn steps(&self) -> &[Step<A>] {
        &self.steps
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}
