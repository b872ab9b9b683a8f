//! The header `Warning`: `299 agent "text"`, several separated by commas, each with an optional date.

/// The warnings of one header. What comes after a mistake is not read.
pub(in crate::cluster) fn warnings(value: &str) -> Vec<(u16, String)> {
    let (mut rest, mut found) = (value.trim(), Vec::new());
    while let Some((warning, left)) = warning(rest) {
        found.push(warning);
        match left.trim_start().strip_prefix(',') {
            Some(left) => rest = left.trim_start(),
            None => break,
        }
    }
    found
}

fn warning(text: &str) -> Option<((u16, String), &str)> {
    let (code, rest) = text.split_once(' ')?;
    let (_agent, rest) = rest.split_once(' ')?;
    let code = (code.len() == 3).then(|| code.parse().ok())??;
    let (words, rest) = quoted(rest)?;
    let date = rest.strip_prefix(' ').and_then(quoted);
    Some(((code, words), date.map_or(rest, |(_, rest)| rest)))
}

/// A quoted text, without its quotes and the backslashes that escape, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut words = String::new();
    let mut characters = text.strip_prefix('"')?.chars();
    loop {
        match characters.next()? {
            '"' => return Some((words, characters.as_str())),
            '\\' => words.push(characters.next()?),
            other => words.push(other),
        }
    }
}
