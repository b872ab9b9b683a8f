//! Proof that bytes arrive: a short-lived Job beside the consumers of a mirror, meshed as they are, speaks with each
//! of its ports. `manifest` says what runs, `pod` how far it has come, `reading` what came back, `findings` what that
//! means and what to do next; `run` makes the Job, follows it and always removes it.

pub mod findings;
pub mod manifest;
pub mod outcome;
pub mod pod;
pub mod protocol;
pub mod reading;
pub mod run;
#[cfg(test)]
mod samples;
