//! Quoted literals with the escapes of Go.

use super::scan::Scanner;

/// Parses after the opening mark. A mark after a backslash does not close the literal.
pub(super) fn literal(scanner: &mut Scanner<'_>, mark: char) -> Result<String, String> {
    let start = scanner.clone();
    let mut before = mark;
    loop {
        match scanner.next() {
            None | Some('\n') => return Err("unterminated quoted string".to_owned()),
            Some(character) if character == mark && before != '\\' => break,
            Some(character) => before = character,
        }
    }
    let quoted = scanner.since(&start);
    let body = quoted.strip_suffix(mark).unwrap_or(quoted);
    unescape(body, mark).ok_or_else(|| format!("unquote string {mark}{body}{mark} error invalid syntax"))
}

fn unescape(body: &str, mark: char) -> Option<String> {
    let mut scanner = Scanner::new(body);
    let mut text = String::with_capacity(body.len());
    while let Some(character) = scanner.next() {
        match character {
            '\\' => text.push(escape(&mut scanner, mark)?),
            // Only reached by an odd literal such as `'\\''`; Go refuses it.
            bare if bare == mark => return None,
            plain => text.push(plain),
        }
    }
    Some(text)
}

fn escape(scanner: &mut Scanner<'_>, mark: char) -> Option<char> {
    match scanner.next()? {
        'a' => Some('\u{7}'),
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'v' => Some('\u{b}'),
        '\\' => Some('\\'),
        'x' => code(scanner, 0, 2, 16),
        'u' => code(scanner, 0, 4, 16),
        'U' => code(scanner, 0, 8, 16),
        first @ '0'..='7' => {
            let octal = code(scanner, first.to_digit(8)?, 2, 8)?;
            (u32::from(octal) <= 255).then_some(octal)
        }
        other => (other == mark).then_some(mark),
    }
}

/// Reads this many digits more.
fn code(scanner: &mut Scanner<'_>, start: u32, digits: u32, radix: u32) -> Option<char> {
    let mut code = start;
    for _ in 0..digits {
        code = code.checked_mul(radix)?.checked_add(scanner.next()?.to_digit(radix)?)?;
    }
    char::from_u32(code)
}
