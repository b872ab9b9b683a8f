//! Whether a spec names a Service, as a host name or as a reference.

mod lost;

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Services by their namespaces: many, of which an object names few.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mirrors {
    by_namespace: BTreeMap<String, BTreeSet<String>>,
    /// All names, of whatever namespace.
    all: HashSet<String>,
    /// How names of others end that may have been such Services.
    endings: Vec<String>,
}

impl FromIterator<(String, String)> for Mirrors {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(keys: I) -> Self {
        let mut mirrors = Self::default();
        for (namespace, name) in keys {
            mirrors.all.insert(name.clone());
            mirrors.by_namespace.entry(namespace).or_default().insert(name);
        }
        mirrors
    }
}

impl Mirrors {
    /// The same, where names that end so are listened to as well.
    #[must_use]
    pub fn with_endings(self, endings: Vec<String>) -> Self {
        Self { endings, ..self }
    }

    /// The namespaces that have some.
    pub fn namespaces(&self) -> impl Iterator<Item = &str> {
        self.by_namespace.keys().map(String::as_str)
    }

    /// Whether an object with this spec, as it comes over the wire, may lead to one of these: not unless one of their names is a
    /// word of it. Most specs name none, and need not be parsed to see that.
    pub fn may_be_named_in(&self, spec: &str) -> bool {
        let is_name =
            |word: &str| self.all.contains(word) || self.endings.iter().any(|end| word.ends_with(end));
        let mut pieces = spec.split('\\');
        let is_in = |text: &str| words(text).any(is_name);
        let begins = |text: &str| words(text).next().is_some_and(is_name);
        // What follows is escaped: one character, or the number of one in four digits. A name behind it begins there.
        pieces.next().is_some_and(is_in)
            || pieces.any(|piece| {
                let number = piece.strip_prefix('u').and_then(|rest| rest.split_at_checked(4));
                is_in(piece)
                    || piece.get(1..).is_some_and(begins)
                    || number.is_some_and(|(digits, rest)| is_letter(digits) || begins(rest))
            })
    }

    /// The names of those in this namespace that the spec of an object there leads to. Only what stands in it as a word is
    /// looked at closely, so that the time does not grow with how many there are.
    pub fn named_in(&self, namespace: &str, spec: &Value) -> BTreeSet<String> {
        let own = self.by_namespace.get_key_value(namespace);
        own.into_iter().flat_map(|own| named(own, namespace, spec)).map(str::to_owned).collect()
    }

    /// The same of those in all namespaces, as `NAME.NAMESPACE` where that is another one.
    pub fn named_anywhere(&self, namespace: &str, spec: &Value) -> BTreeSet<String> {
        let of = |all @ (its, _): (&String, &BTreeSet<String>)| {
            let domain = if its == namespace { String::new() } else { format!(".{its}") };
            let found = named(all, namespace, spec).into_iter();
            found.map(|name| format!("{name}{domain}")).collect::<Vec<_>>()
        };
        self.by_namespace.iter().flat_map(of).collect()
    }
}

/// The names of a namespace that an object in this one leads to.
fn named<'a>(
    (its, names): (&'a String, &'a BTreeSet<String>),
    namespace: &str,
    spec: &Value,
) -> BTreeSet<&'a str> {
    let mut words = BTreeSet::new();
    gather(spec, names, &mut words);
    words.retain(|name| Mirror { name, namespace: its, is_beside: its == namespace }.is_in(spec));
    words
}

/// The names that stand somewhere in a value as whole words.
fn gather<'a>(value: &Value, names: &'a BTreeSet<String>, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::String(text) => {
            found.extend(words(text).filter_map(|word| names.get(word)).map(String::as_str));
        }
        Value::Array(values) => values.iter().for_each(|value| gather(value, names, found)),
        Value::Object(fields) => fields.values().for_each(|value| gather(value, names, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What is between characters that no DNS label has.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.as_bytes().split(|byte| !is_inside(char::from(*byte)));
    words.filter_map(|word| str::from_utf8(word).ok())
}

/// Whether the number of a character is that of one which a DNS label has.
fn is_letter(digits: &str) -> bool {
    u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).is_some_and(is_inside)
}

/// A Service, seen from an object.
pub struct Mirror<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its namespace.
    pub namespace: &'a str,
    /// Whether the object is in the Service's own namespace, where the bare name leads to it.
    pub is_beside: bool,
}

impl Mirror<'_> {
    /// Whether some text in the spec leads to it.
    pub fn is_in(&self, spec: &Value) -> bool {
        match spec {
            Value::String(text) => !is_labelling(text) && self.is_named(text),
            Value::Array(values) => values.iter().any(|value| self.is_in(value)),
            Value::Object(fields) => {
                let text = |field: &str| fields.get(field).and_then(Value::as_str);
                // References of routes name another namespace beside the name.
                match (text("name"), text("namespace")) {
                    (Some(name), Some(namespace)) if name == self.name => namespace == self.namespace,
                    _ => fields.values().any(|value| self.is_in(value)),
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    /// Whether the text is the name, or a DNS name or address that begins with it: `NAME`, `NAME:5432`,
    /// `NAME.NAMESPACE`, `postgres://u@NAME.NAMESPACE.svc:5432/db`. Part of a path, of a sentence or of a store it is no host.
    fn is_named(&self, text: &str) -> bool {
        text.match_indices(self.name).any(|(start, found)| {
            let before = text.get(..start).unwrap_or_default();
            let after = text.get(start + found.len()..).unwrap_or_default();
            begins_here(before, after) && self.ends_here(after)
        })
    }

    fn ends_here(&self, after: &str) -> bool {
        let Some(rest) = after.strip_prefix('.') else {
            return self.is_beside && !after.chars().next().is_some_and(is_inside);
        };
        let label = rest.split(|c| !is_inside(c)).next().unwrap_or_default();
        // A full stop that ends a sentence, or an absolute name.
        if label.is_empty() { self.is_beside } else { label == self.namespace }
    }
}

/// Whether a host may stand between these.
fn begins_here(before: &str, after: &str) -> bool {
    match before.chars().next_back() {
        Some('/') => before.ends_with("//") && !STORES.iter().any(|store| before.ends_with(store)),
        Some(c) if c.is_whitespace() => {
            let word = before.split_whitespace().next_back().unwrap_or_default();
            word.starts_with('-') || after.starts_with([':', '.', '/'])
        }
        Some(c) => !is_inside(c) && c != '.',
        None => true,
    }
}

/// Addresses in which a name is that of a bucket or of an image.
const STORES: [&str; 3] = ["s3://", "gs://", "oci://"];

/// What variables and flags are called, in part or (the second) as a whole, that say what something is called, and not where it is.
const LABELS: [&str; 7] = ["OTEL_", "SERVICE_NAME", "APP_NAME", "CLIENT_ID", "BUCKET", "TITLE", "NO_PROXY"];
const LABELS_ALONE: [&str; 5] = ["APP", "JOB", "NAME", "SERVICE", "SVC"];

/// Whether a variable or a flag of this name says what something is called, and names no host: `OTEL_SERVICE_NAME`, `--app`.
pub fn is_label(name: &str) -> bool {
    let name = name.to_ascii_uppercase().replace('-', "_");
    let name = name.trim_start_matches('_');
    LABELS.iter().any(|label| name.contains(label)) || LABELS_ALONE.contains(&name)
}

/// Whether a word of a command line gives such a flag its value.
fn is_labelling(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| is_label(name))
}

/// What a DNS label consists of.
fn is_inside(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

#[cfg(test)]
#[path = "mention_tests.rs"]
mod tests;
