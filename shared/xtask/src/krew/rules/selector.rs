//! Rules of the selectors: every machine that is meant finds one platform, and only one.

use std::collections::BTreeMap;

use super::super::{PAIRS, Selector};
use super::{Candidate, each, each_selector};

/// Names of systems and architectures in other spellings than Go's.
const SPELLINGS: [(&str, &str); 10] = [
    ("macos", "darwin"),
    ("osx", "darwin"),
    ("win", "windows"),
    ("win32", "windows"),
    ("x86_64", "amd64"),
    ("x64", "amd64"),
    ("aarch64", "arm64"),
    ("i386", "386"),
    ("i686", "386"),
    ("powerpc64le", "ppc64le"),
];

/// How expressions are written: whether an operator has values.
const OPERATORS: [(&str, bool); 4] =
    [("In", true), ("NotIn", true), ("Exists", false), ("DoesNotExist", false)];

pub(super) fn there(candidate: &Candidate) -> Vec<String> {
    each(candidate, |platform| {
        let selector = platform.selector.as_ref();
        let labels = selector.and_then(|one| one.match_labels.as_ref()).map(BTreeMap::is_empty);
        let expressions = selector.and_then(|one| one.match_expressions.as_ref()).map(Vec::is_empty);
        match (labels, expressions) {
            (None, None) => Some(" has no selector: name its os and arch in selector.matchLabels".to_owned()),
            (Some(true), _) => {
                Some(".selector.matchLabels is empty: name os and arch there, or leave it out".to_owned())
            }
            (_, Some(true)) => {
                Some(".selector.matchExpressions is empty: write an expression, or leave it out".to_owned())
            }
            (Some(false), _) | (None, Some(false)) => None,
        }
    })
}

pub(super) fn keys(candidate: &Candidate) -> Vec<String> {
    each_selector(candidate, |selector| {
        let key = selector.keys().find(|key| !is_known(key))?;
        Some(format!(".selector asks for {key:?}: only os and arch can be asked for"))
    })
}

fn is_known(key: &str) -> bool {
    matches!(key, "os" | "arch")
}

pub(super) fn operators(candidate: &Candidate) -> Vec<String> {
    each_selector(candidate, |selector| {
        let expression = selector.match_expressions.iter().flatten().find(|expression| {
            !OPERATORS.contains(&(expression.operator.as_str(), !expression.values.is_empty()))
        })?;
        Some(format!(
            ".selector has the operator {:?} with {} values: use In or NotIn with values, Exists or DoesNotExist without",
            expression.operator,
            expression.values.len()
        ))
    })
}

pub(super) fn spelling(candidate: &Candidate) -> Vec<String> {
    each_selector(candidate, |selector| {
        let (key, value) = selector.named().find(|(key, value)| is_known(key) && !is_spelled(key, value))?;
        let lower = value.to_lowercase();
        let meant = SPELLINGS.iter().find(|(other, _)| *other == lower).map_or(lower.as_str(), |(_, go)| go);
        let advice = if is_spelled(key, meant) {
            format!("write {meant}")
        } else {
            format!("write one of {}", known(key).join(", "))
        };
        Some(format!(".selector asks for the {key} {value:?}, which Go does not spell so: {advice}"))
    })
}

fn is_spelled(key: &str, value: &str) -> bool {
    known(key).contains(&value)
}

/// What Krew runs on, each once.
fn known(key: &str) -> Vec<&'static str> {
    let mut values: Vec<_> = PAIRS.iter().map(|(os, arch)| if key == "os" { *os } else { *arch }).collect();
    values.sort_unstable();
    values.dedup();
    values
}

pub(super) fn matches(candidate: &Candidate) -> Vec<String> {
    each_selector(candidate, |selector| {
        let understood = selector.keys().all(is_known)
            && selector.named().all(|(key, value)| is_spelled(key, value))
            && selector.has_known_operators();
        let lost = understood && !PAIRS.iter().any(|(os, arch)| selector.matches(os, arch));
        lost.then(|| {
            let pairs: Vec<_> = PAIRS.iter().map(|(os, arch)| format!("{os}/{arch}")).collect();
            format!(".selector matches no machine that Krew runs on: select one of {}", pairs.join(", "))
        })
    })
}

pub(super) fn once(candidate: &Candidate) -> Vec<String> {
    let platforms = &candidate.manifest.spec.platforms;
    let twice = |(os, arch): &(&str, &str)| {
        let selects = |selector: &Option<Selector>| {
            selector.as_ref().is_some_and(|selector| !selector.is_empty() && selector.matches(os, arch))
        };
        let found = platforms.iter().enumerate().filter(|(_, platform)| selects(&platform.selector));
        let places: Vec<_> = found.map(|(at, _)| format!("spec.platforms[{at}]")).collect();
        (places.len() > 1)
            .then(|| format!("{} all match {os}/{arch}: let one of them select it", places.join(" and ")))
    };
    PAIRS.iter().filter_map(twice).collect()
}

impl Selector {
    fn is_empty(&self) -> bool {
        self.keys().next().is_none()
    }

    fn keys(&self) -> impl Iterator<Item = &str> {
        let labels = self.match_labels.iter().flatten().map(|(key, _)| key.as_str());
        labels.chain(self.match_expressions.iter().flatten().map(|expression| expression.key.as_str()))
    }

    /// All labels that it names with a value, and the values.
    fn named(&self) -> impl Iterator<Item = (&str, &str)> {
        let labels = self.match_labels.iter().flatten().map(|(key, value)| (key.as_str(), value.as_str()));
        let values = self.match_expressions.iter().flatten().flat_map(|expression| {
            expression.values.iter().map(|value| (expression.key.as_str(), value.as_str()))
        });
        labels.chain(values)
    }

    fn has_known_operators(&self) -> bool {
        let known = |name: &str| OPERATORS.iter().any(|(operator, _)| *operator == name);
        self.match_expressions.iter().flatten().all(|expression| known(&expression.operator))
    }
}
