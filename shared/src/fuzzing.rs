//! Laws of what is read from others: files of users, answers of servers and programs, words of a shell. Each takes any
//! bytes and fails an assertion where a parser breaks its promise; a fuzzer and the tests try the same ones
//! ([decision 0016](../../docs/decisions/0016-laws-that-a-fuzzer-and-the-tests-share.md)). In no program that is shipped.

mod clusters;
mod files;
mod manifests;
mod meshes;
mod surfaces;
#[cfg(test)]
mod tests;
mod vocabulary;

/// What holds for any bytes.
type Law = fn(&[u8]);

/// Every law, by the name of its target in `fuzz/`, in order.
const LAWS: [(&str, Law); 25] = [
    ("answer", clusters::answer),
    ("certificate", meshes::certificate),
    ("cidr", meshes::cidr),
    ("completion", surfaces::completion),
    ("dump", files::dump),
    ("dump_meta", files::dump_meta),
    ("dump_tar", files::dump_tar),
    ("duration", vocabulary::duration),
    ("exec_credential", clusters::exec_credential),
    ("fleet_file", clusters::fleet_file),
    ("jsonpath", surfaces::jsonpath),
    ("kubeconfig", clusters::kubeconfig),
    ("lead", clusters::lead),
    ("link", meshes::link),
    ("manifest", manifests::labels),
    ("names", vocabulary::names),
    ("object", meshes::object),
    ("overlay", manifests::overlay),
    ("ownership", vocabulary::ownership),
    ("patch", manifests::patch),
    ("probe_log", meshes::probe_log),
    ("repository", files::repository),
    ("selector", vocabulary::selector),
    ("warning", clusters::warning),
    ("watch", clusters::watch),
];

/// Tries a law on these bytes.
///
/// # Panics
/// Where the law does not hold, and where there is none of this name.
pub fn obey(name: &str, bytes: &[u8]) {
    let law = LAWS.iter().find(|(known, _)| *known == name);
    assert!(law.is_some(), "no law is called {name}");
    if let Some((_, law)) = law {
        law(bytes);
    }
}

/// Parts of an input: a zero byte, which no text has, stands between them.
fn parts<const N: usize>(bytes: &[u8]) -> [&[u8]; N] {
    let mut parts = bytes.splitn(N, |byte| *byte == 0);
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// The same as texts; bytes that are none become replacement characters.
fn texts<const N: usize>(bytes: &[u8]) -> [String; N] {
    parts(bytes).map(|part| String::from_utf8_lossy(part).into_owned())
}

/// Nothing in a line for a user drives a terminal.
fn is_one_line(text: &str) {
    assert!(!text.contains(char::is_control), "{text:?}");
}
