//! What did not work, for whoever wrote the world or typed the command.

use std::fmt;

/// From this likeness on, of 1 for the same, a word is taken for a slip of another one.
const LIKE: f64 = 0.8;

/// What is wrong, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    what: String,
    next: String,
}

impl Failure {
    /// `what` begins with its place; `next` begins with a verb.
    pub fn new(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self { what: what.into(), next: next.into() }
    }

    /// The same, in a larger place.
    #[must_use]
    pub fn at(self, place: impl fmt::Display) -> Self {
        Self { what: format!("{place}: {}", self.what), ..self }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}\n  next: {}", self.what, self.next)
    }
}

impl std::error::Error for Failure {}

/// What to write in place of a word that nobody knows: the one that is most like it, else any of those that are known.
pub(crate) fn in_place_of(word: &str, known: &[&str]) -> String {
    let likeness = |one: &str| strsim::jaro_winkler(&word.to_lowercase(), &one.to_lowercase());
    let likely = known.iter().map(|one| (likeness(one), one)).filter(|(likeness, _)| *likeness >= LIKE);
    match likely.max_by(|(one, _), (other, _)| one.total_cmp(other)) {
        Some((_, nearest)) => format!("write {nearest}, if that is meant"),
        None => format!("write one of: {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_told_with_its_place_and_the_next_step() {
        let failure = Failure::new("there is no kind Pdo", "write Pod").at("infra").at("world.yaml");
        assert_eq!(failure.to_string(), "world.yaml: infra: there is no kind Pdo\n  next: write Pod");
    }

    #[test]
    fn a_slip_is_answered_with_what_was_meant_and_any_other_word_with_all() {
        let known = ["pods", "services"];
        assert_eq!(in_place_of("service", &known), "write services, if that is meant");
        assert_eq!(in_place_of("xyz", &known), "write one of: pods, services");
    }
}
