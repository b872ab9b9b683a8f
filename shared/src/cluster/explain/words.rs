//! Foreign text on its way to a user: one line, no control characters, not endless.

use std::io::{Error, ErrorKind};

/// Longer messages of servers are cut; the API server's own are far below.
const LONGEST: usize = 300;

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

/// Controls, and the marks that turn or hide text on a terminal.
fn is_unfit(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// What the operating system says, in lower case and without its number.
pub(in crate::cluster) fn io_words(error: &Error) -> String {
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
    fn the_operating_systems_words_come_without_its_number() {
        assert_eq!(io_words(&Error::from_raw_os_error(2)), "no such file or directory");
        assert_eq!(io_words(&Error::from_raw_os_error(20)), "not a directory");
    }
}
