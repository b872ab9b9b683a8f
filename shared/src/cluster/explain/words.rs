//! Foreign text on its way to a user: one line, no control characters, not endless.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use std::io::{Error, ErrorKind};

/// Longer messages of servers are cut; the API server's own are far below.
const LONGEST: usize = 300;

/// As long as this no word of a sentence is, such as `authentication`.
const LONG: usize = 16;

/// One line of foreign text: runs of blanks, line breaks and control characters become one blank, and what is too
/// long is cut.
pub(in crate::cluster) fn one_line(text: &str) -> String {
    let cleaned: String = text.chars().map(|letter| if is_unfit(letter) { ' ' } else { letter }).collect();
    let line = cleaned.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    let kept: String = line.chars().take(LONGEST).collect();
    format!("{}…", kept.trim_end())
}

/// A path as it is shown: who made a file may have called it anything.
pub(in crate::cluster) fn path_words(path: &std::path::Path) -> String {
    let all = path.display().to_string();
    all.chars().map(|letter| if is_unfit(letter) { char::REPLACEMENT_CHARACTER } else { letter }).collect()
}

/// The same text without credentials that somebody repeats from the header `Authorization`, as proxies that debug do.
pub(in crate::cluster) fn masked(text: &str) -> std::borrow::Cow<'_, str> {
    let lower = text.to_ascii_lowercase();
    let after =
        |scheme: &'static str| lower.match_indices(scheme).map(move |(at, _)| (at + scheme.len(), scheme));
    let mut schemes: Vec<(usize, &str)> = after("bearer").chain(after("basic")).collect();
    schemes.sort_unstable();
    let (mut out, mut end) = (String::new(), 0);
    for (at, scheme) in schemes {
        let Some(rest) = text.get(at..).filter(|_| at >= end) else { continue };
        let start = at + rest.find(|letter: char| !letter.is_whitespace()).unwrap_or(rest.len());
        let word = text.get(start..).unwrap_or_default();
        let is_inside = |letter: char| letter.is_ascii_alphanumeric() || "-._~+/=".contains(letter);
        let word =
            word.get(..word.find(|letter| !is_inside(letter)).unwrap_or(word.len())).unwrap_or_default();
        if start > at && is_secret(scheme, word) {
            out.push_str(text.get(end..start).unwrap_or_default());
            out.push_str("<masked>");
            end = start + word.len();
        }
    }
    if end == 0 {
        return text.into();
    }
    out.push_str(text.get(end..).unwrap_or_default());
    out.into()
}

/// Whether what stands behind a scheme is no word of a sentence, such as `bearer token` and `Basic authentication.`
fn is_secret(scheme: &str, word: &str) -> bool {
    let bare = word.trim_end_matches(['.', '-', '=']);
    let is_word = bare.chars().skip(1).all(|letter| letter.is_ascii_lowercase()) && bare.len() < LONG;
    let is_pair = || STANDARD_NO_PAD.decode(bare).is_ok_and(|pair| pair.contains(&b':'));
    !bare.is_empty() && (!is_word || (scheme == "basic" && is_pair()))
}

/// Controls, and the marks that turn or hide text on a terminal.
fn is_unfit(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// What the operating system says, in lower case and without its number.
pub fn io_words(error: &Error) -> String {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the kinds are open, and most read well as they are")]
    let fixed = match error.kind() {
        ErrorKind::NotFound => "no such file or directory",
        ErrorKind::PermissionDenied => "permission denied",
        ErrorKind::IsADirectory => "is a directory",
        _ => {
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or_default();
            return one_line(text).to_lowercase();
        }
    };
    fixed.to_owned()
}

/// The deepest text of an error, on one line; the outer ones repeat it.
pub(in crate::cluster) fn innermost(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| one_line(&error.to_string()), innermost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_becomes_one_line_that_cannot_drive_a_terminal() {
        assert_eq!(one_line("a\r\n  b\u{1b}[31m\tc\u{202e}d\0"), "a b [31m c d");
        assert_eq!(one_line(&"x".repeat(400)), format!("{}…", "x".repeat(300)));
    }

    #[test]
    fn credentials_that_a_server_repeats_are_masked_and_words_are_not() {
        let told = "Authorization: Bearer eyJhbGciOi.J9-_x, or basic dXNlcjpodW50ZXIy; no bearer token";
        assert_eq!(masked(told), "Authorization: Bearer <masked>, or basic <masked>; no bearer token");
        assert_eq!(masked("Basic\t am9lOnB3 and Bearer  s3cret"), "Basic\t <masked> and Bearer  <masked>");
        let words = "ünauthorized: basic authentication is disabled; Bearer Token. A basic-auth file, bearer";
        assert_eq!(masked(words), words);
    }

    #[test]
    fn the_operating_systems_words_come_without_its_number() {
        assert_eq!(io_words(&Error::from_raw_os_error(2)), "no such file or directory");
        assert_eq!(io_words(&Error::from_raw_os_error(20)), "not a directory");
    }
}
