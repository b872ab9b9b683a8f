//! From the log of a probe to what became of each port. Whatever else the log holds is passed over.

use super::outcome::{Outcome, PortOutcome};
use super::protocol::Protocol;
use std::collections::BTreeMap;

/// What each line of the script begins with.
const MARK: &str = "mesh-export-probe";
/// How much of what a tool or a server says is shown.
const SHOWN: usize = 120;
/// The header in which a proxy of Linkerd says why it answers itself.
const PROXY_ERROR: &str = "l5d-proxy-error";

/// What became of these ports; `None` when the log has no word of the script at all.
pub fn outcomes(log: &str, ports: &[(u16, Protocol)]) -> Option<Vec<PortOutcome>> {
    let said: BTreeMap<u16, (&str, Vec<u8>)> = log.lines().filter_map(line).collect();
    if said.is_empty() {
        return None;
    }
    let of = |(port, protocol): &(u16, Protocol)| {
        let (outcome, detail) = match said.get(port) {
            Some((state, bytes)) => judged(*protocol, state, bytes),
            None => (Outcome::Failed, "the probe reported nothing about it".to_owned()),
        };
        PortOutcome { port: *port, protocol: *protocol, outcome, detail }
    };
    Some(ports.iter().map(of).collect())
}

/// The last words of a log, for a probe that ended without any of its own.
pub fn last_words(log: &str) -> String {
    let last = log.lines().rev().find(|line| !line.trim().is_empty());
    last.map_or_else(|| "its log is empty".to_owned(), |line| shown(line.as_bytes()))
}

fn line(line: &str) -> Option<(u16, (&str, Vec<u8>))> {
    let mut words = line.strip_prefix(MARK)?.split(' ').skip(1);
    let (port, state) = (words.next()?.parse().ok()?, words.next()?);
    Some((port, (state, bytes(words.next().unwrap_or_default()))))
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        hex.chars().filter_map(|c| c.to_digit(16)).filter_map(|digit| digit.try_into().ok()).collect();
    digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte: u8, digit| (byte << 4) | digit)).collect()
}

fn judged(protocol: Protocol, state: &str, bytes: &[u8]) -> (Outcome, String) {
    let outcome = match (state, protocol) {
        ("bytes", Protocol::Postgres) => return postgres(bytes),
        ("bytes", Protocol::Http) => return http(bytes),
        ("bytes", Protocol::Tcp) => return (Outcome::Greeted, shown(bytes)),
        ("held", Protocol::Tcp) => Outcome::Held,
        ("held", Protocol::Postgres | Protocol::Http) => Outcome::Silent,
        ("ended", _) => Outcome::Reset,
        ("timeout", _) => Outcome::TimedOut,
        ("refused", _) => Outcome::Refused,
        ("unreachable", _) => Outcome::Unreachable,
        ("unresolved", _) => Outcome::Unresolved,
        _ => Outcome::Failed,
    };
    (outcome, if bytes.is_empty() { String::new() } else { shown(bytes) })
}

/// The answer to an `SSLRequest`: one letter, or an error of a server that is too old or too busy.
fn postgres(bytes: &[u8]) -> (Outcome, String) {
    match bytes {
        [b'S', ..] => (Outcome::Answered, "PostgreSQL, which offers TLS".to_owned()),
        [b'N', ..] => (Outcome::Answered, "PostgreSQL, which offers no TLS".to_owned()),
        [b'E', ..] => (Outcome::Answered, "PostgreSQL, which answers with an error".to_owned()),
        other => (Outcome::WrongAnswer, shown(other)),
    }
}

fn http(bytes: &[u8]) -> (Outcome, String) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    let status = first.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1));
    let Some(status) = status.filter(|code| code.len() == 3 && code.parse::<u16>().is_ok()) else {
        return (Outcome::WrongAnswer, shown(bytes));
    };
    let reason = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case(PROXY_ERROR));
    match reason {
        Some((_, reason)) => {
            (Outcome::ProxyAnswered, format!("HTTP {status}: {}", shown(reason.trim().as_bytes())))
        }
        None => (Outcome::Answered, format!("HTTP {status}")),
    }
}

