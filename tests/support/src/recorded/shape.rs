//! Placeholders of recordings: which text may stand where one stands.

use std::net::Ipv4Addr;

use k8s_openapi::jiff::Timestamp;

/// A placeholder's name, a value of its shape, and the shape.
type Shape = (&'static str, &'static str, fn(&str) -> bool);

const SHAPES: &[Shape] = &[
    ("uid", "0f8fad5b-d9cb-469f-a165-70867728950e", is_uid),
    ("rv", "4711", is_number),
    ("time", "2026-01-02T03:04:05Z", is_time),
    ("clusterIP", "10.96.0.17", is_address),
    ("suffix", "x7k2p", is_suffix),
    ("nodePort", "30080", is_number),
    ("rv of the exported object", "4712", is_number),
    ("dns server", "192.0.2.53:53", is_something),
];

/// Returns whether the text is nothing but a placeholder.
pub fn is_placeholder(recorded: &str) -> bool {
    parts(recorded).is_some_and(|(front, _, back)| front.is_empty() && back.is_empty())
}

/// Returns the Service whose address must stand here; `None` when the text does not ask for one.
pub(super) fn whose_address(recorded: &str) -> Option<&str> {
    recorded.strip_prefix("<clusterIP of ")?.strip_suffix('>')
}

/// Returns whether `seen` may stand where the recording has `recorded`.
pub fn matches(recorded: &str, seen: &str) -> bool {
    let Some((front, (_, _, fits), back)) = parts(recorded) else { return recorded == seen };
    seen.strip_prefix(front).and_then(|rest| rest.strip_suffix(back)).is_some_and(fits)
}

/// Returns the text with a value of the right shape in place of its placeholder.
pub fn filled(recorded: &str) -> String {
    let recorded = whose_address(recorded).map_or(recorded, |_| "<clusterIP>");
    match parts(recorded) {
        Some((front, (_, value, _), back)) => format!("{front}{value}{back}"),
        None => recorded.to_owned(),
    }
}

/// Splits the text at its one placeholder; `None` when it has none that is known.
fn parts(text: &str) -> Option<(&str, Shape, &str)> {
    let (front, rest) = text.split_once('<')?;
    let (name, back) = rest.split_once('>')?;
    let shape = SHAPES.iter().find(|shape| shape.0 == name)?;
    Some((front, *shape, back))
}

fn is_uid(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && text.chars().all(|one| one == '-' || one.is_ascii_hexdigit())
}

fn is_number(text: &str) -> bool {
    text.parse::<u64>().is_ok()
}

fn is_time(text: &str) -> bool {
    text.parse::<Timestamp>().is_ok()
}

fn is_address(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
}

fn is_suffix(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit())
}

fn is_something(text: &str) -> bool {
    !text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_placeholder_takes_its_own_shape_and_no_other_text() {
        for (name, value, _) in SHAPES {
            let recorded = format!("a <{name}> z");
            assert!(matches(&recorded, &filled(&recorded)), "{name}");
            assert!(!matches(&recorded, "a  z"), "{name}");
            assert!(!matches(&recorded, value), "{name}");
        }
        assert!(!matches("<uid>", "4711"));
        assert!(!matches("<rv>", "<rv>"));
    }

    #[test]
    fn text_without_a_known_placeholder_must_be_equal() {
        assert!(matches("<unknown>", "<unknown>"));
        assert!(!matches("web-infra", "web-infra-x7k2p"));
        assert!(!matches("web-<suffix>", "web-infra-x7k2p"));
    }
}
