//! The files of a folder: in the same order everywhere, each once, and none that never ends.

use super::{Contents, apart};
use crate::bounded;
use crate::cluster::explain::{io_words, path_words};
use crate::verdict::Failure;
use std::collections::BTreeSet;
use std::fs;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

/// More than any cluster's objects: who names `/` by mistake is told soon.
pub(super) const MOST: usize = 100_000;

/// What is wrong with a folder or a file, and what to do about it.
fn failure(path: &Path, error: &Error) -> Failure {
    let next = if error.kind() == ErrorKind::FileTooLarge {
        "divide it into several files, such as one for each resource or namespace"
    } else if error.kind() == ErrorKind::NotFound {
        "name the folder that `kubectl xcluster-check collect` or `kubectl get -o yaml` has written to"
    } else {
        "make it readable, remove it from the folder, or name another folder"
    };
    Failure::usage(format!("{}: {}", path_words(path), io_words(error)), next)
}

/// The bytes of a file.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    bounded::file(path).map_err(|error| failure(path, &error))
}

/// Whether a file is read, by its name.
pub(super) fn is_wanted(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ["yaml", "yml", "json"].iter().any(|one| ending == *one))
}

/// What is below one folder.
#[cfg(test)]
fn found(folder: &Path, contents: Contents) -> Result<Found, Failure> {
    let mut walk = Walk::new(contents);
    walk.folder(folder)?;
    Ok(walk.found)
}

/// What is below a folder.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) files: Vec<PathBuf>,
    /// Folders of a repository into which nobody looked.
    pub(super) charts: Vec<PathBuf>,
}

/// All YAML and JSON files below folders, sorted by their names within each folder. What several links lead to is there once.
pub(super) struct Walk {
    contents: Contents,
    pub(super) found: Found,
    /// Where each of them really is; links may lead in a circle.
    seen: BTreeSet<PathBuf>,
    /// Where all that is found has to be, whatever links lead to.
    pub(super) within: Option<PathBuf>,
}

impl Walk {
    pub(super) fn new(contents: Contents) -> Self {
        Self { contents, found: Found::default(), seen: BTreeSet::new(), within: None }
    }

    /// Adds what is below a folder.
    ///
    /// # Errors
    /// A folder or a file that cannot be read; too many of them (exit 2).
    pub(super) fn folder(&mut self, folder: &Path) -> Result<(), Failure> {
        if !self.is_new(folder)? {
            return Ok(());
        }
        let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let entries = entries.map_err(|error| failure(folder, &error))?;
        let mut paths: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
        paths.sort();
        for path in paths {
            self.entry(path)?;
        }
        Ok(())
    }

    /// Adds a file, or what is below a folder.
    ///
    /// # Errors
    /// As [`Self::folder`].
    pub(super) fn entry(&mut self, path: PathBuf) -> Result<(), Failure> {
        let is_wanted = is_wanted(&path);
        let kind = match fs::metadata(&path) {
            Ok(kind) => kind,
            Err(error) if is_wanted => return Err(failure(&path, &error)),
            // A link to nothing that nobody wants to read.
            Err(_) => return Ok(()),
        };
        if kind.is_dir() {
            return if self.is_passed_over(&path) { Ok(()) } else { self.folder(&path) };
        }
        if !is_wanted || !kind.is_file() || !self.is_new(&path)? {
            return Ok(());
        }
        let files = &mut self.found.files;
        files.push(path);
        if files.len() <= MOST {
            return Ok(());
        }
        let named = files.first().and_then(|file| file.parent()).unwrap_or(Path::new("."));
        Err(Failure::usage(
            format!("{} and what is beside it: more than {MOST} files", path_words(named)),
            "name a folder that holds nothing but the objects of one cluster",
        ))
    }

    /// Of a repository what is about itself, as Flux leaves it out too, and charts.
    fn is_passed_over(&mut self, folder: &Path) -> bool {
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        match self.contents {
            Contents::Dump => name == ".git",
            Contents::Manifests => {
                let is_chart = apart::is_chart(folder);
                if is_chart {
                    self.found.charts.push(folder.to_owned());
                }
                is_chart || name.starts_with('.')
            }
        }
    }

    fn is_new(&mut self, path: &Path) -> Result<bool, Failure> {
        let real = path.canonicalize().map_err(|error| failure(path, &error))?;
        let is_within = self.within.as_ref().is_none_or(|root| real.starts_with(root));
        Ok(is_within && self.seen.insert(real))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn names(folder: &Path) -> Vec<String> {
        let names = found(folder, Contents::Dump).unwrap().files.into_iter();
        names.map(|path| path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn files_come_in_order_each_once_and_circles_end() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for path in ["b/2.yml", "b/1.json", "a.yaml", "c.txt", ".git/x.yaml", "b/.hidden/3.yaml"] {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), "a: 1").unwrap();
        }
        symlink(root, root.join("b/circle")).unwrap();
        symlink(root.join("a.yaml"), root.join("z.yaml")).unwrap();
        symlink("/nowhere", root.join("dangling")).unwrap();
        assert_eq!(names(root), ["a.yaml", "b/.hidden/3.yaml", "b/1.json", "b/2.yml"]);
    }

    #[test]
    fn of_a_repository_charts_are_told_and_what_is_about_itself_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for path in
            ["a.yaml", "charts/web/Chart.yaml", "charts/web/templates/a.yaml", ".github/workflows/x.yaml"]
        {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), "a: 1").unwrap();
        }
        let found = found(root, Contents::Manifests).unwrap();
        assert_eq!(found.files, [root.join("a.yaml")]);
        assert_eq!(found.charts, [root.join("charts/web")]);
        assert_eq!(names(root).len(), 4, "of a dump everything is read");
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = found(&folder.path().join("nope"), Contents::Dump).unwrap_err();
        assert!(missing.what.ends_with("/nope: no such file or directory"), "{missing:?}");
        symlink("/nowhere", folder.path().join("gone.yaml")).unwrap();
        let gone = found(folder.path(), Contents::Dump).unwrap_err();
        assert!(gone.what.ends_with("/gone.yaml: no such file or directory"), "{gone:?}");
        fs::remove_file(folder.path().join("gone.yaml")).unwrap();
        fs::write(folder.path().join("a.yaml"), "").unwrap();
        let file = found(&folder.path().join("a.yaml"), Contents::Dump).unwrap_err();
        assert!(file.what.ends_with("/a.yaml: not a directory"), "{file:?}");
    }

    #[test]
    fn a_file_that_is_too_large_is_to_be_divided() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        fs::File::create(&path).unwrap().set_len((32 << 20) + 1).unwrap();
        let large = bytes(&path).unwrap_err();
        assert!(large.what.ends_with("/a.yaml: larger than 32 megabytes"), "{large:?}");
        assert!(large.next.starts_with("divide it into several files"), "{large:?}");
    }

    #[test]
    fn a_device_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        symlink("/dev/zero", folder.path().join("zero.yaml")).unwrap();
        assert_eq!(names(folder.path()), Vec::<String>::new());
    }
}
