//! A folder of manifests in Git, given by `--repo`: what is read of it, and under which names its files go in a diff.

use platform::bounded::repository;
use platform::manifest::{Address, Fit, Overlay, Searched, fit, found};
use platform::verdict::Failure;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Larger files are no manifests of a few objects, and are counted as not read.
const LARGEST: u64 = 1 << 20;

/// More files than this are more than one repository of manifests.
const MOST: usize = 20_000;

/// The folder, and the repository that it is in.
#[derive(Debug)]
pub(crate) struct Folder {
    folder: PathBuf,
    root: PathBuf,
}

/// A manifest file, as it is and as it is to become.
#[derive(Debug)]
pub(crate) struct File {
    /// From the root of the repository, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) edited: String,
}

/// What was found in the folder.
#[derive(Debug, Default)]
pub(crate) struct Files {
    /// Those that name one of the objects.
    pub(crate) naming: Vec<File>,
    /// Every overlay of the repository, within the folder or not.
    pub(crate) overlays: Vec<Overlay>,
    /// Overlays that are no YAML: path and text.
    doubtful: Vec<(String, String)>,
    /// How many were looked at.
    pub(crate) read: usize,
    /// How many were not, or are no YAML.
    pub(crate) unread: usize,
}

impl Folder {
    /// The folder of this name.
    ///
    /// # Errors
    /// There is none (exit 2).
    pub(crate) fn at(name: &str) -> Result<Self, Failure> {
        let unusable = |why: String| {
            Failure::usage(
                format!("cannot read the folder {name:?} of --repo: {why}"),
                "name a folder with the manifests that are committed, such as a checkout",
            )
        };
        let folder = Path::new(name).canonicalize().map_err(|error| unusable(error.to_string()))?;
        if !folder.is_dir() {
            return Err(unusable("it is not a folder".to_owned()));
        }
        Ok(Self { root: repository(&folder).unwrap_or_else(|| folder.clone()), folder })
    }

    /// The manifests that hold one of these words.
    ///
    /// # Errors
    /// A folder that cannot be read, or one with too many files (exit 2).
    pub(crate) fn files(&self, words: &[&str]) -> Result<Files, Failure> {
        let mut files = Files::default();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            let inside = entries(&folder).map_err(|error| {
                Failure::usage(
                    format!("cannot read {}: {error}", folder.display()),
                    "make it readable, or name another folder with --repo",
                )
            })?;
            for path in inside.manifests {
                // Who uses a manifest of the folder may stand beside it.
                let is_inside = path.starts_with(&self.folder);
                let words = is_inside.then_some(words);
                self.read(&path, words, &mut files);
            }
            folders.extend(inside.folders);
            if files.read + files.unread > MOST {
                return Err(Failure::usage(
                    format!("{} holds more than {MOST} manifests", self.folder.display()),
                    "name a narrower folder with --repo",
                ));
            }
        }
        files.naming.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(files)
    }

    /// Reads a manifest; without words only what it uses, if it is an overlay.
    fn read(&self, path: &Path, words: Option<&[&str]>, files: &mut Files) {
        let name = self.name(path);
        let is_overlay = name.as_deref().is_some_and(Overlay::is_called_so);
        if words.is_none() && !is_overlay {
            return;
        }
        let is_small = path.metadata().is_ok_and(|metadata| metadata.len() <= LARGEST);
        let text = if is_small { std::fs::read_to_string(path).ok() } else { None };
        let Some((text, path)) = text.zip(name) else {
            files.unread += 1;
            return;
        };
        if is_overlay {
            match Overlay::read(&path, &text) {
                Some(overlay) => files.overlays.push(overlay),
                None => files.doubtful.push((path.clone(), text.clone())),
            }
        }
        let Some(words) = words else { return };
        files.read += 1;
        if words.iter().any(|word| text.contains(word)) {
            files.naming.push(File { path, edited: text.clone(), text });
        }
    }

    fn name(&self, path: &Path) -> Option<String> {
        let parts = path.strip_prefix(&self.root).ok()?.iter();
        let parts: Option<Vec<&str>> = parts.map(|part| part.to_str()).collect();
        Some(parts?.join("/"))
    }
}

