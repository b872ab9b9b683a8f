//! The terminal that credential plugins share with this program.

use crate::terms::ClusterName;

/// Whether a credential plugin may ask the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interaction {
    /// Stdin is a terminal, and the command does not read it itself.
    Possible,
    /// Stdin is a pipe, a file, or taken.
    Impossible,
}

/// What credential plugins may use of the terminal, and who makes room for them there.
pub trait Terminal: Send + Sync {
    /// Whether a plugin may ask the user.
    fn interaction(&self) -> Interaction;

    /// Whether stderr is a terminal. A plugin then writes there itself, as under kubectl: what it says may be a
    /// question, half a line, or a code to type elsewhere.
    fn is_watched(&self) -> bool;

    /// Makes room: until the result is dropped, nothing of this program is drawn over what a plugin says.
    fn make_room(&self) -> Box<dyn Send>;

    /// Hears a line that the plugin of a cluster wrote to a stderr that is no terminal. It is for the user's eyes as
    /// it comes, and for nothing that is kept: it may be a secret. It is not clean.
    fn said(&self, cluster: &ClusterName, command: &str, line: &str);
}

/// No terminal: nobody can be asked, and nobody hears.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoTerminal;

impl Terminal for NoTerminal {
    fn interaction(&self) -> Interaction {
        Interaction::Impossible
    }

    fn is_watched(&self) -> bool {
        false
    }

    fn make_room(&self) -> Box<dyn Send> {
        Box::new(())
    }

    fn said(&self, _cluster: &ClusterName, _command: &str, _line: &str) {}
}
