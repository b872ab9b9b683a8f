//! Labels of an object, changed in its text.

use super::find::object;
use super::meaning::{Meaning, is_only_changed};
use super::place::{
    before, line_break, line_start, replaced, with_lines_after, with_lines_before, without_lines,
};
use super::tree::{Content, Layout, Node, documents};
use super::{Address, Unfit};
use crate::terms::Labels;

/// Labels to set and to remove.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelEdit {
    /// To set, to these values.
    pub set: Labels,
    /// To remove.
    pub removed: Vec<String>,
}

/// The text with the labels of the object at this address changed; the same text when it says so already.
///
/// # Errors
/// A text for which no edit is certain.
pub fn labelled(text: &str, address: &Address, edit: &LabelEdit) -> Result<String, Unfit> {
    let mut edited = text.to_owned();
    for (key, value) in &edit.set {
        edited = with_label(&edited, address, (key, value))?;
    }
    for key in &edit.removed {
        edited = without_label(&edited, address, key)?;
    }
    // Nothing to check where nothing was to be done: a plain value that is text stays plain.
    if edited != text {
        is_only_changed((text, &edited), address, |object| change(object, text, (address, edit)))?;
    }
    Ok(edited)
}

fn change(object: &mut Meaning, text: &str, (address, edit): (&Address, &LabelEdit)) -> Option<()> {
    let roots = documents(text).ok()?;
    let old = self::object(&roots, address)?.get("metadata").and_then(|metadata| metadata.get("labels"));
    let metadata = object.entry("metadata")?;
    let labels = metadata.entry("labels")?;
    for (key, value) in &edit.set {
        let stands = old.and_then(|labels| labels.get(key)).is_some_and(|node| is_text(node, value));
        if !stands {
            *labels.entry(key)? = Meaning::text(value);
        }
    }
    edit.removed.iter().for_each(|key| labels.remove(key));
    if labels.is_bare() {
        metadata.remove("labels");
    }
    Some(())
}

/// Whether a value is this text for every reader of YAML, of 1.1 too.
fn is_text(node: &Node, wanted: &str) -> bool {
    let Content::Scalar { text, is_plain, .. } = &node.content else { return false };
    let special = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"];
    let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !special.iter().any(|word| text.eq_ignore_ascii_case(word));
    text == wanted && !node.is_marked && (!is_plain || is_word)
}

/// The parts of an object that matter here.
struct Parts<'a> {
    metadata_key: &'a Node,
    metadata: &'a Node,
    labels: Option<(&'a Node, &'a Node)>,
}

impl<'a> Parts<'a> {
    fn of(roots: &'a [Node], address: &Address) -> Result<Self, Unfit> {
        let entry = object(roots, address).and_then(|object| object.entry("metadata"));
        let (metadata_key, metadata) = entry.ok_or(Unfit::Odd("metadata"))?;
        Ok(Self { metadata_key, metadata, labels: metadata.entry("labels") })
    }

    /// How far an entry is indented more than its parent, here.
    fn step(&self) -> usize {
        match &self.metadata.content {
            Content::Mapping { layout: Layout::Block, entries } => entries
                .first()
                .map_or(2, |(key, _)| key.column.saturating_sub(self.metadata_key.column).clamp(2, 8)),
            Content::Mapping { .. }
            | Content::Scalar { .. }
            | Content::Sequence { .. }
            | Content::Alias(_) => 2,
        }
    }
}

fn with_label(text: &str, address: &Address, (key, value): (&str, &str)) -> Result<String, Unfit> {
    let roots = documents(text)?;
    let parts = Parts::of(&roots, address)?;
    let Some((labels_key, labels)) = parts.labels else {
        return with_first_label(text, &parts, (key, value));
    };
    if let Some(standing) = labels.get(key) {
        let is_line = standing.end().is_some() && standing.text().is_some() && !standing.is_marked;
        return match (is_text(standing, value), is_line) {
            (true, _) => Ok(text.to_owned()),
            (false, true) => replaced(text, standing.span.clone(), &written(text, standing, value)),
            (false, false) => Err(Unfit::Odd("label")),
        };
    }
    match &labels.content {
        Content::Mapping { layout: Layout::Flow, .. } => with_flow_entry(text, labels, (key, value)),
        Content::Mapping { layout: Layout::Block, entries } => {
            let (first, _) = entries.first().ok_or(Unfit::Odd("labels"))?;
            let line = format!("{}{key}: {}", " ".repeat(first.column), quoted(value));
            match labels.end() {
                Some(end) => with_lines_after(text, end, &[line]),
                None => with_lines_before(text, first.span.start, &[line]),
            }
        }
        Content::Scalar { .. } if labels.span.is_empty() && !labels.is_marked => {
            let indent = " ".repeat(labels_key.column + parts.step());
            with_lines_after(text, labels.span.end, &[format!("{indent}{key}: {}", quoted(value))])
        }
        Content::Scalar { .. } | Content::Sequence { .. } | Content::Alias(_) => Err(Unfit::Odd("labels")),
    }
}

