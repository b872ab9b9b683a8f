//! The only owner of stdout and stderr. stdout carries the report and nothing else; every other word goes to
//! stderr. A reader that has left is no error.

mod finding;
#[cfg(test)]
mod tests;

use super::clean::{clean, clean_lines};
use super::progress::Spinner;
use super::style::{Colour, Stream, Style};
use crate::terms::Environment;
use crate::verdict::{Exit, Failure, Finding, Severity};
use std::borrow::Cow;
use std::io::{ErrorKind, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Both output streams, how words look on stderr, and how much is said. Clones share the streams.
#[derive(Clone)]
pub struct Console {
    ends: Arc<Ends>,
    stdout: Stream,
    style: Style,
    verbosity: u8,
    listener: Listener,
}

struct Ends {
    out: Mutex<Box<dyn Write + Send>>,
    err: Mutex<Box<dyn Write + Send>>,
    spinner: Spinner,
}

/// While this lives, the passing line stays away: somebody else has the terminal.
#[must_use = "the line comes back when this is dropped"]
pub struct Room(Arc<Ends>);

impl Drop for Room {
    fn drop(&mut self) {
        self.0.spinner.come_back();
    }
}

/// Who is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listener {
    /// stdin and stderr are terminals: somebody can be asked.
    Answering,
    /// stderr is a terminal.
    Watching,
    /// Nobody, as far as we know.
    Absent,
}

impl Console {
    /// The console of this process.
    pub fn new(colour: Colour, environment: &Environment, verbosity: u8) -> Self {
        let (stdin, stderr) = (Stream::of(&std::io::stdin()), Stream::of(&std::io::stderr()));
        let listener = match (stderr, stdin) {
            (Stream::Terminal, Stream::Terminal) => Listener::Answering,
            (Stream::Terminal, Stream::Other) => Listener::Watching,
            (Stream::Other, _) => Listener::Absent,
        };
        let style = Style::wanted(colour, environment, stderr);
        let stdout = Stream::of(&std::io::stdout());
        let ends = Ends::new(Box::new(std::io::stdout()), Box::new(std::io::stderr()));
        Self { ends: Arc::new(ends), stdout, style, verbosity, listener }
    }

    /// A console for tests, without colour and with nobody to ask, and a handle to what it prints.
    pub fn captured() -> (Self, Captured) {
        let captured = Captured::default();
        (Self::over(Box::new(captured.out.clone()), Box::new(captured.err.clone())), captured)
    }

    /// A console over two streams of any kind, neither of which is a terminal.
    pub(crate) fn over(out: Box<dyn Write + Send>, err: Box<dyn Write + Send>) -> Self {
        let (ends, style, listener) = (Ends::new(out, err), Style::default(), Listener::Absent);
        Self { ends: Arc::new(ends), stdout: Stream::Other, style, verbosity: 0, listener }
    }

    /// `-v`: how much is said, as in kubectl.
    pub fn verbosity(&self) -> u8 {
        self.verbosity
    }

    /// Whether somebody may be watching stderr.
    pub fn is_watched(&self) -> bool {
        self.listener != Listener::Absent
    }

    /// Makes room on the terminal for somebody who talks to the user there, such as a credential plugin: until the
    /// result is dropped nothing is redrawn. Lasting lines are printed as ever.
    pub fn make_room(&self) -> Room {
        self.ends.spinner.stay_away();
        Room(Arc::clone(&self.ends))
    }

    /// Prints the report on stdout and flushes. Called once a run, or once a record of `--watch`. A program gets it to
    /// the letter; on a terminal, what would drive that is made visible, whatever the format.
    ///
    /// # Errors
    /// What kept us from writing, such as a full disk: there is no report then, and trying again may help (exit 6).
    /// Who has written to a cluster says so instead (exit 7), which nobody can know here. A closed pipe is no error:
    /// the reader has what it wanted.
    pub fn report(&self, text: &str) -> Result<(), Failure> {
        let text = match self.stdout {
            Stream::Terminal => clean_lines(text),
            Stream::Other => Cow::Borrowed(text),
        };
        let mut out = lock(&self.ends.out);
        let written = self.ends.spinner.aside(|| out.write_all(text.as_bytes()).and_then(|()| out.flush()));
        match written {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::new(
                Exit::Unreachable,
                format!("cannot write to stdout: {error}"),
                "make room where stdout goes, then run the command again; running again is safe",
            )),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Prints a line on stderr.
    pub fn say(&self, line: &str) {
        self.line(&clean(line));
    }

    /// Prints `Warning: …` on stderr, as kubectl does.
    pub fn warn(&self, sentence: &str) {
        let word = self.style.paint(Severity::Warning, "Warning:");
        self.line(&format!("{word} {}", clean(sentence)));
    }

    /// Prints a finding on stderr, with what to do about it on a line of its own.
    pub fn finding(&self, finding: &Finding) {
        self.problem(finding.severity, &finding::sentence(finding));
        if let Some(remedy) = &finding.remedy {
            self.next(&remedy.to_string());
        }
    }

    /// Prints why there is no report, and what to do next.
    pub fn fail(&self, failure: &Failure) {
        self.problem(Severity::Error, &failure.what);
        self.next(&failure.next);
    }

    #[cfg(test)]
    pub(super) fn with_verbosity(self, verbosity: u8) -> Self {
        Self { verbosity, ..self }
    }

    pub(super) fn listener(&self) -> Listener {
        self.listener
    }

    pub(super) fn spinner(&self) -> &Spinner {
        &self.ends.spinner
    }

    fn problem(&self, severity: Severity, sentence: &str) {
        let word = self.style.paint(severity, &format!("{}:", severity.word()));
        self.line(&format!("{word} {}", clean(sentence)));
    }

    fn next(&self, step: &str) {
        self.line(&format!("  next: {}", clean(step)));
    }

    /// Writes a line that is clean already. When stderr is gone there is nobody left to tell.
    fn line(&self, line: &str) {
        let mut err = lock(&self.ends.err);
        self.ends
            .spinner
            .aside(|| err.write_all(format!("{line}\n").as_bytes()).and_then(|()| err.flush()))
            .ok();
    }
}

impl Ends {
    fn new(out: Box<dyn Write + Send>, err: Box<dyn Write + Send>) -> Self {
        Self { out: Mutex::new(out), err: Mutex::new(err), spinner: Spinner::default() }
    }
}

/// What a captured console has printed so far.
#[derive(Clone, Default)]
pub struct Captured {
    out: Shared,
    err: Shared,
}

impl Captured {
    /// The text on stdout.
    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&lock(&self.out.0)).into_owned()
    }

    /// The text on stderr.
    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&lock(&self.err.0)).into_owned()
    }
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        lock(&self.0).write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A panic elsewhere must not silence the console.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
