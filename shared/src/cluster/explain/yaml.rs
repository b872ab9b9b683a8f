//! YAML that users write, and what is wrong with it: with the line, without the value, which may be a secret.

use super::words::one_line;
use serde::de::DeserializeOwned;

/// Parses the first document of a text; an empty text is an empty one. Anchors that multiply, depth and size are
/// bounded by the parser.
///
/// # Errors
/// `line 3: expected string scalar`
pub(in crate::cluster) fn first_document<T: DeserializeOwned + Default>(bytes: &[u8]) -> Result<T, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error.valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Without snippets: they would show the lines around a mistake, and such a line may be a token.
    let options = serde_saphyr::options! { with_snippet: false };
    let documents: Vec<T> =
        serde_saphyr::from_multiple_with_options(text, options).map_err(|error| problem(&error))?;
    Ok(documents.into_iter().next().unwrap_or_default())
}

fn not_utf8(bytes: &[u8], valid: usize) -> String {
    let line = 1 + bytes.iter().take(valid).filter(|&&byte| byte == b'\n').count();
    format!("line {line}: not UTF-8 text")
}

fn problem(error: &serde_saphyr::Error) -> String {
    let words = one_line(&error.without_snippet().to_string());
    // What follows is for the author of the program: places once more, options, types.
    let cut = [" at line ", ", set ", "; use "]
        .into_iter()
        .fold(words.as_str(), |words, mark| words.split(mark).next().unwrap_or_default());
    let words = without_values(cut);
    match error.location() {
        Some(place) if place.line() > 0 => format!("line {}: {words}", place.line()),
        _ => words,
    }
}

/// Names of fields are shown; a value that is not one of a few known ones is not.
fn without_values(words: &str) -> String {
    let expected = words.strip_prefix("unknown variant ").and_then(|rest| rest.split_once("`, "));
    let words =
        expected.map_or_else(|| words.to_owned(), |(_, expected)| format!("unknown value, {expected}"));
    match words.split_once('"') {
        Some((before, after)) => {
            let rest = after.rsplit_once('"').map_or("", |(_, rest)| rest);
            format!("{before}…{rest}")
        }
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::first_document;

    #[test]
    fn a_mistake_is_named_with_its_line_and_without_the_value() {
        let problem = |text: &[u8]| first_document::<kube::config::Kubeconfig>(text).unwrap_err();
        for (text, expected) in [
            ("users: [{name: a, user: hunter2}]", "line 1: expected mapping start"),
            ("a: b\nusers: 3", "line 2: expected sequence start"),
            ("[1,2", "line 1: unclosed bracket '['"),
            ("contexts: [null]", "line 1: expected mapping start"),
            ("contexts: [{name: null}]", "line 1: cannot deserialize null into string"),
            ("kind: Config\nkind: Config", "line 2: duplicate mapping key: kind"),
            ("a: &a [*a]", "line 1: recursive references require weak recursion types"),
            (
                "users: [{name: a, user: {exec: {interactiveMode: hunter2}}}]",
                "line 1: unknown value, expected one of Never, IfAvailable, Always",
            ),
        ] {
            assert_eq!(problem(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(problem(b"a: b\n\xff"), "line 2: not UTF-8 text");
    }
}
