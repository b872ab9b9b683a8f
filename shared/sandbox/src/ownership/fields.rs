//! Sets of fields: trees of path steps, some of whose nodes are members.
//!
//! A node that is no member only leads to members below it. No node is empty, so that equal sets are equal trees; the
//! operations keep it that way.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};

use serde_json::{Map, Value};

use super::step::Step;

/// How `FieldsV1` says that a node with members below it is a member itself.
const SELF: &str = ".";

/// A set of paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct FieldSet(BTreeMap<Step, Node>);

/// What a set says of one node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) member: bool,
    pub(super) below: FieldSet,
}

impl FieldSet {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn get(&self, step: &Step) -> Option<&Node> {
        self.0.get(step)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Step, &Node)> {
        self.0.iter()
    }

    /// Adds a node; an empty one adds nothing, and one that is there already gains what is new.
    pub(super) fn insert(&mut self, step: Step, node: Node) {
        if node.is_empty() {
            return;
        }
        match self.0.entry(step) {
            Entry::Vacant(place) => {
                place.insert(node);
            }
            Entry::Occupied(mut there) => {
                let there = there.get_mut();
                there.member |= node.member;
                there.below = there.below.union(&node.below);
            }
        }
    }

    pub(super) fn union(&self, other: &Self) -> Self {
        self.combine(other, |here, there| here || there)
    }

    pub(super) fn intersection(&self, other: &Self) -> Self {
        self.combine(other, |here, there| here && there)
    }

    pub(super) fn difference(&self, other: &Self) -> Self {
        self.combine(other, |here, there| here && !there)
    }

    fn combine(&self, other: &Self, keep: fn(bool, bool) -> bool) -> Self {
        let nothing = Node::default();
        let mut combined = Self::default();
        for step in self.0.keys().chain(other.0.keys()).collect::<BTreeSet<_>>() {
            let here = self.get(step).unwrap_or(&nothing);
            let there = other.get(step).unwrap_or(&nothing);
            let member = keep(here.member, there.member);
            let below = here.below.combine(&there.below, keep);
            combined.insert(step.clone(), Node { member, below });
        }
        combined
    }

    /// The paths of all members as they are printed: at every level those that end there come first.
    pub(super) fn paths(&self) -> Vec<String> {
        let ends = self.0.iter().filter(|(_, node)| node.member).map(|(step, _)| step.to_string());
        let lead = |(step, node): (&Step, &Node)| {
            node.below.paths().into_iter().map(|rest| format!("{step}{rest}")).collect::<Vec<_>>()
        };
        ends.chain(self.0.iter().flat_map(lead)).collect()
    }

    /// As `FieldsV1`.
    pub(super) fn encode(&self) -> Value {
        Value::Object(self.fields())
    }

    fn fields(&self) -> Map<String, Value> {
        self.0.iter().map(|(step, node)| (step.encode(), node.encode())).collect()
    }

    /// Reads `FieldsV1`; none when it is not that.
    pub(super) fn decode(value: &Value) -> Option<Self> {
        let mut set = Self::default();
        for (name, value) in value.as_object()?.iter().filter(|(name, _)| *name != SELF) {
            let below = Self::decode(value)?;
            let member = below.is_empty() || value.get(SELF).is_some();
            set.insert(Step::decode(name)?, Node { member, below });
        }
        Some(set)
    }
}

impl Node {
    /// Whether it neither is a member nor leads to one.
    pub(super) fn is_empty(&self) -> bool {
        !self.member && self.below.is_empty()
    }

    fn encode(&self) -> Value {
        let mut fields = Map::new();
        if self.member && !self.below.is_empty() {
            fields.insert(SELF.to_owned(), Value::Object(Map::new()));
        }
        fields.extend(self.below.fields());
        Value::Object(fields)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn set(value: &Value) -> FieldSet {
        FieldSet::decode(value).unwrap()
    }

    #[test]
    fn a_node_with_members_below_it_is_a_member_by_a_dot_only() {
        let with = json!({"f:a": {".": {}, "f:b": {}}});
        let without = json!({"f:a": {"f:b": {}}});
        assert_eq!(
            (set(&with).encode(), set(&with).paths()),
            (with, vec![".a".to_owned(), ".a.b".to_owned()])
        );
        assert_eq!((set(&without).encode(), set(&without).paths()), (without, vec![".a.b".to_owned()]));
    }

    #[test]
    fn paths_that_end_sooner_are_printed_first() {
        let all = set(&json!({"f:a": {"f:x": {}}, "f:b": {}, "f:c": {".": {}, "k:{\"n\":1}": {}}}));
        assert_eq!(all.paths(), [".b", ".c", ".a.x", ".c[n=1]"]);
    }

    #[test]
    fn what_is_taken_out_leaves_no_empty_nodes() {
        let all = set(&json!({"f:a": {".": {}, "f:b": {"f:c": {}}}}));
        assert_eq!(all.difference(&set(&json!({"f:a": {"f:b": {"f:c": {}}}}))), set(&json!({"f:a": {}})));
        assert!(all.difference(&all).is_empty());
    }

    #[test]
    fn an_intersection_looks_at_members_and_not_at_what_leads_to_them() {
        let (leaf, node) = (set(&json!({"f:a": {"f:b": {}}})), set(&json!({"f:a": {}})));
        assert!(leaf.intersection(&node).is_empty());
        assert_eq!(leaf.union(&node).encode(), json!({"f:a": {".": {}, "f:b": {}}}));
    }

    #[test]
    fn what_is_no_set_is_refused() {
        for value in [json!([]), json!({"a": {}}), json!({"f:a": 1})] {
            assert_eq!(FieldSet::decode(&value), None, "{value}");
        }
    }
}
