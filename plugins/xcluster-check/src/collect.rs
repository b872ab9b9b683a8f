//! Writes what a look reads into files, so that somebody else can judge it: folders, or one tar of them. One file is in memory
//! at a time.

mod disk;
mod files;

use disk::{New, folders, unused, unwritten};
use files::{File, of_cluster};
use platform::cluster::collect::{Collected, Tar, collected};
use platform::health::observe::health;
use platform::mesh::names::{CONTROL_PLANE, EXTENSION};
use platform::mesh::observe::{mirrors, sides};
use platform::run::{Place, Run};
use platform::surface::Console;
use platform::verdict::{Exit, Failure, command};
use std::io::Error;
use std::path::PathBuf;
use std::time::Duration;

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
                "name a file, as in `kubectl xcluster-check collect dump.tar`, or redirect stdout",
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
        // What is seen is not judged: that it was read is what counts, and what mirrors are called.
        let seen = sides(&set, namespace.as_deref()).await;
        drop(health(&set).await);
        collected(&set, &[CONTROL_PLANE, EXTENSION], mirrors(&seen)).await
    };
    let all = run.or_interrupt(looked).await.map_err(stopped("read"))?;
    let lost = all.iter().filter(|one| !one.is_reached()).count();
    if lost == all.len() {
        return Err(Failure::new(
            Exit::Unreachable,
            "no cluster could be reached, so nothing is written",
            "restore access to them; `kubectl xcluster-check` says why they do not answer",
        ));
    }
    let mut words = vec!["kubectl".to_owned(), "xcluster-check".to_owned()];
    words.extend(target.take(&all, run).await?);
    if lost > 0 {
        run.console.warn(&format!(
            "clusters that could not be reached: {lost}; what is written says of each only why"
        ));
    }
    if !matches!(target, Target::Stdout) {
        run.console.report(&format!("{}\n", command(&words)))?;
    }
    Ok(if lost > 0 { Exit::Unreachable } else { Exit::Ok })
}

impl Target {
    /// Writes it, and returns the words that read it.
    async fn take(&self, all: &[Collected], run: &Run) -> Result<Vec<String>, Failure> {
        match self {
            Self::Folder(folder) => folders(folder, all, run).await?,
            Self::Tar(file) => {
                let mut new = New::file(file).map_err(|error| unwritten(file, &error))?;
                let take = |bytes: Vec<u8>| new.add(&bytes).map_err(|error| unwritten(file, &error));
                tar(all, run, take).await?;
                new.done().map_err(|error| unwritten(file, &error))?;
            }
            Self::Stdout => {
                let take = |bytes| {
                    // Names of folders are ASCII, and objects are text.
                    let text = String::from_utf8(bytes);
                    let text =
                        text.map_err(|error| Failure::internal(format!("the tar is not text: {error}")));
                    run.console.report(&text?)
                };
                tar(all, run, take).await?;
                return Ok(Vec::new());
            }
        }
        for one in all.iter().filter(|one| one.is_reached()) {
            let place = self.place(one).display().to_string();
            run.console.say(&format!("{}: {} objects in {place}", one.name, one.count()));
            let denied: Vec<&str> = one.denied().collect();
            if !denied.is_empty() {
                let denied = denied.join(", ");
                run.console.warn(&format!("{}: not in it, since they may not be read: {denied}", one.name));
            }
        }
        Ok(self.words(all))
    }

    /// Where a cluster is.
    fn place(&self, one: &Collected) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.join(Collected::folder_of(&one.name)),
            Self::Tar(file) => file.clone(),
            Self::Stdout => PathBuf::from("-"),
        }
    }

    fn words(&self, all: &[Collected]) -> Vec<String> {
        let flag = |value: String| ["--from".to_owned(), value];
        let folder = |one: &Collected| flag(format!("{}={}", one.name, self.place(one).display()));
        match self {
            Self::Folder(_) => all.iter().flat_map(folder).collect(),
            Self::Tar(file) => flag(file.display().to_string()).into(),
            Self::Stdout => Vec::new(),
        }
    }
}

/// Somebody may want it to stop.
async fn breathe(run: &Run) -> Result<(), Failure> {
    run.pause(Duration::ZERO).await.map_err(stopped("written"))
}

fn stopped(when: &str) -> impl Fn(Exit) -> Failure {
    let what = format!("stopped before all was {when}; nothing is left of it");
    move |exit| Failure::new(exit, what.clone(), "run the command again")
}

/// All clusters as one tar, part by part.
async fn tar(
    all: &[Collected],
    run: &Run,
    mut take: impl FnMut(Vec<u8>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let unmade = |error: Error| Failure::internal(format!("the tar cannot be made: {error}"));
    let mut tar = Tar::begin();
    for one in all {
        let folder = Collected::folder_of(&one.name);
        for file in of_cluster(one) {
            let File { name, text } = file?;
            take(tar.file(&format!("{folder}/{name}"), &text).map_err(unmade)?)?;
            breathe(run).await?;
        }
    }
    take(tar.end().map_err(unmade)?)
}