/// What a folder holds.
#[derive(Default)]
struct Inside {
    folders: Vec<PathBuf>,
    manifests: Vec<PathBuf>,
}

fn entries(folder: &Path) -> std::io::Result<Inside> {
    let mut inside = Inside::default();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        // A link would lead out of the repository, or to a file that is read where it is.
        let kind = entry.file_type()?;
        if kind.is_dir() && entry.file_name() != ".git" {
            inside.folders.push(entry.path());
        } else if kind.is_file() && is_manifest(&entry.path()) {
            inside.manifests.push(entry.path());
        }
    }
    Ok(inside)
}

fn is_manifest(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    let is_overlay = path.file_name().and_then(|name| name.to_str()).is_some_and(Overlay::is_called_so);
    is_overlay
        || ending
            .is_some_and(|ending| ["yaml", "yml", "json"].contains(&ending.to_ascii_lowercase().as_str()))
}

/// Where an object is described, and how that fits it.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The number of the file.
    pub(crate) file: usize,
    /// Where in the file.
    pub(crate) address: Address,
    /// Whether it is this very object.
    pub(crate) fit: Fit,
}

impl Files {
    /// Where an object is described, as surely as that is known: where one place surely is it, others are not. Of several
    /// that have its name, its ports tell.
    pub(crate) fn places(&self, searched: &Searched<'_>, ports: &[u16]) -> Vec<Place> {
        let mut places = Vec::new();
        for (at, file) in self.naming.iter().enumerate() {
            let all = found(&file.text, searched).unwrap_or_default().into_iter();
            places.extend(all.map(|one| {
                let fit = fit(&self.overlays, &file.path, one.namespace.as_deref(), searched.namespace);
                let fit = self.as_far_as_is_known(by_ports(fit, &one.ports, ports), &file.path);
                Place { file: at, address: one.address, fit }
            }));
        }
        places.retain(|place| place.fit != Fit::No);
        let best = places.iter().map(|place| place.fit.rank()).max();
        places.retain(|place| Some(place.fit.rank()) == best);
        places
    }

    /// What an overlay that nobody could read may use is surely of nothing.
    fn as_far_as_is_known(&self, fit: Fit, path: &str) -> Fit {
        let reader = self.doubtful.iter().find(|(_, text)| Overlay::may_use(text, path));
        match (reader, fit) {
            (Some((overlay, _)), Fit::Sure | Fit::Likely) => Fit::Unclear(overlay.clone()),
            (_, fit) => fit,
        }
    }

    /// How all that an overlay holds fits a namespace; `None` for another file.
    pub(crate) fn fit_of_overlay(&self, path: &str, wanted: &str) -> Option<Fit> {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let is_one = Overlay::is_called_so(path);
        let overlay = self.overlays.iter().find(|overlay| is_one && overlay.folder() == folder)?;
        Some(fit(&self.overlays, folder, overlay.namespace(), wanted))
    }

    /// How many files of those that name it are no YAML, such as templates.
    pub(crate) fn unreadable(&self, searched: &Searched<'_>) -> usize {
        self.unread + self.naming.iter().filter(|file| found(&file.text, searched).is_err()).count()
    }
}

/// What nothing places is told by its ports, where both sides say them.
fn by_ports(fit: Fit, written: &[u16], there: &[u16]) -> Fit {
    let sorted = |ports: &[u16]| ports.iter().copied().collect::<BTreeSet<_>>();
    let is_told = fit == Fit::Likely && !written.is_empty() && !there.is_empty();
    if is_told && sorted(written) != sorted(there) { Fit::No } else { fit }
}
