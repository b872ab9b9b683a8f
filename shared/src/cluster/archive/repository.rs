//! What folders of a repository take in from elsewhere in it: paths of Flux, and what kustomizations name. It is followed
//! within the repository alone.

mod flux;
#[cfg(test)]
mod tests;

use super::apart::{Apart, Kustomized, whole};
use super::files::{self, Found, Walk};
use super::objects::Text;
use super::{Contents, yaml};
use crate::cluster::explain::path_words;
use crate::verdict::Failure;
use flux::Flux;
use std::path::{Path, PathBuf};

/// How kustomizations are called.
const KUSTOMIZATIONS: [&str; 2] = ["kustomization.yaml", "kustomization.yml"];

/// What is known of a repository before its objects are read.
pub(super) struct Repository {
    kustomized: Kustomized,
    /// The folders that were named, as they really are.
    named: Vec<PathBuf>,
    fluxes: Vec<Flux>,
    home: Vec<[String; 3]>,
    /// Where what a Kustomization of Flux applies really is, by its place among them.
    covers: Vec<(PathBuf, usize)>,
    /// What was read besides, as it is shown.
    followed: Vec<PathBuf>,
    apart: Apart,
    /// Whether paths are shown from where we run.
    is_relative: bool,
}

impl Repository {
    /// The files of these folders, and of what they take in.
    ///
    /// # Errors
    /// A folder or a file that cannot be read; too many of them (exit 2).
    pub(super) fn read(folders: &[PathBuf], contents: Contents) -> Result<(Vec<PathBuf>, Self), Failure> {
        let mut walk = Walk::new(contents);
        folders.iter().try_for_each(|folder| walk.folder(folder))?;
        let mut known = Self {
            kustomized: Kustomized::default(),
            named: folders.iter().filter_map(|folder| folder.canonicalize().ok()).collect(),
            fluxes: Vec::new(),
            home: Vec::new(),
            covers: Vec::new(),
            followed: Vec::new(),
            apart: Apart::default(),
            is_relative: folders.iter().all(|folder| folder.is_relative()),
        };
        if contents == Contents::Manifests {
            known.follow(&mut walk)?;
        }
        let Found { files, charts } = walk.found;
        known.apart.templates.extend(charts);
        Ok((files, known))
    }

    /// Whatever is followed may lead further.
    fn follow(&mut self, walk: &mut Walk) -> Result<(), Failure> {
        let (mut learned, mut applied, mut taken) = (0, 0, 0);
        loop {
            if let Some(path) = walk.found.files.get(learned).cloned() {
                self.learn(&path)?;
                learned += 1;
            } else if let Some(flux) = self.fluxes.get(applied).cloned() {
                self.apply(&flux, applied, walk)?;
                applied += 1;
            } else if let Some((folder, target)) = self.kustomized.taken.get(taken).cloned() {
                self.take(&folder, &target, walk)?;
                taken += 1;
            } else {
                return Ok(());
            }
        }
    }

    fn learn(&mut self, path: &Path) -> Result<(), Failure> {
        let bytes = files::bytes(path)?;
        if Kustomized::is_named(path) {
            self.kustomized.learn(path, &bytes);
        }
        if bytes.windows(flux::GROUP.len()).any(|part| part == flux::GROUP.as_bytes()) {
            // What is no YAML is told of when its objects are read.
            let documents = yaml::documents(&bytes).unwrap_or_default();
            self.fluxes.extend(documents.iter().filter_map(|one| Flux::read(&one.value, path)));
        }
        Ok(())
    }

    /// Follows the path of a Kustomization of Flux.
    fn apply(&mut self, flux: &Flux, place: usize, walk: &mut Walk) -> Result<(), Failure> {
        if place == 0 {
            self.home = self.sources();
        }
        let Some((root, target)) = flux.target() else { return Ok(()) };
        let Ok(real) = target.canonicalize() else { return Ok(()) };
        if flux.is_for_another || !self.is_at_home(flux) {
            return Ok(());
        }
        self.covers.push((real.clone(), place));
        // Who names a part of what is applied wants that part.
        if self.is_named(&real) || self.named.iter().any(|named| named.starts_with(&real)) {
            return Ok(());
        }
        if flux.is_changing {
            self.leave(&target, &flux.file, "applies with changes");
            return Ok(());
        }
        self.enter(walk, (&root, &target))
    }

