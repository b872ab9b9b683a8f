//! The change as it would be committed: YAML for people, and where it belongs for who edits the file.

use super::{HELM_TOOLKIT, KUSTOMIZE, Keeper, Kept, POSTGRES, Postgres, PostgresService};
use crate::manifest::{Patched, Searched};
use crate::mesh::snapshot::Key;

/// A list in the manifest of another object than the Service, and the item that it gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    group: &'static str,
    kind: &'static str,
    key: Key,
    /// Where the list stands.
    pub path: Vec<&'static str>,
    /// The item, in lines.
    pub item: Vec<String>,
}

/// An item of a list in the manifest of another object, which describes the Service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    cluster: &'a Key,
    /// Where the list stands.
    pub path: [&'static str; 4],
    /// What of an item is like the Service.
    pub part: &'static str,
}

impl<'a> Entry<'a> {
    /// The object whose manifest it is.
    pub fn searched(&self) -> Searched<'a> {
        let Key { namespace, name } = self.cluster;
        Searched { group: POSTGRES, kind: "Cluster", namespace, name }
    }
}

/// Where a Cluster lists Services beside those that it always has.
const ADDITIONAL: [&str; 4] = ["spec", "managed", "services", "additional"];

impl Source {
    /// The object whose manifest it is.
    pub fn searched(&self) -> Searched<'_> {
        Searched { group: self.group, kind: self.kind, namespace: &self.key.namespace, name: &self.key.name }
    }

    /// As lines for people.
    fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("# in the {} {}/{}", self.kind, self.key.namespace, self.key.name)];
        if self.kind == "Kustomization" {
            let note =
                "# without the namespace of the target where targetNamespace or a kustomization.yaml sets it";
            lines.push(note.to_owned());
        }
        for (depth, key) in self.path.iter().enumerate() {
            lines.push(format!("{}{key}:", "  ".repeat(depth)));
        }
        let indent = "  ".repeat(self.path.len());
        let mark = |at: usize| if at == 0 { "- " } else { "  " };
        lines.extend(self.item.iter().enumerate().map(|(at, line)| format!("{indent}{}{line}", mark(at))));
        lines
    }
}

