//! The demonstration: what the command does on a healthy platform, and what it says about broken ones.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sandbox::Failure;
use sandbox::world::{Controller, World};
use tokio::process::Command;

use crate::place::{self, Place, unheard};
use crate::stop::Stop;
use crate::{DemoArgs, Environment};

const PLUGIN: &str = "kubectl-mesh_export";
const EXPORT: &str = "mesh-export svc/postgres-rw -n databases";
/// What both clusters hold of the database.
const LOOKS: [&str; 2] =
    ["--context infra get services -n databases", "--context apps get services,endpointslices -n databases"];
/// The broken platforms, and how the command ends on each.
const BROKEN: [(&str, i32); 3] = [("namespace-missing", 3), ("name-taken", 3), ("apps-down", 6)];

/// Runs the demonstration; it fails when a command ends in another way than it must.
pub(crate) async fn run(
    args: &DemoArgs,
    environment: &Environment,
    stop: &mut Stop,
) -> Result<ExitCode, Failure> {
    let plugin = plugin()?;
    let mut world = World::known("platform")?;
    if args.without_mirror {
        world.links.iter_mut().for_each(|link| link.controller = Controller::Stopped);
    }
    if args.hold {
        return place::hold(&world, environment, stop).await;
    }
    let timeout = if args.without_mirror { " --timeout 3s" } else { "" };
    let show = Show { environment, plugin, export: format!("{EXPORT}{timeout}") };
    tokio::select! {
        // A command that the same signal has ended is no failure.
        biased;
        code = stop.asked() => Ok(ExitCode::from(code)),
        shown = show.all(&world) => shown.map(|()| ExitCode::SUCCESS),
    }
}

/// The command that is shown, which lies beside this program when both were built.
fn plugin() -> Result<PathBuf, Failure> {
    let programs = place::programs()?;
    let plugin = programs.join(place::file_name(PLUGIN));
    if plugin.is_file() {
        return Ok(plugin);
    }
    let words = format!("{PLUGIN} is not in {}, and it is what is shown", programs.display());
    Err(Failure::new(words, "run `cargo demo`, which builds both"))
}

struct Show<'e> {
    environment: &'e Environment,
    plugin: PathBuf,
    export: String,
}

impl Show<'_> {
    async fn all(&self, world: &World) -> Result<(), Failure> {
        say("Two clusters run in this process, infra and apps; nothing else is touched.")?;
        self.healthy(world).await?;
        for (name, exit) in BROKEN {
            self.broken(name, exit).await?;
        }
        say("\nThat was all. `cargo demo -- --hold` keeps the clusters for you.")
    }

    async fn healthy(&self, world: &World) -> Result<(), Failure> {
        let started = world.start().await?;
        let stage = self.stage(Place::new(&started.sandbox, self.environment)?);
        say("\n== before")?;
        stage.look().await?;
        say("\n== the export")?;
        stage.run(&self.export, 0).await?;
        say("\n== after")?;
        stage.look().await
    }

    async fn broken(&self, name: &str, exit: i32) -> Result<(), Failure> {
        let world = World::known(name)?;
        say(&format!("\n== broken: {}", world.about))?;
        let started = world.start().await?;
        self.stage(Place::new(&started.sandbox, self.environment)?).run(EXPORT, exit).await
    }

    fn stage<'a>(&'a self, place: Place<'a>) -> Stage<'a> {
        let kubectl = place.kubectl();
        Stage { place, kubectl, plugin: &self.plugin }
    }
}

struct Stage<'a> {
    place: Place<'a>,
    kubectl: Option<PathBuf>,
    plugin: &'a Path,
}

impl Stage<'_> {
    /// Shows what is there, which takes a kubectl.
    async fn look(&self) -> Result<(), Failure> {
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
    async fn run(&self, line: &str, expected: i32) -> Result<(), Failure> {
        say(&format!("$ kubectl {line}"))?;
        let status = self.command(line).status().await;
        let status = status.map_err(|error| failed(line, &format!("cannot be started: {error}")))?;
        match status.code() {
            Some(code) if code == expected && code == 0 => Ok(()),
            Some(code) if code == expected => say(&format!("(exit {code})")),
            Some(code) => Err(failed(line, &format!("ended with {code}, not with {expected}"))),
            None => Err(failed(line, &format!("ended with a signal, not with {expected}"))),
        }
    }

    /// Without a kubectl the plugin is started directly: that is all that kubectl would do.
    fn command(&self, line: &str) -> Command {
        let (program, skipped) = match &self.kubectl {
            Some(kubectl) => (kubectl.as_path(), 0),
            None => (self.plugin, 1),
        };
        let mut command = self.place.command(program);
        command.args(line.split_whitespace().skip(skipped));
        command
    }
}

fn say(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout();
    writeln!(out, "{text}").and_then(|()| out.flush()).map_err(|error| unheard(&error))
}

fn failed(line: &str, how: &str) -> Failure {
    let next = "read what it says above; to try more, run `cargo demo -- --hold`";
    Failure::new(format!("`kubectl {line}` {how}"), next)
}
