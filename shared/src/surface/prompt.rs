//! Questions before wide or destructive steps. The only place that reads an answer.

use super::clean::clean;
use super::console::{Console, Listener};
use dialoguer::console::Term;
use dialoguer::{Confirm, Error};
use std::io::ErrorKind;

/// What somebody said to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// Yes, or `--yes`.
    Granted,
    /// No, or no answer.
    Refused,
    /// Ctrl-C or another signal: the run is to stop. SIGINT is on its way to who listens for signals.
    Interrupted,
    /// stdin or stderr is no terminal: nobody could be asked. The caller names `--yes`.
    CannotAsk,
}

/// Asks on stderr, default No. `yes` is the flag of that name: it skips the question and changes nothing else.
pub fn consent(console: &Console, question: &str, yes: bool) -> Consent {
    if yes {
        return Consent::Granted;
    }
    match console.listener() {
        Listener::Watching | Listener::Absent => Consent::CannotAsk,
        Listener::Answering => ask(console, question),
    }
}

fn ask(console: &Console, question: &str) -> Consent {
    console.spinner().stop();
    let terminal = Term::stderr();
    match Confirm::new().with_prompt(clean(question)).default(false).interact_on_opt(&terminal) {
        Ok(Some(true)) => Consent::Granted,
        Ok(Some(false) | None) => Consent::Refused,
        Err(Error::IO(error)) => {
            // An interrupted question leaves the cursor hidden, and behind the question.
            terminal.show_cursor().and_then(|()| terminal.write_line("")).ok();
            // On a terminal that takes single keys, Ctrl-C is one of them; the reader of keys sends us the signal.
            if error.kind() == ErrorKind::Interrupted { Consent::Interrupted } else { Consent::Refused }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_grants_without_asking_and_without_a_terminal_nobody_is_asked() {
        let (console, captured) = Console::captured();
        assert_eq!(consent(&console, "delete 3 mirrors?", true), Consent::Granted);
        assert_eq!(consent(&console, "delete 3 mirrors?", false), Consent::CannotAsk);
        assert_eq!((captured.stdout(), captured.stderr()), (String::new(), String::new()));
    }
}
