//! The sandbox itself: what it does on demand, what it refuses, and its two programs.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "test code: an answer of another form than the test expects must fail it"
)]

mod faults;
mod program;
mod refusals;
mod visitor;