/// An object without labels gets some: after its name and namespace, where people look for them.
fn with_first_label(text: &str, parts: &Parts<'_>, (key, value): (&str, &str)) -> Result<String, Unfit> {
    match &parts.metadata.content {
        Content::Mapping { layout: Layout::Flow, entries } => {
            let mark = quote_of(entries);
            let (name, label) = (format!("{mark}labels{mark}"), format!("{mark}{key}{mark}"));
            let entry = format!("{name}: {{{label}: {}}}", quoted(value));
            with_flow_text(text, parts.metadata, &entry)
        }
        Content::Mapping { layout: Layout::Block, .. } => {
            let known = ["name", "namespace"].map(|key| parts.metadata.entry(key));
            let last = known.into_iter().flatten().max_by_key(|(key, _)| key.span.start);
            let (key_before, before) = last.ok_or(Unfit::Odd("metadata"))?;
            let indent = " ".repeat(key_before.column);
            let inner = " ".repeat(key_before.column + parts.step());
            let lines = [format!("{indent}labels:"), format!("{inner}{key}: {}", quoted(value))];
            with_lines_after(text, before.end().ok_or(Unfit::Odd("metadata"))?, &lines)
        }
        Content::Scalar { .. } | Content::Sequence { .. } | Content::Alias(_) => Err(Unfit::Odd("metadata")),
    }
}

fn with_flow_entry(text: &str, mapping: &Node, (key, value): (&str, &str)) -> Result<String, Unfit> {
    let Content::Mapping { entries, .. } = &mapping.content else { return Err(Unfit::Odd("labels")) };
    // JSON wants quotes around keys; an empty map of JSON is told by what stands around it.
    let mark = if entries.is_empty() && before(text, mapping.span.start).trim_end().ends_with("\":") {
        "\""
    } else {
        quote_of(entries)
    };
    with_flow_text(text, mapping, &format!("{mark}{key}{mark}: {}", quoted(value)))
}

/// A mapping in braces with one more entry at its end, on a line of its own if the others are.
fn with_flow_text(text: &str, mapping: &Node, entry: &str) -> Result<String, Unfit> {
    let Content::Mapping { entries, .. } = &mapping.content else { return Err(Unfit::Odd("labels")) };
    let Some((key, last)) = entries.last() else {
        let inside = mapping.span.start + 1;
        return replaced(text, inside..inside, entry);
    };
    let is_alone = line_start(text, key.span.start) > mapping.span.start;
    let gap = if is_alone {
        format!(",{}{}", line_break(text), blank(before(text, key.span.start)))
    } else {
        ", ".to_owned()
    };
    let end = last.end().ok_or(Unfit::Odd("labels"))?;
    replaced(text, end..end, &format!("{gap}{entry}"))
}

fn blank(text: &str) -> &str {
    let end = text.find(|c| c != ' ' && c != '\t').unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

fn quote_of(entries: &[(Node, Node)]) -> &'static str {
    let is_quoted = |(key, _): &(Node, Node)| {
        matches!(&key.content, Content::Scalar { is_plain: false, layout: Layout::Flow, .. })
    };
    if entries.iter().any(is_quoted) { "\"" } else { "" }
}

/// Label values that look like something else, such as `true`, are text only in quotes.
fn quoted(value: &str) -> String {
    format!("\"{value}\"")
}

/// In the quotes that stand there already.
fn written(text: &str, standing: &Node, value: &str) -> String {
    let is_single = text.get(standing.span.clone()).is_some_and(|old| old.starts_with('\''));
    if is_single { format!("'{value}'") } else { quoted(value) }
}

fn without_label(text: &str, address: &Address, key: &str) -> Result<String, Unfit> {
    let roots = documents(text)?;
    let parts = Parts::of(&roots, address)?;
    let Some((_, labels)) = parts.labels.filter(|(_, labels)| labels.get(key).is_some()) else {
        return Ok(text.to_owned());
    };
    let Content::Mapping { entries, .. } = &labels.content else { return Err(Unfit::Odd("labels")) };
    if entries.len() == 1 {
        without_entry(text, parts.metadata, "labels")
    } else {
        without_entry(text, labels, key)
    }
}

fn without_entry(text: &str, mapping: &Node, key: &str) -> Result<String, Unfit> {
    let Content::Mapping { layout, entries } = &mapping.content else { return Err(Unfit::Odd("labels")) };
    let at = entries.iter().position(|(name, _)| name.text() == Some(key)).ok_or(Unfit::Odd("labels"))?;
    let (name, value) = entries.get(at).ok_or(Unfit::Odd("labels"))?;
    let end = value.end().ok_or(Unfit::Odd("label"))?;
    if *layout == Layout::Block {
        return without_lines(text, name.span.start..end);
    }
    let next = entries.get(at + 1).map(|(next, _)| next.span.start);
    let last = at.checked_sub(1).and_then(|at| entries.get(at)).and_then(|(_, last)| last.end());
    match (next, last) {
        (Some(next), _) => replaced(text, name.span.start..next, ""),
        (None, Some(last)) => replaced(text, last..end, ""),
        (None, None) => replaced(text, name.span.start..end, ""),
    }
}
