//! `completion`: how a shell comes to know what can be typed.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// What is asked of `completion`.
#[derive(Debug, Args)]
pub struct CompletionArgs {
    /// What to do.
    #[command(subcommand)]
    pub step: CompletionStep,
}

/// Its subcommands.
#[derive(Debug, Subcommand)]
pub enum CompletionStep {
    /// Set up completion in kubectl: create the link that kubectl looks for, next to the plugin
    Install {
        /// Directory for the link, on $PATH [default: the plugin's own]
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
    /// Print the shell completion script for running the plugin without kubectl
    Script {
        /// Shell to complete in
        shell: Shell,
    },
}

/// Shells that can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// GNU Bash
    Bash,
    /// Zsh
    Zsh,
    /// Fish
    Fish,
    /// PowerShell
    Powershell,
}

impl Shell {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Bash, Self::Zsh, Self::Fish, Self::Powershell];

    /// As it is typed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
            Self::Powershell => "powershell",
        }
    }
}
