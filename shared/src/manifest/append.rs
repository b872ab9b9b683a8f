//! An entry more in a list of an object, such as `spec.patches`.

use super::find::object;
use super::meaning::{Meaning, is_only_changed, meanings};
use super::place::{before, replaced, with_lines_after, with_lines_before};
use super::tree::{Content, Layout, Node, documents};
use super::{Address, Unfit};

/// The text with one more item in the list at this path of the object; the list and what leads to it are made when
/// they are not there. The item is YAML in lines, indented by two spaces a level. A list that holds the item already
/// stays as it is.
///
/// # Errors
/// A text for which no edit is certain.
pub fn appended(text: &str, address: &Address, path: &[&str], item: &[String]) -> Result<String, Unfit> {
    let wanted = meanings(&format!("{}\n", item.join("\n")))?.into_iter().next().ok_or(Unfit::Odd("item"))?;
    let roots = documents(text)?;
    let root = object(&roots, address).ok_or(Unfit::Odd("structure"))?;
    let (deepest, rest) = descend(root, path);
    if rest.is_empty() && holds(deepest, &wanted) {
        return Ok(text.to_owned());
    }
    let mut at = 0;
    let edited = match (&deepest.content, rest) {
        (Content::Sequence { layout: Layout::Block, items }, []) => {
            at = if deepest.end().is_some() { items.len() } else { 0 };
            with_item(text, items, item)?
        }
        (Content::Sequence { layout: Layout::Flow, items }, []) if items.is_empty() && !deepest.is_marked => {
            with_first_item(text, deepest, item)?
        }
        (Content::Mapping { layout: Layout::Block, entries }, rest) if !rest.is_empty() => {
            with_path(text, (deepest, entries), (rest, item))?
        }
        _ => return Err(Unfit::Odd("list")),
    };
    is_only_changed((text, &edited), address, |object| {
        let mut list = object;
        for key in path {
            list = list.entry(key)?;
        }
        if list.is_bare() {
            *list = Meaning::Sequence(Vec::new());
        }
        let Meaning::Sequence(items) = list else { return None };
        // Where a key stands twice, this may be another list than the one that was edited.
        (at <= items.len()).then(|| items.insert(at, wanted))
    })?;
    Ok(edited)
}

/// As far as the path leads, and what of it is left.
fn descend<'a, 'b, 'c>(root: &'a Node, path: &'b [&'c str]) -> (&'a Node, &'b [&'c str]) {
    let mut node = root;
    for (at, key) in path.iter().enumerate() {
        match node.get(key) {
            Some(next) => node = next,
            None => return (node, path.get(at..).unwrap_or_default()),
        }
    }
    (node, &[])
}

fn holds(list: &Node, wanted: &Meaning) -> bool {
    match &list.content {
        Content::Sequence { items, .. } => items.iter().any(|item| Meaning::of(item) == *wanted),
        Content::Mapping { .. } | Content::Scalar { .. } | Content::Alias(_) => false,
    }
}

/// The lines of an item behind a dash in this column.
fn dashed(column: usize, item: &[String]) -> Vec<String> {
    let indent = " ".repeat(column);
    let mark = |at: usize| if at == 0 { "- " } else { "  " };
    item.iter().enumerate().map(|(at, line)| format!("{indent}{}{line}", mark(at))).collect()
}

fn with_item(text: &str, items: &[Node], item: &[String]) -> Result<String, Unfit> {
    let (first, last) = items.first().zip(items.last()).ok_or(Unfit::Odd("list"))?;
    // A list may stand as deep as its key or deeper: the dash of its first item tells.
    let head = before(text, first.span.start);
    let column = head.find('-').filter(|_| head.trim_matches(' ') == "-").ok_or(Unfit::Odd("list"))?;
    match last.end() {
        Some(end) => with_lines_after(text, end, &dashed(column, item)),
        // What ends with a block of text has no certain end; in front of the first item there is room.
        None => with_lines_before(text, first.span.start, &dashed(column, item)),
    }
}

/// `key: []` becomes a list of lines.
fn with_first_item(text: &str, list: &Node, item: &[String]) -> Result<String, Unfit> {
    let head = before(text, list.span.start).trim_end();
    let is_plain = |c: char| c.is_ascii_alphanumeric();
    let key = head.trim_start_matches(' ').strip_suffix(':').filter(|key| key.chars().all(is_plain));
    let column = head.len() - key.ok_or(Unfit::Odd("list"))?.len() - 1;
    let start = list.span.start - (before(text, list.span.start).len() - head.len());
    let bare = replaced(text, start..list.span.end, "")?;
    with_lines_after(&bare, start, &dashed(column + 2, item))
}

fn with_path(
    text: &str,
    (mapping, entries): (&Node, &[(Node, Node)]),
    (path, item): (&[&str], &[String]),
) -> Result<String, Unfit> {
    let (first, _) = entries.first().ok_or(Unfit::Odd("structure"))?;
    let mut lines = Vec::new();
    let mut column = first.column;
    for key in path {
        lines.push(format!("{}{key}:", " ".repeat(column)));
        column += 2;
    }
    lines.extend(dashed(column, item));
    match mapping.end() {
        Some(end) => with_lines_after(text, end, &lines),
        // What ends with a block of text has no certain end; in front of it there is room.
        None if before(text, first.span.start).trim_matches(' ').is_empty() => {
            with_lines_before(text, first.span.start, &lines)
        }
        None => Err(Unfit::Odd("structure")),
    }
}
