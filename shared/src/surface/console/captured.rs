//! A console for tests.

use super::{Console, lock};
use std::io::Write;
use std::sync::{Arc, Mutex};

/// What a captured console has printed so far.
#[derive(Clone, Default)]
pub struct Captured {
    pub(super) out: Shared,
    pub(super) err: Shared,
}

impl Console {
    /// A console for tests, without colour and with nobody to ask, and a handle to what it prints.
    pub fn captured() -> (Self, Captured) {
        let captured = Captured::default();
        (Self::over(Box::new(captured.out.clone()), Box::new(captured.err.clone())), captured)
    }
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
pub(super) struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        lock(&self.0).write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