impl Kept {
    /// The Service as its manifest is searched for; `None` when its keeper reads no such manifest.
    pub fn searched(&self) -> Option<Searched<'_>> {
        let Key { namespace, name } = &self.key;
        let is_written = matches!(self.keeper, Keeper::Kustomization(_) | Keeper::Argo(_));
        is_written.then_some(Searched { group: "", kind: "Service", namespace, name })
    }

    /// What can be added to the object that the keeper works for; `None` when nothing can, or when something is to be
    /// removed, which is nowhere but where it was added.
    pub fn source(&self) -> Option<Source> {
        self.source_where(false)
    }

    /// The same where the namespace of all objects is known to be set later than patches are applied: a target that
    /// names it would miss.
    pub fn source_where(&self, is_set_later: bool) -> Option<Source> {
        if self.edit.set.is_empty() {
            return None;
        }
        let source = |(group, kind): (&'static str, &'static str), key: &Key, path: &[&'static str], item| {
            Some(Source { group, kind, key: key.clone(), path: path.to_vec(), item })
        };
        match &self.keeper {
            Keeper::Kustomization(key) => {
                let item = self.patch(!is_set_later);
                source((KUSTOMIZE, "Kustomization"), key, &["spec", "patches"], item)
            }
            Keeper::HelmRelease(key) => {
                // What a chart renders seldom names the namespace of the release.
                let inner = self.patch(false).into_iter().enumerate();
                let inner =
                    inner.map(|(at, line)| format!("    {}{line}", if at == 0 { "- " } else { "  " }));
                let head = ["kustomize:", "  patches:"].map(str::to_owned).into_iter();
                source(
                    (HELM_TOOLKIT, "HelmRelease"),
                    key,
                    &["spec", "postRenderers"],
                    head.chain(inner).collect(),
                )
            }
            Keeper::Postgres(Postgres { cluster, kind: PostgresService::Usual }) => {
                source((POSTGRES, "Cluster"), cluster, &ADDITIONAL, self.additional(cluster)?)
            }
            Keeper::Helm(_) | Keeper::Argo(_) | Keeper::Postgres(_) | Keeper::Controller(..) => None,
        }
    }

    /// An item of Kustomize's `patches`. Kustomize knows the namespace that an object has at that time, or had.
    fn patch(&self, names_namespace: bool) -> Vec<String> {
        let Key { namespace, name } = &self.key;
        let head = ["target:", "  kind: Service"].map(str::to_owned).into_iter();
        let namespace = names_namespace.then(|| format!("  namespace: {namespace}"));
        let head = head.chain([format!("  name: {name}")]).chain(namespace).chain(["patch: |".to_owned()]);
        head.chain(self.service(None).into_iter().map(|line| format!("  {line}"))).collect()
    }

    /// A Service of its own beside the usual one, whose name the operator does not give away.
    fn additional(&self, cluster: &Key) -> Option<Vec<String>> {
        let selector = self.key.name.strip_prefix(&format!("{}-", cluster.name))?;
        let is_known = matches!(selector, "rw" | "ro" | "r");
        let head = [format!("selectorType: {selector}"), "serviceTemplate:".into(), "  metadata:".into()];
        let name = [format!("    name: {}", additional(&self.key.name))];
        let labels = self.labels().into_iter().map(|line| format!("    {line}"));
        is_known.then(|| head.into_iter().chain(name).chain(labels).collect())
    }

    fn labels(&self) -> Vec<String> {
        let set = self.edit.set.iter().map(|(key, value)| format!("  {key}: \"{value}\""));
        let removed = self.edit.removed.iter().map(|key| format!("  {key}: null"));
        ["labels:".to_owned()].into_iter().chain(set).chain(removed).collect()
    }

    fn service(&self, namespace: Option<&str>) -> Vec<String> {
        let head = ["apiVersion: v1", "kind: Service", "metadata:"].map(str::to_owned).into_iter();
        let name = [format!("  name: {}", self.key.name)];
        let namespace = namespace.map(|namespace| format!("  namespace: {namespace}"));
        let labels = self.labels().into_iter().map(|line| format!("  {line}"));
        head.chain(name).chain(namespace).chain(labels).collect()
    }

    /// The patch in lines, for people: what changes in the manifest of the Service, and what can be added elsewhere.
    pub fn snippet(&self) -> Vec<String> {
        let source = self.source();
        let own = match (&self.keeper, &source) {
            (Keeper::Kustomization(_) | Keeper::Argo(_), _) => {
                let end = if self.edit.set.is_empty() {
                    "the labels with null are taken out"
                } else {
                    "labels are added"
                };
                Some(format!("# in the manifest of the Service; {end}"))
            }
            (Keeper::Helm(_) | Keeper::HelmRelease(_), None) => {
                Some("# merged into what the chart renders".to_owned())
            }
            _ => None,
        };
        let mut lines: Vec<String> = own.into_iter().collect();
        if !lines.is_empty() {
            lines.extend(self.service(Some(&self.key.namespace)));
            lines.extend(source.is_some().then(|| "# or, when it has no manifest of its own,".to_owned()));
        }
        lines.extend(source.or_else(|| self.entry()).iter().flat_map(Source::lines));
        lines
    }

    /// The entry of a Service that the Cluster lists, with what becomes of its labels.
    fn entry(&self) -> Option<Source> {
        let Keeper::Postgres(Postgres { cluster, .. }) = &self.keeper else { return None };
        let head = ["serviceTemplate:", "  metadata:"].map(str::to_owned).into_iter();
        let name = [format!("    name: {}", self.key.name)];
        let labels = self.labels().into_iter().map(|line| format!("    {line}"));
        let item = head.chain(name).chain(labels).collect();
        Some(Source {
            group: POSTGRES,
            kind: "Cluster",
            key: cluster.clone(),
            path: ADDITIONAL.to_vec(),
            item,
        })
    }

    /// The entry in the manifest of another object that describes the Service, and can be edited like one.
    pub fn listed(&self) -> Option<Entry<'_>> {
        match &self.keeper {
            Keeper::Postgres(Postgres {
                cluster,
                kind: PostgresService::Additional | PostgresService::Replaced,
            }) => Some(Entry { cluster, path: ADDITIONAL, part: "serviceTemplate" }),
            Keeper::Postgres(_)
            | Keeper::Kustomization(_)
            | Keeper::HelmRelease(_)
            | Keeper::Helm(_)
            | Keeper::Argo(_)
            | Keeper::Controller(..) => None,
        }
    }

    /// The object that may hold a patch of the Service.
    pub fn patching(&self) -> Option<Searched<'_>> {
        let (group, kind, key) = match &self.keeper {
            Keeper::Kustomization(key) => (KUSTOMIZE, "Kustomization", key),
            Keeper::HelmRelease(key) => (HELM_TOOLKIT, "HelmRelease", key),
            Keeper::Helm(_) | Keeper::Argo(_) | Keeper::Postgres(_) | Keeper::Controller(..) => return None,
        };
        Some(Searched { group, kind, namespace: &key.namespace, name: &key.name })
    }

    /// The patch that set the labels that are to be removed.
    pub fn patched(&self) -> Patched<'_> {
        let Key { namespace, name } = &self.key;
        Patched { kind: "Service", namespace, name, labels: &self.edit.removed }
    }

    /// What an overlay gets whose base others use too, in lines for people.
    pub fn overlay(&self, folder: &str) -> Vec<String> {
        let mut lines = vec![format!("# in the kustomization.yaml of {folder}"), "patches:".to_owned()];
        let mark = |at: usize| if at == 0 { "- " } else { "  " };
        let item = self.patch(false).into_iter().enumerate();
        lines.extend(item.map(|(at, line)| format!("  {}{line}", mark(at))));
        lines
    }
}

/// The name of a Service beside the usual one, which the operator keeps for itself.
pub(super) fn additional(usual: &str) -> String {
    format!("{usual}-export")
}
