//! A browser that opens a page, and what it has to say of it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::disallowed_methods,
    reason = "test support: a browser that cannot be run ends the test at once, and the environment says where it is"
)]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// What it may be called.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];
/// It reaches nobody: neither the page nor the browser itself.
const FLAGS: [&str; 14] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--enable-logging=stderr",
    "--v=0",
    "--dump-dom",
];
/// A busy machine gets time.
const PATIENCE: Duration = Duration::from_secs(90);

/// What became of a page.
#[derive(Debug)]
pub struct Opened {
    /// The page as the browser has it after it was loaded.
    pub dom: String,
    /// What stands in its console, one line each: errors, and whatever its own policy kept it from loading.
    pub said: Vec<String>,
}

/// Opens a page; `None` where there is no browser, which the runner is told.
pub fn opened(page: &str) -> Option<Opened> {
    let Some(program) = program() else {
        crate::real::skipped("Chromium, of the package `chromium`");
        return None;
    };
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("page.html"), page).unwrap();
    let mut command = Command::new(program);
    command.args(FLAGS).arg(format!("--user-data-dir={}", at("profile").display()));
    command.arg(format!("file://{}", at("page.html").display())).stdin(Stdio::null());
    command.stdout(File::create(at("dom")).unwrap()).stderr(File::create(at("log")).unwrap());
    let status = ended(&mut command.spawn().unwrap());
    let log = String::from_utf8_lossy(&fs::read(at("log")).unwrap()).into_owned();
    assert!(status.success(), "{status}: {log}");
    let said = log.lines().filter(|line| line.contains(":CONSOLE")).map(str::to_owned).collect();
    Some(Opened { dom: fs::read_to_string(at("dom")).unwrap(), said })
}

fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let all = folders.iter().flat_map(|folder| NAMES.map(|name| folder.join(name)));
    all.into_iter().find(|program| Path::is_file(program))
}

fn ended(child: &mut Child) -> ExitStatus {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill().unwrap();
    panic!("the browser was still busy after {PATIENCE:?}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_console_tells_what_a_page_may_not_load() {
        let page = |body: &str| {
            let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">";
            opened(&format!(
                "<!DOCTYPE html><html lang=\"en\"><head>{policy}</head><body>{body}</body></html>"
            ))
        };
        let Some(plain) = page("<p>one</p>") else { return };
        assert_eq!(plain.said, Vec::<String>::new());
        assert!(plain.dom.contains("<p>one</p>"), "{plain:?}");
        for body in ["<img src=\"http://127.0.0.1:1/a.png\">", "<script>alert(1)</script>"] {
            assert_ne!(page(body).unwrap().said, Vec::<String>::new(), "{body}");
        }
    }
}
