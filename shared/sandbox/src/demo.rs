//! The demonstration: what the commands do on a healthy platform, and what they say about broken ones.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sandbox::Failure;
use sandbox::world::{Controller, World};
use tokio::process::Command;

use crate::place::{self, Place, unheard};
use crate::stop::Stop;
use crate::{DemoArgs, Environment};

/// What is shown: the program of each command.
const PLUGINS: [&str; 2] = ["kubectl-mesh_export", "kubectl-xcluster_check"];
const EXPORT: &str = "mesh-export svc/postgres-rw -n databases";
const CHECK: &str = "xcluster-check";
/// What both clusters hold of the database.
const LOOKS: [&str; 2] =
    ["--context infra get services -n databases", "--context apps get services,endpointslices -n databases"];
/// The broken platforms, what is typed on each, and how it ends.
const BROKEN: [(&str, &str, i32); 6] = [
    ("namespace-missing", EXPORT, 3),
    ("name-taken", EXPORT, 3),
    ("apps-down", EXPORT, 6),
    ("gateway-down", CHECK, 3),
    ("anchors-differ", CHECK, 3),
    ("apps-down", CHECK, 6),
];

/// Runs the demonstration; it fails when a command ends in another way than it must.
pub(crate) async fn run(
    args: &DemoArgs,
    environment: &Environment,
    stop: &mut Stop,
) -> Result<ExitCode, Failure> {
    let programs = programs()?;
    let mut world = World::known("platform")?;
    if args.without_mirror {
        world.links.iter_mut().for_each(|link| link.controller = Controller::Stopped);
    }
    if args.hold {
        return place::hold(world, environment, stop).await;
    }
    let timeout = if args.without_mirror { " --timeout 3s" } else { "" };
    let show = Show { environment, programs, export: format!("{EXPORT}{timeout}") };
    tokio::select! {
        // A command that the same signal has ended is no failure.
        biased;
        code = stop.asked() => Ok(ExitCode::from(code)),
        shown = show.all(world) => shown.map(|()| ExitCode::SUCCESS),
    }
}

/// The folder of this program, beside which all that is shown lies when it was built.
fn programs() -> Result<PathBuf, Failure> {
    let programs = place::programs()?;
    match PLUGINS.iter().find(|plugin| !programs.join(place::file_name(plugin)).is_file()) {
        None => Ok(programs),
        Some(plugin) => {
            let words = format!("{plugin} is not in {}, and it is what is shown", programs.display());
            Err(Failure::new(words, "run `cargo demo`, which builds all of it"))
        }
    }
}

struct Show<'e> {
    environment: &'e Environment,
    programs: PathBuf,
    export: String,
}

impl Show<'_> {
    async fn all(&self, world: World) -> Result<(), Failure> {
        say("Two clusters run in this process, infra and apps; nothing else is touched.")?;
        self.healthy(world).await?;
        for (name, line, exit) in BROKEN {
            self.broken(name, line, exit).await?;
        }
        say("\nThat was all. `cargo demo -- --hold` keeps the clusters for you.")
    }

    async fn healthy(&self, world: World) -> Result<(), Failure> {
        let started = world.start().await?;
        let stage = self.stage(Place::new(&started.sandbox, self.environment)?);
        say("\n== before")?;
        stage.look().await?;
        say("\n== the export")?;
        stage.run(&self.export, 0).await?;
        say("\n== after")?;
        stage.look().await?;
        say("\n== is all between the clusters right?")?;
        stage.run(CHECK, 0).await
    }

    async fn broken(&self, name: &str, line: &str, exit: i32) -> Result<(), Failure> {
        let world = World::known(name)?;
        say(&format!("\n== broken: {}", world.about))?;
        let started = world.start().await?;
        self.stage(Place::new(&started.sandbox, self.environment)?).run(line, exit).await
    }

    fn stage<'a>(&'a self, place: Place<'a>) -> Stage<'a> {
        let kubectl = place.kubectl();
        Stage { place, kubectl, programs: &self.programs }
    }
}

struct Stage<'a> {
    place: Place<'a>,
    kubectl: Option<PathBuf>,
    programs: &'a Path,
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
        let mut words = line.split_whitespace();
        let program = if let Some(kubectl) = &self.kubectl {
            kubectl.clone()
        } else {
            let name = words.next().unwrap_or_default().replace('-', "_");
            self.programs.join(place::file_name(&format!("kubectl-{name}")))
        };
        let mut command = self.place.command(&program);
        command.args(words);
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
