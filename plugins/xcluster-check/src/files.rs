//! Clusters for which files answer.

mod flags;
mod taken;
mod told;

pub(crate) use flags::refuse_flags_for_servers;
pub(crate) use told::unfilled;

use clap::Args;
use platform::cluster::{Archive, ClusterSet, Resource};
use platform::health::checks::written;
use platform::health::snapshot::HealthSeen;
use platform::surface::Console;
use platform::terms::{ClusterName, ContextName, Fleet, Member, Route};
use platform::verdict::{Failure, Finding, command};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use told::{passed_over, tell, tell_odd};

/// The flag without a value: no pair of a context and a folder.
const ALL: &str = "";

/// Who is asked.
#[derive(Debug, Args)]
pub(crate) struct SourceArgs {
    /// Read files instead of API servers: for one cluster, a directory with the output of `kubectl get -A -o yaml
    /// --show-managed-fields`; for all clusters, a tar or a directory written by `collect`; can be repeated
    #[arg(long, value_name = "CONTEXT=DIR|FILE.tar|DIR")]
    from: Vec<String>,
    /// Check the manifests of a repository instead of an API server; CONTEXT is the name that Links use for the cluster; what
    /// only a running cluster shows is skipped; can be repeated, also for one cluster. Without a value: the directories of
    /// --from hold manifests
    #[arg(long, value_name = "CONTEXT=DIR", num_args = 0..=1, default_missing_value = ALL)]
    manifests: Vec<String>,
}

impl SourceArgs {
    /// What `--from` leads to.
    fn of_from(&self) -> Kind {
        if self.manifests.iter().any(|word| word == ALL) { Kind::Manifests } else { Kind::Dump }
    }

    /// Whether API servers are asked.
    pub(crate) fn is_live(&self) -> bool {
        self.from.is_empty() && self.manifests.is_empty()
    }
}

/// What is in the files of a cluster, by the flag that names them.
#[derive(Clone, Copy)]
enum Kind {
    Dump,
    Manifests,
}

impl Kind {
    fn flag(self) -> &'static str {
        match self {
            Self::Dump => "--from",
            Self::Manifests => "--manifests",
        }
    }

    /// Nothing can be said of a cluster of which there is nothing.
    fn read(self, folders: &[PathBuf]) -> Result<Archive, Failure> {
        let path = folders.first().map_or(Path::new(""), PathBuf::as_path);
        let archive = match self {
            Self::Dump if path.is_file() => return Err(alone(path)),
            Self::Dump => Archive::read(path)?,
            Self::Manifests => Archive::read_manifests(folders)?,
        };
        if archive.count() == 0 && !archive.says_why() {
            return Err(empty(path, &passed_over(archive.apart()), self));
        }
        Ok(archive)
    }
}

fn empty(path: &Path, besides: &str, kind: Kind) -> Failure {
    let next = match kind {
        Kind::Dump => {
            "name a folder of what `kubectl get -o yaml` or `kubectl xcluster-check collect` has written"
        }
        Kind::Manifests => {
            "name a folder of plain manifests, or of what `kubectl kustomize DIR` or `helm template` prints"
        }
    };
    Failure::usage(format!("{} holds no objects of Kubernetes{besides}", path.display()), next)
}

/// A tar says itself which clusters it is of.
fn alone(path: &Path) -> Failure {
    let flag = command(["--from", &path.display().to_string()]);
    Failure::usage(
        format!("{} is a file, not a folder", path.display()),
        format!("name a folder, or, if `collect` wrote it, the file without a context: `{flag}`"),
    )
}

/// The clusters of `--from` and `--manifests`, in this order, as they were named. What a repository holds beside its manifests
/// is told.
///
/// # Errors
/// A word that is no such pair, a context that is named twice, or files that cannot be read (exit 2).
pub(crate) fn set(source: &SourceArgs, console: &Console) -> Result<ClusterSet, Failure> {
    let (mut members, mut archives) = (Vec::new(), BTreeMap::new());
    for (context, archive) in all(source)? {
        let name = ClusterName::new(&context);
        if archive.is_of_manifests() {
            tell(console, &name, &archive);
        }
        tell_odd(console, &name, archive.apart());
        if !archive.is_of_manifests() && lacks_credentials(&archive) {
            console.warn(&format!(
                "{name}: no Secret is in {}, so that those of its Links count as missing: if they were left out, write \
                 `denied: [secrets]` into its meta.yaml",
                archive.folder().display()
            ));
        }
        if archives.insert(name.clone(), archive).is_some() {
            return Err(Failure::usage(
                format!("{context} is named twice"),
                "put all files of a cluster into one folder, and name it once",
            ));
        }
        members.push(Member { name, context: ContextName(context) });
    }
    taken::tell(console, &archives);
    let first = members.first().map(|member| member.name.clone());
    let (primary, fleet) = first.zip(Fleet::new(members)).ok_or_else(|| malformed("", Kind::Dump))?;
    ClusterSet::of_archives(
        fleet.reached_by(Route { is_by_files: true, ..Route::default() }),
        primary,
        archives,
    )
}

