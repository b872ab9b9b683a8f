//! A cluster as it stands in files: a folder of YAML as `kubectl get -o yaml` writes it, or of the manifests of a
//! repository. It answers the same calls as an API server, so that every look at a cluster works on files unchanged;
//! it cannot be watched or changed. Everything is read once, at the start.

pub(super) mod answer;
mod apart;
mod authority;
mod defaults;
mod fields;
mod files;
mod filling;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod foreign;
pub(super) mod kinds;
mod live;
mod managed;
pub(super) mod meta;
mod objects;
pub(super) mod packed;
mod renewal;
mod repository;
mod scalar;
mod table;
mod texts;
mod yaml;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

pub use apart::Apart;

use super::call::Resource;
use super::explain::path_words;
use crate::terms::ObjectRef;
use crate::verdict::Failure;
use filling::Filling;
use kinds::Kinds;
use meta::Meta;
use repository::Repository;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use table::Tables;

/// So many bytes of files are read at the most; what is kept of them is about as large.
const LARGEST: usize = 1 << 30;

fn too_large(folder: &Path) -> Failure {
    Failure::usage(
        format!("{}: more than a gigabyte of files", path_words(folder)),
        "name a folder that holds nothing but the objects of one cluster",
    )
}

/// What files hold of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Contents {
    /// What an API server said.
    Dump,
    /// What somebody wants to be there: of what only a running cluster has, nothing is known.
    Manifests,
}

impl Contents {
    /// Reads a file, and says what of it is passed over.
    fn read(self, path: &Path, bytes: &[u8]) -> Result<objects::Text, Failure> {
        match self {
            Self::Dump => objects::read(path, bytes),
            Self::Manifests => apart::read(path, bytes),
        }
    }

    /// Leaves out what is not known: of an object, or all of it. `false` is counted.
    fn settle(self, object: &mut serde_json::Value, apart: &mut Apart) -> bool {
        match self {
            Self::Dump => true,
            Self::Manifests => {
                live::strip(object);
                defaults::add(object);
                if apart::is_encrypted(object) {
                    apart.encrypted += 1;
                    return false;
                }
                let before = apart.unfilled.len();
                apart.unfilled.extend(apart::unfilled(object));
                apart.unfilled.len() == before
            }
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
        write!(out, "{}:{}:{}", path_words(&self.file), self.line, self.column)
    }
}

/// The objects of one cluster, from files. Read-only.
#[derive(Debug)]
pub struct Archive {
    folder: PathBuf,
    /// What else was read: named too, or followed to.
    others: Vec<PathBuf>,
    contents: Contents,
    meta: Meta,
    kinds: Kinds,
    tables: Tables,
    apart: Apart,
}

impl Archive {
    /// Reads a dump: all `.yaml`, `.yml` and `.json` files below a folder, each with any number of documents, Lists among
    /// them, and `meta.yaml` at its root, which may say when the dump was taken, of which version, and what was denied.
    ///
    /// # Errors
    /// A file that cannot be read, with line and column; an object that is there twice, with both places (exit 2).
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        Self::read_as(Contents::Dump, &[folder.to_owned()])
    }

    /// Reads the manifests of a repository the same way, of several folders together, and what these take in from elsewhere in
    /// it. What exists only in a running cluster, such as pods and every status, counts as not looked at, even where somebody
    /// has committed it. No `meta.yaml` means anything there.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_manifests(folders: &[PathBuf]) -> Result<Self, Failure> {
        Self::read_as(Contents::Manifests, folders)
    }

    fn read_as(contents: Contents, folders: &[PathBuf]) -> Result<Self, Failure> {
        let folder = folders.first().map_or(Path::new("."), PathBuf::as_path);
        let root = folder.join(meta::FILE);
        let (mut meta, mut filling, mut size) = (Meta::default(), Filling::new(contents), 0_usize);
        let (files, repository) = Repository::read(folders, contents)?;
        for path in files {
            let bytes = files::bytes(&path)?;
            size = size.saturating_add(bytes.len());
            if size > LARGEST {
                return Err(too_large(folder));
            }
            if contents == Contents::Dump && path == root {
                meta = meta::read(&path, &bytes)?;
                continue;
            }
            filling.take(repository.settle(&path, contents.read(&path, &bytes)?))?;
        }
        let mut archive = filling.done(folder, meta)?;
        let (others, apart) = repository.done();
        archive.apart.add(apart);
        archive.others = folders.iter().skip(1).cloned().chain(others).collect();
        Ok(archive)
    }

    /// An archive of what several files hold.
    #[cfg(any(test, feature = "fuzzing"))]
    fn of(contents: Contents, folder: &Path, meta: Meta, texts: Vec<objects::Text>) -> Result<Self, Failure> {
        let mut filling = Filling::new(contents);
        texts.into_iter().try_for_each(|text| filling.take(text))?;
        filling.done(folder, meta)
    }

    /// A dump of these objects, of a server of 1.33, taken at a moment.
    ///
    /// # Errors
    /// An object that is there twice (exit 2).
    #[cfg(test)]
    pub(crate) fn of_objects(
        folder: &str,
        taken_at: jiff::Timestamp,
        objects: impl IntoIterator<Item = serde_json::Value>,
    ) -> Result<Self, Failure> {
        let folder = Path::new(folder);
        let origin = Origin { file: folder.into(), line: 1, column: 1 };
        let found = |object| objects::Found { object, origin: origin.clone() };
        let text =
            objects::Text { objects: objects.into_iter().map(found).collect(), apart: Apart::default() };
        let version = Some("v1.33.1".to_owned());
        let meta = Meta { taken_at: Some(taken_at), server_version: version, ..Meta::default() };
        Self::of(Contents::Dump, folder, meta, vec![text])
    }

    /// The same, made by somebody who may not read these resources.
    #[cfg(test)]
    pub(crate) fn denying<'a>(mut self, resources: impl IntoIterator<Item = &'a str>) -> Self {
        self.meta.denied.extend(resources.into_iter().map(str::to_owned));
        self
    }

    /// The folder, as it was named.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What was read beside it, of the same cluster.
    pub fn others(&self) -> &[PathBuf] {
        &self.others
    }

    /// The version of the API server that it was taken of, if its `meta.yaml` says so: `v1.33.1`.
    pub fn server_version(&self) -> Option<&str> {
        self.meta.server_version.as_deref()
    }

    /// Whether these are manifests, of which what is missing may be in the cluster all the same.
    pub fn is_of_manifests(&self) -> bool {
        self.contents == Contents::Manifests
    }

    /// What was passed over.
    pub fn apart(&self) -> &Apart {
        &self.apart
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
