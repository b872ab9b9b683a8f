//! The law of a plugin, from its own source: a program is no library.
#![no_main]

#[path = "../../plugins/mesh-export/src/files.rs"]
#[expect(dead_code, unused_imports, reason = "the plugin does more with a file than read it")]
mod files;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| files::laws::obey(bytes));
