//! The law of a plugin, from its own source: a program is no library.
#![no_main]

#[path = "../../plugins/mesh-export/src/spelling.rs"]
mod spelling;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| spelling::laws::obey(bytes));
