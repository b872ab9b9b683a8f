//! Where the figures were taken: they mean something only beside each other, and as ratios.

use std::fs;
use std::process::Command;

use crate::runs::peer;

/// One line about the machine and the versions.
pub(crate) fn described(plugin: &std::path::Path) -> String {
    let client = said(&peer().display().to_string(), &["version", "--client"]);
    let client = client.lines().next().unwrap_or_default().replace("Client Version: ", "");
    format!(
        "{processors} × {model}, {memory} GB, Linux {kernel}; kubectl {client}; {plugin}; {compiler}.",
        processors = std::thread::available_parallelism().map_or(1, usize::from),
        model = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "a processor".to_owned()),
        memory = memory().unwrap_or_default(),
        kernel = said("uname", &["-r"]).split('.').take(2).collect::<Vec<_>>().join("."),
        plugin = said(&plugin.display().to_string(), &["--version"]),
        compiler = said("rustc", &["--version"]),
    )
}

fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn memory() -> Option<u64> {
    let kib: u64 = field("/proc/meminfo", "MemTotal")?.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024 / 1_000_000_000)
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.unwrap_or_default()
}
