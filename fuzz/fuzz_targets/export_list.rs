//! The law of a plugin, from its own source: a program is no library.
#![no_main]

#[path = "../../plugins/mesh-export/src/files/list.rs"]
#[expect(dead_code, reason = "the plugin does more with a list than read it")]
mod list;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| list::laws::obey(bytes));
