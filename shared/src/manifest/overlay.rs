//! Who uses a manifest: Kustomize takes files and folders into overlays, which may set the namespace of all they hold.

use super::tree::{Content, Node, documents};
use std::collections::BTreeSet;

/// What a `kustomization.yaml` takes in. Paths are those of the repository, with `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlay {
    folder: String,
    namespace: Option<String>,
    /// Whether it changes the names of what it takes in.
    renames: bool,
    includes: Vec<String>,
}

/// How a manifest fits an object of its kind and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// It is of another namespace, or gets another name.
    No,
    /// Nothing says which namespace it is of.
    Likely,
    /// Nobody can say what uses it: this overlay is no YAML, and may.
    Unclear(String),
    /// Several overlays use it, in these folders; those that surely have the namespace come first.
    Shared(Vec<String>),
    /// It is of this namespace, and of nothing else.
    Sure,
}

impl Fit {
    /// How well it fits; better ones are greater.
    pub fn rank(&self) -> u8 {
        match self {
            Self::No => 0,
            Self::Likely => 1,
            Self::Unclear(_) => 2,
            Self::Shared(_) => 3,
            Self::Sure => 4,
        }
    }
}

impl Overlay {
    /// Whether a file of this path is one.
    pub fn is_called_so(path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        ["kustomization.yaml", "kustomization.yml", "Kustomization"].contains(&name)
    }

    /// Reads one; `None` for what is no YAML.
    pub fn read(path: &str, text: &str) -> Option<Self> {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let roots = documents(text).ok()?;
        let root = roots.first()?;
        let listed = |key: &str| items(root.get(key));
        let named = ["resources", "bases", "components", "patchesStrategicMerge"].map(listed);
        let named = named.into_iter().flatten().filter_map(Node::text);
        let patches = listed("patches").filter_map(|patch| patch.get("path")?.text());
        let includes = named.chain(patches).filter_map(|entry| joined(&folder, entry)).collect();
        let namespace = root.get("namespace").and_then(Node::text).filter(|name| !name.is_empty());
        let renames = ["namePrefix", "nameSuffix"].iter().any(|key| root.get(key).is_some());
        Some(Self { namespace: namespace.map(str::to_owned), renames, includes, folder })
    }

    /// Whether a text that could not be read may be of an overlay that uses a file: it has the name of it, or of a folder
    /// that it is in.
    pub fn may_use(text: &str, path: &str) -> bool {
        path.split('/').any(|part| text.contains(part))
    }

    /// The folder that it is of.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// The namespace that it sets.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }
}

fn items(list: Option<&Node>) -> impl Iterator<Item = &Node> {
    let items = match list.map(|list| &list.content) {
        Some(Content::Sequence { items, .. }) => items.as_slice(),
        _ => &[],
    };
    items.iter()
}

/// A path from a folder; `None` for what lies outside of the repository.
pub fn joined(folder: &str, entry: &str) -> Option<String> {
    if entry.contains("://") || entry.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in entry.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// An outermost overlay that a file comes into, and the namespace that is set on the way; the outermost counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Use<'a> {
    root: &'a str,
    namespace: Option<&'a str>,
    is_renamed: bool,
}

/// Each once, however many ways lead there: ways through overlays that use each other have no end, and where ways part
/// and meet again there are more than anybody can walk.
fn uses<'a>(overlays: &'a [Overlay], path: &'a str) -> Vec<Use<'a>> {
    let (mut found, mut seen, mut left) = (Vec::new(), BTreeSet::new(), vec![(path, None)]);
    while let Some((path, so_far)) = left.pop() {
        let including = overlays.iter().filter(|overlay| overlay.includes.iter().any(|entry| entry == path));
        let including: Vec<&Overlay> = including.collect();
        if including.is_empty() {
            found.extend(so_far);
        }
        for overlay in including {
            let namespace = overlay.namespace().or(so_far.and_then(|inner: Use<'a>| inner.namespace));
            let is_renamed = overlay.renames || so_far.is_some_and(|inner| inner.is_renamed);
            let here = Use { root: &overlay.folder, namespace, is_renamed };
            if seen.insert(here) {
                left.push((&overlay.folder, Some(here)));
            }
        }
    }
    found
}

/// The namespace that overlays set for what is in this file, where all that use it set the same one.
pub fn namespace_set<'a>(overlays: &'a [Overlay], path: &'a str) -> Option<&'a str> {
    let all = uses(overlays, path);
    let first = all.first()?.namespace?;
    all.iter().all(|one| one.namespace == Some(first)).then_some(first)
}

/// How a manifest in this file fits the namespace; `own` is what it says itself.
pub fn fit(overlays: &[Overlay], path: &str, own: Option<&str>, wanted: &str) -> Fit {
    let of = |namespace: Option<&str>| match namespace.or(own) {
        Some(namespace) if namespace == wanted => Fit::Sure,
        Some(_) => Fit::No,
        None => Fit::Likely,
    };
    let of_use = |one: Use<'_>| if one.is_renamed { Fit::No } else { of(one.namespace) };
    let mut fits: Vec<_> = uses(overlays, path).into_iter().map(|one| (of_use(one), one.root)).collect();
    match fits.as_slice() {
        [] => of(None),
        [(fit, _)] => fit.clone(),
        several if several.iter().all(|(fit, _)| *fit == Fit::No) => Fit::No,
        _ => {
            fits.sort_by(|one, other| other.0.rank().cmp(&one.0.rank()).then(one.1.cmp(other.1)));
            let shown = |root: &str| (if root.is_empty() { "." } else { root }).to_owned();
            let mut told = BTreeSet::new();
            // One root can lead to it in several ways.
            fits.retain(|(_, root)| told.insert(*root));
            Fit::Shared(fits.into_iter().map(|(_, root)| shown(root)).collect())
        }
    }
}

#[cfg(test)]
#[path = "overlay_tests.rs"]
mod tests;
