//! A patch of Kustomize that does nothing but set labels of one object, taken out of the list that it stands in.

use super::find::{Step, object};
use super::meaning::{Meaning, is_only_changed};
use super::place::{line_end, line_start, replaced};
use super::tree::{Content, Layout, Node, documents};
use super::{Address, Unfit};

/// Labels that a patch sets on an object.
#[derive(Debug, Clone, Copy)]
pub struct Patched<'a> {
    /// The kind of the object.
    pub kind: &'a str,
    /// Its namespace.
    pub namespace: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The labels.
    pub labels: &'a [String],
}

/// The text without the patch that sets these labels, wherever in the object it stands; `None` when there is none. A
/// post-renderer that holds nothing else goes with it.
///
/// # Errors
/// A patch that does more, or a text for which no edit is certain.
pub fn detached(text: &str, address: &Address, patched: &Patched<'_>) -> Result<Option<String>, Unfit> {
    let roots = documents(text)?;
    let root = object(&roots, address).ok_or(Unfit::Odd("structure"))?;
    let mut path = Vec::new();
    let Some((key, list, at)) = search(root, patched, &mut path)? else { return Ok(None) };
    let edited = without_item(text, (key, list), at)?;
    let list = Address { inside: [address.inside.clone(), path].concat(), ..address.clone() };
    is_only_changed((text, &edited), &list, |list| {
        let Meaning::Sequence(items) = list else { return None };
        (at < items.len()).then(|| items.remove(at))?;
        Some(())
    })?;
    Ok(Some(edited))
}

type Found<'a> = Option<(&'a Node, &'a Node, usize)>;

/// The key of the list, the list, and the number of the item.
fn search<'a>(node: &'a Node, patched: &Patched<'_>, path: &mut Vec<Step>) -> Result<Found<'a>, Unfit> {
    let Content::Mapping { entries, .. } = &node.content else { return Ok(None) };
    for (key, value) in entries {
        path.push(Step::Key(key.text().unwrap_or_default().to_owned()));
        let found = match &value.content {
            Content::Sequence { items, .. } => in_list((key, value), items, patched, path)?,
            Content::Scalar { .. } | Content::Mapping { .. } | Content::Alias(_) => {
                search(value, patched, path)?
            }
        };
        if found.is_some() {
            return Ok(found);
        }
        path.pop();
    }
    Ok(None)
}

fn in_list<'a>(
    (key, list): (&'a Node, &'a Node),
    items: &'a [Node],
    patched: &Patched<'_>,
    path: &mut Vec<Step>,
) -> Result<Found<'a>, Unfit> {
    for (at, item) in items.iter().enumerate() {
        if is_whole(item, patched)? {
            return Ok(Some((key, list, at)));
        }
        path.push(Step::Item(at));
        let found = search(item, patched, path)?;
        if found.is_some() {
            return Ok(found);
        }
        path.pop();
    }
    Ok(None)
}

/// Whether an item of a list is the patch, or a post-renderer with this patch alone.
fn is_whole(item: &Node, patched: &Patched<'_>) -> Result<bool, Unfit> {
    if let Some(inner) = only(item, "kustomize").and_then(|inner| only(inner, "patches"))
        && let Content::Sequence { items, .. } = &inner.content
        && let [one] = items.as_slice()
    {
        return is_patch(one, patched);
    }
    is_patch(item, patched)
}

fn only<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    let Content::Mapping { entries, .. } = &node.content else { return None };
    let [(name, value)] = entries.as_slice() else { return None };
    (name.text() == Some(key)).then_some(value)
}

fn is_patch(item: &Node, patched: &Patched<'_>) -> Result<bool, Unfit> {
    let Some(patch) = item.get("patch").and_then(Node::text) else { return Ok(false) };
    let Some(target) = item.get("target") else { return Ok(false) };
    let says = |key: &str| target.get(key).and_then(Node::text);
    let is_there = says("namespace").is_none_or(|namespace| namespace == patched.namespace);
    if says("kind") != Some(patched.kind) || says("name") != Some(patched.name) || !is_there {
        return Ok(false);
    }
    let roots = documents(patch)?;
    let [root] = roots.as_slice() else { return Ok(false) };
    let labels =
        root.get("metadata").and_then(|metadata| metadata.get("labels")).map(|labels| &labels.content);
    let Some(Content::Mapping { entries: labels, .. }) = labels else { return Ok(false) };
    let is_ours = |(key, _): &(Node, Node)| {
        key.text().is_some_and(|key| patched.labels.iter().any(|label| label == key))
    };
    match (labels.iter().any(is_ours), labels.iter().all(is_ours) && does_nothing_else(root)) {
        (false, _) => Ok(false),
        (true, true) => Ok(true),
        (true, false) => Err(Unfit::Odd("patch, which does more than that,")),
    }
}

fn does_nothing_else(root: &Node) -> bool {
    let has_only = |node: &Node, known: &[&str]| match &node.content {
        Content::Mapping { entries, .. } => {
            entries.iter().all(|(key, _)| key.text().is_some_and(|key| known.contains(&key)))
        }
        Content::Scalar { .. } | Content::Sequence { .. } | Content::Alias(_) => false,
    };
    has_only(root, &["apiVersion", "kind", "metadata"])
        && root.get("metadata").is_some_and(|data| has_only(data, &["name", "namespace", "labels"]))
}

/// The text without the lines of an item; the last one leaves an empty list.
fn without_item(text: &str, (key, list): (&Node, &Node), at: usize) -> Result<String, Unfit> {
    let Content::Sequence { layout: Layout::Block, items } = &list.content else {
        return Err(Unfit::Odd("list"));
    };
    let item = items.get(at).ok_or(Unfit::Odd("list"))?;
    let start = line_start(text, item.span.start);
    let dash = text.get(start..item.span.start).ok_or(Unfit::Odd("list"))?;
    if dash.trim_matches(' ') != "-" || list.is_marked {
        return Err(Unfit::Odd("list"));
    }
    let depth = dash.find('-').unwrap_or_default();
    let cut = replaced(text, start..end_of(text, start, depth), "")?;
    if items.len() > 1 {
        return Ok(cut);
    }
    let colon = key.span.end + text.get(key.span.end..).and_then(|rest| rest.find(':')).unwrap_or_default();
    replaced(&cut, colon + 1..colon + 1, " []")
}

/// Where the lines of an item end that begins with a dash in this column: what follows is not deeper. Blank lines at
/// the end stay, as what sets the next part apart.
fn end_of(text: &str, start: usize, depth: usize) -> usize {
    let (mut at, mut end) = (line_end(text, start), line_end(text, start));
    while at < text.len() {
        let next = line_end(text, at);
        let line = text.get(at..next).unwrap_or_default();
        let bare = line.trim();
        let indent = line.len() - line.trim_start_matches(' ').len();
        if !bare.is_empty() && indent <= depth {
            break;
        }
        if !bare.is_empty() {
            end = next;
        }
        at = next;
    }
    end
}
