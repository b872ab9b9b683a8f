//! The only owner of stdout and stderr. stdout carries the report and nothing else; every other word goes to
//! stderr. A reader that has left is no error.

mod captured;
mod report;
mod room;
#[cfg(test)]
mod tests;

use super::clean::clean;
use super::progress::Spinner;
use super::style::{Colour, Stream, Style};
use crate::terms::{Environment, broken};
use crate::verdict::{Failure, Finding, Remedy, Severity};
pub use captured::Captured;
pub use room::Room;
use std::io::Write;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use terminal_size::{Width, terminal_size_of};
use unicode_width::UnicodeWidthStr;

/// Both output streams, how words look on stderr, and how much is said. Clones share the streams.
#[derive(Clone)]
pub struct Console {
    ends: Arc<Ends>,
    stdout: Stream,
    /// Of stderr.
    style: Style,
    /// Of stdout, where people read it.
    report: Style,
    verbosity: u8,
    listener: Listener,
    widths: Widths,
}

/// What follows the first line of a sentence is indented so far.
pub(super) const HANGING: usize = 4;

/// How wide the terminals are, where the streams lead to such.
#[derive(Debug, Clone, Copy, Default)]
struct Widths {
    out: Option<usize>,
    err: Option<usize>,
}

struct Ends {
    out: Mutex<Box<dyn Write + Send>>,
    err: Mutex<Box<dyn Write + Send>>,
    spinner: Spinner,
    /// Whether the reader of stdout has left.
    left: AtomicBool,
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
        let stdout = Stream::of(&std::io::stdout());
        let [style, report] = [stderr, stdout].map(|stream| Style::wanted(colour, environment, stream));
        let ends = Ends::new(Box::new(std::io::stdout()), Box::new(std::io::stderr()));
        let width = |size: Option<(Width, _)>| size.map(|(Width(columns), _)| columns.into());
        let widths = Widths {
            out: width(terminal_size_of(std::io::stdout())),
            err: width(terminal_size_of(std::io::stderr())),
        };
        Self { ends: Arc::new(ends), stdout, style, report, verbosity, listener, widths }
    }

    /// A console over two streams of any kind, neither of which is a terminal.
    pub(crate) fn over(out: Box<dyn Write + Send>, err: Box<dyn Write + Send>) -> Self {
        let (ends, style, listener) = (Ends::new(out, err), Style::default(), Listener::Absent);
        let widths = Widths::default();
        Self {
            ends: Arc::new(ends),
            stdout: Stream::Other,
            style,
            report: style,
            verbosity: 0,
            listener,
            widths,
        }
    }

    /// `-v`: how much is said, as in kubectl.
    pub fn verbosity(&self) -> u8 {
        self.verbosity
    }

    /// How wide the terminal is that shows the report; `None` where it goes elsewhere, or the terminal does not say.
    pub fn width(&self) -> Option<usize> {
        self.widths.out
    }

    /// Whether a terminal shows what is printed on stdout.
    pub fn is_shown(&self) -> bool {
        self.stdout == Stream::Terminal
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

    /// Prints a sentence on stderr: on a terminal in as many lines as it takes, elsewhere in one.
    pub fn say(&self, sentence: &str) {
        self.prose(&clean(sentence), None);
    }

    /// Prints a line on stderr as it is: what is to be copied, or was laid out by somebody else.
    pub fn pass_on(&self, line: &str) {
        self.line(&clean(line));
    }

    /// Prints `Warning: …` on stderr, as kubectl does.
    pub fn warn(&self, sentence: &str) {
        self.prose(&format!("Warning: {}", clean(sentence)), Some((Severity::Warning, "Warning:")));
    }

    /// Prints a finding on stderr, with what to do about it on a line of its own.
    pub fn finding(&self, finding: &Finding) {
        self.problem(finding.severity, &finding.sentence());
        if let Some(remedy) = &finding.remedy {
            self.remedy(remedy);
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

    #[cfg(test)]
    pub(super) fn with_colour(self) -> Self {
        let report = Style::wanted(Colour::Always, &Environment::default(), Stream::Other);
        Self { report, ..self }
    }

    pub(super) fn listener(&self) -> Listener {
        self.listener
    }

    pub(super) fn spinner(&self) -> &Spinner {
        &self.ends.spinner
    }

    fn problem(&self, severity: Severity, sentence: &str) {
        let word = format!("{}:", severity.word());
        self.prose(&format!("{word} {}", clean(sentence)), Some((severity, &word)));
    }

    fn next(&self, step: &str) {
        self.prose(&format!("  next: {}", clean(step)), None);
    }

    /// A command for which there is no room stands alone on its line, so that it can be copied.
    fn remedy(&self, remedy: &Remedy) {
        let whole = remedy.to_string();
        let has_room = |width: usize| clean(&whole).width() + "  next: ".len() <= width;
        match &remedy.command {
            Some(command) if !self.widths.err.is_none_or(has_room) => {
                self.next(&format!("{}:", remedy.action));
                self.pass_on(&format!("{}{command}", " ".repeat(HANGING)));
            }
            Some(_) | None => self.next(&whole),
        }
    }

    /// Writes a clean sentence, its leading word in the colour of a severity.
    fn prose(&self, sentence: &str, leading: Option<(Severity, &str)>) {
        let mut lines = broken(sentence, self.widths.err.unwrap_or(usize::MAX), HANGING);
        if let (Some((severity, word)), Some(first)) = (leading, lines.first_mut()) {
            *first = first.replacen(word, &self.style.paint(severity, word), 1);
        }
        self.line(&lines.join("\n"));
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
        Self {
            out: Mutex::new(out),
            err: Mutex::new(err),
            spinner: Spinner::default(),
            left: AtomicBool::new(false),
        }
    }
}

/// A panic elsewhere must not silence the console.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
