//! `--dry-run`.

use super::values::go_bool;
use crate::surface::Console;
use crate::terms::Mode;
use crate::verdict::Failure;

/// What kubectl takes a bare `--dry-run` for.
const BARE: &str = "unchanged";

/// The flag that shows a plan instead of carrying it out.
#[derive(Debug, Clone, clap::Args)]
pub struct DryRunArg {
    /// Show the changes without making them: `client` sends nothing, `server` has the API servers validate them; `none` makes them
    #[arg(long, value_name = "none|client|server", num_args = 0..=1, require_equals = true,
          default_value = "none", default_missing_value = BARE, hide_default_value = true)]
    dry_run: String,
}

impl DryRunArg {
    /// The flag as it has to be typed again; `None` for a live run.
    pub fn again(&self) -> Option<String> {
        match (self.dry_run.as_str(), go_bool(&self.dry_run)) {
            ("none", _) | (_, Ok(false)) => None,
            (BARE, _) | (_, Ok(true)) => Some("--dry-run=client".to_owned()),
            (mode, Err(_)) => Some(format!("--dry-run={mode}")),
        }
    }

    /// The mode. Warns about spellings that kubectl calls deprecated, so ask once a run.
    ///
    /// # Errors
    /// kubectl's sentence for any other value.
    pub fn mode(&self, console: &Console) -> Result<Mode, Failure> {
        let (mode, spelling) = match (self.dry_run.as_str(), go_bool(&self.dry_run)) {
            ("none", _) => return Ok(Mode::Live),
            ("client", _) => return Ok(Mode::Show),
            ("server", _) => return Ok(Mode::ServerDryRun),
            (BARE, _) => {
                console.warn("--dry-run is deprecated and can be replaced with --dry-run=client.");
                return Ok(Mode::Show);
            }
            (_, Ok(true)) => (Mode::Show, "client"),
            (_, Ok(false)) => (Mode::Live, "none"),
            (other, Err(_)) => return Err(invalid(other)),
        };
        console.warn(&format!(
            "--dry-run={} is deprecated (boolean value) and can be replaced with --dry-run={spelling}.",
            self.dry_run
        ));
        Ok(mode)
    }
}

fn invalid(value: &str) -> Failure {
    Failure::usage(
        format!("Invalid dry-run value ({value}). Must be \"none\", \"server\", or \"client\"."),
        "use `--dry-run=client` to see the changes, or `--dry-run=server` to have the API servers validate them",
    )
}
