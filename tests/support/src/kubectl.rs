//! Running a plugin as a user does, through the real kubectl, and as nobody does: with nothing of this machine.
//!
//! The environment is empty but for what is set here, the home is a fresh folder, and so is the folder on PATH
//! that holds the plugin. kubectl replaces itself with the plugin, so a process id or a signal is the plugin's.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "test support: a broken bed ends the test at once"
)]

mod machine;
mod outcome;
mod running;
mod terminal;

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    fs, io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use self::machine::kubectl;

pub use self::{
    machine::{ground, ground_apart, program},
    outcome::{Outcome, redact},
    running::{Running, Signal},
};

/// After this time a run is killed; far beyond what any test expects.
const LIMIT: Duration = Duration::from_secs(120);

/// A home, a PATH and an environment in which a plugin can be run any number of times.
pub struct Kubectl {
    folder: TempDir,
    plugin: PathBuf,
    environment: BTreeMap<OsString, OsString>,
    stdin: Vec<u8>,
}

impl Kubectl {
    /// Prepares an empty home, and a PATH with kubectl and this plugin. The name of the file, such as
    /// `kubectl-mesh_export`, decides what kubectl calls it.
    pub fn new(plugin: &Path) -> Self {
        let folder = TempDir::new().unwrap();
        let (home, links) = (folder.path().join("home"), folder.path().join("bin"));
        fs::create_dir(&home).unwrap();
        fs::create_dir(&links).unwrap();
        let link = links.join(plugin.file_name().expect("a file"));
        symlink(plugin.canonicalize().expect("the plugin is built"), &link).unwrap();
        let kubectl = kubectl();
        let path = [links.as_path(), kubectl.parent().unwrap(), Path::new("/usr/bin"), Path::new("/bin")];
        let path = std::env::join_paths(path).unwrap();
        let this = Self { folder, plugin: link, environment: BTreeMap::new(), stdin: Vec::new() };
        let this = this.env("PATH", path).env("HOME", home);
        this.env("TZ", "UTC").env("LC_ALL", "C").env("COLUMNS", "120")
    }

    /// Sets KUBECONFIG. Without this there is none, and the home has none either.
    #[must_use]
    pub fn kubeconfig(self, path: impl AsRef<OsStr>) -> Self {
        self.env("KUBECONFIG", path)
    }

    /// Sets a variable.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment.insert(name.as_ref().to_owned(), value.as_ref().to_owned());
        self
    }

    /// Takes a variable away.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.environment.remove(OsStr::new(name));
        self
    }

    /// Takes HOME away, as in a bare container.
    #[must_use]
    pub fn no_home(self) -> Self {
        self.without("HOME")
    }

    /// Feeds this text to standard input, which is otherwise empty and never a terminal.
    #[must_use]
    pub fn stdin(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.stdin = text.into();
        self
    }

    /// Returns the home, which is also the working directory.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Returns the folder on PATH that holds the plugin; more files can be put there.
    pub fn path_folder(&self) -> PathBuf {
        self.folder.path().join("bin")
    }

    /// Runs `kubectl` with these arguments, the first of which is the plugin's name, and waits for the end.
    pub fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Outcome {
        self.output(self.command(&kubectl(), arguments))
    }

    /// Runs the plugin's file without kubectl; the arguments are the plugin's own.
    pub fn run_directly<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Outcome {
        self.output(self.command(&self.plugin, arguments))
    }

    /// Runs another program in the same home and environment, such as a script that calls kubectl.
    pub fn run_program<A: AsRef<OsStr>>(
        &self,
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
    ) -> Outcome {
        self.output(self.command(program, arguments))
    }

    /// Starts `kubectl` with these arguments and returns at once. Standard input is empty.
    pub fn spawn<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Running {
        let mut command = self.command(&kubectl(), arguments);
        Running::start(command.stdin(Stdio::null()).stdout(Stdio::piped()))
    }

    /// Starts `kubectl` at a terminal of its own, where somebody can be asked and Ctrl-C is a key. Standard output
    /// goes elsewhere, as with `| less`; standard error is what the screen shows, lines ending in `\r\n`.
    pub fn spawn_on_terminal<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Running {
        Running::start_on_terminal(self.at_terminal(arguments).stdout(Stdio::piped()))
    }

    /// The same with standard output on the screen, too; the outcome has all of it as standard error.
    pub fn spawn_all_on_terminal<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Running {
        Running::start_all_on_terminal(&mut self.at_terminal(arguments), 0)
    }

    /// A whole run at a terminal of this width. The outcome has all that the terminal is told as standard error, before it
    /// breaks lines that are wider.
    pub fn run_on_terminal<A: AsRef<OsStr>>(
        &self,
        columns: u16,
        arguments: impl IntoIterator<Item = A>,
    ) -> Outcome {
        let mut command = self.at_terminal(arguments);
        command.env_remove("COLUMNS");
        let running = Running::start_all_on_terminal(&mut command, columns);
        // Our own copy of the run's end would keep the terminal open.
        drop(command);
        let outcome = running.wait(LIMIT);
        Outcome { stderr: outcome.stderr.replace("\r\n", "\n"), ..outcome }
    }

    /// Runs with a standard output that nobody reads any more: every write to it fails.
    pub fn run_with_stdout_closed<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Outcome {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let mut command = self.command(&kubectl(), arguments);
        Running::start(command.stdin(Stdio::null()).stdout(writer)).wait(LIMIT)
    }

    /// Runs `kubectl ... | head -1`: the outcome is kubectl's, but its standard output is what `head` let through.
    pub fn run_into_head<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Outcome {
        let (reader, writer) = io::pipe().unwrap();
        let mut head = self.command(Path::new("head"), ["-1"]);
        let head = head.stdin(reader).stdout(Stdio::piped()).spawn().unwrap();
        let mut command = self.command(&kubectl(), arguments);
        let running = Running::start(command.stdin(Stdio::null()).stdout(writer));
        // Our own copy of the writer would keep `head` waiting for more.
        drop(command);
        let outcome = running.wait(LIMIT);
        let seen = head.wait_with_output().unwrap().stdout;
        Outcome { stdout: String::from_utf8_lossy(&seen).into_owned(), ..outcome }
    }

    /// Runs with a standard output that goes to this file, such as `/dev/full`.
    pub fn run_into_file<A: AsRef<OsStr>>(
        &self,
        file: &Path,
        arguments: impl IntoIterator<Item = A>,
    ) -> Outcome {
        let file = fs::OpenOptions::new().write(true).open(file).unwrap();
        let mut command = self.command(&kubectl(), arguments);
        Running::start(command.stdin(Stdio::null()).stdout(file)).wait(LIMIT)
    }

    fn at_terminal<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        // `setsid` becomes kubectl after it has made the terminal the one whose Ctrl-C is a signal to it.
        let mut command = self.command(Path::new("setsid"), [OsStr::new("--ctty"), kubectl().as_os_str()]);
        command.args(arguments);
        if !self.environment.contains_key(OsStr::new("TERM")) {
            command.env("TERM", "xterm");
        }
        command
    }

    /// A program in the same home and environment, for a caller that starts it itself.
    pub fn command(&self, program: &Path, words: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
        let mut command = Command::new(program);
        command.args(words).env_clear().envs(&self.environment).current_dir(self.home());
        command
    }

    fn output(&self, command: Command) -> Outcome {
        let start = Instant::now();
        let mut command = assert_cmd::Command::from_std(command);
        let output = command.timeout(LIMIT).write_stdin(self.stdin.clone()).output().expect("kubectl starts");
        Outcome::new(&output.stdout, &output.stderr, output.status, start.elapsed())
    }
}
