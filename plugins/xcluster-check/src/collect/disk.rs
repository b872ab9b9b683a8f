//! Files on a disk: whole, or not there.

use super::breathe;
use super::files::{File, of_cluster};
use platform::cluster::collect::Collected;
use platform::cluster::explain::io_words;
use platform::run::Run;
use platform::verdict::Failure;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{Error, Write as _};
use std::path::{Path, PathBuf};

/// An empty folder is as good as none.
pub(super) fn unused(path: &Path) -> Result<(), Failure> {
    let is_empty = fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none());
    if path.symlink_metadata().is_ok() && !is_empty {
        return Err(Failure::usage(
            format!("{} is there already", path.display()),
            "name another one, or remove it",
        ));
    }
    Ok(())
}

/// What is not whole yet, beside what it will be; gone when this is dropped.
struct Partial(PathBuf);

impl Partial {
    fn of(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Self(path.with_file_name(format!(".{name}.partial-{}", std::process::id())))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Either is what it was, and neither is there once it has its name.
        fs::remove_dir_all(&self.0).or_else(|_| fs::remove_file(&self.0)).ok();
    }
}

/// A folder that nobody had made before: it goes again, unless something is in it.
struct Around<'a>(&'a Path);

impl Drop for Around<'_> {
    fn drop(&mut self) {
        fs::remove_dir(self.0).ok();
    }
}

/// Writes folders with files, which have their names once all are whole. Where that fails, nothing is left of it, nor of the
/// folder around them if nobody had made it before.
pub(super) async fn folders(parent: &Path, all: &[Collected], run: &Run) -> Result<(), Failure> {
    let _around = (!parent.exists()).then_some(Around(parent));
    make(parent).map_err(|error| unwritten(parent, &error))?;
    let mut partials = Vec::new();
    for one in all {
        let folder = parent.join(Collected::folder_of(&one.name));
        let partial = Partial::of(&folder);
        make(&partial.0).map_err(|error| unwritten(&folder, &error))?;
        for file in of_cluster(one) {
            let File { name, text } = file?;
            let written = New::file(&partial.0.join(&name)).and_then(|mut new| {
                new.add(text.as_bytes())?;
                new.done()
            });
            written.map_err(|error| unwritten(&folder.join(&name), &error))?;
            breathe(run).await?;
        }
        partials.push((partial, folder));
    }
    let named = |(partial, folder): &(Partial, PathBuf)| {
        fs::rename(&partial.0, folder).map_err(|error| unwritten(folder, &error))
    };
    partials.iter().try_for_each(named)
}

fn make(folder: &Path) -> Result<(), Error> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A file that only its owner can read; it has its name once it is whole, and takes nobody's.
pub(super) struct New {
    path: PathBuf,
    partial: Partial,
    file: fs::File,
}

impl New {
    pub(super) fn file(path: &Path) -> Result<Self, Error> {
        let partial = Partial::of(path);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&partial.0)?;
        Ok(Self { path: path.to_owned(), partial, file })
    }

    pub(super) fn add(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.write_all(bytes)
    }

    pub(super) fn done(self) -> Result<(), Error> {
        self.file.sync_all()?;
        fs::rename(&self.partial.0, &self.path)
    }
}

pub(super) fn unwritten(path: &Path, error: &Error) -> Failure {
    Failure::usage(
        format!("cannot write {}: {}", path.display(), io_words(error)),
        "name a place that has room and can be written to",
    )
}
