//! What a plugin says on stderr where no terminal shows it: passed on line by line, as it comes.

use tokio::io::{AsyncRead, AsyncReadExt};

/// Tells every line of a stream that is not blank, at the most this many bytes in all.
pub(super) async fn pass_on(stream: Option<impl AsyncRead + Unpin>, limit: u64, tell: impl Fn(&str)) {
    let Some(stream) = stream else { return };
    let (mut stream, mut lines) = (stream.take(limit), Lines { rest: Vec::new(), tell });
    // What was read before an error counts, here too.
    while let Ok(1..) = stream.read_buf(&mut lines.rest).await {
        lines.tell_whole();
    }
}

/// Lines in the making. What is left when the reading ends, or is given up, is one too: a plugin that is stopped for
/// its silence may have asked for something without a line break behind it.
struct Lines<T: Fn(&str)> {
    rest: Vec<u8>,
    tell: T,
}

impl<T: Fn(&str)> Lines<T> {
    fn tell_whole(&mut self) {
        let Some(end) = self.rest.iter().rposition(|&byte| byte == b'\n') else { return };
        let rest = self.rest.split_off(end);
        self.tell_all();
        self.rest = rest;
    }

    fn tell_all(&self) {
        let text = String::from_utf8_lossy(&self.rest);
        text.lines().map(str::trim_end).filter(|line| !line.is_empty()).for_each(&self.tell);
    }
}

impl<T: Fn(&str)> Drop for Lines<T> {
    fn drop(&mut self) {
        self.tell_all();
    }
}

#[cfg(test)]
mod tests {
    use super::pass_on;
    use std::cell::RefCell;
    use std::time::Duration;
    use tokio::io::AsyncWriteExt;

    async fn something(told: &RefCell<Vec<String>>) {
        while told.borrow().is_empty() {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn each_line_is_told_once_as_soon_as_it_is_whole() {
        let (told, (mut plugin, ours)) = (RefCell::new(Vec::new()), tokio::io::duplex(64));
        let telling = pass_on(Some(ours), 1024, |line| told.borrow_mut().push(line.to_owned()));
        let writing = async {
            plugin.write_all("open https://x\r\n\n  the code is 1".as_bytes()).await.unwrap();
            something(&told).await;
            assert_eq!(*told.borrow(), ["open https://x"]);
            plugin.write_all("23\nno end".as_bytes()).await.unwrap();
            drop(plugin);
        };
        tokio::join!(telling, writing);
        assert_eq!(*told.borrow(), ["open https://x", "  the code is 123", "no end"]);
    }

    #[tokio::test]
    async fn a_question_without_an_end_is_told_when_nobody_waits_any_longer() {
        let (told, (mut plugin, ours)) = (RefCell::new(Vec::new()), tokio::io::duplex(64));
        plugin.write_all(b"Password: ").await.unwrap();
        let telling = pass_on(Some(ours), 1024, |line| told.borrow_mut().push(line.to_owned()));
        tokio::time::timeout(Duration::from_millis(50), telling).await.unwrap_err();
        assert_eq!(*told.borrow(), ["Password:"]);
    }

    #[tokio::test]
    async fn a_plugin_that_does_not_stop_talking_is_not_listened_to_for_ever() {
        let told = RefCell::new(Vec::new());
        let endless = tokio::io::repeat(b'x');
        pass_on(Some(endless), 5000, |line| told.borrow_mut().push(line.len())).await;
        assert_eq!(*told.borrow(), [5000]);
    }
}
