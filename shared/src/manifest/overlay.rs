//! Who uses a manifest: Kustomize takes files and folders into overlays, which may set the namespace of all they hold.

use super::tree::{Content, Node, documents};

/// A folder in a folder in a folder: no repository goes deeper, and a circle ends here.
const DEEPEST: usize = 32;

/// What a `kustomization.yaml` takes in. Paths are those of the repository, with `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlay {
    folder: String,
    namespace: Option<String>,
    includes: Vec<String>,
}

/// How a manifest fits an object of its kind and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It is of another namespace.
    No,
    /// Nothing says which namespace it is of.
    Likely,
    /// Several overlays use it, in these folders; those that surely have the namespace come first.
    Shared(Vec<String>),
    /// It is of this namespace, and of nothing else.
    Sure,
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
        Some(Self { namespace: namespace.map(str::to_owned), includes, folder })
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
struct Use<'a> {
    root: &'a str,
    namespace: Option<&'a str>,
}

fn uses<'a>(overlays: &'a [Overlay], path: &str, namespace: Option<&'a str>, depth: usize) -> Vec<Use<'a>> {
    let including = overlays.iter().filter(|overlay| overlay.includes.iter().any(|entry| entry == path));
    let each = including.flat_map(|overlay| {
        let namespace = overlay.namespace().or(namespace);
        let outer =
            if depth < DEEPEST { uses(overlays, &overlay.folder, namespace, depth + 1) } else { Vec::new() };
        if outer.is_empty() { vec![Use { root: &overlay.folder, namespace }] } else { outer }
    });
    each.collect()
}

/// How a manifest in this file fits the namespace; `own` is what it says itself.
pub fn fit(overlays: &[Overlay], path: &str, own: Option<&str>, wanted: &str) -> Fit {
    let of = |namespace: Option<&str>| match namespace.or(own) {
        Some(namespace) if namespace == wanted => Fit::Sure,
        Some(_) => Fit::No,
        None => Fit::Likely,
    };
    let uses = uses(overlays, path, None, 0);
    let mut fits: Vec<(Fit, &str)> = uses.iter().map(|one| (of(one.namespace), one.root)).collect();
    match fits.as_slice() {
        [] => of(None),
        [(fit, _)] => fit.clone(),
        several if several.iter().all(|(fit, _)| *fit == Fit::No) => Fit::No,
        _ => {
            fits.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
            let shown = |root: &str| if root.is_empty() { ".".to_owned() } else { root.to_owned() };
            Fit::Shared(fits.into_iter().map(|(_, root)| shown(root)).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlays(files: &[(&str, &str)]) -> Vec<Overlay> {
        files.iter().filter_map(|(path, text)| Overlay::read(path, text)).collect()
    }

    #[test]
    fn without_an_overlay_the_manifest_speaks_for_itself() {
        let fits = [Some("databases"), Some("shop"), None].map(|own| fit(&[], "web.yaml", own, "databases"));
        assert_eq!(fits, [Fit::Sure, Fit::No, Fit::Likely]);
    }

    #[test]
    fn the_outermost_namespace_counts_and_overrules_the_manifests_own() {
        let all = overlays(&[
            ("base/kustomization.yaml", "namespace: base\nresources: [web.yaml]\n"),
            ("prod/kustomization.yml", "resources:\n- ../base\nnamespace: databases\n"),
        ]);
        let fit = |wanted| fit(&all, "base/web.yaml", Some("old"), wanted);
        assert_eq!([fit("databases"), fit("base"), fit("old")], [Fit::Sure, Fit::No, Fit::No]);
    }

    #[test]
    fn a_base_of_several_overlays_is_shared_and_the_one_that_fits_is_named_first() {
        let all = overlays(&[
            ("base/kustomization.yaml", "resources: [./web.yaml]\n"),
            ("a/kustomization.yaml", "resources: [../base]\nnamespace: other\n"),
            ("z/Kustomization", "bases: [../base/]\nnamespace: databases\npatches: [{path: own.yaml}]\n"),
        ]);
        let shared = Fit::Shared(vec!["z".into(), "a".into()]);
        assert_eq!(fit(&all, "base/web.yaml", None, "databases"), shared);
        assert_eq!(fit(&all, "z/own.yaml", None, "databases"), Fit::Sure);
        assert_eq!(fit(&all, "base/web.yaml", None, "shop"), Fit::No);
    }

    #[test]
    fn a_circle_ends_and_what_is_outside_of_the_repository_is_not_followed() {
        let all = overlays(&[
            (
                "a/kustomization.yaml",
                "resources: [../b, web.yaml, 'https://example.test/x?ref=1', ../../out]\n",
            ),
            ("b/kustomization.yaml", "resources: [../a]\n"),
        ]);
        assert_eq!(fit(&all, "a/web.yaml", None, "databases"), Fit::Likely);
        assert_eq!(joined("a", "../../out"), None);
        assert_eq!(joined("", "./x//y/../z"), Some("x/z".to_owned()));
    }

    #[test]
    fn what_fits_better_is_greater() {
        assert!(
            Fit::Sure > Fit::Shared(vec![]) && Fit::Shared(vec![]) > Fit::Likely && Fit::Likely > Fit::No
        );
    }
}
