//! Label selectors as text: the syntax of `-l` and of the API's `labelSelector` parameter.

use super::{LabelSelector, Requirement, SelectorOperator};

impl LabelSelector {
    /// Reads the text of a selector: `a=1,b!=2,c in (3,4),d notin (5),e,!f`. A blank one says nothing. The comparisons
    /// of numbers, `<` and `>`, are not known here.
    ///
    /// # Errors
    /// What cannot be read, in one line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut rest = text.trim();
        let mut match_expressions = Vec::new();
        while !rest.is_empty() {
            let (one, after) = requirement(rest).ok_or_else(|| unread(rest, text))?;
            match_expressions.push(one);
            rest = match after.strip_prefix(',') {
                // A comma promises another one.
                Some(next) if next.trim().is_empty() => return Err(unread(after, text)),
                Some(next) => next.trim_start(),
                None if after.is_empty() => after,
                None => return Err(unread(after, text)),
            };
        }
        let selector = Self { match_expressions, ..Self::default() };
        match selector.problem() {
            Some(problem) => Err(format!("the label selector {text:?} cannot be read: {problem}")),
            None => Ok(selector),
        }
    }
}

fn unread(rest: &str, whole: &str) -> String {
    format!("the label selector {whole:?} cannot be read at {rest:?}")
}

/// The first requirement, and what comes after it.
fn requirement(text: &str) -> Option<(Requirement, &str)> {
    if let Some(rest) = text.strip_prefix('!') {
        let (key, after) = word(rest.trim_start());
        return made(key, SelectorOperator::DoesNotExist, Vec::new(), after);
    }
    let (key, after) = word(text);
    if after.is_empty() || after.starts_with(',') {
        return made(key, SelectorOperator::Exists, Vec::new(), after);
    }
    for (sign, operator) in
        [("!=", SelectorOperator::NotIn), ("==", SelectorOperator::In), ("=", SelectorOperator::In)]
    {
        if let Some(rest) = after.strip_prefix(sign) {
            let (value, after) = word(rest.trim_start());
            return made(key, operator, vec![value.to_owned()], after);
        }
    }
    let (name, rest) = word(after);
    let operator = match name {
        "in" => SelectorOperator::In,
        "notin" => SelectorOperator::NotIn,
        _ => return None,
    };
    let (values, after) = rest.strip_prefix('(')?.split_once(')')?;
    let values = values.split(',').map(|value| value.trim().to_owned()).collect();
    made(key, operator, values, after.trim_start())
}

fn made<'a>(
    key: &str,
    operator: SelectorOperator,
    values: Vec<String>,
    after: &'a str,
) -> Option<(Requirement, &'a str)> {
    (!key.is_empty()).then(|| (Requirement { key: key.to_owned(), operator, values }, after))
}

/// The text up to the next sign or blank, and what comes after blanks.
fn word(text: &str) -> (&str, &str) {
    let is_end = |letter: char| letter.is_whitespace() || "=!,()<>".contains(letter);
    let end = text.find(is_end).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    (word, rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::Labels;

    fn holds(text: &str, pairs: &[(&str, &str)]) -> bool {
        let labels: Labels =
            pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        LabelSelector::parse(text).unwrap().holds(&labels)
    }

    #[test]
    fn every_operator_is_read_and_judged() {
        for (text, on_gold, on_none) in [
            ("", true, true),
            ("tier=gold", true, false),
            (" tier == gold ", true, false),
            ("tier!=gold", false, true),
            ("tier in (iron, gold)", true, false),
            ("tier in(iron)", false, false),
            ("tier notin (iron),tier", true, false),
            ("!tier", false, true),
            ("tier,example.com/x=", false, false),
            ("tier=gold,tier=iron", false, false),
        ] {
            assert_eq!((holds(text, &[("tier", "gold")]), holds(text, &[])), (on_gold, on_none), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for text in
            ["a=1,", ",", "a in", "a in (1", "a>1", "a=b c", "=1", "!", "a=b=c", "a b", "-a=1", "a=b/c"]
        {
            let problem = LabelSelector::parse(text).unwrap_err();
            assert!(
                problem.starts_with("the label selector ") && !problem.contains('\n'),
                "{text}: {problem}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_printed_is_read_back(keys in proptest::collection::vec("[a-z]{1,3}", 0..4), odd in 0..4_usize) {
            let all = [SelectorOperator::In, SelectorOperator::NotIn, SelectorOperator::Exists, SelectorOperator::DoesNotExist];
            let one = |(at, key): (usize, String)| {
                let operator = all[(at + odd) % all.len()];
                let is_bare = matches!(operator, SelectorOperator::Exists | SelectorOperator::DoesNotExist);
                let values = if is_bare { Vec::new() } else { vec![key.clone(), "x".to_owned()] };
                Requirement { key, operator, values }
            };
            let match_expressions = keys.into_iter().enumerate().map(one).collect();
            let selector = LabelSelector { match_expressions, ..LabelSelector::default() };
            proptest::prop_assert_eq!(LabelSelector::parse(&selector.query()), Ok(selector));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[ab/,=!<>() in]{0,12}") {
            drop(LabelSelector::parse(&text));
        }
    }
}
