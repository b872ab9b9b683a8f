//! What happens while it happens, on stderr: a lasting line for what was seen, a passing one for what is waited
//! for. The passing line needs a terminal and half a second of patience, and leaves nothing behind.

mod spinner;

use super::clean::clean;
use super::console::{Console, Listener};
use crate::plan::Progress;
use crate::terms::ClusterName;
pub(super) use spinner::Spinner;
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

/// Progress for people.
pub struct LiveProgress {
    console: Console,
    width: usize,
}

impl LiveProgress {
    /// Progress on these clusters, whose names are aligned.
    pub fn new<'a>(console: &Console, clusters: impl IntoIterator<Item = &'a ClusterName>) -> Self {
        let width = clusters.into_iter().map(|cluster| clean(cluster.as_str()).width()).max();
        Self { console: console.clone(), width: width.unwrap_or_default() }
    }

    fn padded(&self, cluster: &ClusterName) -> String {
        let name = clean(cluster.as_str());
        format!("{name}{}", " ".repeat(self.width.saturating_sub(name.width())))
    }
}

impl Progress for LiveProgress {
    fn doing(&self, cluster: &ClusterName, what: &str) {
        match self.console.listener() {
            Listener::Absent => {}
            Listener::Answering | Listener::Watching => {
                self.console.spinner().show(format!("{}  {}", self.padded(cluster), clean(what)));
            }
        }
    }

    fn happened(&self, cluster: &ClusterName, what: &str, after: Duration) {
        self.console.say(&format!("{}  {:<5}  {what}", self.padded(cluster), elapsed(after)));
    }
}

impl Drop for LiveProgress {
    fn drop(&mut self) {
        self.console.spinner().stop();
    }
}

/// `+0.4s`, `+12s`, `+125s`: as wide as a cell of five as long as anybody waits.
fn elapsed(after: Duration) -> String {
    if after < Duration::from_millis(9950) {
        format!("+{:.1}s", after.as_secs_f64())
    } else {
        format!("+{:.0}s", after.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_told_in_aligned_and_cleaned_lines_and_the_rest_needs_a_terminal() {
        let (console, captured) = Console::captured();
        let (infra, apps) = (ClusterName::new("infra"), ClusterName::new("apps"));
        let progress = LiveProgress::new(&console, [&infra, &apps]);
        progress.doing(&apps, "waiting for svc/databases/postgres-rw-infra");
        for (cluster, what, millis) in [
            (&infra, "svc/databases/postgres-rw labeled", 12),
            (&apps, "svc/databases/postgres-rw-infra mirrored", 431),
            (&apps, "endpoints\nready\u{1b}[1A", 9960),
            (&apps, "reachable", 125_400),
        ] {
            progress.happened(cluster, what, Duration::from_millis(millis));
        }
        insta::assert_snapshot!(captured.stderr(), @"
        infra  +0.0s  svc/databases/postgres-rw labeled
        apps   +0.4s  svc/databases/postgres-rw-infra mirrored
        apps   +10s   endpoints^Jready^[[1A
        apps   +125s  reachable
        ");
        assert_eq!(captured.stdout(), "");
    }
}
