//! What of this machine a test needs: its kubectl, and control planes to try it on.

use std::{
    ffi::{OsStr, OsString},
    path::PathBuf,
};

use crate::real;

/// Returns the kubectl that the machine's user would run; without one, says so, records that the test was skipped,
/// and returns `None`: the test then returns at once.
pub fn program() -> Option<PathBuf> {
    let found = find(&search_path());
    if found.is_none() {
        real::skipped("kubectl on PATH");
    }
    found
}

/// Returns the real control planes when kubectl is here too; else the same goes for the test as in `program`.
pub fn ground() -> Option<&'static real::Ground> {
    let ground = real::ground()?;
    program().map(|_| ground)
}

/// The same for a test that needs a whole cluster to itself: see `real::apart`.
pub fn ground_apart() -> Option<&'static real::Ground> {
    let ground = real::apart()?;
    program().map(|_| ground)
}

/// The same for a test that has begun with one of these.
pub(super) fn kubectl() -> PathBuf {
    find(&search_path()).expect("a test of kubectl begins with `program` or `ground`")
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one thing of this machine that a test needs is its kubectl"
)]
fn search_path() -> OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

pub(super) fn find(path: &OsStr) -> Option<PathBuf> {
    std::env::split_paths(path).map(|folder| folder.join("kubectl")).find(|file| file.is_file())
}
