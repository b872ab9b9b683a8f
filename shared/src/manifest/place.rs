//! Lines of a text, and changes of it by position.

use super::Unfit;
use std::ops::Range;

/// The line break that a text uses.
pub(super) fn line_break(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Where the line of a position begins.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |found| found + 1)
}

/// Where the next line begins, or the text ends.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|after| after.find('\n')).map_or(text.len(), |found| at + found + 1)
}

/// What stands between the beginning of the line and a position.
pub(super) fn before(text: &str, at: usize) -> &str {
    text.get(line_start(text, at)..at).unwrap_or_default()
}

/// Whether nothing but a comment follows a position in its line.
pub(super) fn is_last(text: &str, at: usize) -> bool {
    let rest = text.get(at..line_end(text, at)).unwrap_or_default().trim_end();
    let inner = rest.trim_start();
    inner.is_empty() || (inner.starts_with('#') && inner.len() < rest.len())
}

/// The text with something else in this place.
///
/// # Errors
/// A place that is no place of the text; none in practice.
pub(super) fn replaced(text: &str, place: Range<usize>, by: &str) -> Result<String, Unfit> {
    let (head, tail) = (text.get(..place.start), text.get(place.end..));
    let (head, tail) = head.zip(tail).ok_or(Unfit::Odd("structure"))?;
    Ok(format!("{head}{by}{tail}"))
}

/// The text with lines after the one that this position is in.
///
/// # Errors
/// Something else goes on in that line.
pub(super) fn with_lines_after(text: &str, at: usize, lines: &[String]) -> Result<String, Unfit> {
    if !is_last(text, at) {
        return Err(Unfit::Odd("layout"));
    }
    let (end, line_break) = (line_end(text, at), line_break(text));
    let block = lines.join(line_break);
    let is_closed = text.get(..end).is_some_and(|head| head.ends_with('\n'));
    // A text that does not end with a line break goes on without one.
    let block = if is_closed { format!("{block}{line_break}") } else { format!("{line_break}{block}") };
    replaced(text, end..end, &block)
}

/// The text with lines before the one that this position is in.
///
/// # Errors
/// None in practice.
pub(super) fn with_lines_before(text: &str, at: usize, lines: &[String]) -> Result<String, Unfit> {
    let (start, line_break) = (line_start(text, at), line_break(text));
    replaced(text, start..start, &format!("{}{line_break}", lines.join(line_break)))
}

/// The text without the lines from one position to another.
///
/// # Errors
/// They hold something else too.
pub(super) fn without_lines(text: &str, place: Range<usize>) -> Result<String, Unfit> {
    if !before(text, place.start).trim_matches(' ').is_empty() || !is_last(text, place.end) {
        return Err(Unfit::Odd("layout"));
    }
    replaced(text, line_start(text, place.start)..line_end(text, place.end), "")
}
