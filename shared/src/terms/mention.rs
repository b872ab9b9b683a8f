//! Whether a spec names a Service, as a host name or as a reference.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Services by their namespaces: many, of which an object names few.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mirrors {
    by_namespace: BTreeMap<String, BTreeSet<String>>,
    /// All names, of whatever namespace.
    all: HashSet<String>,
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
    /// The namespaces that have some.
    pub fn namespaces(&self) -> impl Iterator<Item = &str> {
        self.by_namespace.keys().map(String::as_str)
    }

    /// Whether an object with this spec, as it comes over the wire, may lead to one of these: not unless one of their names is a
    /// word of it. Most specs name none, and need not be parsed to see that.
    pub fn may_be_named_in(&self, spec: &str) -> bool {
        let is_name = |word: &str| self.all.contains(word);
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
        let mut words = BTreeSet::new();
        if let Some(beside) = self.by_namespace.get(namespace) {
            gather(spec, beside, &mut words);
        }
        let is_named = |name: &&str| Mirror { name, namespace, is_beside: true }.is_in(spec);
        words.into_iter().filter(is_named).map(str::to_owned).collect()
    }
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
            Value::String(text) => self.is_named(text),
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
    /// `NAME.NAMESPACE`, `postgres://u@NAME.NAMESPACE.svc:5432/db`.
    fn is_named(&self, text: &str) -> bool {
        text.match_indices(self.name).any(|(start, found)| {
            let before = text.get(..start).and_then(|head| head.chars().next_back());
            let after = text.get(start + found.len()..).unwrap_or_default();
            !before.is_some_and(|c| is_inside(c) || c == '.') && self.ends_here(after)
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

/// What a DNS label consists of.
fn is_inside(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const BESIDE: Mirror<'static> = Mirror { name: "web-infra", namespace: "shop", is_beside: true };
    const AWAY: Mirror<'static> = Mirror { is_beside: false, ..BESIDE };

    #[test]
    fn a_name_is_found_as_a_whole_and_not_inside_another() {
        for text in ["web-infra", "http://web-infra.shop.svc:80/x", "PGHOST=web-infra", "user@web-infra:5432"]
        {
            assert!(BESIDE.is_named(text), "{text}");
        }
        for text in
            ["my-web-infra", "web-infra-2", "web-infrastructure", "x.web-infra", "web-infra.other.svc"]
        {
            assert!(!BESIDE.is_named(text), "{text}");
        }
    }

    #[test]
    fn from_another_namespace_only_the_name_with_its_namespace_leads_there() {
        for text in ["web-infra.shop", "http://web-infra.shop.svc.cluster.local:80", "a=web-infra.shop:80"] {
            assert!(AWAY.is_named(text), "{text}");
        }
        for text in ["web-infra", "web-infra:80", "web-infra.shopping", "web-infra.other.svc", "web-infra."] {
            assert!(!AWAY.is_named(text), "{text}");
        }
    }

    #[test]
    fn of_many_names_those_are_found_that_are_found_one_by_one() {
        let names = ["web-infra", "web-infra-2", "my-web-infra", "infra", "web"];
        let mirrors: Mirrors = names.into_iter().map(|name| ("shop".to_owned(), name.to_owned())).collect();
        for text in [
            "web-infra",
            "http://web-infra-2.shop:80",
            "x.web",
            "web.infra",
            "web.shop",
            "a=web,b=infra",
            "my-web-infra.other",
            "user@web:1 infra.",
            "",
            "webinfra",
        ] {
            let spec = json!({"env": [{"name": "URL", "value": text}]});
            let alone = |name: &&str| Mirror { name, ..BESIDE }.is_in(&spec);
            let expected: BTreeSet<String> =
                names.into_iter().filter(|name| alone(name)).map(str::to_owned).collect();
            assert_eq!(mirrors.named_in("shop", &spec), expected, "{text}");
            assert!(mirrors.named_in("other", &spec).is_empty(), "{text}");
            assert!(expected.is_empty() || mirrors.may_be_named_in(&spec.to_string()), "{text}");
        }
        let found = mirrors.named_in("shop", &json!("postgres://web-infra.shop.svc/db,web"));
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["web", "web-infra"]);
    }

    #[test]
    fn a_text_without_their_names_need_not_be_parsed() {
        let mirrors: Mirrors = [("shop".to_owned(), "web-infra".to_owned())].into_iter().collect();
        for (spec, may_be) in [
            (r#"{"env":[{"value":"http://web-infra:80"}]}"#, true),
            (r#"{"env":[{"value":"http://web-infra-2:80","name":"web"}]}"#, false),
            (r#"{"args":["a\nweb-infra"]}"#, true),
            (r#"{"args":["a\\web-infra"]}"#, true),
            (r#"{"args":["\u003cweb-infra\u003e"]}"#, true),
            (r#"{"args":["\u0077eb-infra"]}"#, true),
            (r#"{"args":["a\nweb-infra-2\nweb\u003c\tweb-infra2"]}"#, false),
            (r#"{"args":["-----BEGIN CERTIFICATE-----\nMIIB+web/infra\n"]}"#, false),
            ("{}", false),
        ] {
            assert_eq!(mirrors.may_be_named_in(spec), may_be, "{spec}");
        }
    }

    proptest! {
        #[test]
        fn whoever_names_one_is_parsed(text in "(web-infra|[\\x00-\\x7f]|\\\\|\\\\u00|é){0,6}", key in ".{0,3}") {
            let mirrors: Mirrors = [("shop".to_owned(), "web-infra".to_owned())].into_iter().collect();
            let spec = json!({key: [text]});
            let is_named = !mirrors.named_in("shop", &spec).is_empty();
            prop_assert!(!is_named || mirrors.may_be_named_in(&spec.to_string()), "{spec}");
        }
    }

    #[test]
    fn a_reference_counts_by_its_own_namespace() {
        let reference = |namespace: &str| json!({"rules": [{"backendRefs": [{"name": "web-infra", "namespace": namespace}]}]});
        assert!(AWAY.is_in(&reference("shop")) && BESIDE.is_in(&reference("shop")));
        assert!(!AWAY.is_in(&reference("other")) && !BESIDE.is_in(&reference("other")));
        let bare = json!({"backend": {"service": {"name": "web-infra", "port": {"number": 80}}}});
        assert!(BESIDE.is_in(&bare) && !AWAY.is_in(&bare));
    }
}
