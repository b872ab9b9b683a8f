//! Floor 3, an edge: bytes that somebody else wrote, bounded in size and in time, so that `/dev/zero` and a pipe that nobody
//! fills are errors and no hang. What is read for a user is read here; what it means, its reader knows.

use std::fs::File;
use std::io::{Error, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

/// More than any file of a user; the largest kubeconfig seen, of a fleet tool with a thousand contexts, was below 10 MiB.
const LIMIT: u64 = 32 * 1024 * 1024;

/// How long a pipe may be without a writer. A shell opens its end before it starts what writes.
const OPENING: Duration = Duration::from_secs(5);

/// How long a writer may take: as long as a credential plugin, for it may ask somebody for a password, too.
const WRITING: Duration = Duration::from_secs(60);

/// Reads to the end, up to 32 MiB.
///
/// # Errors
/// It cannot be read, or is larger.
pub fn bounded(source: impl Read) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = source.take(LIMIT + 1).read_to_end(&mut bytes)?;
    if u64::try_from(read).is_ok_and(|read| read <= LIMIT) {
        Ok(bytes)
    } else {
        Err(Error::new(ErrorKind::FileTooLarge, "larger than 32 megabytes"))
    }
}

/// The same of a file. What is not a regular one may be `/dev/stdin` or `<(sops -d config)`, and is read as long as somebody
/// writes to it, though not forever.
///
/// # Errors
/// The same, and nobody opens it for writing within 5 seconds, or closes it within 60.
pub fn file(path: &Path) -> Result<Vec<u8>, Error> {
    if std::fs::metadata(path)?.is_file() {
        return bounded(File::open(path)?);
    }
    in_time(path.to_owned(), OPENING, WRITING)
}

/// The root of the repository of Git that a folder or a file is in, if it is in one.
pub fn repository(place: &Path) -> Option<PathBuf> {
    place.canonicalize().ok()?.ancestors().find(|above| above.join(".git").exists()).map(Path::to_owned)
}

/// A thread that waits can be left behind, and needs no words of one operating system about pipes. Not opened without
/// blocking: then a pipe whose writer is late reads as an empty file, and an empty kubeconfig is a good one.
fn in_time(path: PathBuf, opening: Duration, writing: Duration) -> Result<Vec<u8>, Error> {
    let (opened, open) = mpsc::channel();
    let (written, end) = mpsc::channel();
    std::thread::Builder::new().spawn(move || {
        let file = File::open(path);
        // Who does not listen any more has given up.
        opened.send(()).ok();
        written.send(file.and_then(bounded)).ok();
    })?;
    let late = |words: String| Error::new(ErrorKind::TimedOut, words);
    open.recv_timeout(opening)
        .map_err(|_| late(format!("it is a pipe that nobody writes to, not within {opening:?}")))?;
    let read = end.recv_timeout(writing);
    read.map_err(|_| late(format!("it has no end, not within {writing:?}: somebody keeps it open")))?
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs::OpenOptions;
    use std::process::Command;
    use std::time::Instant;

    const MOMENT: Duration = Duration::from_millis(100);
    /// What comes is waited for as long as a busy machine needs.
    const LONG: Duration = Duration::from_secs(60);

    fn pipe(folder: &tempfile::TempDir) -> PathBuf {
        let path = folder.path().join("pipe");
        let made = Command::new("mkfifo").arg(&path).status();
        assert!(made.is_ok_and(|status| status.success()), "mkfifo");
        path
    }

    #[test]
    fn a_pipe_that_nobody_opens_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let (path, start) = (pipe(&folder), Instant::now());
        let error = in_time(path, MOMENT, LONG).unwrap_err();
        assert_eq!(error.to_string(), "it is a pipe that nobody writes to, not within 100ms");
        assert!(start.elapsed() < LONG);
    }

    #[test]
    fn a_pipe_that_nobody_closes_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = pipe(&folder);
        // Open for both, it waits for nobody else.
        let held = OpenOptions::new().read(true).write(true).open(&path).unwrap();
        let error = in_time(path, LONG, MOMENT).unwrap_err();
        assert_eq!(error.to_string(), "it has no end, not within 100ms: somebody keeps it open");
        drop(held);
    }

    #[test]
    fn a_pipe_whose_writer_is_late_is_read_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = pipe(&folder);
        let late = "sleep 0.3; for part in a b c; do printf $part; sleep 0.05; done > \"$0\"";
        let mut writer = Command::new("sh").args(["-c", late]).arg(&path).spawn().unwrap();
        assert_eq!(in_time(path, LONG, LONG).unwrap(), b"abc");
        assert!(writer.wait().unwrap().success());
    }

    #[test]
    fn what_is_no_pipe_is_read_at_once_or_refused_in_its_own_words() {
        assert_eq!(file(Path::new("/dev/null")).unwrap(), b"");
        assert_eq!(file(Path::new("/")).unwrap_err().kind(), ErrorKind::IsADirectory);
        assert_eq!(file(Path::new("/dev/zero")).unwrap_err().kind(), ErrorKind::FileTooLarge);
        assert_eq!(file(Path::new("/nowhere")).unwrap_err().kind(), ErrorKind::NotFound);
    }
}
