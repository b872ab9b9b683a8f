//! The grammar of label selectors: requirements with commas between them.
//!
//! Every complaint is the one that kube-apiserver has at this place, odd ones included: an operator is
//! also expected by names that cannot be written (`gt`), and a value that is not there is the empty one.

use std::collections::BTreeSet;

use super::lexer::{Pieces, Sign};
use super::validity;

/// What a label must be for one requirement to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Demand {
    Present,
    Absent,
    OneOf(BTreeSet<String>),
    /// Holds without the label, too.
    NoneOf(BTreeSet<String>),
    Above(i64),
    Below(i64),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Requirement {
    pub(super) key: String,
    pub(super) demand: Demand,
}

const OPERATORS: &str = "in, notin, =, ==, !=, gt, lt";

/// Reads all requirements of a selector; blank text has none.
pub(super) fn requirements(text: &str) -> Result<Vec<Requirement>, String> {
    let mut pieces = Pieces::of(text);
    let mut all = Vec::new();
    if pieces.peek().sign == Sign::End {
        return Ok(all);
    }
    if !begins(&pieces) {
        return Err(pieces.peek().instead_of("!, identifier, or 'end of string'"));
    }
    loop {
        let one =
            requirement(&mut pieces).map_err(|words| format!("unable to parse requirement: {words}"))?;
        all.push(one);
        let after = pieces.take();
        if after.sign == Sign::End {
            return Ok(all);
        }
        if after.sign != Sign::Comma {
            return Err(after.instead_of("',' or 'end of string'"));
        }
        if !begins(&pieces) {
            return Err(pieces.peek().instead_of("identifier after ','"));
        }
    }
}

/// Whether a requirement can begin here.
fn begins(pieces: &Pieces<'_>) -> bool {
    pieces.peek().sign == Sign::Not || pieces.peek().word().is_some()
}

fn requirement(pieces: &mut Pieces<'_>) -> Result<Requirement, String> {
    let denied = pieces.peek().sign == Sign::Not;
    if denied {
        pieces.take();
    }
    let first = pieces.take();
    let Some(key) = first.word() else { return Err(first.instead_of("identifier")) };
    // A nil path, as the server prints it.
    if let Some(words) = validity::refusal("<nil>", key, &validity::of_key(key)) {
        return Err(words);
    }
    let demand = if denied {
        Demand::Absent
    } else if matches!(pieces.peek().sign, Sign::End | Sign::Comma) {
        Demand::Present
    } else {
        comparison(pieces, key)?
    };
    Ok(Requirement { key: key.to_owned(), demand })
}

fn comparison(pieces: &mut Pieces<'_>, key: &str) -> Result<Demand, String> {
    let operator = pieces.take();
    match operator.sign {
        Sign::In => Ok(Demand::OneOf(valid(set(pieces)?, key)?)),
        Sign::NotIn => Ok(Demand::NoneOf(valid(set(pieces)?, key)?)),
        Sign::Equals => Ok(Demand::OneOf(valid([single(pieces)?].into(), key)?)),
        Sign::NotEquals => Ok(Demand::NoneOf(valid([single(pieces)?].into(), key)?)),
        Sign::Above => Ok(Demand::Above(number(single(pieces)?, key)?)),
        Sign::Below => Ok(Demand::Below(number(single(pieces)?, key)?)),
        Sign::Word | Sign::Not | Sign::Open | Sign::Close | Sign::Comma | Sign::End => {
            Err(operator.instead_of(OPERATORS))
        }
    }
}

/// The value after an operator for one.
fn single<'a>(pieces: &mut Pieces<'a>) -> Result<&'a str, String> {
    if matches!(pieces.peek().sign, Sign::End | Sign::Comma) {
        return Ok("");
    }
    let piece = pieces.take();
    piece.word().ok_or_else(|| piece.instead_of("identifier"))
}

/// The values in parentheses; none at all is the empty value.
fn set<'a>(pieces: &mut Pieces<'a>) -> Result<BTreeSet<&'a str>, String> {
    let open = pieces.take();
    if open.sign != Sign::Open {
        // Without a comma, here alone.
        return Err(format!("found '{}' expected: '('", open.text));
    }
    let first = pieces.peek();
    if first.sign != Sign::Close && first.sign != Sign::Comma && first.word().is_none() {
        return Err(first.instead_of("',', ')' or identifier"));
    }
    let values = if first.sign == Sign::Close { [""].into() } else { listed(pieces)? };
    pieces.take();
    Ok(values)
}

/// Reads up to the closing parenthesis, which it leaves there. Where no word is beside a comma, the empty
/// value is.
fn listed<'a>(pieces: &mut Pieces<'a>) -> Result<BTreeSet<&'a str>, String> {
    let mut values = BTreeSet::new();
    loop {
        let piece = pieces.take();
        let next = pieces.peek();
        if let Some(word) = piece.word() {
            values.insert(word);
            if !matches!(next.sign, Sign::Comma | Sign::Close) {
                return Err(next.instead_of("',' or ')'"));
            }
        } else if piece.sign == Sign::Comma {
            if values.is_empty() || matches!(next.sign, Sign::Comma | Sign::Close) {
                values.insert("");
            }
        } else {
            return Err(piece.instead_of("',', or identifier"));
        }
        if next.sign == Sign::Close {
            return Ok(values);
        }
    }
}

/// Refuses values that no label has. They count in the order of their bytes.
fn valid(values: BTreeSet<&str>, key: &str) -> Result<BTreeSet<String>, String> {
    let each = values.iter().enumerate();
    let refused: Vec<String> = each.filter_map(|(place, value)| of_value(place, key, value)).collect();
    together(&refused)?;
    Ok(values.into_iter().map(str::to_owned).collect())
}

fn number(value: &str, key: &str) -> Result<i64, String> {
    let parsed: Result<i64, _> = value.parse();
    let words = "for 'Gt', 'Lt' operators, the value must be an integer".to_owned();
    let no_number = parsed.is_err().then(|| validity::refusal("values[0]", value, &[words])).flatten();
    together(&no_number.into_iter().chain(of_value(0, key, value)).collect::<Vec<_>>())?;
    parsed.map_err(|error| error.to_string())
}

fn of_value(place: usize, key: &str, value: &str) -> Option<String> {
    validity::refusal(&format!("values[{place}][{key}]"), value, &validity::of_value(value))
}

/// One refusal as it is, several in brackets.
fn together(refused: &[String]) -> Result<(), String> {
    match refused {
        [] => Ok(()),
        [only] => Err(only.clone()),
        several => Err(format!("[{}]", several.join(", "))),
    }
}

#[cfg(test)]
#[path = "grammar_tests.rs"]
mod tests;
