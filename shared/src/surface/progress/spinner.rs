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
pub(in crate::surface) struct Spinner(Mutex<State>);

#[derive(Default)]
struct State {
    shown: Option<Shown>,
    /// How many others have the terminal for themselves.
    others: usize,
    /// What is to be shown when they are done, and how long it was shown before.
    kept: Option<(String, Duration)>,
}

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
        let mut state = lock(&self.0);
        if state.others > 0 {
            let before = state.kept.take().map_or(Duration::ZERO, |(_, before)| before);
            state.kept = Some((text, before));
            return;
        }
        match &state.shown {
            Some(shown) => *lock(&shown.text) = text,
            None => state.shown = Some(Shown::start(text, Duration::ZERO, target())),
        }
    }

    /// Does something to the streams with the line out of the way.
    pub(in crate::surface) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &lock(&self.0).shown {
            Some(shown) => shown.bar.suspend(write),
            None => write(),
        }
    }

    /// Takes the line away, and keeps it away until [`Self::come_back`] was called as often. A line that is blank
    /// would not do: it is drawn over what stands there ten times a second.
    pub(in crate::surface) fn stay_away(&self) {
        let mut state = lock(&self.0);
        state.others = state.others.saturating_add(1);
        if let Some(shown) = state.shown.take() {
            // One lock at a time: who draws the line holds that of the bar and wants that of the text.
            let text = lock(&shown.text).clone();
            state.kept = Some((text, shown.bar.elapsed()));
            shown.bar.finish_and_clear();
        }
    }

    /// Lets the line come back when nobody else needs the terminal. The time in between does not count.
    pub(in crate::surface) fn come_back(&self) {
        self.come_back_on(ProgressDrawTarget::stderr);
    }

    fn come_back_on(&self, target: impl FnOnce() -> ProgressDrawTarget) {
        let mut state = lock(&self.0);
        state.others = state.others.saturating_sub(1);
        if state.others == 0
            && let Some((text, before)) = state.kept.take()
        {
            state.shown = Some(Shown::start(text, before, target()));
        }
    }

    /// Takes the line away.
    pub(in crate::surface) fn stop(&self) {
        let mut state = lock(&self.0);
        state.kept = None;
        if let Some(shown) = state.shown.take() {
            shown.bar.finish_and_clear();
        }
    }
}

impl Shown {
    fn start(text: String, before: Duration, target: ProgressDrawTarget) -> Self {
        let text = Arc::new(Mutex::new(text));
        let shared = Arc::clone(&text);
        let line = move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            // A formatter that fails has nowhere to say so; the next tick tries again.
            out.write_str(&line(state.elapsed(), &lock(&shared))).ok();
        };
        let style =
            ProgressStyle::with_template("{line}").unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = ProgressBar::with_draw_target(None, target).with_style(style.with_key("line", line));
        let bar = bar.with_elapsed(before);
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

    /// A terminal of one line: what stands on it, whether anything ever did, and how often it was touched.
    #[derive(Debug, Clone, Default)]
    struct Screen(Arc<Mutex<(String, bool, usize)>>);

    impl Screen {
        fn target(&self) -> ProgressDrawTarget {
            ProgressDrawTarget::term_like(Box::new(self.clone()))
        }

        fn touched(&self) -> usize {
            lock(&self.0).2
        }

        fn seen(&self) -> (String, bool) {
            let screen = lock(&self.0);
            (screen.0.clone(), screen.1)
        }
    }

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
            screen.2 += 1;
            Ok(())
        }
        fn clear_line(&self) -> Result<()> {
            let mut screen = lock(&self.0);
            screen.0.clear();
            screen.2 += 1;
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
        spinner.show_on("apps  waiting".to_owned(), || screen.target());
        spinner.stop();
        assert_eq!(screen.seen(), (String::new(), false));
        spinner.show_on("apps  waiting".to_owned(), || screen.target());
        std::thread::sleep(Duration::from_millis(800));
        spinner.aside(|| assert_eq!(lock(&screen.0).0, "", "the line must be out of the way"));
        std::thread::sleep(Duration::from_millis(200));
        spinner.stop();
        assert_eq!(screen.seen(), (String::new(), true));
    }

    #[test]
    fn while_others_have_the_terminal_nothing_touches_it_and_then_the_newest_line_is_back() {
        let (spinner, screen) = (Spinner::default(), Screen::default());
        spinner.show_on("apps  connecting".to_owned(), || screen.target());
        std::thread::sleep(Duration::from_millis(800));
        spinner.stay_away();
        spinner.stay_away();
        assert_eq!(screen.seen(), (String::new(), true), "the line is out of the way");
        let touched = screen.touched();
        spinner.show_on("apps  waiting".to_owned(), || screen.target());
        spinner.come_back_on(|| screen.target());
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(screen.touched(), touched, "somebody reads a question there");
        spinner.come_back_on(|| screen.target());
        let is_back = || screen.seen().0.contains("apps  waiting  ");
        let start = std::time::Instant::now();
        while !is_back() && start.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(20));
        }
        spinner.stop();
        assert!(start.elapsed() < Duration::from_secs(10), "{screen:?}");
    }

    #[test]
    fn a_line_that_nobody_waits_for_any_longer_does_not_come_back() {
        let (spinner, screen) = (Spinner::default(), Screen::default());
        spinner.stay_away();
        spinner.show_on("apps  connecting".to_owned(), || screen.target());
        spinner.stop();
        spinner.come_back_on(|| screen.target());
        std::thread::sleep(Duration::from_millis(700));
        assert_eq!((screen.seen(), screen.touched()), ((String::new(), false), 0));
    }
}
