//! Foreign text on its way to a terminal: nothing in it may move the cursor, change colours, turn the reading
//! direction or hide. A program that reads stdout gets JSON, YAML and what a template prints as they are.

use std::borrow::Cow;

/// Characters that print nothing or change how others print, without being control characters.
const INVISIBLE: [(char, char); 16] = [
    ('\u{ad}', '\u{ad}'),       // soft hyphen
    ('\u{34f}', '\u{34f}'),     // combining grapheme joiner
    ('\u{61c}', '\u{61c}'),     // Arabic letter mark
    ('\u{115f}', '\u{1160}'),   // Hangul fillers
    ('\u{17b4}', '\u{17b5}'),   // Khmer inherent vowels
    ('\u{180b}', '\u{180f}'),   // Mongolian selectors and vowel separator
    ('\u{200b}', '\u{200f}'),   // zero width, direction marks
    ('\u{2028}', '\u{202e}'),   // line and paragraph separators, direction overrides
    ('\u{2060}', '\u{206f}'),   // word joiner, invisible operators, direction isolates
    ('\u{3164}', '\u{3164}'),   // Hangul filler
    ('\u{fe00}', '\u{fe0f}'),   // variation selectors
    ('\u{feff}', '\u{feff}'),   // byte order mark
    ('\u{ffa0}', '\u{ffa0}'),   // halfwidth Hangul filler
    ('\u{fff0}', '\u{fffb}'),   // interlinear annotations
    ('\u{1d173}', '\u{1d17a}'), // musical formatting
    ('\u{e0000}', '\u{e0fff}'), // tags, more variation selectors
];

/// Replaces what a terminal would obey or hide by what can be seen: `^[`, `^J`, `<U+202E>`. Cleaning twice
/// changes nothing more.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_visible) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(shown).collect())
}

/// The same for a text of several lines: line breaks and tabs stay.
pub(super) fn clean_lines(text: &str) -> Cow<'_, str> {
    let is_layout = |character| matches!(character, '\n' | '\t');
    if text.chars().all(|character| is_layout(character) || is_visible(character)) {
        return Cow::Borrowed(text);
    }
    let kept = |character| if is_layout(character) { character.to_string() } else { shown(character) };
    Cow::Owned(text.chars().map(kept).collect())
}

fn shown(character: char) -> String {
    match character {
        visible if is_visible(visible) => visible.to_string(),
        '\u{7f}' => "^?".to_owned(),
        // A control character is written as the letter that is typed with Ctrl: ESC is 0x1b and `[` is 0x5b.
        control @ '\0'..='\u{1f}' => {
            ['^'].into_iter().chain(char::from_u32(u32::from(control) + 0x40)).collect()
        }
        hidden => format!("<U+{:04X}>", u32::from(hidden)),
    }
}

fn is_visible(character: char) -> bool {
    let hides = |&(first, last): &(char, char)| (first..=last).contains(&character);
    !character.is_control() && !INVISIBLE.iter().any(hides)
}

#[cfg(test)]
mod tests {
    use super::{clean, clean_lines, is_visible};

    #[test]
    fn what_a_terminal_would_obey_becomes_visible() {
        assert_eq!(clean("web\u{1b}[31m\r\nok\u{7f}"), "web^[[31m^M^Jok^?");
        assert_eq!(clean("a\u{202e}b\u{200b}c\u{85}\u{e0041}"), "a<U+202E>b<U+200B>c<U+0085><U+E0041>");
        assert_eq!(clean("Größe 数 é 🦀"), "Größe 数 é 🦀");
    }

    proptest::proptest! {
        #[test]
        fn cleaned_text_holds_nothing_hidden_and_cleaning_again_changes_nothing(text in proptest::prelude::any::<String>()) {
            let cleaned = clean(&text);
            assert!(cleaned.chars().all(is_visible));
            assert_eq!(clean(&cleaned), cleaned);
            assert!(clean_lines(&text).chars().all(|one| is_visible(one) || one == '\n' || one == '\t'));
        }
    }
}
