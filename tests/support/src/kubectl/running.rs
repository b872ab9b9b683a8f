//! A run that has not ended yet.

use std::{
    io::Read,
    mem,
    os::fd::OwnedFd,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Condvar, Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, kill_process};

use super::{
    outcome::Outcome,
    terminal::{self, Terminal},
};

/// The signals that end a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGINT: Ctrl-C.
    Interrupt,
    /// SIGTERM: somebody asks it to end.
    Terminate,
    /// SIGKILL: it ends without a word.
    Kill,
}

/// A started plugin. Dropping it kills it.
#[must_use = "a run that is dropped is killed"]
pub struct Running {
    pid: Pid,
    start: Instant,
    stdout: Arc<Stream>,
    stderr: Arc<Stream>,
    readers: Vec<thread::JoinHandle<()>>,
    terminal: Option<Terminal>,
    ended: mpsc::Receiver<ExitStatus>,
    status: Option<ExitStatus>,
}

impl Running {
    /// Standard output is caught unless the command sends it elsewhere.
    pub(super) fn start(command: &mut Command) -> Self {
        Self::spawn(command.stderr(Stdio::piped()))
    }

    /// The same with a terminal at standard input and standard error; what the latter shows is caught.
    pub(super) fn start_on_terminal(command: &mut Command) -> Self {
        Self::at_terminal(command, Terminal::open(0))
    }

    /// The same with standard output there, too.
    pub(super) fn start_all_on_terminal(command: &mut Command, columns: u16) -> Self {
        let (terminal, end) = Terminal::open(columns);
        Self::at_terminal(command.stdout(terminal::stream(&end)), (terminal, end))
    }

    fn at_terminal(command: &mut Command, (terminal, end): (Terminal, OwnedFd)) -> Self {
        let mut this = Self::spawn(command.stdin(terminal::stream(&end)).stderr(terminal::stream(&end)));
        this.readers.push(Stream::fill(&this.stderr, terminal.screen()));
        this.terminal = Some(terminal);
        this
    }

    fn spawn(command: &mut Command) -> Self {
        let start = Instant::now();
        let mut child = command.spawn().expect("kubectl starts");
        let (stdout, stderr) = (Arc::<Stream>::default(), Arc::<Stream>::default());
        let mut readers = Vec::new();
        if let Some(source) = child.stdout.take() {
            readers.push(Stream::fill(&stdout, source));
        }
        if let Some(source) = child.stderr.take() {
            readers.push(Stream::fill(&stderr, source));
        }
        let pid = Pid::from_child(&child);
        let (terminal, ended) = (None, wait_aside(child));
        Self { pid, start, stdout, stderr, readers, terminal, ended, status: None }
    }

    /// Sends a signal. Nothing happens when the run has ended meanwhile.
    pub fn signal(&mut self, signal: Signal) {
        self.status = self.status.or_else(|| self.ended.try_recv().ok());
        if self.status.is_none() {
            let signal = match signal {
                Signal::Interrupt => rustix::process::Signal::INT,
                Signal::Terminate => rustix::process::Signal::TERM,
                Signal::Kill => rustix::process::Signal::KILL,
            };
            let _ended_meanwhile = kill_process(self.pid, signal);
        }
    }

    /// Waits until standard error contains this text; false when that takes longer than `timeout`.
    #[must_use]
    pub fn wait_stderr(&self, text: &str, timeout: Duration) -> bool {
        self.stderr.wait_for(text, timeout)
    }

    /// Waits until standard output contains this text; false when that takes longer than `timeout`.
    #[must_use]
    pub fn wait_stdout(&self, text: &str, timeout: Duration) -> bool {
        self.stdout.wait_for(text, timeout)
    }

    /// Presses keys at the terminal: `"\r"` is Enter, `"\u{3}"` Ctrl-C.
    pub fn press(&mut self, keys: &str) {
        self.terminal.as_mut().expect("a run on a terminal").press(keys);
    }

    /// Waits until the run reads single keys; false when that takes longer than `timeout`.
    #[must_use]
    pub fn wait_for_reader(&self, timeout: Duration) -> bool {
        self.terminal.as_ref().expect("a run on a terminal").wait_for_reader(timeout)
    }

    /// Waits for the end; the terminal must be left as it was found. After `timeout` the run is killed and the test fails.
    pub fn wait(mut self, timeout: Duration) -> Outcome {
        let status = self.status.or_else(|| self.ended.recv_timeout(timeout).ok());
        self.status = status;
        if status.is_none() {
            self.signal(Signal::Kill);
        }
        for reader in mem::take(&mut self.readers) {
            reader.join().unwrap();
        }
        let elapsed = self.start.elapsed();
        let (stdout, stderr) = (self.stdout.take(), self.stderr.take());
        let status = status.unwrap_or_default();
        let outcome = Outcome::new(&stdout, &stderr, status, elapsed);
        assert!(self.status.is_some(), "still running after {timeout:?}; so far:\n{outcome}");
        let clean = self.terminal.as_ref().is_none_or(Terminal::is_as_before);
        assert!(clean, "the terminal is left in other modes\n{outcome}");
        outcome
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.signal(Signal::Kill);
    }
}

fn wait_aside(mut child: Child) -> mpsc::Receiver<ExitStatus> {
    let (done, ended) = mpsc::channel();
    thread::spawn(move || {
        // Nobody is there to hear it when the run was dropped.
        let _ = done.send(child.wait().unwrap());
    });
    ended
}

#[derive(Default)]
struct Stream {
    bytes: Mutex<Vec<u8>>,
    more: Condvar,
}

impl Stream {
    fn fill(stream: &Arc<Self>, mut source: impl Read + Send + 'static) -> thread::JoinHandle<()> {
        let stream = Arc::clone(stream);
        thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(length @ 1..) = source.read(&mut piece) {
                stream.bytes.lock().unwrap().extend(piece.iter().take(length));
                stream.more.notify_all();
            }
        })
    }

    fn take(&self) -> Vec<u8> {
        mem::take(&mut self.bytes.lock().unwrap())
    }

    fn wait_for(&self, text: &str, timeout: Duration) -> bool {
        let missing = |bytes: &mut Vec<u8>| !String::from_utf8_lossy(bytes).contains(text);
        let (_bytes, waited) =
            self.more.wait_timeout_while(self.bytes.lock().unwrap(), timeout, missing).unwrap();
        !waited.timed_out()
    }
}
