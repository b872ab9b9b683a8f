//! Label selectors as a Link uses them: an empty one selects nothing.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};

/// Returns whether a Link's selector picks an object with these labels.
///
/// A missing or empty selector picks nothing, against the habit of other Kubernetes selectors; so does
/// one with an operator that is not known.
pub(super) fn selects(selector: Option<&LabelSelector>, labels: &BTreeMap<String, String>) -> bool {
    let Some(selector) = selector else { return false };
    let pairs: Vec<_> = selector.match_labels.iter().flatten().collect();
    let demands: Vec<_> = selector.match_expressions.iter().flatten().collect();
    let empty = pairs.is_empty() && demands.is_empty();
    !empty
        && pairs.iter().all(|(key, value)| labels.get(*key) == Some(value))
        && demands.iter().all(|demand| meets(demand, labels))
}

fn meets(demand: &LabelSelectorRequirement, labels: &BTreeMap<String, String>) -> bool {
    let value = labels.get(&demand.key);
    let listed = value.is_some_and(|value| demand.values.iter().flatten().any(|one| one == value));
    match demand.operator.as_str() {
        "In" => listed,
        "NotIn" => !listed,
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()
    }

    fn selector(json: serde_json::Value) -> LabelSelector {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn an_absent_or_empty_selector_selects_nothing() {
        let any = labels(&[("a", "1")]);
        assert!(!selects(None, &any));
        assert!(!selects(Some(&LabelSelector::default()), &any));
    }

    #[test]
    fn all_labels_and_all_expressions_must_hold() {
        let both = selector(serde_json::json!({
            "matchLabels": {"exported": "true"},
            "matchExpressions": [{"key": "tier", "operator": "In", "values": ["gold", "silver"]}],
        }));
        assert!(selects(Some(&both), &labels(&[("exported", "true"), ("tier", "gold")])));
        assert!(!selects(Some(&both), &labels(&[("exported", "true"), ("tier", "tin")])));
        assert!(!selects(Some(&both), &labels(&[("exported", "True"), ("tier", "gold")])));
    }

    #[test]
    fn every_operator_is_known_and_no_other() {
        for (operator, with, without) in [
            ("In", true, false),
            ("NotIn", false, true),
            ("Exists", true, false),
            ("DoesNotExist", false, true),
            ("Near", false, false),
        ] {
            let one = selector(serde_json::json!({
                "matchExpressions": [{"key": "tier", "operator": operator, "values": ["gold"]}],
            }));
            assert_eq!(selects(Some(&one), &labels(&[("tier", "gold")])), with, "{operator}");
            assert_eq!(selects(Some(&one), &labels(&[])), without, "{operator}");
        }
    }
}
