//! What merging must know of a kind: which lists have keys, which are sets, which maps are one value.

use serde_json::{Map, Value};

/// How a list or a map is merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// Item by item; the fields that make the key, with what they are when they are not said.
    Keyed(&'static [(&'static str, Option<&'static str>)]),
    /// Every value once.
    Set,
    /// As one value.
    Atomic,
    /// Field by field.
    Granular,
}

/// The rules of one kind, by the way to the field, without the items of lists.
#[derive(Debug)]
pub(crate) struct Schema {
    rules: &'static [(&'static str, Rule)],
}

const METADATA: &[(&str, Rule)] =
    &[(".metadata.finalizers", Rule::Set), (".metadata.ownerReferences", Rule::Keyed(&[("uid", None)]))];

const SERVICE: Schema = Schema {
    rules: &[
        (".spec.ports", Rule::Keyed(&[("port", None), ("protocol", Some("TCP"))])),
        (".spec.selector", Rule::Atomic),
        (".status.conditions", Rule::Keyed(&[("type", None)])),
    ],
};
const ACCOUNT: Schema = Schema { rules: &[(".secrets", Rule::Keyed(&[("name", None)]))] };
const POD: Schema = Schema {
    rules: &[
        (".spec.containers", Rule::Keyed(&[("name", None)])),
        (".spec.nodeSelector", Rule::Atomic),
        (".status.conditions", Rule::Keyed(&[("type", None)])),
    ],
};
const OTHER: Schema = Schema { rules: &[(".status.conditions", Rule::Keyed(&[("type", None)]))] };
const CUSTOM: Schema = Schema { rules: &[] };

impl Schema {
    /// The rules of this kind; of one that has none of its own, those of the metadata.
    pub(crate) fn of(kind: &str) -> &'static Self {
        match kind {
            "Service" => &SERVICE,
            "ServiceAccount" => &ACCOUNT,
            "Pod" => &POD,
            "Namespace" | "Deployment" | "Node" => &OTHER,
            _ => &CUSTOM,
        }
    }

    /// How the value at this way is merged.
    pub(super) fn rule(&self, way: &str, value: &Value) -> Rule {
        let rules = self.rules.iter().chain(METADATA);
        let known = rules.into_iter().find(|(name, _)| *name == way).map(|(_, rule)| *rule);
        known.unwrap_or(if value.is_object() { Rule::Granular } else { Rule::Atomic })
    }
}

/// The step to an item of a keyed list.
pub(super) fn key_step(item: &Value, fields: &[(&str, Option<&str>)]) -> String {
    let mut key = Map::new();
    for (name, usual) in fields {
        let value = item.get(*name).cloned().or_else(|| usual.map(Value::from)).unwrap_or_default();
        key.insert((*name).to_owned(), value);
    }
    format!("k:{}", Value::Object(key))
}

/// The items of a list with the steps that lead to them.
pub(super) fn items(list: &Value, rule: Rule) -> Vec<(String, &Value)> {
    let step = |item: &Value| match rule {
        Rule::Keyed(fields) => key_step(item, fields),
        Rule::Set | Rule::Atomic | Rule::Granular => format!("v:{item}"),
    };
    list.as_array().into_iter().flatten().map(|item| (step(item), item)).collect()
}
