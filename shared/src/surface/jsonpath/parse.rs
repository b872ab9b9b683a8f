//! Template text to nodes. Plain text stands outside braces; inside, steps follow each other without separator.

use super::bracket;
use super::compare::Operator;
use super::quote;
use super::scan::Scanner;
use super::slice::Slice;

/// One step of a template. Steps inside one pair of braces form a `List`: each works on what the one before found.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    List(Vec<Node>),
    Text(String),
    Field(String),
    Wildcard,
    Recursive,
    Slice(Slice),
    Union(Vec<Vec<Node>>),
    Exists(Vec<Node>),
    Compare { left: Vec<Node>, operator: Operator, right: Vec<Node> },
    Integer(i64),
    Float(f64),
    Bool(bool),
    Word(String),
}

/// Parses a whole template.
pub(super) fn template(text: &str) -> Result<Vec<Node>, String> {
    let mut scanner = Scanner::new(text);
    let mut nodes = Vec::new();
    loop {
        let plain = scanner.take_until(|character| character == '{');
        if !plain.is_empty() {
            nodes.push(Node::Text(plain.to_owned()));
        }
        if scanner.next().is_none() {
            return Ok(nodes);
        }
        nodes.push(Node::List(steps(&mut scanner)?));
    }
}

/// Parses a part of a template as if it stood in braces of its own; what follows a closing brace in it is
/// checked and dropped, as kubectl does.
pub(super) fn expression(text: &str) -> Result<Vec<Node>, String> {
    let mut parsed = template(&format!("{{{text}}}"))?;
    match if parsed.is_empty() { None } else { Some(parsed.swap_remove(0)) } {
        Some(Node::List(steps)) => Ok(steps),
        _ => Ok(Vec::new()),
    }
}

/// Parses the steps up to the closing brace.
fn steps(scanner: &mut Scanner<'_>) -> Result<Vec<Node>, String> {
    let mut steps = Vec::new();
    while !scanner.take("}") {
        if scanner.take("[?(") {
            steps.push(bracket::filter(scanner)?);
        } else if scanner.take("..") {
            descend(scanner, &mut steps)?;
        } else {
            step(scanner, &mut steps)?;
        }
    }
    Ok(steps)
}

fn descend(scanner: &mut Scanner<'_>, steps: &mut Vec<Node>) -> Result<(), String> {
    if steps.last() == Some(&Node::Recursive) {
        return Err("invalid multiple recursive descent".to_owned());
    }
    steps.push(Node::Recursive);
    if scanner.peek().is_some_and(begins_word) {
        steps.push(field(scanner));
    }
    Ok(())
}

fn step(scanner: &mut Scanner<'_>, steps: &mut Vec<Node>) -> Result<(), String> {
    let before = scanner.clone();
    match scanner.next() {
        None | Some('\r' | '\n') => return Err("unclosed action".to_owned()),
        Some(' ' | '@' | '$') => {}
        Some('[') => bracket::selection(scanner, steps)?,
        Some(mark @ ('"' | '\'')) => steps.push(Node::Text(quote::literal(scanner, mark)?)),
        Some('.') => steps.push(field(scanner)),
        Some(first) if first == '+' || first == '-' || first.is_ascii_digit() => {
            steps.push(number(scanner, &before)?);
        }
        Some(first) if begins_word(first) => {
            *scanner = before;
            steps.push(word(scanner.take_until(ends_word)));
        }
        Some(other) => return Err(format!("unrecognized character in action: {}", shown(other))),
    }
    Ok(())
}

fn field(scanner: &mut Scanner<'_>) -> Node {
    let start = scanner.clone();
    while scanner.peek().is_some_and(|next| !ends_word(next)) {
        if scanner.next() == Some('\\') {
            scanner.next();
        }
    }
    match scanner.since(&start) {
        "*" => Node::Wildcard,
        name => Node::Field(name.replace('\\', "")),
    }
}

fn number(scanner: &mut Scanner<'_>, start: &Scanner<'_>) -> Result<Node, String> {
    scanner.take_until(|character| character != '.' && !character.is_ascii_digit());
    let text = scanner.since(start);
    if let Ok(integer) = text.parse() {
        return Ok(Node::Integer(integer));
    }
    match text.parse::<f64>() {
        Ok(float) if float.is_finite() => Ok(Node::Float(float)),
        _ => Err(format!("cannot parse number {text}")),
    }
}

fn word(text: &str) -> Node {
    match text {
        "true" => Node::Bool(true),
        "false" => Node::Bool(false),
        other => Node::Word(other.to_owned()),
    }
}

fn begins_word(character: char) -> bool {
    character == '_' || character.is_alphabetic() || character.is_ascii_digit()
}

fn ends_word(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}')
}

/// A character as Go shows it: its code point, and itself when it can be seen.
fn shown(character: char) -> String {
    let code = u32::from(character);
    if character.is_control() { format!("U+{code:04X}") } else { format!("U+{code:04X} '{character}'") }
}
