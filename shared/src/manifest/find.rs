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

/// Where an object stands: which document, which item of a List in it, and for what is a part of an object, where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub(super) document: usize,
    pub(super) item: Option<usize>,
    pub(super) inside: Vec<Step>,
}

/// A step into an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Item(usize),
}

/// A place that describes an object of this kind and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Where it stands.
    pub address: Address,
    /// The namespace that it names. What applies it can add one, or set another.
    pub namespace: Option<String>,
    /// The numbers in `spec.ports`.
    pub ports: Vec<u16>,
}

impl Address {
    /// The first document of a text, as a whole.
    pub fn first() -> Self {
        Self { document: 0, item: None, inside: Vec::new() }
    }
}

/// All places of a text that describe an object of this kind and name, in any namespace.
///
/// # Errors
/// A text that is no YAML.
pub fn found(text: &str, searched: &Searched<'_>) -> Result<Vec<Candidate>, Unfit> {
    let mut found = Vec::new();
    for (document, root) in documents(text)?.iter().enumerate() {
        let all = items(root).iter().enumerate().map(|(item, node)| (Some(item), node));
        for (item, node) in [(None, root)].into_iter().chain(all) {
            if is_it(node, searched) {
                found.push(candidate(node, Address { document, item, inside: Vec::new() }));
            }
        }
    }
    Ok(found)
}

/// The text that an object has at a path; `None` when it has none there.
pub fn text_at(text: &str, address: &Address, path: &[&str]) -> Option<String> {
    let roots = documents(text).ok()?;
    let node = path.iter().try_fold(object(&roots, address)?, |at, key| at.get(key))?;
    node.text().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The part of an object that an item of a list holds under `part`, told by the name in its metadata.
///
/// # Errors
/// A text that is no YAML.
pub fn part(
    text: &str,
    address: &Address,
    (path, part): (&[&str], &str),
    name: &str,
) -> Result<Option<Address>, Unfit> {
    let roots = documents(text)?;
    let list = object(&roots, address).and_then(|object| path.iter().try_fold(object, |at, key| at.get(key)));
    let Some(Content::Sequence { items, .. }) = list.map(|list| &list.content) else { return Ok(None) };
    let is_called_so = |item: &Node| {
        let named = item.get(part).and_then(|part| part.get("metadata")).and_then(|data| data.get("name"));
        named.and_then(Node::text) == Some(name)
    };
    let steps = path.iter().map(|key| Step::Key((*key).to_owned()));
    Ok(items.iter().position(is_called_so).map(|at| Address {
        inside: steps.chain([Step::Item(at), Step::Key(part.to_owned())]).collect(),
        ..address.clone()
    }))
}

/// The object at an address, or the part of one.
pub(super) fn object<'a>(documents: &'a [Node], address: &Address) -> Option<&'a Node> {
    let root = documents.get(address.document)?;
    let whole = match address.item {
        None => root,
        Some(item) => items(root).get(item)?,
    };
    address.inside.iter().try_fold(whole, |node, step| match (step, &node.content) {
        (Step::Key(key), _) => node.get(key),
        (Step::Item(at), Content::Sequence { items, .. }) => items.get(*at),
        (Step::Item(_), _) => None,
    })
}

fn items(root: &Node) -> &[Node] {
    let is_list = root.get("kind").and_then(Node::text).is_some_and(|kind| kind.ends_with("List"));
    match root.get("items").map(|items| &items.content) {
        Some(Content::Sequence { items, .. }) if is_list => items,
        _ => &[],
    }
}

fn text(node: Option<&Node>) -> Option<&str> {
    node.and_then(Node::text)
}

fn is_it(node: &Node, searched: &Searched<'_>) -> bool {
    let Some(metadata) = node.get("metadata") else { return false };
    let group = text(node.get("apiVersion"));
    let group = group.map(|version| version.split_once('/').map_or("", |(group, _)| group));
    group == Some(searched.group)
        && text(node.get("kind")) == Some(searched.kind)
        && text(metadata.get("name")) == Some(searched.name)
}

fn candidate(node: &Node, address: Address) -> Candidate {
    let namespace = text(node.get("metadata").and_then(|metadata| metadata.get("namespace")));
    let namespace = namespace.filter(|namespace| !namespace.is_empty()).map(str::to_owned);
    let ports = match node.get("spec").and_then(|spec| spec.get("ports")).map(|ports| &ports.content) {
        Some(Content::Sequence { items, .. }) => items.as_slice(),
        _ => &[],
    };
    let ports = ports.iter().filter_map(|port| text(port.get("port"))?.parse().ok()).collect();
    Candidate { address, namespace, ports }
}
