//! Label selectors as objects carry them (`matchLabels`, `matchExpressions`), judged locally.

mod parse;

use super::{Labels, is_label_key, is_label_value};
use serde::{Deserialize, Serialize};

/// A label selector of an object's spec. What an empty one means depends on the field that holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LabelSelector {
    /// Each key must have exactly this value.
    #[serde(skip_serializing_if = "Labels::is_empty")]
    pub match_labels: Labels,
    /// All of these must hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub match_expressions: Vec<Requirement>,
}

/// One expression of a selector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    /// The label key.
    pub key: String,
    /// How the value is judged.
    pub operator: SelectorOperator,
    /// For `In` and `NotIn`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// The operators of the Kubernetes API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SelectorOperator {
    /// The value is one of the list.
    In,
    /// The key is absent, or its value is none of the list.
    NotIn,
    /// The key is there.
    Exists,
    /// The key is not there.
    DoesNotExist,
}

impl LabelSelector {
    /// Whether it says nothing at all.
    pub fn is_empty(&self) -> bool {
        self.match_labels.is_empty() && self.match_expressions.is_empty()
    }

    /// Whether all its parts hold for these labels; an empty selector holds for all.
    pub fn holds(&self, labels: &Labels) -> bool {
        self.requirements().all(|requirement| requirement.holds(labels))
    }

    /// All parts as requirements, `matchLabels` first, in order of their keys.
    pub fn requirements(&self) -> impl Iterator<Item = Requirement> {
        let equal = self.match_labels.iter().map(|(key, value)| Requirement {
            key: key.clone(),
            operator: SelectorOperator::In,
            values: vec![value.clone()],
        });
        equal.chain(self.match_expressions.iter().cloned())
    }

    /// Why no API server would take it: a key or value that no label can have, or an expression without values.
    pub fn problem(&self) -> Option<String> {
        self.requirements().find_map(|requirement| requirement.problem())
    }

    /// The selector in the syntax of `-l` and of the API's `labelSelector` parameter.
    pub fn query(&self) -> String {
        self.requirements().map(|requirement| requirement.query()).collect::<Vec<_>>().join(",")
    }
}

impl Requirement {
    /// Whether it holds for these labels.
    pub fn holds(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.key);
        match self.operator {
            SelectorOperator::In => value.is_some_and(|value| self.values.contains(value)),
            SelectorOperator::NotIn => value.is_none_or(|value| !self.values.contains(value)),
            SelectorOperator::Exists => value.is_some(),
            SelectorOperator::DoesNotExist => value.is_none(),
        }
    }

    fn problem(&self) -> Option<String> {
        let Self { key, operator, values } = self;
        if !is_label_key(key) {
            return Some(format!("{key:?} cannot be the key of a label"));
        }
        match operator {
            SelectorOperator::In | SelectorOperator::NotIn if values.is_empty() => {
                Some(format!("the label {key} is compared with no value"))
            }
            SelectorOperator::In | SelectorOperator::NotIn => {
                let odd = values.iter().find(|value| !is_label_value(value))?;
                Some(format!("{odd:?} cannot be the value of a label"))
            }
            SelectorOperator::Exists | SelectorOperator::DoesNotExist => (!values.is_empty())
                .then(|| format!("the label {key} is asked for, and no value of it, but values are given")),
        }
    }

    fn query(&self) -> String {
        match (self.operator, self.values.as_slice()) {
            (SelectorOperator::In, [value]) => format!("{}={value}", self.key),
            (SelectorOperator::In, values) => format!("{} in ({})", self.key, values.join(",")),
            (SelectorOperator::NotIn, values) => format!("{} notin ({})", self.key, values.join(",")),
            (SelectorOperator::Exists, _) => self.key.clone(),
            (SelectorOperator::DoesNotExist, _) => format!("!{}", self.key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    fn selector(json: serde_json::Value) -> LabelSelector {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn each_operator_judges_presence_and_value() {
        let gold = labels(&[("tier", "gold")]);
        let none = labels(&[]);
        for (operator, values, on_gold, on_none) in [
            ("In", vec!["gold", "iron"], true, false),
            ("In", vec!["iron"], false, false),
            ("NotIn", vec!["iron"], true, true),
            ("NotIn", vec!["gold"], false, true),
            ("Exists", vec![], true, false),
            ("DoesNotExist", vec![], false, true),
        ] {
            let judged = selector(serde_json::json!({
                "matchExpressions": [{"key": "tier", "operator": operator, "values": values}]
            }));
            assert_eq!(
                (judged.holds(&gold), judged.holds(&none)),
                (on_gold, on_none),
                "{operator} {values:?}"
            );
        }
    }

    #[test]
    fn a_selector_prints_in_the_syntax_of_the_api() {
        let judged = selector(serde_json::json!({
            "matchLabels": {"a": "1"},
            "matchExpressions": [
                {"key": "b", "operator": "In", "values": ["2", "3"]},
                {"key": "c", "operator": "NotIn", "values": ["4"]},
                {"key": "d", "operator": "Exists"},
                {"key": "e", "operator": "DoesNotExist"},
            ]
        }));
        assert_eq!(judged.query(), "a=1,b in (2,3),c notin (4),d,!e");
    }
}
