//! Every target in one program, which `LAW` in the environment picks: `cargo xtask fuzz` links this one instead of all of
//! them. As programs of their own, targets are for `cargo fuzz`.
#![no_main]

#[path = "../plugins/xcluster-check/src/diff/earlier.rs"]
mod earlier;
#[path = "../plugins/mesh-export/src/files.rs"]
#[expect(dead_code, unused_imports, reason = "the plugin does more with a file than read it")]
mod files;
#[path = "../plugins/mesh-export/src/files/list.rs"]
#[expect(dead_code, reason = "the plugin does more with a list than read it")]
mod list;
#[path = "../plugins/mesh-export/src/spelling.rs"]
mod spelling;

use std::sync::LazyLock;

static LAW: LazyLock<String> = LazyLock::new(|| std::env::var("LAW").unwrap_or_default());

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| match LAW.as_str() {
    "export_list" => list::laws::obey(bytes),
    "references" => spelling::laws::obey(bytes),
    "report" => earlier::laws::obey(bytes),
    "service_files" => files::laws::obey(bytes),
    law => platform::fuzzing::obey(law, bytes),
});
