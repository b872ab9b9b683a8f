//! A cluster as it stands in files: a folder of YAML as `kubectl get -o yaml` writes it, or of the manifests of a
//! repository. It answers the same calls as an API server, so that every look at a cluster works on files unchanged;
//! it cannot be watched or changed. Everything is read once, at the start.

mod answer;
mod authority;
mod fields;
mod files;
pub(super) mod kinds;
mod live;
mod meta;
mod objects;
mod scalar;
mod table;
mod yaml;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

use super::call::Resource;
use crate::terms::ObjectRef;
use crate::verdict::Failure;
use jiff::Timestamp;
use kinds::Kinds;
use meta::Meta;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use table::Tables;

/// So many bytes of files are read at the most; what is kept of them is about as large.
const LARGEST: usize = 1 << 30;

/// What files hold of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Contents {
    /// What an API server said.
    Dump,
    /// What somebody wants to be there: of what only a running cluster has, nothing is known.
    Manifests,
}

impl Contents {
    /// Leaves out what is not known.
    fn settle(self, object: &mut serde_json::Value) {
        match self {
            Self::Dump => {}
            Self::Manifests => live::strip(object),
        }
    }
}

/// The file of an object, and where in it the object begins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The file, below the folder as it was named.
    pub file: Arc<Path>,
    /// The line of the document, or of the item of a list; from 1.
    pub line: usize,
    /// The column there, in characters; from 1.
    pub column: usize,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}:{}:{}", self.file.display(), self.line, self.column)
    }
}

/// The objects of one cluster, from files. Read-only.
#[derive(Debug)]
pub struct Archive {
    folder: PathBuf,
    contents: Contents,
    meta: Meta,
    kinds: Kinds,
    tables: Tables,
    passed_over: usize,
}

impl Archive {
    /// Reads a dump: all `.yaml`, `.yml` and `.json` files below a folder, each with any number of documents, Lists among
    /// them, and `meta.yaml` at its root, which may say when the dump was taken, of which version, and what was denied.
    ///
    /// # Errors
    /// A file that cannot be read, with line and column; an object that is there twice, with both places (exit 2).
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        Self::read_as(Contents::Dump, folder)
    }

    /// Reads the manifests of a repository the same way. What exists only in a running cluster, such as pods and every
    /// status, counts as not looked at, even where somebody has committed it. No `meta.yaml` means anything there.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_manifests(folder: &Path) -> Result<Self, Failure> {
        Self::read_as(Contents::Manifests, folder)
    }

    fn read_as(contents: Contents, folder: &Path) -> Result<Self, Failure> {
        let root = folder.join(meta::FILE);
        let (mut meta, mut texts, mut size) = (Meta::default(), Vec::new(), 0_usize);
        for path in files::found(folder)? {
            let bytes = files::bytes(&path)?;
            size = size.saturating_add(bytes.len());
            if size > LARGEST {
                return Err(Failure::usage(
                    format!("{}: more than a gigabyte of files", folder.display()),
                    "name a folder that holds nothing but the objects of one cluster",
                ));
            }
            if contents == Contents::Dump && path == root {
                meta = meta::read(&path, &bytes)?;
            } else {
                texts.push(objects::read(&path, &bytes)?);
            }
        }
        Self::of(contents, folder, meta, texts)
    }

    /// An archive of what several files hold.
    fn of(contents: Contents, folder: &Path, meta: Meta, texts: Vec<objects::Text>) -> Result<Self, Failure> {
        let mut kinds = Kinds::default();
        texts.iter().flat_map(|text| &text.objects).for_each(|found| kinds.learn(&found.object));
        let (mut tables, mut passed_over) = (Tables::default(), 0);
        for text in texts {
            passed_over += text.passed_over;
            for mut found in text.objects {
                contents.settle(&mut found.object);
                tables.add(&kinds, found)?;
            }
        }
        Ok(Self { folder: folder.to_owned(), contents, meta, kinds, tables, passed_over })
    }

    /// A dump of these objects, taken at a moment.
    ///
    /// # Errors
    /// An object that is there twice (exit 2).
    #[cfg(test)]
    pub(crate) fn of_objects(
        folder: &str,
        taken_at: Timestamp,
        objects: impl IntoIterator<Item = serde_json::Value>,
    ) -> Result<Self, Failure> {
        let folder = Path::new(folder);
        let origin = Origin { file: folder.into(), line: 1, column: 1 };
        let found = |object| objects::Found { object, origin: origin.clone() };
        let text = objects::Text { objects: objects.into_iter().map(found).collect(), passed_over: 0 };
        let meta = Meta { taken_at: Some(taken_at), ..Meta::default() };
        Self::of(Contents::Dump, folder, meta, vec![text])
    }

    /// The folder, as it was named.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// When the dump was taken, if its `meta.yaml` says so.
    pub fn taken_at(&self) -> Option<Timestamp> {
        self.meta.taken_at
    }

    /// The version of the API server that it was taken of, if its `meta.yaml` says so: `v1.33.1`.
    pub fn server_version(&self) -> Option<&str> {
        self.meta.server_version.as_deref()
    }

    /// Whether these are manifests, of which what is missing may be in the cluster all the same.
    pub fn is_of_manifests(&self) -> bool {
        self.contents == Contents::Manifests
    }

    /// How many documents are no Kubernetes objects, such as values of a chart; empty ones do not count.
    pub fn passed_over(&self) -> usize {
        self.passed_over
    }

    /// How many objects there are.
    pub fn count(&self) -> usize {
        self.tables.count()
    }

    /// Where an object stands; the version of the resource does not matter.
    pub fn origin(&self, resource: Resource, namespace: Option<&str>, name: &str) -> Option<&Origin> {
        let table = self.tables.get(resource.group, resource.plural)?;
        table.get(namespace, name).map(|kept| &kept.origin)
    }

    /// Where the object of a finding stands. Of kinds that several API groups have, the first group by name that has the
    /// object counts.
    pub fn origin_of(&self, object: &ObjectRef) -> Option<&Origin> {
        let tables = self.tables.of_kind(object.kind.name());
        tables
            .into_iter()
            .find_map(|table| table.get(object.namespace.as_deref(), &object.name))
            .map(|kept| &kept.origin)
    }
}
