use super::*;
use proptest::prelude::*;

fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn matching(pairs: &[(&str, &str)]) -> LabelSelector {
    LabelSelector { match_labels: labels(pairs), match_expressions: vec![] }
}

#[test]
fn a_label_that_is_right_already_is_not_set_again() {
    let selector = matching(&[("exported", "true"), ("tier", "gold")]);
    let set = labels_to_set(&labels(&[("tier", "gold")]), &[&selector]);
    assert_eq!(set, Ok(labels(&[("exported", "true")])));
}

#[test]
fn two_links_with_different_labels_get_both() {
    let (apps, edge) = (matching(&[("exported", "true")]), matching(&[("to-edge", "yes")]));
    let set = labels_to_set(&Labels::new(), &[&apps, &edge]);
    assert_eq!(set, Ok(labels(&[("exported", "true"), ("to-edge", "yes")])));
}

#[test]
fn two_links_that_want_different_values_cannot_both_have_them() {
    let (apps, edge) = (matching(&[("exported", "true")]), matching(&[("exported", "edge")]));
    assert_eq!(
        labels_to_set(&Labels::new(), &[&apps, &edge]),
        Err(Unsatisfiable::NoCommonValue { key: "exported".into() })
    );
}

#[test]
fn an_empty_selector_cannot_be_satisfied() {
    assert_eq!(labels_to_set(&Labels::new(), &[&LabelSelector::default()]), Err(Unsatisfiable::Empty));
}

#[test]
fn a_label_that_must_not_be_there_is_named() {
    let selector = LabelSelector {
        match_labels: labels(&[("exported", "true")]),
        match_expressions: vec![Requirement {
            key: "private".into(),
            operator: SelectorOperator::DoesNotExist,
            values: vec![],
        }],
    };
    assert_eq!(
        labels_to_set(&labels(&[("private", "1")]), &[&selector]),
        Err(Unsatisfiable::MustBeAbsent { key: "private".into() })
    );
}

fn requirement() -> impl Strategy<Value = Requirement> {
    let operator = prop::sample::select(vec![
        SelectorOperator::In,
        SelectorOperator::NotIn,
        SelectorOperator::Exists,
        SelectorOperator::DoesNotExist,
    ]);
    let values = prop::collection::vec("[ab]|true|yes", 1..3);
    ("[xyz]", operator, values).prop_map(|(key, operator, values)| match operator {
        SelectorOperator::In | SelectorOperator::NotIn => Requirement { key, operator, values },
        SelectorOperator::Exists | SelectorOperator::DoesNotExist => {
            Requirement { key, operator, values: vec![] }
        }
    })
}

fn any_labels(range: std::ops::Range<usize>) -> impl Strategy<Value = Labels> {
    prop::collection::vec(("[xyz]", "[ab]"), range).prop_map(Labels::from_iter)
}

fn selector() -> impl Strategy<Value = LabelSelector> {
    (any_labels(0..2), prop::collection::vec(requirement(), 0..3))
        .prop_map(|(match_labels, match_expressions)| LabelSelector { match_labels, match_expressions })
}

proptest! {
    #[test]
    fn what_is_set_satisfies_every_selector_and_nothing_of_it_could_be_left_out(
        current in any_labels(0..3),
        selectors in prop::collection::vec(selector(), 1..3),
    ) {
        let borrowed: Vec<_> = selectors.iter().collect();
        if let Ok(set) = labels_to_set(&current, &borrowed) {
            let mut after = current.clone();
            after.extend(set.clone());
            prop_assert!(selectors.iter().all(|selector| selector.holds(&after)));
            for key in set.keys() {
                let mut fewer = current.clone();
                fewer.extend(set.iter().filter(|(other, _)| *other != key).map(|(k, v)| (k.clone(), v.clone())));
                prop_assert!(selectors.iter().any(|selector| !selector.holds(&fewer)), "{key} is superfluous");
            }
        }
    }
}
