//! What merging must know of a kind: which lists have keys or are sets, and which maps and structs are one value.
//!
//! A schema names only the fields for which the general rule is wrong: that objects are merged field by field, and all
//! lists replaced whole. Rules are looked up on the way down, so that a pod has the same ones wherever it is embedded.

use std::collections::BTreeMap;

use serde_json::Value;

use super::step::{Scalar, Step};

/// The rules for the fields of one struct.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Schema(pub(super) &'static [(&'static str, Rule)]);

/// How a value is merged, and with it what in it can be owned.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rule {
    /// No schema says: objects field by field, all else whole.
    Deduced,
    /// Field by field.
    Struct(Schema),
    /// Field by field, and there even when nobody has written it, so that nobody owns the struct itself.
    Embedded(Schema),
    /// Key by key; the values are texts, of which null is the empty one.
    Texts,
    /// Item by item; these fields tell items apart.
    Keyed(&'static [Key], &'static Rule),
    /// The same, but there, as null, even when nobody has written it.
    EmbeddedKeyed(&'static [Key], &'static Rule),
    /// Every value once.
    Set,
    /// Whole.
    Atomic,
}

/// A field that tells the items of a list apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    pub(super) field: &'static str,
    /// What it is in an item that does not say.
    pub(super) default: Option<&'static str>,
}

/// A value below another one.
#[derive(Debug)]
pub(super) struct Child<'a> {
    pub(super) step: Step,
    pub(super) value: &'a Value,
    pub(super) rule: Rule,
}

impl Key {
    pub(super) const fn field(field: &'static str) -> Self {
        Self { field, default: None }
    }
}

impl Schema {
    /// The rule of this field.
    pub(super) fn rule(self, field: &str) -> Rule {
        self.0.iter().find(|(name, _)| *name == field).map_or(Rule::Deduced, |(_, rule)| *rule)
    }

    /// The fields that are always there; structs with their schema.
    pub(super) fn embedded(self) -> impl Iterator<Item = (&'static str, Option<Schema>)> {
        self.0.iter().filter_map(|(name, rule)| match rule {
            Rule::Embedded(schema) => Some((*name, Some(*schema))),
            Rule::EmbeddedKeyed(..) => Some((*name, None)),
            Rule::Deduced | Rule::Struct(_) | Rule::Texts | Rule::Keyed(..) | Rule::Set | Rule::Atomic => {
                None
            }
        })
    }
}

impl Rule {
    /// The rule of a field of such an object.
    pub(super) fn field(self, name: &str) -> Self {
        match self {
            Self::Struct(schema) | Self::Embedded(schema) => schema.rule(name),
            Self::Deduced => Self::Deduced,
            Self::Texts | Self::Keyed(..) | Self::EmbeddedKeyed(..) | Self::Set | Self::Atomic => {
                Self::Atomic
            }
        }
    }

    /// The step to an item of such a list, and the rule of the item.
    pub(super) fn item(self, item: &Value) -> Option<(Step, Self)> {
        match self {
            Self::Keyed(keys, rule) | Self::EmbeddedKeyed(keys, rule) => {
                Some((Step::Key(key(item, keys)), *rule))
            }
            Self::Set => Some((Step::Item(Scalar::of(item)), Self::Atomic)),
            Self::Deduced | Self::Struct(_) | Self::Embedded(_) | Self::Texts | Self::Atomic => None,
        }
    }

    /// Whether this value is merged child by child. Null is an empty one of whatever is expected.
    pub(super) fn descends(self, value: &Value) -> bool {
        match self {
            Self::Deduced | Self::Struct(_) | Self::Embedded(_) | Self::Texts => {
                value.is_object() || value.is_null()
            }
            Self::Keyed(..) | Self::EmbeddedKeyed(..) | Self::Set => value.is_array() || value.is_null(),
            Self::Atomic => false,
        }
    }

    /// The values below this one that are merged on their own.
    pub(super) fn children(self, value: &Value) -> Vec<Child<'_>> {
        if !self.descends(value) {
            return Vec::new();
        }
        let fields = value.as_object().into_iter().flatten();
        let fields =
            fields.map(|(name, value)| Child { step: Step::field(name), value, rule: self.field(name) });
        let items = value.as_array().into_iter().flatten();
        let items =
            items.filter_map(|value| self.item(value).map(|(step, rule)| Child { step, value, rule }));
        fields.chain(items).collect()
    }
}

/// What tells this item apart; a field that it does not say and that has no default is left out.
fn key(item: &Value, keys: &[Key]) -> BTreeMap<String, Scalar> {
    let scalar = |key: &Key| {
        let said = item.get(key.field).filter(|value| !value.is_null()).map(Scalar::of);
        said.or_else(|| key.default.map(|text| Scalar::Text(text.to_owned())))
    };
    keys.iter().filter_map(|key| Some((key.field.to_owned(), scalar(key)?))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn steps(kind: &str, path: &[&str], value: &Value) -> Vec<String> {
        let rule = path.iter().fold(Rule::Struct(*Schema::of(kind)), |rule, name| rule.field(name));
        rule.children(value).into_iter().map(|child| child.step.encode()).collect()
    }

    #[test]
    fn a_port_without_a_protocol_is_that_of_tcp() {
        let ports = json!([{"port": 80}, {"port": 80, "protocol": "UDP"}]);
        let expected = [r#"k:{"port":80,"protocol":"TCP"}"#, r#"k:{"port":80,"protocol":"UDP"}"#];
        assert_eq!(steps("Service", &["spec", "ports"], &ports), expected);
    }

    #[test]
    fn lists_that_no_schema_knows_are_whole_and_objects_are_not() {
        assert!(steps("Link", &["spec", "list"], &json!([1])).is_empty());
        assert_eq!(steps("Link", &["spec", "probeSpec"], &json!({"path": "/"})), ["f:path"]);
    }

    #[test]
    fn the_selector_of_a_service_is_whole() {
        assert!(steps("Service", &["spec", "selector"], &json!({"app": "web"})).is_empty());
    }

    #[test]
    fn finalizers_are_a_set_in_every_kind() {
        assert_eq!(steps("Unknown", &["metadata", "finalizers"], &json!(["a"])), [r#"v:"a""#]);
    }

    #[test]
    fn the_rules_of_pods_hold_within_a_template() {
        let path = ["spec", "jobTemplate", "spec", "template", "spec", "containers"];
        assert_eq!(steps("CronJob", &path, &json!([{"name": "a"}])), [r#"k:{"name":"a"}"#]);
    }
}
