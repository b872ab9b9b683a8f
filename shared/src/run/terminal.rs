//! The console, as credential plugins meet it.

use crate::cluster::dial::{Interaction, Terminal};
use crate::surface::Console;
use crate::terms::ClusterName;
use std::io::{IsTerminal, stdin};

impl Terminal for Console {
    fn interaction(&self) -> Interaction {
        if stdin().is_terminal() { Interaction::Possible } else { Interaction::Impossible }
    }

    fn is_watched(&self) -> bool {
        Console::is_watched(self)
    }

    fn make_room(&self) -> Box<dyn Send> {
        Box::new(Console::make_room(self))
    }

    fn said(&self, cluster: &ClusterName, command: &str, line: &str) {
        self.pass_on(&format!("{cluster}: {command}: {line}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_plugin_says_is_one_clean_line_on_stderr() {
        let (console, captured) = Console::captured();
        console.said(&ClusterName::new("apps"), "corp-login", "the code is\u{1b}[2J\r 1234");
        assert_eq!(captured.stderr(), "apps: corp-login: the code is^[[2J^M 1234\n");
        assert_eq!(captured.stdout(), "");
    }
}
