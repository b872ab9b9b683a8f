//! What is different every time: uids, suffixes of names, tokens.
//!
//! The seeds of the standard library's hash maps are random enough for a cluster that guards nothing.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

/// The letters of generated names: no vowels, so that no words come out.
const LETTERS: [char; 27] = [
    'b', 'c', 'd', 'f', 'g', 'h', 'j', 'k', 'l', 'm', 'n', 'p', 'q', 'r', 's', 't', 'v', 'w', 'x', 'z', '2',
    '4', '5', '6', '7', '8', '9',
];

fn number() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// A version 4 uid.
pub(crate) fn uid() -> String {
    let digits = hexadecimal(32);
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default().to_owned();
    format!("{}-{}-4{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

/// So many hexadecimal digits.
pub(crate) fn hexadecimal(digits: usize) -> String {
    let blocks: Vec<_> = (0..digits.div_ceil(16)).map(|_| format!("{:016x}", number())).collect();
    let mut text = blocks.concat();
    text.truncate(digits);
    text
}

/// The five letters that the server appends to a `generateName`.
pub(crate) fn suffix() -> String {
    let mut rest = number();
    let letters = std::iter::repeat_with(|| {
        let index = usize::try_from(rest % 27).unwrap_or_default();
        rest /= 27;
        LETTERS.get(index).copied().unwrap_or('x')
    });
    letters.take(5).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uids_have_their_form_and_differ() {
        let (one, other) = (uid(), uid());
        let groups: Vec<usize> = one.split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12]);
        assert_ne!(one, other);
        assert_eq!(suffix().len(), 5);
    }
}
