//! YAML that users write, and what is wrong with it: with the line, without the value, which may be a secret.

use super::words::one_line;
use serde::de::DeserializeOwned;

/// Parses the first document of a text; an empty text is an empty one. Anchors that multiply, depth and size are
/// bounded by the parser.
///
/// # Errors
/// `line 3: expected string scalar`
pub(in crate::cluster) fn first_document<T: DeserializeOwned + Default>(bytes: &[u8]) -> Result<T, String> {
    parsed(bytes).map_err(|Problem { place, words }| match place {
        Some((line, _)) => format!("line {line}: {words}"),
        None => words,
    })
}

/// The same for files that are named before their place.
///
/// # Errors
/// `3:7: expected string scalar`
pub(in crate::cluster) fn document<T: DeserializeOwned + Default>(bytes: &[u8]) -> Result<T, String> {
    parsed(bytes).map_err(|Problem { place, words }| match place {
        Some((line, column)) => format!("{line}:{column}: {words}"),
        None => format!(" {words}"),
    })
}

/// What is wrong, and in which line and column, from 1.
struct Problem {
    place: Option<(u64, u64)>,
    words: String,
}

fn parsed<T: DeserializeOwned + Default>(bytes: &[u8]) -> Result<T, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error.valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Without snippets: they would show the lines around a mistake, and such a line may be a token.
    let options = serde_saphyr::options! { with_snippet: false };
    let documents: Vec<T> =
        serde_saphyr::from_multiple_with_options(text, options).map_err(|error| problem(&error))?;
    Ok(documents.into_iter().next().unwrap_or_default())
}

fn not_utf8(bytes: &[u8], valid: usize) -> Problem {
    let (line, column) = place_of(bytes, valid);
    let place = u64::try_from(line).ok().zip(u64::try_from(column).ok());
    Problem { place, words: "not UTF-8 text".to_owned() }
}

/// The line and the column of a byte, from 1; columns in characters.
pub(in crate::cluster) fn place_of(bytes: &[u8], at: usize) -> (usize, usize) {
    let before = String::from_utf8_lossy(bytes.get(..at).unwrap_or_default());
    let last = before.rsplit('\n').next().unwrap_or_default();
    let (line, column) = (1 + before.matches('\n').count(), 1 + last.chars().count());
    (line, column)
}

fn problem(error: &serde_saphyr::Error) -> Problem {
    let words = one_line(&error.without_snippet().to_string());
    // What follows is for the author of the program: places once more, options, types.
    let cut = [" at line ", ", set ", "; use "]
        .into_iter()
        .fold(words.as_str(), |words, mark| words.split(mark).next().unwrap_or_default());
    let place = error.location().filter(|place| place.line() > 0);
    Problem { place: place.map(|place| (place.line(), place.column())), words: without_values(cut) }
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
