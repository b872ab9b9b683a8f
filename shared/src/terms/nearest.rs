//! What may have been meant by a word that nobody knows.

/// Of the words that are known, the one that is most like another, in whatever case; `None` where none is at least so much
/// like it, from 0 to 1.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>, least: f64) -> Option<&'a str> {
    let word = word.to_lowercase();
    let rated = known.into_iter().map(|one| (strsim::jaro_winkler(&word, &one.to_lowercase()), one));
    let near = rated.filter(|(likeness, _)| *likeness >= least);
    near.max_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, one)| one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_alike_is_meant_and_nothing_where_none_is_alike() {
        let known = ["gateway-up", "gateway-ports", "Trust-Roots"];
        assert_eq!(nearest("gateway-upp", known, 0.75), Some("gateway-up"));
        assert_eq!(nearest("trust-rots", known, 0.75), Some("Trust-Roots"));
        assert_eq!(nearest("xyzzy", known, 0.75), None);
        assert_eq!(nearest("gateway-up", [], 0.0), None);
    }
}
