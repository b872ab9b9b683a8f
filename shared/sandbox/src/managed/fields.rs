//! Sets of fields, as trees.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A set of fields: a node belongs to it when it is a member, its children on their own.
///
/// The steps of a path are written as `FieldsV1` writes them: `f:name`, `k:{"port":80}`, `v:"text"`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct FieldSet {
    pub(super) member: bool,
    pub(super) children: BTreeMap<String, Self>,
}

impl FieldSet {
    /// Reads `FieldsV1`.
    pub(super) fn read(value: &Value) -> Self {
        let mut set = Self::default();
        for (step, value) in value.as_object().into_iter().flatten() {
            if step == "." {
                set.member = true;
                continue;
            }
            let mut child = Self::read(value);
            child.member |= child.children.is_empty();
            set.children.insert(step.clone(), child);
        }
        set
    }

    /// Writes `FieldsV1`.
    pub(super) fn write(&self) -> Value {
        let mut fields = Map::new();
        if self.member && !self.children.is_empty() {
            fields.insert(".".into(), Value::Object(Map::new()));
        }
        for (step, child) in &self.children {
            fields.insert(step.clone(), child.write());
        }
        Value::Object(fields)
    }

    /// The child at this step, which is made when it is not there.
    pub(super) fn child(&mut self, step: String) -> &mut Self {
        self.children.entry(step).or_default()
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.member && self.children.values().all(Self::is_empty)
    }

    /// All of both.
    pub(super) fn union(&self, other: &Self) -> Self {
        let mut children = self.children.clone();
        for (step, child) in &other.children {
            let both = children.get(step).map_or_else(|| child.clone(), |own| own.union(child));
            children.insert(step.clone(), both);
        }
        Self { member: self.member || other.member, children }
    }

    /// What is not in the other.
    pub(super) fn difference(&self, other: &Self) -> Self {
        self.combine(other, |own, others| own && !others)
    }

    /// What is in both.
    pub(super) fn intersection(&self, other: &Self) -> Self {
        self.combine(other, |own, others| own && others)
    }

    fn combine(&self, other: &Self, keep: fn(bool, bool) -> bool) -> Self {
        let nothing = Self::default();
        let children = self.children.iter().map(|(step, child)| {
            (step.clone(), child.combine(other.children.get(step).unwrap_or(&nothing), keep))
        });
        let children = children.filter(|(_, child)| !child.is_empty()).collect();
        Self { member: keep(self.member, other.member), children }
    }

    /// The paths of all members, in order.
    pub(super) fn paths(&self) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        self.walk(&mut Vec::new(), &mut found);
        found
    }

    fn walk(&self, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
        if self.member {
            found.push(path.clone());
        }
        for (step, child) in &self.children {
            path.push(step.clone());
            child.walk(path, found);
            path.pop();
        }
    }
}

/// A path as conflicts print it: `.metadata.labels.a`, `.spec.ports[port=80,protocol="TCP"].name`.
pub(super) fn printed(path: &[String]) -> String {
    path.iter().map(|step| printed_step(step)).collect()
}

fn printed_step(step: &str) -> String {
    match step.split_once(':') {
        Some(("f", name)) => format!(".{name}"),
        Some(("k", key)) => {
            let key: Value = serde_json::from_str(key).unwrap_or_default();
            let pairs = key.as_object().into_iter().flatten().map(|(name, value)| format!("{name}={value}"));
            format!("[{}]", pairs.collect::<Vec<_>>().join(","))
        }
        Some(("v", value)) => format!("[={value}]"),
        Some(_) | None => format!("[{step}]"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn sets() -> impl Strategy<Value = FieldSet> {
        let leaf = Just(FieldSet { member: true, children: BTreeMap::new() });
        leaf.prop_recursive(3, 20, 4, |inner| {
            (any::<bool>(), prop::collection::btree_map("f:[a-d]", inner, 1..4))
                .prop_map(|(member, children)| FieldSet { member, children })
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(set in sets()) {
            // The root itself is no field.
            let set = FieldSet { member: false, ..set };
            prop_assert_eq!(FieldSet::read(&set.write()), set);
        }

        #[test]
        fn what_is_common_and_what_is_not_make_the_whole(one in sets(), other in sets()) {
            let (common, rest) = (one.intersection(&other), one.difference(&other));
            prop_assert_eq!(common.union(&rest).paths(), one.paths());
            prop_assert!(rest.intersection(&other).is_empty());
        }
    }

    #[test]
    fn a_member_with_children_has_a_dot_and_paths_are_printed_as_conflicts_name_them() {
        let set = FieldSet::read(
            &json!({"f:spec": {"f:ports": {".": {}, "k:{\"port\":80,\"protocol\":\"TCP\"}": {"f:name": {}}}}}),
        );
        let printed: Vec<_> = set.paths().iter().map(|path| super::printed(path)).collect();
        assert_eq!(printed, [".spec.ports", ".spec.ports[port=80,protocol=\"TCP\"].name"]);
    }
}
