//! Label selectors: what a user writes after `kubectl get -l`.
//!
//! A label that is missing is not an empty one: it meets no comparison with a value, but every one that
//! excludes values. Keys and values have been checked when the selector was read, so looking at an object
//! cannot fail; labels that are no text count as missing.

use serde_json::Value;

use super::grammar::{self, Demand, Requirement};

/// Requirements that all must hold; without any, every object is selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LabelSelector(Vec<Requirement>);

impl LabelSelector {
    /// Reads a selector.
    ///
    /// # Errors
    ///
    /// The message of the bad request that kube-apiserver answers.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        grammar::requirements(text).map(Self)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether the labels of this object are as required.
    pub(crate) fn selects(&self, object: &Value) -> bool {
        let labels = object.pointer("/metadata/labels");
        self.0.iter().all(|one| {
            let label = labels.and_then(|labels| labels.get(&one.key)).and_then(Value::as_str);
            one.demand.admits(label)
        })
    }
}

impl Demand {
    /// Only `Absent` and `NoneOf` hold without the label.
    fn admits(&self, label: Option<&str>) -> bool {
        match self {
            Self::Present => label.is_some(),
            Self::Absent => label.is_none(),
            Self::OneOf(values) => label.is_some_and(|label| values.contains(label)),
            Self::NoneOf(values) => label.is_none_or(|label| !values.contains(label)),
            Self::Above(bound) => number(label).is_some_and(|label| label > *bound),
            Self::Below(bound) => number(label).is_some_and(|label| label < *bound),
        }
    }
}

fn number(label: Option<&str>) -> Option<i64> {
    label?.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn selected(selector: &str, labels: &Value) -> bool {
        LabelSelector::parse(selector).unwrap().selects(&json!({ "metadata": { "labels": labels } }))
    }

    #[test]
    fn every_operator_selects_by_its_meaning() {
        for (selector, front, bare) in [
            ("tier=front", true, false),
            ("tier!=front", false, true),
            ("tier!=back", true, true),
            ("tier in (front,back)", true, false),
            ("tier in ()", false, false),
            ("tier notin (front)", false, true),
            ("tier notin (front),tier", false, false),
            ("tier", true, false),
            ("!tier", false, true),
            ("age>6,age<8", true, false),
            ("age>7", false, false),
            ("tier>1", false, false),
        ] {
            assert_eq!(selected(selector, &json!({ "tier": "front", "age": "7" })), front, "{selector}");
            assert_eq!(selected(selector, &json!({})), bare, "{selector}");
        }
    }

    #[test]
    fn a_missing_label_is_not_an_empty_one() {
        assert!(selected("a=", &json!({ "a": "" })));
        assert!(!selected("a=", &json!({})));
    }

    #[test]
    fn an_object_without_labels_can_be_selected() {
        let selector = LabelSelector::parse("!a").unwrap();
        assert!(selector.selects(&json!({ "metadata": {} })) && selector.selects(&json!({})));
    }

    #[test]
    fn an_empty_selector_selects_everything() {
        let all = LabelSelector::parse("").unwrap();
        assert!(all.is_empty() && all.selects(&json!({})));
        assert!(!LabelSelector::parse("a").unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[ab/,=!<>() in]{0,12}") {
            let words = LabelSelector::parse(&text).err().unwrap_or("found".to_owned());
            prop_assert!(words.contains("found") || words.contains("Invalid value"), "{}", words);
        }

        #[test]
        fn exactly_one_of_a_demand_and_its_opposite_selects(value in "[ab]{0,2}", label in "[ab]{0,2}") {
            let labels = json!({ "k": label });
            for (plain, opposite) in [("=", "!="), (" in ", " notin ")] {
                let value = if plain == "=" { value.clone() } else { format!("({value},x)") };
                let both = [plain, opposite].map(|sign| selected(&format!("k{sign}{value}"), &labels));
                prop_assert_ne!(both[0], both[1]);
            }
        }
    }
}
