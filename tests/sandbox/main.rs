//! The sandbox itself: what it does on demand, what it refuses, and its two programs.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "test code: an answer of another form than the test expects must fail it"
)]

mod commands;
mod faults;
mod hold;
mod modes;
mod program;
mod readme;
mod refusals;
mod rows;
mod tables;
mod typed;
mod visitor;
mod worlds;
