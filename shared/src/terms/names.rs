//! Which texts can name objects.

/// Whether a text is a DNS label (RFC 1123): what namespaces and Services can be called. Such a text can safely stand
/// in a path, in a selector and on a terminal.
pub fn is_dns_label(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let bounds = !text.starts_with('-') && !text.ends_with('-');
    (1..=63).contains(&text.len()) && text.chars().all(inner) && bounds
}

#[cfg(test)]
mod tests {
    use super::is_dns_label;

    #[test]
    fn labels_are_short_lower_case_and_bounded_by_letters_or_digits() {
        for good in ["a", "0a", "postgres-rw", &"x".repeat(63)] {
            assert!(is_dns_label(good), "{good}");
        }
        for bad in ["", "-a", "a-", "A", "a.b", "a/b", "..", "a\u{202e}b", "\u{e9}", &"x".repeat(64)] {
            assert!(!is_dns_label(bad), "{bad}");
        }
    }
}
