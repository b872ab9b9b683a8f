//! Field selectors: conjunctions of comparisons with a few fields that the server has an index of.
//!
//! The left side of a comparison cannot be escaped and ends at the first operator; on the right side `\\`,
//! `\,` and `\=` stand for the character itself. The terms are read in the order of their bytes, which
//! decides the one that a refusal of several is about.

use serde_json::Value;

/// Comparisons that all must hold; without any, every object is selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldSelector(Vec<Comparison>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Comparison {
    field: String,
    value: String,
    equal: bool,
}

/// The longer ones first, so that the value of `a==b` does not begin with `=`.
const OPERATORS: [(&str, bool); 3] = [("!=", false), ("==", true), ("=", true)];

impl FieldSelector {
    /// Reads a selector of objects that have the `supported` fields besides name and namespace.
    ///
    /// # Errors
    ///
    /// The message of the bad request that kube-apiserver answers.
    pub(crate) fn parse(text: &str, supported: &[&str]) -> Result<Self, String> {
        let mut terms = terms(text);
        terms.sort_unstable();
        let read = terms.into_iter().filter(|term| !term.is_empty()).map(|term| comparison(term, text));
        let all = read.collect::<Result<Vec<_>, _>>()?;
        let unknown = |one: &&Comparison| !is_supported(&one.field, supported);
        match all.iter().find(unknown) {
            Some(one) => Err(format!("field label not supported: {}", one.field)),
            None => Ok(Self(all)),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether the fields of this object are as required.
    pub(crate) fn selects(&self, object: &Value) -> bool {
        self.0.iter().all(|one| (field(object, &one.field) == one.value) == one.equal)
    }

    /// The only name that the selector admits, if it demands exactly one: kubectl watches and lists single
    /// objects this way, and a server answers from one key then.
    pub(crate) fn name(&self) -> Option<&str> {
        let mut demanded = self.0.iter().filter(|one| one.equal && one.field == "metadata.name");
        let first = demanded.next()?;
        demanded.next().is_none().then_some(&first.value)
    }
}

fn is_supported(field: &str, supported: &[&str]) -> bool {
    matches!(field, "metadata.name" | "metadata.namespace") || supported.contains(&field)
}

/// Cuts at the commas that no backslash is before.
fn terms(text: &str) -> Vec<&str> {
    let mut escaped = false;
    let ends = |letter: char| {
        let comma = letter == ',' && !escaped;
        escaped = letter == '\\' && !escaped;
        comma
    };
    text.split(ends).collect()
}

fn comparison(term: &str, whole: &str) -> Result<Comparison, String> {
    for (place, _) in term.char_indices() {
        let Some((field, rest)) = term.split_at_checked(place) else { continue };
        let operator = OPERATORS.iter().find_map(|(sign, equal)| Some((rest.strip_prefix(sign)?, *equal)));
        if let Some((value, equal)) = operator {
            return Ok(Comparison { field: field.to_owned(), value: unescaped(value)?, equal });
        }
    }
    Err(format!("invalid selector: '{whole}'; can't understand '{term}'"))
}

fn unescaped(value: &str) -> Result<String, String> {
    let mut letters = value.chars();
    let mut plain = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => plain.push(after_backslash(letters.next())?),
            // The server prints the number of the character.
            ',' | '=' => {
                let number = u32::from(letter);
                return Err(format!("invalid field selector: unescaped character in value: {number}"));
            }
            other => plain.push(other),
        }
    }
    Ok(plain)
}

fn after_backslash(next: Option<char>) -> Result<char, String> {
    match next {
        Some(letter @ ('\\' | ',' | '=')) => Ok(letter),
        other => {
            let sequence: String = ['\\'].into_iter().chain(other).collect();
            Err(format!("invalid field selector: invalid escape sequence: {sequence}"))
        }
    }
}

/// The text of a field; one that is not there is empty, or what the server has in its place. A list has none.
fn field(object: &Value, path: &str) -> String {
    match (at(object, path), path) {
        // An index of its own: who reported an event, by the old field or else by the new one.
        (_, "source") => Some(field(object, "source.component"))
            .filter(|component| !component.is_empty())
            .unwrap_or_else(|| field(object, "reportingComponent")),
        (Value::Null, "spec.unschedulable" | "spec.hostNetwork") => "false".to_owned(),
        (Value::Null, "status.successful") => "0".to_owned(),
        (Value::Null | Value::Array(_) | Value::Object(_), _) => String::new(),
        (Value::String(text), _) => text.clone(),
        (other @ (Value::Bool(_) | Value::Number(_)), _) => other.to_string(),
    }
}

fn at<'a>(object: &'a Value, path: &str) -> &'a Value {
    path.split('.').try_fold(object, |value, key| value.get(key)).unwrap_or(&Value::Null)
}

#[cfg(test)]
#[path = "field_tests.rs"]
mod tests;
