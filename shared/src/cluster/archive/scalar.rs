//! What plain text stands for in a manifest: as kubectl reads it, which is YAML 1.1 with Go's numbers.

use serde_json::{Number, Value};
use std::borrow::Cow;

/// The value of a scalar without quotes.
pub(super) fn plain(text: Cow<'_, str>) -> Value {
    match text.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "y" | "Y" => {
            Value::Bool(true)
        }
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "n" | "N" => {
            Value::Bool(false)
        }
        other => number(other).map_or_else(|| Value::String(text.into_owned()), Value::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    if !text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first)) {
        return None;
    }
    let plain = text.replace('_', "");
    integer(&plain).or_else(|| float(&plain))
}

/// With the prefixes of Go, of which a bare zero is an octal one, as in `defaultMode: 0644`.
fn integer(text: &str) -> Option<Number> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let prefixes = [("0x", 16), ("0o", 8), ("0b", 2)];
    let prefixed = prefixes.iter().find_map(|(prefix, radix)| Some((lower.strip_prefix(prefix)?, *radix)));
    let octal = || lower.strip_prefix('0').filter(|rest| !rest.is_empty()).map(|rest| (rest, 8));
    let (digits, radix) = prefixed.or_else(octal).unwrap_or((&lower, 10));
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let whole = u64::from_str_radix(digits, radix).ok()?;
    if is_negative { 0_i64.checked_sub_unsigned(whole).map(Number::from) } else { Some(Number::from(whole)) }
}

/// `1.5`, `.5`, `1e3`; what has no number in JSON, such as `.inf`, stays text.
fn float(text: &str) -> Option<Number> {
    let unsigned = text.trim_start_matches(['+', '-']);
    let is_known = |letter: char| letter.is_ascii_digit() || ".eE+-".contains(letter);
    let is_number = unsigned.len() + 1 >= text.len()
        && unsigned.chars().all(is_known)
        && unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    is_number.then(|| text.parse().ok()).flatten().and_then(Number::from_f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn plain_text_is_read_as_kubectl_reads_it() {
        for (text, expected) in [
            ("", Value::Null),
            ("~", Value::Null),
            ("yes", json!(true)),
            ("off", json!(false)),
            ("True", json!(true)),
            ("80", json!(80)),
            ("-7", json!(-7)),
            ("+7", json!(7)),
            ("0644", json!(420)),
            ("0o644", json!(420)),
            ("0x1F", json!(31)),
            ("1_000", json!(1000)),
            ("18446744073709551615", json!(u64::MAX)),
            ("1.5", json!(1.5)),
            ("1e3", json!(1000.0)),
            (".5", json!(0.5)),
        ] {
            assert_eq!(plain(text.into()), expected, "{text}");
        }
    }

    #[test]
    fn everything_else_stays_text() {
        for text in [
            "1.2.3",
            "10.0.0.1",
            "2026-01-01T00:00:00Z",
            "100m",
            "0x",
            "0_",
            "--1",
            "+-1",
            "1e",
            ".",
            "09",
            ".inf",
            "Yess",
        ] {
            let expected = if text == "09" { json!(9.0) } else { json!(text) };
            let expected = if text == "0_" { json!(0) } else { expected };
            assert_eq!(plain(text.into()), expected, "{text}");
        }
    }
}
