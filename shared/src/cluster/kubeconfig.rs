//! The kubeconfig as kubectl reads it: which files, which entry wins, what a path in it is relative to. Reads files
//! and nothing else; who dials, decides.

mod origin;
mod parse;
mod paths;
mod read;
#[cfg(test)]
mod tests;

use crate::bounded;
use crate::terms::{ContextName, Environment};
use crate::verdict::Failure;
use kube::config::{AuthInfo, Cluster, Context, Kubeconfig};
use origin::Origin;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A value and the file that it was read from.
#[derive(Clone)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// The kubeconfig that it stands in.
    pub file: PathBuf,
}

/// All kubeconfig files of the run as one. Has no `Debug` that could show a token.
#[derive(Clone, Default)]
pub struct Loaded {
    names: Vec<ContextName>,
    contexts: BTreeMap<String, Sourced<Context>>,
    clusters: BTreeMap<String, Sourced<Cluster>>,
    users: BTreeMap<String, Sourced<AuthInfo>>,
    current: Option<ContextName>,
    files: Vec<PathBuf>,
}

/// Loads what kubectl would load: `--kubeconfig`, one file that must exist; else the files of `$KUBECONFIG` that
/// exist; else `~/.kube/config` if it exists. Per entry the first file wins.
///
/// # Errors
/// Exit 2: a named file is missing, a file cannot be read or parsed (with its line), or there is no file at all.
pub fn load(file: Option<&Path>, environment: &Environment) -> Result<Loaded, Failure> {
    let origin = Origin::choose(file, environment);
    let mut loaded = Loaded::default();
    for path in origin.files() {
        match bounded::file(path) {
            Ok(bytes) => loaded.read(&bytes, path)?,
            Err(error) if error.kind() == ErrorKind::NotFound && !origin.must_exist() => {}
            Err(error) => return Err(read::failure(path, &error)),
        }
    }
    if loaded.files.is_empty() { Err(origin.nothing_found()) } else { Ok(loaded) }
}

impl Loaded {
    /// The names of all contexts, in the order of the files and of the entries in them.
    pub fn contexts(&self) -> impl Iterator<Item = &ContextName> {
        self.names.iter()
    }

    /// The current context, whether an entry of that name exists or not. Of several files the first non-empty one.
    pub fn current(&self) -> Option<&ContextName> {
        self.current.as_ref()
    }

    /// Whether there is a context of this name.
    pub fn has(&self, context: &ContextName) -> bool {
        self.contexts.contains_key(&context.0)
    }

    /// The namespace of a context; `default` when it names none.
    pub fn namespace_of(&self, context: &ContextName) -> &str {
        let named = self.contexts.get(&context.0).and_then(|entry| entry.value.namespace.as_deref());
        named.filter(|namespace| !namespace.is_empty()).unwrap_or("default")
    }

    /// The files that were read, in order.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// The names of all clusters.
    pub fn cluster_names(&self) -> impl Iterator<Item = &str> {
        self.clusters.keys().map(String::as_str)
    }

    /// The names of all users.
    pub fn user_names(&self) -> impl Iterator<Item = &str> {
        self.users.keys().map(String::as_str)
    }

    /// The entry of a context.
    pub fn context(&self, name: &str) -> Option<&Sourced<Context>> {
        self.contexts.get(name)
    }

    /// The entry of a cluster.
    pub fn cluster(&self, name: &str) -> Option<&Sourced<Cluster>> {
        self.clusters.get(name)
    }

    /// The entry of a user.
    pub fn user(&self, name: &str) -> Option<&Sourced<AuthInfo>> {
        self.users.get(name)
    }

    /// Reads one more file, whose entries count where no file before has one of their name.
    ///
    /// # Errors
    /// What is wrong with it, with its line (exit 2).
    pub(in crate::cluster) fn read(&mut self, bytes: &[u8], file: &Path) -> Result<(), Failure> {
        self.add(parse::kubeconfig(bytes, file)?, file);
        Ok(())
    }

    fn add(&mut self, mut config: Kubeconfig, file: &Path) {
        paths::anchor(&mut config, file);
        for named in config.contexts {
            if !self.contexts.contains_key(&named.name) {
                self.names.push(ContextName(named.name.clone()));
            }
            keep_first(&mut self.contexts, named.name, named.context, file);
        }
        for named in config.clusters {
            keep_first(&mut self.clusters, named.name, named.cluster, file);
        }
        for named in config.auth_infos {
            keep_first(&mut self.users, named.name, named.auth_info, file);
        }
        let current = config.current_context.filter(|name| !name.is_empty()).map(ContextName);
        self.current = self.current.take().or(current);
        self.files.push(file.to_owned());
    }
}

/// An entry whose body is missing counts as an empty one, and hides later ones of its name, as in client-go.
fn keep_first<T: Default>(
    entries: &mut BTreeMap<String, Sourced<T>>,
    name: String,
    value: Option<T>,
    file: &Path,
) {
    let entry = || Sourced { value: value.unwrap_or_default(), file: file.to_owned() };
    entries.entry(name).or_insert_with(entry);
}

impl std::fmt::Debug for Loaded {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Loaded")
            .field("contexts", &self.names)
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}
