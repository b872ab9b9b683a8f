//! Whether what is told names the object and the field that were changed.

use super::leaves::{get, keys, shown};
use super::mutations::Mutation;
use super::world::{CLUSTERS, World};
use crate::verdict::{Finding, Severity};
use serde_json::Value;

/// What became of a mutation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    /// A finding names object and field.
    Caught,
    /// Something is found, and none of it names both.
    Vague,
    /// Nothing from a warning on is found.
    Missed,
}

pub(super) fn fate(world: &World, mutation: &Mutation, found: &[Finding]) -> Fate {
    let told: Vec<&Finding> = found.iter().filter(|one| one.severity >= Severity::Warning).collect();
    let traces = Traces::of(world, mutation);
    if told.iter().any(|finding| traces.are_in(finding)) {
        Fate::Caught
    } else if told.is_empty() {
        Fate::Missed
    } else {
        Fate::Vague
    }
}

/// By what object and field are known in a finding.
struct Traces<'a> {
    cluster: &'a str,
    kind: &'a str,
    name: &'a str,
    is_whole: bool,
    keys: Vec<&'a str>,
    path: String,
    values: Vec<String>,
}

impl<'a> Traces<'a> {
    fn of(world: &'a World, mutation: &'a Mutation) -> Self {
        let object = &world.0[mutation.cluster][mutation.object];
        let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let before = get(object, &mutation.path).and_then(plain);
        let after = mutation.value.as_ref().and_then(plain);
        Self {
            cluster: CLUSTERS[mutation.cluster],
            kind: text("/kind"),
            name: text("/metadata/name"),
            is_whole: mutation.path.is_empty(),
            keys: keys(&mutation.path).collect(),
            path: shown(&mutation.path),
            values: before.into_iter().chain(after).collect(),
        }
    }

    fn are_in(&self, finding: &Finding) -> bool {
        self.names_object(finding) && (self.is_whole || self.names_field(finding))
    }

    /// It is about the object, or has its name in its words. What is gone has no name that anybody could read: its kind is
    /// enough.
    fn names_object(&self, finding: &Finding) -> bool {
        let is_about = finding.object.as_ref().is_some_and(|object| {
            object.cluster.as_str() == self.cluster
                && object.kind.name() == self.kind
                && object.name == self.name
        });
        let is_missed = || {
            let kind = self.kind.to_lowercase();
            words(finding).any(|text| {
                let text = text.to_lowercase();
                has_word(&text, &kind) || has_word(&text, &format!("{kind}s"))
            })
        };
        is_about || words(finding).any(|text| has_word(text, self.name)) || (self.is_whole && is_missed())
    }

    /// Its evidence is of the field or of what holds it, or it says what stands or stood there.
    fn names_field(&self, finding: &Finding) -> bool {
        let fields = finding.evidence.iter().flat_map(|one| [one.field.as_str(), one.value.as_str()]);
        let is_of_field = |field: &str| self.keys.last().is_some_and(|key| has_word(field, key));
        let says = |text: &str| self.values.iter().any(|value| has_word(text, value));
        let holds = |one: &crate::verdict::Evidence| {
            self.path.strip_prefix(one.field.as_str()).is_some_and(|rest| rest.starts_with(['.', '[']))
        };
        finding.evidence.iter().any(holds) || fields.into_iter().any(is_of_field) || words(finding).any(says)
    }
}

/// What a person reads of it.
fn words(finding: &Finding) -> impl Iterator<Item = &str> {
    let evidence = finding.evidence.iter().flat_map(|one| [one.field.as_str(), one.value.as_str()]);
    [finding.summary.as_str()].into_iter().chain(evidence)
}

/// A value that can be told from other words.
fn plain(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    (text.len() >= 4 && !["true", "false", "True", "False"].contains(&text.as_str())).then_some(text)
}

/// Whether a word stands in a text, and not as a part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '-';
    !word.is_empty()
        && text.match_indices(word).any(|(at, _)| {
            let (before, rest) = text.split_at(at);
            !before.ends_with(is_part) && !rest[word.len()..].starts_with(is_part)
        })
}
