//! Cuts a label selector into words and signs.
//!
//! The cut knows nothing of the grammar: `in` and `notin` are signs everywhere, although a label may have
//! such a key or value. Where the grammar asks for a word it takes them as words again, see
//! [`Piece::word`].

/// What a piece can mean to the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Word,
    In,
    NotIn,
    Equals,
    NotEquals,
    Above,
    Below,
    Not,
    Open,
    Close,
    Comma,
    /// Comes after the last piece, any number of times.
    End,
}

/// A sign with the text it was read from, which the messages cite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub(super) sign: Sign,
    pub(super) text: &'a str,
}

/// Signs by their text. The longer ones first, so that `==` is not read as `=` twice.
const SIGNS: [(&str, Sign); 9] = [
    ("==", Sign::Equals),
    ("!=", Sign::NotEquals),
    ("=", Sign::Equals),
    ("!", Sign::Not),
    (">", Sign::Above),
    ("<", Sign::Below),
    ("(", Sign::Open),
    (")", Sign::Close),
    (",", Sign::Comma),
];

const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// What is left of a selector, read from the front.
#[derive(Debug, Clone)]
pub(super) struct Pieces<'a>(&'a str);

impl<'a> Pieces<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self(text.trim_start_matches(BLANKS))
    }

    /// The piece that [`take`](Self::take) would return.
    pub(super) fn peek(&self) -> Piece<'a> {
        self.cut().0
    }

    pub(super) fn take(&mut self) -> Piece<'a> {
        let (piece, rest) = self.cut();
        *self = Self::of(rest);
        piece
    }

    fn cut(&self) -> (Piece<'a>, &'a str) {
        for (text, sign) in SIGNS {
            if let Some(rest) = self.0.strip_prefix(text) {
                return (Piece { sign, text }, rest);
            }
        }
        let length = self.0.find(ends_a_word).unwrap_or(self.0.len());
        let (text, rest) = self.0.split_at_checked(length).unwrap_or((self.0, ""));
        let sign = match text {
            "" => Sign::End,
            "in" => Sign::In,
            "notin" => Sign::NotIn,
            _ => Sign::Word,
        };
        (Piece { sign, text }, rest)
    }
}

impl<'a> Piece<'a> {
    /// The text of what may stand for a key or a value.
    pub(super) fn word(self) -> Option<&'a str> {
        matches!(self.sign, Sign::Word | Sign::In | Sign::NotIn).then_some(self.text)
    }

    /// Complains about this piece in the server's form.
    pub(super) fn instead_of(self, expected: &str) -> String {
        format!("found '{}', expected: {expected}", self.text)
    }
}

fn ends_a_word(letter: char) -> bool {
    BLANKS.contains(&letter) || matches!(letter, '=' | '!' | '(' | ')' | ',' | '>' | '<')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(selector: &str) -> Vec<&str> {
        let mut pieces = Pieces::of(selector);
        let next = || Some(pieces.take()).filter(|piece| piece.sign != Sign::End).map(|piece| piece.text);
        std::iter::from_fn(next).collect()
    }

    #[test]
    fn signs_end_words_and_blanks_only_part_them() {
        assert_eq!(texts(" a in\t(b,c)\n"), ["a", "in", "(", "b", ",", "c", ")"]);
        assert_eq!(texts("a!=b,!c"), ["a", "!=", "b", ",", "!", "c"]);
        assert_eq!(texts(" \t"), Vec::<&str>::new());
    }

    #[test]
    fn the_longest_sign_wins() {
        assert_eq!(texts("a===b"), ["a", "==", "=", "b"]);
        assert_eq!(texts("!!=<>"), ["!", "!=", "<", ">"]);
    }

    #[test]
    fn in_is_a_sign_that_can_be_taken_for_a_word() {
        let mut pieces = Pieces::of("in notin inn");
        let taken = [pieces.take(), pieces.take(), pieces.take()];
        assert_eq!(taken.map(|piece| piece.sign), [Sign::In, Sign::NotIn, Sign::Word]);
        assert_eq!(taken.map(Piece::word), [Some("in"), Some("notin"), Some("inn")]);
    }

    #[test]
    fn the_end_can_be_taken_again_and_again() {
        let mut pieces = Pieces::of("");
        assert_eq!((pieces.take().sign, pieces.take().sign), (Sign::End, Sign::End));
        assert_eq!(pieces.peek().instead_of("a word"), "found '', expected: a word");
    }
}
