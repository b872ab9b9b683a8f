//! How much memory a change holds that nothing else does.

use std::io::{self, Write};

use super::Change;

/// Bytes of JSON of the state that the change has ended; the one that it has begun is there, or is counted by the
/// change that ends it.
pub(super) fn weight(change: &Change) -> usize {
    let mut count = Count(0);
    if let Some(before) = &change.before {
        // Values of JSON can be written, and counting fails never.
        drop(serde_json::to_writer(&mut count, before.value()));
    }
    count.0
}

struct Count(usize);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
