//! What values of the vocabulary promise.

use super::{is_one_line, texts};
use crate::terms::{
    GoDuration, Hidden, LabelSelector, Labels, ManagedField, Owners, Requirement, SelectorOperator,
    is_dns_label, is_label_key, is_label_value,
};
use std::time::Duration;

/// What is read is never longer than Go can hold, and what is printed of it can be read again and prints the same.
pub(super) fn duration(bytes: &[u8]) {
    let [text] = texts(bytes);
    match GoDuration::parse(&text) {
        Ok(parsed) => {
            assert!(parsed.as_duration() <= Duration::from_nanos(i64::MAX.unsigned_abs()));
            let printed = parsed.to_string();
            let again = GoDuration::parse(&printed).map(|again| again.to_string());
            assert_eq!(again.as_ref(), Ok(&printed), "{text:?}");
        }
        Err(error) => is_one_line(&error.to_string()),
    }
}

/// What may stand in a path, a selector and on a terminal has nothing in it that means something there.
pub(super) fn names(bytes: &[u8]) {
    let [text, secret] = texts(bytes);
    let is_plain = |also: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c));
    if is_dns_label(&text) {
        assert!(is_plain("-") && is_label_value(&text) && is_label_key(&text) && text.len() < 64);
    }
    if is_label_value(&text) {
        assert!(is_plain("-_.") && text.len() < 64);
        assert_eq!(is_label_key(&text), !text.is_empty());
    }
    if is_label_key(&text) {
        assert!(is_plain("-_./") && text.len() <= 317 && text.matches('/').count() < 2);
    }
    let hidden = Hidden::new(secret.clone());
    assert_eq!(
        (hidden.reveal(), format!("{hidden}{hidden:?}").as_str()),
        (secret.as_str(), "[hidden][hidden]")
    );
}

/// A selector and labels: printed and read again it is the same, opposites are never both true, and what has no
/// problem is a query that means nothing else in a URL.
pub(super) fn selector(bytes: &[u8]) {
    let [selector, labels] = texts(bytes);
    let Ok(selector) = serde_json::from_str::<LabelSelector>(&selector) else { return };
    let labels: Labels = serde_json::from_str(&labels).unwrap_or_default();
    let printed = serde_json::to_string(&selector).unwrap_or_default();
    assert_eq!(serde_json::from_str::<LabelSelector>(&printed).ok().as_ref(), Some(&selector));
    let each: Vec<Requirement> = selector.requirements().collect();
    assert_eq!(selector.holds(&labels), each.iter().all(|one| one.holds(&labels)));
    for one in &each {
        let other = Requirement { operator: opposite(one.operator), ..one.clone() };
        assert_ne!(one.holds(&labels), other.holds(&labels), "{one:?} {labels:?}");
    }
    if let Some(problem) = selector.problem() {
        is_one_line(&problem);
    } else {
        let is_known = |c: char| c.is_ascii_alphanumeric() || "-_./=!(), ".contains(c);
        assert!(selector.query().chars().all(is_known), "{}", selector.query());
    }
}

fn opposite(operator: SelectorOperator) -> SelectorOperator {
    match operator {
        SelectorOperator::In => SelectorOperator::NotIn,
        SelectorOperator::NotIn => SelectorOperator::In,
        SelectorOperator::Exists => SelectorOperator::DoesNotExist,
        SelectorOperator::DoesNotExist => SelectorOperator::Exists,
    }
}

/// Who applied a label owns it, and an owner is one of the managers.
pub(super) fn ownership(bytes: &[u8]) {
    let Ok(entries) = serde_json::from_slice::<Vec<ManagedField>>(bytes) else { return };
    let owners = Owners::new(entries.clone());
    for entry in &entries {
        assert!(owners.includes(&entry.manager));
        for key in owners.applied_labels(&entry.manager) {
            let of_label = owners.of_label(&key);
            assert!(of_label.contains(&entry.manager), "{key:?}: {of_label:?}");
            assert!(of_label.iter().all(|owner| owners.includes(owner)));
        }
    }
    assert!(owners.of_all_labels().iter().all(|owner| owners.includes(owner)));
}