/// The clusters as they are named: dumps first.
fn all(source: &SourceArgs) -> Result<Vec<(String, Archive)>, Failure> {
    let manifests = source.manifests.iter().filter(|word| *word != ALL || source.from.is_empty());
    let (dumps, folders): (&[String], Vec<&String>) = match source.of_from() {
        Kind::Dump => (source.from.as_slice(), manifests.collect()),
        Kind::Manifests => (&[], source.from.iter().chain(manifests).collect()),
    };
    let mut all = Vec::new();
    for word in dumps {
        all.extend(named(word)?);
    }
    for (context, folders) in gathered(&folders)? {
        all.push((context, Kind::Manifests.read(&folders)?));
    }
    Ok(all)
}

/// Who keeps Secrets to himself may not know that somebody looks for them.
fn lacks_credentials(dump: &Archive) -> bool {
    let links = Resource { group: "multicluster.linkerd.io", version: "v1alpha3", plural: "links" };
    dump.has_any(links) && !dump.has_any(Resource::SECRETS) && !dump.denies(Resource::SECRETS)
}

/// The clusters of which a word names dumps.
fn named(word: &str) -> Result<Vec<(String, Archive)>, Failure> {
    let (path, kind) = (Path::new(word), Kind::Dump);
    // A tar may come through a pipe.
    let is_tar = || path.extension().is_some_and(|ending| ending == "tar") && !word.contains('=');
    if (path.exists() || is_tar()) && !path.is_dir() {
        let clusters = Archive::read_tar(path)?;
        return if clusters.is_empty() { Err(empty(path, "", kind)) } else { Ok(clusters) };
    }
    if path.is_dir() {
        let clusters = Archive::read_folders(path)?;
        return if clusters.is_empty() { Err(malformed(word, kind)) } else { Ok(clusters) };
    }
    let (context, folder) = divided(word, kind)?;
    Ok(vec![(context.to_owned(), kind.read(&[folder.into()])?)])
}

/// The folders of manifests of each cluster, in the order in which these were named first.
fn gathered(words: &[&String]) -> Result<Vec<(String, Vec<PathBuf>)>, Failure> {
    let mut all: Vec<(String, Vec<PathBuf>)> = Vec::new();
    for word in words {
        let (context, folder) = divided(word, Kind::Manifests)?;
        match all.iter_mut().find(|(name, _)| name == context) {
            Some((_, folders)) => folders.push(folder.into()),
            None => all.push((context.to_owned(), vec![folder.into()])),
        }
    }
    Ok(all)
}

fn divided(pair: &str, kind: Kind) -> Result<(&str, &str), Failure> {
    let parts = pair.split_once('=').filter(|(context, folder)| !context.is_empty() && !folder.is_empty());
    parts.ok_or_else(|| malformed(pair, kind))
}

fn malformed(pair: &str, kind: Kind) -> Failure {
    let flag = kind.flag();
    Failure::usage(
        format!("{flag} {pair:?} does not say which cluster a folder is of"),
        format!("name both: `{flag} infra=DIR {flag} apps=DIR`"),
    )
}

/// Takes clusters of which there are manifests alone out of what was seen, and judges what is written of them.
pub(crate) fn apart(set: &ClusterSet, health: &mut HealthSeen) -> Vec<Finding> {
    let all = std::mem::take(&mut health.clusters);
    let (clusters, live) = all.into_iter().partition(|cluster| is_written(set, &cluster.name));
    health.clusters = live;
    written(&HealthSeen { fleet: health.fleet.clone(), clusters })
}

/// Whether there are manifests alone of a cluster.
pub(crate) fn is_written(set: &ClusterSet, name: &ClusterName) -> bool {
    let archive = set.cluster(name).ok().and_then(|cluster| cluster.archive());
    archive.is_some_and(Archive::is_of_manifests)
}
