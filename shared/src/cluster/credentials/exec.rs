//! Running a credential plugin: once, without our stdin unless it may ask, and not for ever unless it may. What it
//! says on stderr is for the user alone, as under kubectl; no error repeats it.

use super::answer::Answer;
use super::{Interaction, Plugging, Terminal, info, policy, program, words};
use crate::cluster::dial::Parts;
use crate::cluster::explain::{io_words, one_line};
use crate::terms::{ClusterName, Obstacle};
use crate::verdict::Failure;
use kube::config::{ExecConfig, ExecInteractiveMode};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use tokio::sync::Mutex;

/// What a plugin that cannot ask anybody may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// More than any credential.
const LIMIT: u64 = 1024 * 1024;
/// There is one terminal: plugins that may ask run one after the other.
static TERMINAL: Mutex<()> = Mutex::const_new(());

/// A plugin that is ready to run.
pub(super) struct Plugin {
    command: String,
    program: PathBuf,
    arguments: Vec<String>,
    variables: Vec<(String, String)>,
    version: String,
    interactive: bool,
    patience: Duration,
    terminal: Arc<dyn Terminal>,
    cluster: ClusterName,
}

impl Plugin {
    /// Finds the program, asks the user's policy, and writes down what the plugin will be told.
    pub(super) fn prepare(exec: &ExecConfig, parts: &Parts, with: &Plugging<'_>) -> Result<Self, Failure> {
        let command = exec.command.clone().unwrap_or_default();
        let found = program::find(&command, with.environment).ok_or_else(|| {
            let hint = exec.install_hint.as_deref().map(one_line).filter(|hint| !hint.is_empty());
            let next = hint.unwrap_or_else(|| format!("install {command}, or correct $PATH"));
            Failure::usage(format!("context {}: exec: executable {command} not found", parts.context), next)
        })?;
        policy::expect_allowed(&command, &found, with.environment)?;
        let interactive = is_interactive(exec, parts, with.terminal.interaction())?;
        let told = info::exec_info(exec, parts, with.server, interactive)?;
        let own = |variable: &(&str, &str)| variable.0 != "KUBERNETES_EXEC_INFO";
        let inherited =
            with.environment.iter().filter(own).map(|(key, value)| (key.to_owned(), value.to_owned()));
        let mut variables: Vec<(String, String)> = inherited.collect();
        for pair in exec.env.iter().flatten() {
            if let (Some(name), Some(value)) = (pair.get("name"), pair.get("value")) {
                variables.push((name.clone(), value.clone()));
            }
        }
        variables.push(("KUBERNETES_EXEC_INFO".to_owned(), told));
        Ok(Self {
            command,
            program: found,
            arguments: exec.args.clone().unwrap_or_default(),
            variables,
            version: exec.api_version.clone().unwrap_or_default(),
            interactive,
            patience: PATIENCE,
            terminal: with.terminal.clone(),
            cluster: with.cluster.clone(),
        })
    }

    /// Runs it and reads its answer.
    pub(super) async fn run(&self) -> Result<Answer, Obstacle> {
        // Before its turn: between two plugins that ask, nothing of ours comes back for a moment.
        let _room = self.writes_itself().then(|| self.terminal.make_room());
        if self.interactive {
            let _alone = TERMINAL.lock().await;
            return self.ask().await;
        }
        let bounded = tokio::time::timeout(self.patience, self.ask()).await;
        bounded.unwrap_or_else(|_| Err(self.failed(&format!("gave no answer within {:?}", self.patience))))
    }

    async fn ask(&self) -> Result<Answer, Obstacle> {
        let failed = |problem: &str| self.failed(problem);
        let mut child =
            self.child().spawn().map_err(|error| failed(&format!("cannot run: {}", io_words(&error))))?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let said = |line: &str| self.terminal.said(&self.cluster, &self.command, line);
        let (output, ()) = futures::future::join(collect(stdout), words::pass_on(stderr, LIMIT, said)).await;
        let status = child.wait().await.map_err(|error| failed(&io_words(&error)))?;
        if !status.success() {
            return Err(failed(&format!("failed ({status})")));
        }
        Answer::parse(&output, &self.version).map_err(|problem| failed(&format!("cannot be used: {problem}")))
    }

    fn child(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_clear().envs(self.variables.iter().cloned());
        command.stdout(Stdio::piped()).kill_on_drop(true);
        command.stdin(if self.interactive { Stdio::inherit() } else { Stdio::null() });
        command.stderr(if self.writes_itself() { Stdio::inherit() } else { Stdio::piped() });
        command
    }

    /// Whether what it says on stderr goes there without us. One that may ask has to talk where its question is read,
    /// even when that is a file.
    fn writes_itself(&self) -> bool {
        self.interactive || self.terminal.is_watched()
    }

    fn failed(&self, problem: &str) -> Obstacle {
        Obstacle::Plugin { command: self.command.clone(), problem: problem.to_owned() }
    }
}

async fn collect(stream: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        // What was read before an error counts: the exit status and the parser judge it.
        drop(stream.take(LIMIT).read_to_end(&mut bytes).await);
    }
    bytes
}

fn is_interactive(exec: &ExecConfig, parts: &Parts, interaction: Interaction) -> Result<bool, Failure> {
    match (exec.interactive_mode.as_ref(), interaction) {
        (Some(ExecInteractiveMode::Never), _) => Ok(false),
        (Some(ExecInteractiveMode::IfAvailable) | None, interaction) => {
            Ok(interaction == Interaction::Possible)
        }
        (Some(ExecInteractiveMode::Always), Interaction::Possible) => Ok(true),
        (Some(ExecInteractiveMode::Always), Interaction::Impossible) => Err(parts.wrong(
            "exec plugin cannot support interactive mode: standard input is not a terminal",
            "run the command in a terminal, without a pipe into it",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::super::heard::Heard;
    use super::*;

    #[tokio::test]
    async fn a_plugin_that_does_not_end_is_stopped_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let (marker, terminal) = (folder.path().join("pid"), Arc::new(Heard::default()));
        let script = format!("printf 'Password: ' >&2; echo $$ > '{}'; exec sleep 300", marker.display());
        let plugin = Plugin {
            command: "login".to_owned(),
            program: PathBuf::from("/bin/sh"),
            arguments: vec!["-c".to_owned(), script],
            variables: vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())],
            version: "client.authentication.k8s.io/v1".to_owned(),
            interactive: false,
            patience: Duration::from_millis(500),
            terminal: terminal.clone(),
            cluster: ClusterName::new("apps"),
        };
        let Err(obstacle) = plugin.run().await else { panic!("it ended") };
        assert_eq!(obstacle.to_string(), "credential plugin \"login\" gave no answer within 500ms");
        assert_eq!(terminal.lines(), ["apps: login: Password:"]);
        let process = format!("/proc/{}/stat", std::fs::read_to_string(marker).unwrap().trim());
        let is_running = || std::fs::read_to_string(&process).is_ok_and(|line| !line.contains(") Z "));
        let mut left = 100;
        while is_running() && left > 0 {
            left -= 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(left > 0, "it still runs");
    }
}
