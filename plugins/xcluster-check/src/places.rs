//! Where findings stand in files, for clusters for which files answer.

use platform::bounded::repository;
use platform::cluster::{Archive, ClusterSet, Origin};
use platform::mesh::fleetwide::Judged;
use platform::surface::Spot;
use platform::terms::{ClusterName, ObjectRef};
use platform::verdict::{Evidence, Finding};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How the place of an object in files is called among the evidence.
pub(crate) const FILE: &str = "file";

/// The files of each cluster that has some, and where in them the objects of findings stand.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    folders: BTreeMap<ClusterName, Folder>,
    origins: BTreeMap<ObjectRef, Origin>,
}

/// What was named for a cluster.
#[derive(Debug, Clone)]
struct Folder {
    /// As it was named.
    named: PathBuf,
    /// As others find it: from the root of its repository, else from the folder that we run in, else from the root of the disk.
    known: PathBuf,
    /// Whether it is in a tar, whose files are none of the disk.
    is_packed: bool,
}

impl Places {
    /// Finds the places, and adds each to the evidence of its findings.
    pub(crate) fn mark(set: &ClusterSet, judged: &mut Judged) -> Self {
        let mut places = Self::default();
        for name in set.fleet.names() {
            let folder = archive(set, name).map(|archive| Folder::named(archive.folder()));
            places.folders.extend(folder.map(|folder| (name.clone(), folder)));
        }
        let all = judged.causes.iter_mut();
        all.flat_map(|cause| [&mut cause.finding].into_iter().chain(&mut cause.effects))
            .for_each(|finding| places.mark_one(set, finding));
        places
    }

    fn mark_one(&mut self, set: &ClusterSet, finding: &mut Finding) {
        let Some(object) = &finding.object else { return };
        let Some(origin) = archive(set, &object.cluster).and_then(|archive| archive.origin_of(object)) else {
            return;
        };
        finding.evidence.push(Evidence { field: FILE.to_owned(), value: origin.to_string() });
        self.origins.insert(object.clone(), origin.clone());
    }

    /// Whether files answered for a cluster.
    pub(crate) fn has(&self, cluster: &ClusterName) -> bool {
        self.folders.contains_key(cluster)
    }

    /// The file of the object of a finding, else the files of its cluster; of what an API server said there is none.
    pub(crate) fn spot(&self, finding: &Finding) -> Option<Spot> {
        let Some(object) = &finding.object else {
            return finding.clusters.iter().find_map(|name| self.folders.get(name)).map(Folder::spot);
        };
        let folder = self.folders.get(&object.cluster)?;
        Some(self.origins.get(object).map_or_else(|| folder.spot(), |origin| folder.spot_of(origin)))
    }
}

impl Folder {
    fn named(named: &Path) -> Self {
        let real = real(named);
        let is_packed = real.is_file();
        Self { named: named.to_owned(), known: known(real), is_packed }
    }

    fn spot(&self) -> Spot {
        Spot { path: self.known.clone(), position: None }
    }

    fn spot_of(&self, origin: &Origin) -> Spot {
        match origin.file.strip_prefix(&self.named) {
            Ok(below) if !self.is_packed => {
                Spot { path: self.known.join(below), position: Some((origin.line, origin.column)) }
            }
            // What was followed to, or named beside it.
            Err(_) if !self.is_packed && origin.file.is_file() => {
                Spot { path: known(real(&origin.file)), position: Some((origin.line, origin.column)) }
            }
            Ok(_) | Err(_) => self.spot(),
        }
    }
}

fn real(path: &Path) -> PathBuf {
    path.ancestors().find_map(|above| above.canonicalize().ok()).unwrap_or_else(|| path.to_owned())
}

/// From the root of its repository, else from the folder that we run in.
fn known(real: PathBuf) -> PathBuf {
    let root = repository(&real).or_else(|| Path::new(".").canonicalize().ok());
    root.and_then(|root| real.strip_prefix(root).map(Path::to_owned).ok()).unwrap_or(real)
}

fn archive<'a>(set: &'a ClusterSet, name: &ClusterName) -> Option<&'a Archive> {
    set.cluster(name).ok()?.archive()
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::terms::Kind;
    use platform::verdict::Remedy;
    use std::fs;
    use std::sync::Arc;

    fn folder(path: &Path) -> Folder {
        fs::create_dir_all(path).unwrap();
        Folder::named(path)
    }

    fn origin(file: &Path) -> Origin {
        Origin { file: Arc::from(file), line: 7, column: 3 }
    }

    #[test]
    fn a_file_of_a_repository_is_named_from_its_root_wherever_we_run() {
        let place = tempfile::tempdir().unwrap();
        let named = place.path().join("clusters/infra");
        let outside = folder(&named);
        assert_eq!(outside.known, named.canonicalize().unwrap(), "of no repository, and not below us");
        fs::create_dir(place.path().join(".git")).unwrap();
        let inside = folder(&named);
        assert_eq!(inside.spot(), Spot { path: "clusters/infra".into(), position: None });
        let spot = inside.spot_of(&origin(&named.join("base/web.yaml")));
        assert_eq!(spot, Spot { path: "clusters/infra/base/web.yaml".into(), position: Some((7, 3)) });
        let root = folder(place.path());
        assert_eq!(root.spot_of(&origin(&place.path().join("web.yaml"))).path, Path::new("web.yaml"));
    }

    #[test]
    fn what_is_in_a_tar_stands_in_no_file_of_the_disk() {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join(".git")).unwrap();
        let tar = place.path().join("dump.tar");
        fs::write(&tar, "").unwrap();
        let packed = Folder::named(&tar.join("infra"));
        let spot = packed.spot_of(&origin(&tar.join("infra/services.yaml")));
        assert_eq!(spot, Spot { path: "dump.tar".into(), position: None });
    }

    #[test]
    fn what_an_api_server_said_stands_in_no_file_and_what_no_file_has_in_the_folder_of_its_cluster() {
        let [infra, apps] = ["infra", "apps"].map(ClusterName::new);
        let place = tempfile::tempdir().unwrap();
        let folders = BTreeMap::from([(infra.clone(), folder(place.path()))]);
        let places = Places { folders, origins: BTreeMap::new() };
        let finding = || Finding::error("gateway-up", &[&apps, &infra], "no", Remedy::new("mend it"));
        let whole = places.folders.get(&infra).map(Folder::spot);
        assert_eq!(places.spot(&finding()), whole);
        let about = |cluster| finding().about(ObjectRef::namespaced(cluster, Kind::Service, "shop", "web"));
        assert_eq!((places.spot(&about(&infra)), places.spot(&about(&apps))), (whole, None));
        assert!(places.has(&infra) && !places.has(&apps));
    }
}
