//! Prose in lines: broken at blanks for a reader, never inside of what is to be copied.

use std::borrow::Borrow;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The widest that prose is shown, however wide the terminal is: longer lines are hard to follow.
pub const PROSE: usize = 80;

/// The first of several, and how many there are besides: `a, b and 3 more`.
pub fn first_of<S: Borrow<str>>(all: &[S], limit: usize) -> String {
    match all.get(..limit) {
        Some(named) if named.len() < all.len() => {
            format!("{} and {} more", named.join(", "), all.len() - limit)
        }
        Some(_) | None => all.join(", "),
    }
}

/// All of them, as in a sentence: `a, b and c`.
pub fn listed<S: Borrow<str>>(all: &[S]) -> String {
    match all {
        [] => String::new(),
        [one] => one.borrow().to_owned(),
        [others @ .., last] => format!("{} and {}", others.join(", "), last.borrow()),
    }
}

/// Breaks a line at blanks so that no line is wider than this; what follows the first is indented so far. Words that are
/// wider stay whole, and so does what stands between two backticks: a command that is copied must be one line.
pub fn broken(line: &str, width: usize, indent: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = line.to_owned();
    while rest.width() > width {
        let Some(at) = blank(&rest, width, if lines.is_empty() { leading(&rest) } else { indent }) else {
            break;
        };
        let (head, tail) = rest.split_at(at);
        let next = format!("{}{}", " ".repeat(indent), tail.trim_start());
        lines.push(head.trim_end().to_owned());
        rest = next;
    }
    lines.push(rest);
    lines
}

fn leading(line: &str) -> usize {
    line.chars().take_while(|letter| *letter == ' ').count()
}

/// The last blank within the width, else the first one behind it; none before the text begins, and none in a command.
fn blank(line: &str, width: usize, begin: usize) -> Option<usize> {
    let mut quoted = false;
    let closes = line.matches('`').count() / 2 * 2;
    let mut ticks = 0;
    let mut found = None;
    let mut column = 0;
    for (at, letter) in line.char_indices() {
        let here = column;
        column += letter.width().unwrap_or_default();
        if letter == '`' && ticks < closes {
            ticks += 1;
            quoted = !quoted;
        }
        if letter != ' ' || quoted || here <= begin {
            continue;
        }
        if here > width {
            return found.or(Some(at));
        }
        found = Some(at);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_are_named_as_fit_and_the_others_are_counted() {
        let all = ["a", "b", "c"];
        let said = |number: usize| first_of(&all[..number], 2);
        assert_eq!([0, 1, 2, 3].map(said), ["", "a", "a, b", "a, b and 1 more"]);
        assert_eq!(first_of(&["a".to_owned(), "b".to_owned(), "c".to_owned()], 1), "a and 2 more");
    }

    #[test]
    fn all_are_listed_as_in_a_sentence() {
        let all = ["a", "b", "c"];
        assert_eq!([0, 1, 2, 3].map(|number| listed(&all[..number])), ["", "a", "a and b", "a, b and c"]);
    }

    #[test]
    fn prose_is_broken_at_blanks_and_words_that_are_too_long_stay_whole() {
        let long = "x".repeat(90);
        let text = format!("  one two {long} three {}", "word ".repeat(30).trim_end());
        for width in [20, 60, 80] {
            let lines = broken(&text, width, 2);
            assert!(lines.iter().all(|line| line.starts_with("  ") && !line.ends_with(' ')), "{lines:?}");
            assert!(
                lines.iter().all(|line| line.chars().count() <= width || line.contains(&long)),
                "{lines:?}"
            );
            let back: Vec<&str> = lines.iter().flat_map(|line| line.split_whitespace()).collect();
            assert_eq!(back, text.split_whitespace().collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_command_in_a_sentence_stays_on_one_line() {
        let lines = broken("  next: make it with `kubectl create namespace databases`, or leave `it", 30, 4);
        assert_eq!(
            lines,
            ["  next: make it with", "    `kubectl create namespace databases`,", "    or leave `it"]
        );
    }

    #[test]
    fn no_text_hangs_the_breaking() {
        for text in
            ["", " ", &" ".repeat(300), &"x".repeat(300), &format!("{}x", " ".repeat(90)), &"` ".repeat(99)]
        {
            for indent in [0, 2, 28, 90] {
                assert!(!broken(text, 80, indent).is_empty());
            }
        }
    }
}
