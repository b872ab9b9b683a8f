//! Which texts can name objects and labels.

/// The longest DNS label, label value and name of a label key.
const LONGEST: usize = 63;
/// The longest prefix of a label key.
const LONGEST_PREFIX: usize = 253;

/// Whether a text is a DNS label (RFC 1123): what namespaces and Services can be called. Such a text can safely stand
/// in a path, in a selector and on a terminal.
pub fn is_dns_label(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let bounds = !text.starts_with('-') && !text.ends_with('-');
    (1..=LONGEST).contains(&text.len()) && text.chars().all(inner) && bounds
}

/// Whether a text can be the key of a label: `tier` or `mirror.linkerd.io/exported`.
pub fn is_label_key(text: &str) -> bool {
    let Some((prefix, name)) = text.split_once('/') else { return !text.is_empty() && is_label_value(text) };
    let is_subdomain = prefix.len() <= LONGEST_PREFIX && prefix.split('.').all(is_dns_label);
    is_subdomain && !name.is_empty() && is_label_value(name)
}

/// Whether a text can be the value of a label; an empty one can.
pub fn is_label_value(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_bound = |c: Option<char>| c.is_none_or(|c| c.is_ascii_alphanumeric());
    let (first, last) = (text.chars().next(), text.chars().next_back());
    text.len() <= LONGEST && text.chars().all(inner) && is_bound(first) && is_bound(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_short_lower_case_and_bounded_by_letters_or_digits() {
        for good in ["a", "0a", "postgres-rw", &"x".repeat(63)] {
            assert!(is_dns_label(good), "{good}");
        }
        for bad in ["", "-a", "a-", "A", "a.b", "a/b", "..", "a\u{202e}b", "\u{e9}", &"x".repeat(64)] {
            assert!(!is_dns_label(bad), "{bad}");
        }
    }

    #[test]
    fn keys_and_values_of_labels_are_those_that_the_api_takes() {
        for good in ["a", "Tier", "a_b.c", "mirror.linkerd.io/exported", "x.y/A.b_c-d"] {
            assert!(is_label_key(good), "{good}");
        }
        for bad in ["", "a b", "-a", "a/", "/a", "a/b/c", "A/b", "x..y/a", &"x".repeat(64)] {
            assert!(!is_label_key(bad), "{bad}");
        }
        for (value, is_good) in [("", true), ("true", true), ("a_B.c", true), (".a", false), ("a b", false)] {
            assert_eq!(is_label_value(value), is_good, "{value}");
        }
    }
}
