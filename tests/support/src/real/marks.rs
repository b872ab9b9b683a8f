//! What a test tells the runner beside passing and failing: small files in the folder that `PLATFORM_MARKS`
//! names. `shared/xtask/src/closing.rs` counts them.
//!
//! - `skipped--<test binary>--<test>`: this test passed without doing anything; what it needs is in the file.
//! - `used--<what>`: at least one test really used this outside data.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "test code: it speaks to whoever runs the tests, who configures it through the environment"
)]

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

const FOLDER: &str = "PLATFORM_MARKS";

/// Tells the runner that data from outside was really used; `what` is `crds` or `recorded`.
pub fn mark_used(what: &str) {
    leave(&format!("used--{what}"), "");
}

/// Says and tells the runner that the current test does nothing, since it needs what is not there. Where a variable
/// offers that, the text names the variable.
pub fn skipped(needs: &str) {
    println!("skipped: needs {needs}");
    leave(&format!("skipped--{}--{}", this_binary(), this_test()), needs);
}

fn leave(name: &str, text: &str) {
    // Without a runner nobody counts; with one, a lost mark would be noticed there as a missing one.
    if let Some(folder) = std::env::var_os(FOLDER) {
        let _lost_is_noticed = std::fs::write(Path::new(&folder).join(name), text);
    }
}

fn this_binary() -> String {
    let binary = std::env::current_exe().ok();
    binary.as_deref().and_then(Path::file_name).map(|name| clean(&name.to_string_lossy())).unwrap_or_default()
}

/// The name of the test, which the test harness gives to its thread.
fn this_test() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    match std::thread::current().name() {
        // With one test thread, all tests run on the main one: any name that differs will do.
        None | Some("main") => format!("unnamed-{}", NEXT.fetch_add(1, Ordering::Relaxed)),
        Some(name) => clean(name),
    }
}

fn clean(name: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' };
    name.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_is_named_by_its_thread() {
        assert_eq!(clean("real::marks::a b"), "real__marks__a_b");
    }
}
