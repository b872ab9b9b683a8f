//! What goes to stdout.

use super::{Console, lock};
use crate::surface::clean::clean_lines;
use crate::surface::render::{Rendered, render};
use crate::surface::style::Stream;
use crate::terms::Format;
use crate::verdict::{Exit, Failure, Severity};
use std::io::{ErrorKind, Write};
use std::sync::atomic::Ordering;

impl Console {
    /// Prints results in a format, as [`Self::report`] does. People see in colour how much a sentence matters, where stdout shows
    /// colours.
    ///
    /// # Errors
    /// The same, and a template that does not fit the results.
    pub fn show(&self, format: &Format, rendered: &Rendered) -> Result<(), Failure> {
        let text = render(format, rendered, self.width())?;
        match format {
            Format::Table => {
                let lines = text.split_inclusive('\n').map(|line| self.painted(&clean_lines(line)));
                self.write(&lines.collect::<String>())
            }
            Format::Wide
            | Format::Json
            | Format::Yaml
            | Format::Name
            | Format::JsonPath(_)
            | Format::Mermaid
            | Format::Junit
            | Format::Sarif
            | Format::Html => self.report(&text),
        }
    }

    /// The line with the severity that it begins with in its colour.
    fn painted(&self, line: &str) -> String {
        let begun = Severity::ALL.into_iter().find_map(|severity| {
            let rest = line.strip_prefix(severity.word())?;
            rest.starts_with(": ").then(|| self.report.paint(severity, severity.word()) + rest)
        });
        begun.unwrap_or_else(|| line.to_owned())
    }

    /// Prints the report on stdout and flushes. Called once a run, or once a record of `--watch` or a part of a tar. A program gets
    /// it to the letter; on a terminal, what would drive that is made visible, whatever the format.
    ///
    /// # Errors
    /// What kept us from writing, such as a full disk: there is no report then, and trying again may help (exit 6).
    /// Who has written to a cluster says so instead (exit 7), which nobody can know here. A closed pipe is no error:
    /// the reader has what it wanted.
    pub fn report(&self, text: &str) -> Result<(), Failure> {
        match self.stdout {
            Stream::Terminal => self.write(&clean_lines(text)),
            Stream::Other => self.write(text),
        }
    }

    fn write(&self, text: &str) -> Result<(), Failure> {
        let mut out = lock(&self.ends.out);
        let written = self.ends.spinner.aside(|| out.write_all(text.as_bytes()).and_then(|()| out.flush()));
        match written {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::new(
                Exit::Unreachable,
                format!("cannot write to stdout: {error}"),
                "make room where stdout goes, then run the command again; running again is safe",
            )),
            written => {
                self.ends.left.fetch_or(written.is_err(), Ordering::Relaxed);
                Ok(())
            }
        }
    }

    /// Whether the reader of stdout has left: there is nobody to report to any more.
    pub fn is_left(&self) -> bool {
        self.ends.left.load(Ordering::Relaxed)
    }
}
