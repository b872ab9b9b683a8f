//! Field selectors: comparisons with the few fields that API servers have an index of.

use super::table::Kept;
use crate::cluster::call::Resource;
use serde_json::Value;

/// Comparisons that all must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldSelector(Vec<Comparison>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Comparison {
    field: String,
    value: String,
    is_equal: bool,
}

/// The fields of a resource that can be asked for besides its name and namespace. API servers know a few more, which
/// nobody here asks for.
fn indexed(resource: Resource) -> &'static [&'static str] {
    match (resource.group, resource.plural) {
        ("", "pods") => &["spec.nodeName"],
        ("", "secrets") => &["type"],
        ("", "events") => &[
            "involvedObject.apiVersion",
            "involvedObject.fieldPath",
            "involvedObject.kind",
            "involvedObject.name",
            "involvedObject.namespace",
            "involvedObject.resourceVersion",
            "involvedObject.uid",
            "reason",
            "type",
        ],
        _ => &[],
    }
}

impl FieldSelector {
    /// Reads `a=1,b!=2`, of a resource.
    ///
    /// # Errors
    /// What cannot be read, or a field that has no index: never all objects instead of some.
    pub(super) fn parse(text: &str, resource: Resource) -> Result<Self, String> {
        let terms = terms(text).into_iter().filter(|term| !term.is_empty());
        let all: Vec<Comparison> = terms.map(|term| comparison(term, text)).collect::<Result<_, _>>()?;
        let is_known = |field: &str| {
            ["metadata.name", "metadata.namespace"].contains(&field) || indexed(resource).contains(&field)
        };
        match all.iter().find(|one| !is_known(&one.field)) {
            Some(one) => Err(format!("field label not supported: {}", one.field)),
            None => Ok(Self(all)),
        }
    }

    /// Whether an object has the fields. One that is not there is empty.
    pub(super) fn holds(&self, kept: &Kept) -> bool {
        let mut parsed = None;
        self.0.iter().all(|one| {
            let value = match one.field.as_str() {
                "metadata.name" => kept.name.clone(),
                "metadata.namespace" => kept.namespace.clone().unwrap_or_default(),
                field => {
                    let read = || serde_json::from_str(&kept.text).unwrap_or(Value::Null);
                    text_at(parsed.get_or_insert_with(read), field)
                }
            };
            (value == one.value) == one.is_equal
        })
    }
}

fn text_at(object: &Value, field: &str) -> String {
    let value = field.split('.').try_fold(object, |value, key| value.get(key));
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Cuts at the commas that no backslash is before.
fn terms(text: &str) -> Vec<&str> {
    let mut is_escaped = false;
    let ends = |letter: char| {
        let is_end = letter == ',' && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        is_end
    };
    text.split(ends).collect()
}

fn comparison(term: &str, whole: &str) -> Result<Comparison, String> {
    let unread = || format!("invalid selector: '{whole}'; can't understand '{term}'");
    let at = term.find(['=', '!']).ok_or_else(unread)?;
    let (field, rest) = term.split_at(at);
    // The longer ones first, so that the value of `a==b` does not begin with `=`.
    let signs = [("!=", false), ("==", true), ("=", true)];
    let sign = signs.iter().find_map(|(sign, is_equal)| Some((rest.strip_prefix(sign)?, *is_equal)));
    let (value, is_equal) = sign.ok_or_else(unread)?;
    let value = unescaped(value).ok_or_else(unread)?;
    Ok(Comparison { field: field.to_owned(), value, is_equal })
}

/// `\\`, `\,` and `\=` stand for the character itself, which cannot stand there without.
fn unescaped(value: &str) -> Option<String> {
    let (mut letters, mut plain) = (value.chars(), String::new());
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => plain.push(letters.next().filter(|next| ['\\', ',', '='].contains(next))?),
            ',' | '=' => return None,
            other => plain.push(other),
        }
    }
    Some(plain)
}