    /// Follows what a kustomization takes in. What it changes is something else in the end.
    fn take(&mut self, folder: &Path, target: &Path, walk: &mut Walk) -> Result<(), Failure> {
        let Ok(real) = target.canonicalize() else { return Ok(()) };
        if self.is_named(&real) {
            return Ok(());
        }
        let covered = folder.canonicalize().ok().and_then(|folder| self.cover(&folder));
        let root = flux::root(folder).or_else(|| self.fluxes.get(covered?)?.target().map(|(root, _)| root));
        match root {
            Some(_) if self.kustomized.is_changed(folder) => {
                self.leave(target, folder, "takes in and changes");
            }
            Some(root) if root.canonicalize().is_ok_and(|root| real.starts_with(root)) => {
                self.covers.extend(covered.map(|place| (real, place)));
                self.enter(walk, (&root, target))?;
            }
            Some(_) | None => self.leave(target, folder, "takes in from outside of the repository"),
        }
        Ok(())
    }

    fn enter(&mut self, walk: &mut Walk, (root, target): (&Path, &Path)) -> Result<(), Failure> {
        let before = walk.found.files.len();
        walk.within = Some(root.canonicalize().unwrap_or_else(|_| root.to_owned()));
        let shown = self.shown(target);
        // Where there is a kustomization, that alone says what is taken.
        let of_folder = KUSTOMIZATIONS.map(|name| shown.join(name)).into_iter().find(|file| file.is_file());
        walk.entry(of_folder.unwrap_or_else(|| shown.clone()))?;
        let is_new = !self.followed.iter().any(|followed| shown.starts_with(followed));
        if is_new && walk.found.files.len() > before {
            self.followed.push(shown);
        }
        Ok(())
    }

    fn leave(&mut self, target: &Path, by: &Path, how: &str) {
        let (target, by) = (self.shown(target), self.shown(&whole(by)));
        self.apart.unread.push(format!("{}, which {} {how}", path_words(&target), path_words(&by)));
    }

    /// From where we run, if the folders were named so.
    fn shown(&self, path: &Path) -> PathBuf {
        let here = std::env::current_dir().ok().filter(|_| self.is_relative);
        let below = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
        below.filter(|below| !below.as_os_str().is_empty()).unwrap_or_else(|| path.to_owned())
    }

    fn is_named(&self, real: &Path) -> bool {
        self.named.iter().any(|named| real.starts_with(named))
    }

    /// Whether a Kustomization is of the repository that these folders are in: of the source of whatever applies them, or,
    /// where nothing here does, of any repository.
    fn is_at_home(&self, flux: &Flux) -> bool {
        if self.home.is_empty() {
            return flux.source.first().is_some_and(|kind| kind == "GitRepository");
        }
        self.home.contains(&flux.source)
    }

    /// The sources of what applies the folders that were named.
    fn sources(&self) -> Vec<[String; 3]> {
        let is_whole = |one: &&Flux| {
            let real = one.target().and_then(|(_, target)| target.canonicalize().ok());
            real.is_some_and(|real| self.named.iter().any(|named| named.starts_with(&real)))
        };
        self.fluxes.iter().filter(is_whole).map(|one| one.source.clone()).collect()
    }

    /// The Kustomization of Flux that applies what is here, where it is one alone.
    fn cover(&self, real: &Path) -> Option<usize> {
        let over = || self.covers.iter().filter(|(cover, _)| real.starts_with(cover));
        let deepest = over().map(|(cover, _)| cover.components().count()).max()?;
        let mut all = over().filter(|(cover, _)| cover.components().count() == deepest).map(|(_, one)| *one);
        let first = all.next()?;
        let same = |one: usize| {
            self.fluxes.get(one).zip(self.fluxes.get(first)).is_some_and(|(a, b)| a.fills_like(b))
        };
        all.all(same).then_some(first)
    }

    /// Leaves out what is no object of its own, and fills in what Flux does.
    pub(super) fn settle(&self, path: &Path, text: Text) -> Text {
        let mut text = self.kustomized.settle(path, text);
        if self.fluxes.iter().any(Flux::fills)
            && let Some(flux) = path.canonicalize().ok().and_then(|real| self.fluxes.get(self.cover(&real)?))
        {
            flux.fill(&mut text);
        }
        text
    }

    /// What was read besides, and what was not.
    pub(super) fn done(self) -> (Vec<PathBuf>, Apart) {
        let changing = self.kustomized.changing;
        (self.followed, Apart { changing, ..self.apart })
    }
}
