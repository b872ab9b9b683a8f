#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| platform::fuzzing::obey("dump_meta", bytes));
