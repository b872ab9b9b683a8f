//! Writes what a look reads into files, so that somebody else can judge it: folders, or one tar of them.

use platform::cluster::collect::{Collected, collected, pack};
use platform::cluster::explain::io_words;
use platform::health::observe::health;
use platform::mesh::observe::sides;
use platform::run::{Place, Run};
use platform::surface::{Console, Rendered, render};
use platform::terms::Format;
use platform::verdict::{Exit, Failure, command};
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{Error, Write as _};
use std::path::{Path, PathBuf};

/// Where it is written.
enum Target {
    Folder(PathBuf),
    Tar(PathBuf),
    Stdout,
}

impl Target {
    fn of(word: &str) -> Self {
        let path = PathBuf::from(word);
        if word == "-" {
            Self::Stdout
        } else if path.extension().is_some_and(|ending| ending == "tar") {
            Self::Tar(path)
        } else {
            Self::Folder(path)
        }
    }

    /// Refuses what nothing could be written to, before anything is asked of a cluster.
    fn check(&self, names: &[String], console: &Console) -> Result<(), Failure> {
        match self {
            Self::Folder(folder) => names.iter().try_for_each(|name| unused(&folder.join(name))),
            Self::Tar(file) => unused(file),
            Self::Stdout if console.is_shown() => Err(Failure::usage(
                "a terminal cannot show a tar",
                "name a file, as in `kubectl xcluster-check collect dump.tar`, or lead stdout elsewhere",
            )),
            Self::Stdout => Ok(()),
        }
    }
}

/// Looks at everything, and writes it: all of it, or nothing.
///
/// # Errors
/// A file or folder that is there already or cannot be made (exit 2); a run that was stopped.
pub(crate) async fn run(run: &Run, place: Place, word: &str) -> Result<Exit, Failure> {
    let Place { set, namespace } = place;
    let target = Target::of(word);
    let names: Vec<String> = set.fleet.names().map(Collected::folder_of).collect();
    target.check(&names, &run.console)?;
    let looked = async {
        // What is seen is not looked at: that it was read is what counts.
        drop(sides(&set, namespace.as_deref()).await);
        drop(health(&set).await);
        collected(&set).await
    };
    let stopped =
        |exit| Failure::new(exit, "stopped before all was read; nothing is written", "run the command again");
    let all = run.or_interrupt(looked).await.map_err(stopped)?;
    let mut words = vec!["kubectl".to_owned(), "xcluster-check".to_owned()];
    words.extend(write(&target, &all, &run.console)?);
    let lost = set.fleet.names().count() - all.len();
    if lost > 0 {
        run.console.warn(&format!("clusters that could not be reached: {lost}; nothing of them is written"));
    }
    if !matches!(target, Target::Stdout) {
        run.console.report(&format!("{}\n", command(&words)))?;
    }
    Ok(if lost > 0 { Exit::Unreachable } else { Exit::Ok })
}

/// Writes it, and returns the words that read it.
fn write(target: &Target, all: &[Collected], console: &Console) -> Result<Vec<String>, Failure> {
    let files = all.iter().map(texts).collect::<Result<Vec<_>, _>>()?;
    let said = |one: &Collected, place: &Path| {
        console.say(&format!("{}: {} objects in {}", one.name, one.count(), place.display()));
    };
    let packed = || {
        let of_cluster = |(one, files): (&Collected, &Vec<File>)| {
            let named =
                |(name, text): &File| (format!("{}/{name}", Collected::folder_of(&one.name)), text.clone());
            files.iter().map(named).collect::<Vec<_>>()
        };
        let all: Vec<File> = all.iter().zip(&files).flat_map(of_cluster).collect();
        pack(&all).map_err(|error| Failure::internal(format!("the tar cannot be made: {error}")))
    };
    match target {
        Target::Folder(folder) => {
            let parts = all
                .iter()
                .zip(&files)
                .map(|(one, files)| (folder.join(Collected::folder_of(&one.name)), files));
            let parts: Vec<_> = parts.collect();
            folders(folder, &parts)?;
            let pair = |(one, (path, _)): (&Collected, &(PathBuf, _))| {
                said(one, path);
                ["--from".to_owned(), format!("{}={}", one.name, path.display())]
            };
            Ok(all.iter().zip(&parts).flat_map(pair).collect())
        }
        Target::Tar(file) => {
            written(file, &packed()?).map_err(|error| unwritten(file, &error))?;
            for one in all {
                said(one, file);
            }
            Ok(vec!["--from".to_owned(), file.display().to_string()])
        }
        Target::Stdout => {
            let text = String::from_utf8(packed()?);
            // Names of folders are ASCII, and objects are text.
            let text = text.map_err(|error| Failure::internal(format!("the tar is no text: {error}")))?;
            console.report(&text).map(|()| Vec::new())
        }
    }
}

/// The name and the text of a file.
type File = (String, String);

fn texts(one: &Collected) -> Result<Vec<File>, Failure> {
    let text = |(name, document)| {
        let rendered = Rendered { document, ..Rendered::default() };
        Ok((name, render(&Format::Yaml, &rendered, None)?))
    };
    one.files().into_iter().map(text).collect()
}

/// An empty folder is as good as none.
fn unused(path: &Path) -> Result<(), Failure> {
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

/// Writes folders with files. Where that fails, nothing is left of it, nor of the folder around them if nobody had made it before.
fn folders(parent: &Path, parts: &[(PathBuf, &Vec<File>)]) -> Result<(), Failure> {
    let is_new = !parent.exists();
    let written = whole(parent, parts);
    if is_new && written.is_err() {
        // Only an empty folder goes.
        fs::remove_dir(parent).ok();
    }
    written
}

/// The folders have their names once all are whole.
fn whole(parent: &Path, parts: &[(PathBuf, &Vec<File>)]) -> Result<(), Failure> {
    make(parent).map_err(|error| unwritten(parent, &error))?;
    let mut partials = Vec::new();
    for (folder, files) in parts {
        let partial = Partial::of(folder);
        make(&partial.0).map_err(|error| unwritten(folder, &error))?;
        for (name, text) in *files {
            written(&partial.0.join(name), text.as_bytes())
                .map_err(|error| unwritten(&folder.join(name), &error))?;
        }
        partials.push((partial, folder));
    }
    let named = |(partial, folder): &(Partial, &PathBuf)| {
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

/// Writes a file that only its owner can read; it has its name once it is whole, and takes nobody's.
fn written(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let partial = Partial::of(path);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&partial.0)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&partial.0, path)
}

fn unwritten(path: &Path, error: &Error) -> Failure {
    Failure::usage(
        format!("cannot write {}: {}", path.display(), io_words(error)),
        "name a place that has room and can be written to",
    )
}
