//! Colour only adds to words: styles are blank unless colour is wanted.

use crate::terms::Environment;
use crate::verdict::Severity;

/// `--color`: when to use colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Colour {
    /// On a terminal, unless the environment says otherwise
    #[default]
    Auto,
    /// Always, even in a pipe
    Always,
    /// Never
    Never,
}

/// What is at the other end of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// A person, perhaps.
    Terminal,
    /// A pipe, a file, nothing.
    Other,
}

impl Stream {
    /// Looks at a stream of the process.
    pub fn of(stream: &impl std::io::IsTerminal) -> Self {
        if stream.is_terminal() { Self::Terminal } else { Self::Other }
    }
}

/// Whether to use colour; the only place where this is decided. The rule is kubectl's: not off a terminal, not
/// when `TERM=dumb`, not when `NO_COLOR` is present, even if it is empty. `--color` beats all of it.
pub fn wants_colour(choice: Colour, environment: &Environment, stream: Stream) -> bool {
    match choice {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => {
            let is_dumb = environment.get("TERM") == Some("dumb");
            stream == Stream::Terminal && environment.get("NO_COLOR").is_none() && !is_dumb
        }
    }
}

/// How words are coloured. Blank by default.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    error: owo_colors::Style,
    warning: owo_colors::Style,
    unknown: owo_colors::Style,
    info: owo_colors::Style,
}

impl Style {
    /// The colours for a stream, or none.
    pub fn wanted(choice: Colour, environment: &Environment, stream: Stream) -> Self {
        if wants_colour(choice, environment, stream) { Self::coloured() } else { Self::default() }
    }

    fn coloured() -> Self {
        let plain = owo_colors::Style::new();
        Self {
            error: plain.red().bold(),
            warning: plain.yellow(),
            unknown: plain.magenta(),
            info: plain.cyan(),
        }
    }

    /// Colours a word as its severity; the word itself stays.
    pub fn paint(&self, severity: Severity, word: &str) -> String {
        let style = match severity {
            Severity::Error => self.error,
            Severity::Warning => self.warning,
            Severity::Unknown => self.unknown,
            Severity::Info => self.info,
        };
        style.style(word).to_string()
    }

    /// The sign that stands before a severity's word.
    pub const fn symbol(severity: Severity) -> &'static str {
        match severity {
            Severity::Error => "×",
            Severity::Warning => "!",
            Severity::Unknown => "?",
            Severity::Info => "·",
        }
    }

    /// Symbol and word, as they stand in tables.
    pub fn label(severity: Severity) -> String {
        format!("{} {}", Self::symbol(severity), severity.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_decided_as_kubectl_decides_it() {
        let environment = |pairs: &[(&str, &str)]| Environment::of(pairs.iter().copied());
        let (plain, dumb) = (environment(&[]), environment(&[("TERM", "dumb")]));
        let refused = environment(&[("NO_COLOR", ""), ("TERM", "xterm")]);
        for (choice, environment, stream, wanted) in [
            (Colour::Auto, &plain, Stream::Terminal, true),
            (Colour::Auto, &plain, Stream::Other, false),
            (Colour::Auto, &dumb, Stream::Terminal, false),
            (Colour::Auto, &refused, Stream::Terminal, false),
            (Colour::Always, &refused, Stream::Other, true),
            (Colour::Never, &plain, Stream::Terminal, false),
        ] {
            assert_eq!(
                wants_colour(choice, environment, stream),
                wanted,
                "{choice:?} {environment:?} {stream:?}"
            );
        }
    }

    #[test]
    fn every_severity_has_its_own_symbol_and_word_and_colour_changes_neither() {
        assert_eq!(Severity::ALL.map(Style::label), ["· info", "! warning", "? unknown", "× error"]);
        for severity in Severity::ALL {
            assert_eq!(Style::default().paint(severity, "word"), "word");
            assert!(Style::coloured().paint(severity, "word").contains("word"));
        }
    }
}