/// One line of plain characters: it comes from a stranger.
fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let first = text.lines().next().unwrap_or_default().trim();
    let plain = |c: char| if c.is_ascii_graphic() || c == ' ' { c } else { '.' };
    first.chars().take(SHOWN).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> String {
        use std::fmt::Write;
        text.bytes().fold(String::new(), |mut all, byte| {
            write!(all, "{byte:02x}").unwrap();
            all
        })
    }

    fn read(protocol: Protocol, state: &str, said: &str) -> (Outcome, String) {
        let log = format!("noise\nmesh-export-probe 7 {state} {}\nmesh-export-probe x\n", hex(said));
        let found = outcomes(&log, &[(7, protocol)]).unwrap().remove(0);
        (found.outcome, found.detail)
    }

    fn found(outcome: Outcome, detail: &str) -> (Outcome, String) {
        (outcome, detail.to_owned())
    }

    #[test]
    fn one_letter_of_a_postgres_proves_it_and_any_other_does_not() {
        let read = |said| read(Protocol::Postgres, "bytes", said);
        assert_eq!(read("S"), found(Outcome::Answered, "PostgreSQL, which offers TLS"));
        assert_eq!(read("N"), found(Outcome::Answered, "PostgreSQL, which offers no TLS"));
        assert_eq!(read("E\0\0"), found(Outcome::Answered, "PostgreSQL, which answers with an error"));
        assert_eq!(read("HTTP/1.1 400"), found(Outcome::WrongAnswer, "HTTP/1.1 400"));
    }

    #[test]
    fn any_status_is_an_answer_unless_a_proxy_of_the_mesh_gave_it() {
        let read = |said| read(Protocol::Http, "bytes", said);
        assert_eq!(read("HTTP/1.1 404 Not Found\r\nx: y\r\n"), found(Outcome::Answered, "HTTP 404"));
        assert_eq!(
            read("HTTP/1.1 504 Gateway Timeout\r\nL5D-Proxy-Error: logical service unavailable\r\n\r\n"),
            found(Outcome::ProxyAnswered, "HTTP 504: logical service unavailable")
        );
        assert_eq!(read("\x15\x03\x01"), found(Outcome::WrongAnswer, "..."));
        assert_eq!(read("HTTP/1.1 2xx"), found(Outcome::WrongAnswer, "HTTP/1.1 2xx"));
    }

    #[test]
    fn a_greeting_and_a_held_connection_are_proofs_only_where_nothing_is_asked() {
        assert_eq!(read(Protocol::Tcp, "bytes", "220 mail\r\nmore"), found(Outcome::Greeted, "220 mail"));
        assert_eq!(read(Protocol::Tcp, "held", ""), found(Outcome::Held, ""));
        assert_eq!(read(Protocol::Postgres, "held", ""), found(Outcome::Silent, ""));
        assert_eq!(read(Protocol::Http, "held", ""), found(Outcome::Silent, ""));
    }

    #[test]
    fn every_end_of_a_connection_has_its_own_outcome() {
        for (state, outcome) in [
            ("ended", Outcome::Reset),
            ("timeout", Outcome::TimedOut),
            ("refused", Outcome::Refused),
            ("unreachable", Outcome::Unreachable),
            ("unresolved", Outcome::Unresolved),
            ("failed", Outcome::Failed),
            ("what nobody knows", Outcome::Failed),
        ] {
            for protocol in Protocol::ALL {
                assert_eq!(read(protocol, state, "").0, outcome, "{state}");
            }
        }
    }

    #[test]
    fn a_log_without_a_word_of_the_script_is_none_and_a_missing_port_has_failed() {
        assert_eq!(outcomes("sh: nc: not found\n", &[(7, Protocol::Tcp)]), None);
        let one = outcomes("mesh-export-probe 8 held \n", &[(7, Protocol::Tcp)]).unwrap();
        assert_eq!(
            (one[0].outcome, one[0].detail.as_str()),
            (Outcome::Failed, "the probe reported nothing about it")
        );
        assert_eq!(last_words("a\nsh: nc: not found\n\n"), "sh: nc: not found");
        assert_eq!(last_words(""), "its log is empty");
    }

    #[test]
    fn what_a_stranger_says_cannot_steer_a_terminal() {
        assert_eq!(read(Protocol::Tcp, "bytes", "\x1b[31mred\u{202e}").1, ".[31mred.");
    }

    proptest::proptest! {
        #[test]
        fn any_log_is_read_without_a_panic(log in "(mesh-export-probe [0-9]{1,6} [a-z]{0,7} [0-9a-fg]{0,9}\n)*.{0,40}") {
            drop(outcomes(&log, &[(80, Protocol::Http), (5432, Protocol::Postgres)]));
        }
    }
}
