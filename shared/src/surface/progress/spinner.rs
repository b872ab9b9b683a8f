//! The passing line.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long something may take before it is worth a line.
const PATIENCE: Duration = Duration::from_millis(500);
const TICK: Duration = Duration::from_millis(100);
const FRAMES: [&str; 4] = ["|", "/", "-", "\\"];

/// At most one line that says what is waited for. Lines of the console are written above it.
#[derive(Default)]
pub(in crate::surface) struct Spinner(Mutex<Option<Shown>>);

struct Shown {
    bar: ProgressBar,
    text: Arc<Mutex<String>>,
}

impl Spinner {
    /// Shows this text, or replaces the one that is shown.
    pub(super) fn show(&self, text: String) {
        self.show_on(text, ProgressDrawTarget::stderr);
    }

    fn show_on(&self, text: String, target: impl FnOnce() -> ProgressDrawTarget) {
        let mut shown = lock(&self.0);
        match &*shown {
            Some(shown) => *lock(&shown.text) = text,
            None => *shown = Some(Shown::start(text, target())),
        }
    }

    /// Does something to the streams with the line out of the way.
    pub(in crate::surface) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &*lock(&self.0) {
            Some(shown) => shown.bar.suspend(write),
            None => write(),
        }
    }

    /// Takes the line away.
    pub(in crate::surface) fn stop(&self) {
        if let Some(shown) = lock(&self.0).take() {
            shown.bar.finish_and_clear();
        }
    }
}

impl Shown {
    fn start(text: String, target: ProgressDrawTarget) -> Self {
        let text = Arc::new(Mutex::new(text));
        let shared = Arc::clone(&text);
        let line = move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            // A formatter that fails has nowhere to say so; the next tick tries again.
            out.write_str(&line(state.elapsed(), &lock(&shared))).ok();
        };
        let style =
            ProgressStyle::with_template("{line}").unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = ProgressBar::with_draw_target(None, target).with_style(style.with_key("line", line));
        bar.enable_steady_tick(TICK);
        Self { bar, text }
    }
}

/// Nothing while patience lasts, then the text behind a wheel that turns.
fn line(elapsed: Duration, text: &str) -> String {
    if elapsed < PATIENCE {
        return String::new();
    }
    let turn = elapsed.as_millis() / TICK.as_millis();
    let frame = FRAMES.iter().cycle().nth(usize::try_from(turn % 4).unwrap_or_default());
    format!("{text}  {}s {}", elapsed.as_secs(), frame.unwrap_or(&""))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Result;

    /// A terminal of one line: what stands on it, and whether anything ever did.
    #[derive(Debug, Clone, Default)]
    struct Screen(Arc<Mutex<(String, bool)>>);

    impl indicatif::TermLike for Screen {
        fn width(&self) -> u16 {
            80
        }
        fn move_cursor_up(&self, _lines: usize) -> Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _lines: usize) -> Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _columns: usize) -> Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _columns: usize) -> Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> Result<()> {
            self.write_str(text)
        }
        fn write_str(&self, text: &str) -> Result<()> {
            let mut screen = lock(&self.0);
            screen.0.push_str(text.trim_end());
            screen.1 |= !text.trim().is_empty();
            Ok(())
        }
        fn clear_line(&self) -> Result<()> {
            lock(&self.0).0.clear();
            Ok(())
        }
        fn flush(&self) -> Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_line_says_what_is_waited_for_and_how_long() {
        assert_eq!(line(Duration::from_millis(499), "apps  waiting"), "");
        assert_eq!(line(Duration::from_millis(12_300), "apps  waiting"), "apps  waiting  12s \\");
    }

    #[test]
    fn what_is_over_quickly_is_never_shown_and_what_lasts_leaves_nothing_behind() {
        let (spinner, screen) = (Spinner::default(), Screen::default());
        let target = || ProgressDrawTarget::term_like(Box::new(screen.clone()));
        spinner.show_on("apps  waiting".to_owned(), target);
        spinner.stop();
        assert_eq!(*lock(&screen.0), (String::new(), false));
        spinner.show_on("apps  waiting".to_owned(), target);
        std::thread::sleep(Duration::from_millis(800));
        spinner.aside(|| assert_eq!(lock(&screen.0).0, "", "the line must be out of the way"));
        std::thread::sleep(Duration::from_millis(200));
        spinner.stop();
        assert_eq!(*lock(&screen.0), (String::new(), true));
    }
}
