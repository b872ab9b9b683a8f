//! What the key and the value of a label may look like, and what the server says about others.
//!
//! The explanations quote regular expressions for the user's sake; the checks here are written out, so
//! that two modules of plain tests need no engine for them. Lengths are counted in bytes, as the server
//! counts them.

const NAME_RULE: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
     alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
     '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const PREFIX_RULE: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or \
     '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
     '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const VALUE_RULE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or \
     '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex \
     used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const NAME_BYTES: usize = 63;
const PREFIX_BYTES: usize = 253;

/// Everything that is wrong with the key of a label; nothing if it is one.
pub(super) fn of_key(key: &str) -> Vec<String> {
    let Some((prefix, name)) = key.split_once('/') else { return of_name(key) };
    if name.contains('/') {
        let whole = format!(
            "a valid label key {NAME_RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        );
        return vec![whole];
    }
    let mut wrong = of_prefix(prefix);
    wrong.extend(of_name(name));
    wrong
}

/// Everything that is wrong with the value of a label; nothing if it is one.
pub(super) fn of_value(value: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if value.len() > NAME_BYTES {
        wrong.push(too_long(NAME_BYTES));
    }
    if !value.is_empty() && !is_name(value) {
        wrong.push(VALUE_RULE.to_owned());
    }
    wrong
}

/// The server's sentence about a value it refuses, or nothing if nothing is wrong with it.
pub(super) fn refusal(field: &str, value: &str, wrong: &[String]) -> Option<String> {
    (!wrong.is_empty()).then(|| format!("{field}: Invalid value: {value:?}: {}", wrong.join("; ")))
}

fn of_name(name: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if name.is_empty() {
        wrong.push("name part must be non-empty".to_owned());
    } else if name.len() > NAME_BYTES {
        wrong.push(format!("name part {}", too_long(NAME_BYTES)));
    }
    if !is_name(name) {
        wrong.push(format!("name part {NAME_RULE}"));
    }
    wrong
}

fn of_prefix(prefix: &str) -> Vec<String> {
    if prefix.is_empty() {
        return vec!["prefix part must be non-empty".to_owned()];
    }
    let mut wrong = Vec::new();
    if prefix.len() > PREFIX_BYTES {
        wrong.push(format!("prefix part {}", too_long(PREFIX_BYTES)));
    }
    if !prefix.split('.').all(is_domain_part) {
        wrong.push(format!("prefix part {PREFIX_RULE}"));
    }
    wrong
}

fn too_long(limit: usize) -> String {
    format!("must be no more than {limit} bytes")
}

fn is_name(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    has_solid_ends(text) && text.bytes().all(known)
}

fn is_domain_part(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    has_solid_ends(text) && text.bytes().all(known)
}

fn has_solid_ends(text: &str) -> bool {
    let solid = |byte: &u8| byte.is_ascii_alphanumeric();
    text.as_bytes().first().is_some_and(solid) && text.as_bytes().last().is_some_and(solid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_name_with_or_without_a_domain() {
        for key in ["a", "A_b.c-9", "example.com/a", "x/y", &"k".repeat(63)] {
            assert_eq!(of_key(key), Vec::<String>::new(), "{key}");
        }
    }

    #[test]
    fn a_wrong_key_is_told_which_part_of_it_is_wrong() {
        for (key, beginnings) in [
            ("", vec!["name part must be non-empty", "name part must consist of"]),
            ("-a", vec!["name part must consist of"]),
            ("/a", vec!["prefix part must be non-empty"]),
            ("Up.com/a", vec!["prefix part a lowercase RFC 1123 subdomain"]),
            (
                "a..b/",
                vec!["prefix part a lower", "name part must be non-empty", "name part must consist of"],
            ),
            ("a/b/c", vec!["a valid label key must consist of"]),
            (&"k".repeat(64), vec!["name part must be no more than 63 bytes"]),
        ] {
            let wrong = of_key(key);
            assert_eq!(wrong.len(), beginnings.len(), "{wrong:?}");
            assert!(wrong.iter().zip(beginnings).all(|(one, start)| one.starts_with(start)), "{wrong:?}");
        }
    }

    #[test]
    fn a_value_may_be_empty_but_not_long_or_odd() {
        assert_eq!(of_value(""), Vec::<String>::new());
        assert_eq!(of_value(&"v".repeat(64)), ["must be no more than 63 bytes"]);
        assert_eq!(of_value("b/c"), [VALUE_RULE]);
        assert_eq!(of_value(&"ü".repeat(32)).len(), 2);
    }

    #[test]
    fn a_refusal_names_the_field_and_joins_the_reasons() {
        let wrong = ["short".to_owned(), "odd".to_owned()];
        assert_eq!(refusal("f", "x", &wrong).unwrap(), "f: Invalid value: \"x\": short; odd");
        assert_eq!(refusal("f", "x", &[]), None);
    }
}
