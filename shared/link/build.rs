//! Build script of the plugins: how the programs of release archives are linked (`docs/decisions/0028-what-a-program-leaves-out.md`).

use std::io;

const SCRIPT: &str = "../../shared/link/unwinding.ld";

#[expect(clippy::disallowed_methods, reason = "cargo tells build scripts by their environment")]
fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={SCRIPT}");
    let is = |variable: &str, value: &str| std::env::var(variable).is_ok_and(|text| text == value);
    // One profile is for size: that of release archives, where a panic ends the program, so that nothing unwinds.
    if is("CARGO_CFG_TARGET_OS", "linux") && is("OPT_LEVEL", "z") {
        let script = std::fs::canonicalize(SCRIPT)?;
        let script = format!("-T{}", script.display());
        for argument in [&script, "-Wl,--no-eh-frame-hdr", "-Wl,-z,pack-relative-relocs"] {
            println!("cargo::rustc-link-arg-bins={argument}");
        }
    }
    Ok(())
}
