//! Writes what a look reads into files, so that somebody else can judge it.

use platform::cluster::collect::{Collected, collected};
use platform::cluster::explain::io_words;
use platform::health::observe::health;
use platform::mesh::observe::sides;
use platform::run::{Place, Run};
use platform::surface::{Rendered, render};
use platform::terms::Format;
use platform::verdict::{Exit, Failure, command};
use std::fs::{DirBuilder, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Looks at everything, and writes a folder for each cluster.
///
/// # Errors
/// A folder that is there already or cannot be made (exit 2); a run that was stopped.
pub(crate) async fn run(run: &Run, place: Place, folder: &str) -> Result<Exit, Failure> {
    let Place { set, namespace } = place;
    let folders: Vec<PathBuf> = set.fleet.names().map(|name| Path::new(folder).join(name.as_str())).collect();
    folders.iter().try_for_each(|folder| unused(folder))?;
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
    for one in &all {
        let folder = Path::new(folder).join(one.name.as_str());
        write(one, &folder)?;
        run.console.say(&format!("{}: {} objects in {}", one.name, one.count(), folder.display()));
        words.extend(["--from".to_owned(), format!("{}={}", one.name, folder.display())]);
    }
    let lost = set.fleet.names().count() - all.len();
    if lost > 0 {
        run.console.warn(&format!("clusters that could not be reached: {lost}; nothing of them is written"));
    }
    run.console.report(&format!("{}\n", command(&words)))?;
    Ok(if lost > 0 { Exit::Unreachable } else { Exit::Ok })
}

fn unused(folder: &Path) -> Result<(), Failure> {
    if folder.exists() {
        return Err(Failure::usage(
            format!("{} is there already", folder.display()),
            "name another folder, or remove it",
        ));
    }
    Ok(())
}

fn write(one: &Collected, folder: &Path) -> Result<(), Failure> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| unwritten(folder, &error))?;
    for (name, document) in [("objects.yaml", &one.objects), ("meta.yaml", &one.meta)] {
        let rendered = Rendered { document: document.clone(), ..Rendered::default() };
        let text = render(&Format::Yaml, &rendered, None)?;
        let path = folder.join(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&path).and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|error| unwritten(&path, &error))?;
    }
    Ok(())
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(
        format!("cannot write {}: {}", path.display(), io_words(error)),
        "name a folder that can be written",
    )
}
