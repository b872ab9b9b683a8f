//! What stands in square brackets: indexes, slices, keys, unions, filters.

use super::compare::Operator;
use super::parse::{Node, expression};
use super::scan::Scanner;
use super::slice::Slice;

/// Parses after `[`. The text reaches to the first `]`, whatever is quoted in between.
pub(super) fn selection(scanner: &mut Scanner<'_>, steps: &mut Vec<Node>) -> Result<(), String> {
    let text = scanner.take_until(|character| character == ']' || character == '\n');
    if scanner.next() != Some(']') {
        return Err("unterminated array".to_owned());
    }
    if text.contains(',') {
        let members = text.split(',').map(|member| expression(&format!("[{}]", member.trim_matches(' '))));
        steps.push(Node::Union(members.collect::<Result<_, _>>()?));
    } else if let Some(key) = quoted_key(text) {
        // Dots in a quoted key still separate fields unless they are escaped: `['a\.b']`.
        steps.extend(expression(&format!(".{key}"))?);
    } else {
        steps.push(Node::Slice(Slice::parse(if text == "*" { ":" } else { text })?));
    }
    Ok(())
}

fn quoted_key(text: &str) -> Option<&str> {
    let key = text.strip_prefix('\'')?.strip_suffix('\'')?;
    (!key.contains('\'')).then_some(key)
}

/// Parses after `[?(`.
pub(super) fn filter(scanner: &mut Scanner<'_>) -> Result<Node, String> {
    let start = scanner.clone();
    condition_end(scanner)?;
    let condition = scanner.since(&start);
    let condition = condition.strip_suffix(')').unwrap_or(condition);
    if scanner.next() != Some(']') {
        return Err("unclosed array expect ]".to_owned());
    }
    match comparison(condition) {
        None => Ok(Node::Exists(expression(condition)?)),
        Some((left, operator, right)) => {
            let (left, right) = (expression(left)?, expression(right)?);
            Ok(Node::Compare { left, operator: Operator::named(operator), right })
        }
    }
}

/// Takes everything up to the parenthesis that closes the filter; parentheses in the first quoted text do not.
fn condition_end(scanner: &mut Scanner<'_>) -> Result<(), String> {
    let mut quote = None;
    let mut closed = false;
    let mut before = '(';
    loop {
        let Some(character) = scanner.next().filter(|&character| character != '\n') else {
            return Err("unterminated filter".to_owned());
        };
        match (character, quote) {
            ('"' | '\'', None) => quote = Some(character),
            ('"' | '\'', Some(mark)) => closed |= mark == character && before != '\\',
            (')', _) if quote.is_some() == closed => return Ok(()),
            _ => {}
        }
        before = character;
    }
}

/// Splits `left operator right`; the operator is as long as it can be while something is left for the right side.
fn comparison(condition: &str) -> Option<(&str, &str, &str)> {
    let is_operator = |character: char| matches!(character, '!' | '<' | '>' | '=');
    let (left, rest) = condition.split_at(condition.find(is_operator)?);
    let length = rest.find(|character| !is_operator(character)).unwrap_or(rest.len().checked_sub(1)?);
    let (operator, right) = rest.split_at(length);
    (!left.is_empty() && !operator.is_empty()).then_some((left, operator, right))
}
