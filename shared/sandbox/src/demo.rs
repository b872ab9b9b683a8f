//! The demonstration: what the command does on a healthy platform, and what it says about broken ones.

use std::ffi::OsStr;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use sandbox::world::{Controller, World};
use tokio::process::Command;

use crate::place::{Place, stopped};

const EXPORT: &str = "mesh-export svc/postgres-rw -n databases";
/// What both clusters hold of the database.
const LOOKS: [&str; 2] =
    ["--context infra get services -n databases", "--context apps get services,endpointslices -n databases"];
/// The broken platforms, and how the command ends on each.
const BROKEN: [(&str, i32); 3] = [("namespace-missing", 3), ("name-taken", 3), ("apps-down", 6)];

/// Runs the demonstration; it fails when a command ends in another way than it must.
pub(crate) async fn run(hold: bool, without_mirror: bool, path: &OsStr) -> Result<ExitCode, String> {
    tokio::select! {
        shown = show(hold, without_mirror, path) => shown,
        () = interrupted() => Ok(ExitCode::from(130)),
    }
}

async fn interrupted() {
    // Without signals there is nothing to wait for.
    if stopped().await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn show(hold: bool, without_mirror: bool, path: &OsStr) -> Result<ExitCode, String> {
    say("Two clusters run in this process, infra and apps; nothing else is touched.")?;
    let mut world = World::known("platform").map_err(|error| error.to_string())?;
    if without_mirror {
        world.links.iter_mut().for_each(|link| link.controller = Controller::Stopped);
    }
    let started = world.start().await.map_err(|error| error.to_string())?;
    let stage = Stage::new(Place::new(&started.sandbox, path)?);
    if hold {
        return stage.place.hold().await.map_err(|error| error.to_string());
    }
    say("\n== before")?;
    stage.look().await?;
    say("\n== the export")?;
    let timeout = if without_mirror { " --timeout 3s" } else { "" };
    stage.run(&format!("{EXPORT}{timeout}"), 0).await?;
    say("\n== after")?;
    stage.look().await?;
    drop((stage, started));
    for (name, exit) in BROKEN {
        broken(name, exit, path).await?;
    }
    say("\nThat was all. `cargo demo -- --hold` keeps the clusters for you.")?;
    Ok(ExitCode::SUCCESS)
}

async fn broken(name: &str, exit: i32, path: &OsStr) -> Result<(), String> {
    let world = World::known(name).map_err(|error| error.to_string())?;
    say(&format!("\n== broken: {}", world.about))?;
    let started = world.start().await.map_err(|error| error.to_string())?;
    let stage = Stage::new(Place::new(&started.sandbox, path)?);
    stage.run(EXPORT, exit).await
}

struct Stage {
    place: Place,
    kubectl: Option<PathBuf>,
}

impl Stage {
    fn new(place: Place) -> Self {
        let kubectl = place.kubectl();
        Self { place, kubectl }
    }

    /// Shows what is there, which takes a kubectl.
    async fn look(&self) -> Result<(), String> {
        match self.kubectl {
            Some(_) => {
                for look in LOOKS {
                    self.run(look, 0).await?;
                }
                Ok(())
            }
            None => self.run("mesh-export list -n databases", 0).await,
        }
    }

    /// Runs a command as a user would type it, and expects how it ends.
    async fn run(&self, line: &str, expected: i32) -> Result<(), String> {
        say(&format!("$ kubectl {line}"))?;
        let status = self.command(line).status().await.map_err(|error| format!("kubectl {line}: {error}"))?;
        match status.code() {
            Some(code) if code == expected => {
                if code == 0 {
                    Ok(())
                } else {
                    say(&format!("(exit {code})"))
                }
            }
            code => Err(format!(
                "`kubectl {line}` ended with {}, not with {expected}",
                code.map_or_else(|| "a signal".to_owned(), |code| code.to_string())
            )),
        }
    }

    /// Without a kubectl the plugin is started directly: that is all that kubectl would do.
    fn command(&self, line: &str) -> Command {
        let (program, skipped) = match &self.kubectl {
            Some(kubectl) => (kubectl.clone(), 0),
            None => (self.place.program("kubectl-mesh_export"), 1),
        };
        let mut command = Command::new(program);
        command.args(line.split_whitespace().skip(skipped));
        // Nothing of the user's own settings may lead elsewhere.
        command
            .env("KUBECONFIG", self.place.kubeconfig())
            .env("PATH", self.place.path())
            .env("HOME", self.place.folder())
            .env_remove("KUBECTL_PLATFORM_CONFIG")
            .current_dir(self.place.folder())
            .kill_on_drop(true);
        command
    }
}

fn say(text: &str) -> Result<(), String> {
    let mut out = io::stdout();
    writeln!(out, "{text}").and_then(|()| out.flush()).map_err(|error| error.to_string())
}
