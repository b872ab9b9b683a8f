//! The terminal, lent to somebody else.

use super::Ends;
use std::sync::Arc;

/// While this lives, the passing line stays away: somebody else has the terminal.
#[must_use = "the line comes back when this is dropped"]
pub struct Room(pub(super) Arc<Ends>);

impl Drop for Room {
    fn drop(&mut self) {
        self.0.spinner.come_back();
    }
}
