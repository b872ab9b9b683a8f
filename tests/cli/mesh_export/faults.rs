//! Everything that can go wrong between a user, two API servers and what stands in between. Every test asserts what
//! was said, how the run ended, and what reached the API servers.

mod answers;
mod interrupted;
mod rights;
mod silence;
mod stage;
mod together;
