//! Starts the processes of a run so that none outlives it: the runner's side of `janitor`.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};

use crate::Outcome;
use crate::janitor::{Charge, end_group};

/// Holds the janitor of this run. Dropping it cleans everything up and waits until that is done.
pub(crate) struct Keeper {
    janitor: Child,
    line: Option<ChildStdin>,
    /// `setpriv`, where it exists: the kernel then ends a child together with the runner.
    setpriv: bool,
    running: Vec<Running>,
}

/// A process of this run, the leader of its own group.
struct Running {
    name: String,
    child: Child,
    group: i32,
    log: PathBuf,
}

/// A service that ended although the run goes on.
pub(crate) struct Lost {
    pub(crate) name: String,
    pub(crate) status: ExitStatus,
    /// Where it said what it had to say.
    pub(crate) log: PathBuf,
}

impl Keeper {
    /// Starts the janitor. Call it from the main thread and keep the keeper there: the kernel ends children
    /// when the thread that started them ends.
    pub(crate) fn start() -> Outcome<Self> {
        let this = std::env::current_exe().map_err(|error| format!("cannot find this program: {error}"))?;
        let mut janitor = Command::new(this)
            .arg("janitor")
            .stdin(Stdio::piped())
            .process_group(0) // Ctrl-C on the terminal must not reach it
            .spawn()
            .map_err(|error| format!("cannot start the janitor: {error}"))?;
        let line = janitor.stdin.take();
        // Lets a test try the way of systems that have no setpriv.
        let wanted = std::env::var_os("XTASK_WITHOUT_SETPRIV").is_none();
        let setpriv = wanted && has_setpriv();
        Ok(Self { janitor, line, setpriv, running: Vec::new() })
    }

    /// Makes a folder, for this user alone, that is removed with the run.
    pub(crate) fn folder(&mut self, path: &Path) -> Outcome<()> {
        self.announce(&Charge::Folder(path.to_path_buf()))?;
        fs::DirBuilder::new()
            .mode(0o700)
            .create(path)
            .map_err(|error| format!("cannot create {}: {error}", path.display()))
    }

    /// Leaves a folder to others: it will not be removed.
    pub(crate) fn release_folder(&mut self, path: &Path) -> Outcome<()> {
        self.tell(&Charge::Folder(path.to_path_buf()).withdraw())
    }

    /// Starts a long-running process with its output in a file; it ends with the run.
    pub(crate) fn start_service(&mut self, name: &str, command: &Command, log: &Path) -> Outcome<()> {
        let file = File::create(log).map_err(|error| format!("cannot write {}: {error}", log.display()))?;
        let copy = file.try_clone().map_err(|error| error.to_string())?;
        let mut bound = self.bound(command);
        let child = self.spawn(name, bound.stdout(file).stderr(copy))?;
        let group = group_of(&child)?;
        self.running.push(Running { name: name.to_owned(), child, group, log: log.to_path_buf() });
        Ok(())
    }

    /// Starts a process in a group of its own, without a standard input; it ends with the run. The caller
    /// waits for it and hands it to `finished`.
    pub(crate) fn spawn(&mut self, name: &str, command: &mut Command) -> Outcome<Child> {
        let child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|error| format!("cannot start {name}: {error}"))?;
        self.announce(&Charge::Group(group_of(&child)?))?;
        Ok(child)
    }

    /// Ends what a process left in its group. Call it after waiting for the process.
    pub(crate) fn finished(&mut self, child: &Child) -> Outcome<()> {
        let group = group_of(child)?;
        end_group(group);
        self.tell(&Charge::Group(group).withdraw())
    }

    /// The process that cleans up.
    pub(crate) fn janitor_id(&self) -> u32 {
        self.janitor.id()
    }

    /// The process groups of the services.
    pub(crate) fn service_groups(&self) -> impl Iterator<Item = i32> {
        self.running.iter().map(|service| service.group)
    }

    /// The services that ended although the run goes on.
    pub(crate) fn lost(&mut self) -> Vec<Lost> {
        let ended = |service: &mut Running| match service.child.try_wait() {
            Ok(Some(status)) => Some(Lost { name: service.name.clone(), status, log: service.log.clone() }),
            Ok(None) | Err(_) => None,
        };
        self.running.iter_mut().filter_map(ended).collect()
    }

    /// Ends all services; their folders stay.
    pub(crate) fn stop_services(&mut self) -> Outcome<()> {
        for mut service in std::mem::take(&mut self.running) {
            end_group(service.group);
            service.child.wait().map_err(|error| error.to_string())?;
            self.tell(&Charge::Group(service.group).withdraw())?;
        }
        Ok(())
    }

    fn announce(&mut self, charge: &Charge) -> Outcome<()> {
        self.tell(&charge.announce())
    }

    fn tell(&mut self, line: &str) -> Outcome<()> {
        let gone = "the janitor of this run is gone";
        let pipe = self.line.as_mut().ok_or(gone)?;
        pipe.write_all(line.as_bytes()).map_err(|error| format!("{gone}: {error}"))
    }

    /// The same command, tied to the life of this process where the system can do that.
    fn bound(&self, command: &Command) -> Command {
        if !self.setpriv {
            let mut same = Command::new(command.get_program());
            same.args(command.get_args());
            return same;
        }
        let mut tied = Command::new("setpriv");
        tied.args(["--pdeathsig", "KILL", "--"]).arg(command.get_program()).args(command.get_args());
        tied
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.line.take()); // the janitor starts to clean
        for service in &mut self.running {
            let _ended_either_way = service.child.wait();
        }
        let _ended_either_way = self.janitor.wait();
    }
}

fn has_setpriv() -> bool {
    let probe = Command::new("setpriv")
        .args(["--pdeathsig", "KILL", "--", "true"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    probe.is_ok_and(|status| status.success())
}

fn group_of(child: &Child) -> Outcome<i32> {
    i32::try_from(child.id()).map_err(|error| error.to_string())
}
