//! Clusters for which files answer.

use platform::cluster::{Archive, ClusterSet, Origin};
use platform::mesh::fleetwide::Judged;
use platform::terms::{ClusterName, ContextName, Fleet, Member};
use platform::verdict::{Evidence, Failure, Finding};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How the place of an object in files is called among the evidence.
pub(crate) const FILE: &str = "file";

/// The clusters of `--from CONTEXT=DIR`, in the order in which they were named.
///
/// # Errors
/// A word that is no such pair, a context that is named twice, or files that cannot be read (exit 2).
pub(crate) fn set(pairs: &[String]) -> Result<ClusterSet, Failure> {
    let pairs = pairs.iter().map(|pair| divided(pair)).collect::<Result<Vec<_>, _>>()?;
    let mut contexts = BTreeSet::new();
    if let Some((context, _)) = pairs.iter().find(|(context, _)| !contexts.insert(*context)) {
        return Err(Failure::usage(
            format!("--from names {context} twice"),
            "put all files of a cluster into one folder, and name it once",
        ));
    }
    let (mut members, mut archives) = (Vec::new(), BTreeMap::new());
    for (context, folder) in pairs {
        let name = ClusterName::new(context);
        archives.insert(name.clone(), read(Path::new(folder))?);
        members.push(Member { name, context: ContextName(context.to_owned()) });
    }
    let first = members.first().map(|member| member.name.clone());
    let (primary, fleet) = first.zip(Fleet::new(members)).ok_or_else(|| malformed(""))?;
    ClusterSet::of_archives(fleet, primary, archives)
}

/// Nothing can be said of a cluster of which there is nothing.
fn read(folder: &Path) -> Result<Archive, Failure> {
    let archive = Archive::read(folder)?;
    if archive.count() == 0 {
        return Err(Failure::usage(
            format!("{} holds no objects of Kubernetes", folder.display()),
            "name a folder of what `kubectl get -o yaml` or `kubectl xcluster-check collect` has written",
        ));
    }
    Ok(archive)
}

fn divided(pair: &str) -> Result<(&str, &str), Failure> {
    let parts = pair.split_once('=').filter(|(context, folder)| !context.is_empty() && !folder.is_empty());
    parts.ok_or_else(|| malformed(pair))
}

fn malformed(pair: &str) -> Failure {
    Failure::usage(
        format!("--from {pair:?} does not say which cluster a folder is of"),
        "name both: `--from infra=DIR --from apps=DIR`",
    )
}

/// Adds to findings in which file their objects stand, where files answered.
pub(crate) fn place(set: &ClusterSet, judged: &mut Judged) {
    for cause in &mut judged.causes {
        for finding in [&mut cause.finding].into_iter().chain(&mut cause.effects) {
            let found = origin(set, finding).map(ToString::to_string);
            finding.evidence.extend(found.map(|value| Evidence { field: FILE.to_owned(), value }));
        }
    }
}

fn origin<'a>(set: &'a ClusterSet, finding: &Finding) -> Option<&'a Origin> {
    let object = finding.object.as_ref()?;
    set.cluster(&object.cluster).ok()?.archive()?.origin_of(object)
}
