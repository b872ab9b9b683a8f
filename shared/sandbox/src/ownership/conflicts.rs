//! Conflicts: the fields that an apply would change and others own, in the words of the API server.

use serde_json::{Value, json};

use super::fields::FieldSet;
use super::managed::{Entry, Manager, Operation};

/// Why an apply is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Conflicts(Vec<Block>);

/// What conflicts with one manager.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Block {
    manager: Manager,
    name: String,
    paths: Vec<String>,
}

impl Conflicts {
    /// The conflicts with these owners of what would change; none when there are none.
    pub(super) fn with(owners: &[Entry], changed: &FieldSet) -> Option<Self> {
        let block = |entry: &Entry| Block {
            manager: entry.manager.clone(),
            name: name(&entry.manager),
            paths: entry.fields.intersection(changed).paths(),
        };
        let mut blocks: Vec<_> = owners.iter().map(block).filter(|block| !block.paths.is_empty()).collect();
        blocks.sort_by(|one, other| one.manager.cmp(&other.manager));
        (!blocks.is_empty()).then_some(Self(blocks))
    }

    /// The message of the refusal.
    pub(crate) fn message(&self) -> String {
        let count = self.0.iter().map(|block| block.paths.len()).sum::<usize>();
        if let (1, Some(Block { name, paths, .. })) = (count, self.0.first()) {
            return format!("Apply failed with 1 conflict: conflict with {name}: {}", paths.concat());
        }
        let block =
            |Block { name, paths, .. }: &Block| format!("conflicts with {name}:\n- {}", paths.join("\n- "));
        let blocks = self.0.iter().map(block).collect::<Vec<_>>();
        format!("Apply failed with {count} conflicts: {}", blocks.join("\n"))
    }

    /// The causes of the refusal: one for each field.
    pub(crate) fn causes(&self) -> Value {
        let cause = |name: &str, path: &String| json!({"reason": "FieldManagerConflict", "message": format!("conflict with {name}"), "field": path});
        self.0.iter().flat_map(|block| block.paths.iter().map(|path| cause(&block.name, path))).collect()
    }
}

/// As refusals name a manager. One that updates is told with its version, in which it may not have said all that it
/// knows; its time is not told, although entries have one.
fn name(manager: &Manager) -> String {
    let Manager { name, operation, api_version, subresource } = manager;
    let subresource =
        subresource.as_ref().map(|name| format!(" with subresource \"{name}\"")).unwrap_or_default();
    let how = match operation {
        Operation::Apply => String::new(),
        Operation::Update => format!(" using {api_version}"),
    };
    format!("{}{subresource}{how}", Value::from(name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, operation: Operation, fields: &Value) -> Entry {
        let manager =
            Manager { name: name.into(), operation, api_version: "apps/v1".into(), subresource: None };
        let time = Some("2026-01-02T03:04:05Z".into());
        Entry { manager, time, fields: FieldSet::decode(fields).unwrap() }
    }

    fn conflicts(owners: &[Entry]) -> Conflicts {
        let all = owners.iter().fold(FieldSet::default(), |all, entry| all.union(&entry.fields));
        Conflicts::with(owners, &all).unwrap()
    }

    #[test]
    fn one_conflict_is_told_in_a_line() {
        let owner = entry("flux", Operation::Apply, &json!({"f:data": {"f:a": {}}}));
        assert_eq!(
            conflicts(&[owner]).message(),
            "Apply failed with 1 conflict: conflict with \"flux\": .data.a"
        );
    }

    #[test]
    fn a_manager_that_updates_is_told_with_its_version() {
        let owner = entry("edit", Operation::Update, &json!({"f:data": {"f:a": {}}}));
        let expected = "Apply failed with 1 conflict: conflict with \"edit\" using apps/v1: .data.a";
        assert_eq!(conflicts(&[owner]).message(), expected);
    }

    #[test]
    fn a_manager_of_a_subresource_is_told_with_it() {
        let mut owner = entry("flux", Operation::Apply, &json!({"f:status": {"f:a": {}}}));
        owner.manager.subresource = Some("status".into());
        let expected = "conflict with \"flux\" with subresource \"status\"";
        assert_eq!(conflicts(&[owner]).causes()[0]["message"], expected);
    }

    #[test]
    fn several_conflicts_are_told_in_a_block_for_each_manager() {
        let port = json!({"f:ports": {r#"k:{"port":80,"protocol":"TCP"}"#: {"f:name": {}}}, "f:type": {}});
        let one = entry("one", Operation::Apply, &json!({"f:spec": port}));
        let other = entry("all", Operation::Apply, &json!({"f:data": {"f:a": {}}}));
        let found = conflicts(&[one, other]);
        let expected = "Apply failed with 3 conflicts: conflicts with \"all\":\n- .data.a\nconflicts with \"one\":\n\
                        - .spec.type\n- .spec.ports[port=80,protocol=\"TCP\"].name";
        assert_eq!(found.message(), expected);
        let cause =
            json!({"reason": "FieldManagerConflict", "message": "conflict with \"all\"", "field": ".data.a"});
        assert_eq!((found.causes().as_array().unwrap().len(), &found.causes()[0]), (3, &cause));
    }

    #[test]
    fn who_owns_nothing_of_what_changes_does_not_conflict() {
        let owner = entry("flux", Operation::Apply, &json!({"f:data": {"f:a": {}}}));
        let changed = FieldSet::decode(&json!({"f:data": {".": {}, "f:b": {}}})).unwrap();
        assert_eq!(Conflicts::with(&[owner], &changed), None);
    }
}
