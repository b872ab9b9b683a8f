//! Where an object stands in a text.

use super::Unfit;
use super::tree::{Content, Node, documents};

/// The object that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Searched<'a> {
    /// Its API group; empty for the core.
    pub group: &'a str,
    /// Its kind.
    pub kind: &'a str,
    /// Its namespace.
    pub namespace: &'a str,
    /// Its name.
    pub name: &'a str,
}

/// Where an object stands: which document, and which item of a List in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub(super) document: usize,
    pub(super) item: Option<usize>,
}

/// All places of a text that describe the object. One that names no namespace may: what applies it can add that.
///
/// # Errors
/// A text that is no YAML.
pub fn found(text: &str, searched: &Searched<'_>) -> Result<Vec<Address>, Unfit> {
    let mut found = Vec::new();
    for (document, root) in documents(text)?.iter().enumerate() {
        if is_it(root, searched) {
            found.push(Address { document, item: None });
        }
        let all = items(root).iter().enumerate().filter(|(_, node)| is_it(node, searched));
        found.extend(all.map(|(item, _)| Address { document, item: Some(item) }));
    }
    Ok(found)
}

/// The object at an address.
pub(super) fn object<'a>(documents: &'a [Node], address: &Address) -> Option<&'a Node> {
    let root = documents.get(address.document)?;
    match address.item {
        None => Some(root),
        Some(item) => items(root).get(item),
    }
}

fn items(root: &Node) -> &[Node] {
    let is_list = root.get("kind").and_then(Node::text).is_some_and(|kind| kind.ends_with("List"));
    match root.get("items").map(|items| &items.content) {
        Some(Content::Sequence { items, .. }) if is_list => items,
        _ => &[],
    }
}

fn is_it(node: &Node, searched: &Searched<'_>) -> bool {
    let text = |node: Option<&Node>| node.and_then(Node::text).map(str::to_owned);
    let Some(metadata) = node.get("metadata") else { return false };
    let group = text(node.get("apiVersion"));
    let group = group.as_deref().map(|version| version.split_once('/').map_or("", |(group, _)| group));
    let namespace = text(metadata.get("namespace"));
    group == Some(searched.group)
        && text(node.get("kind")).as_deref() == Some(searched.kind)
        && text(metadata.get("name")).as_deref() == Some(searched.name)
        && namespace.is_none_or(|namespace| namespace.is_empty() || namespace == searched.namespace)
}
