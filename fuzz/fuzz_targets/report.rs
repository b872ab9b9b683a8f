//! The law of a plugin, from its own source: a program is no library.
#![no_main]

#[path = "../../plugins/xcluster-check/src/diff/earlier.rs"]
mod earlier;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| earlier::laws::obey(bytes));
