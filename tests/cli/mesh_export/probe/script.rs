//! The script of the probe, run by the shell and the tools of its image, against servers of every kind.

use platform::mesh::probe::manifest::{IMAGE, Probe};
use platform::mesh::probe::outcome::Outcome;
use platform::mesh::probe::protocol::Protocol;
use platform::mesh::probe::reading::outcomes;
use platform::mesh::snapshot::Key;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// What the image has them from.
const BUSYBOX: &str = "/bin/busybox";
const TOOLS: [&str; 8] = ["sh", "nc", "timeout", "od", "head", "tr", "sleep", "rm"];
/// Seconds for a connection to come about and to be held; shorter than in a cluster.
const TIMES: [&str; 2] = ["2", "3"];

/// A server that does this with each connection; the port. It lives as long as the process.
fn server(with: fn(TcpStream)) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || with(stream));
        }
    });
    port
}

/// Longer than any probe.
fn hold(_open: &TcpStream) {
    std::thread::sleep(Duration::from_secs(60));
}

/// Answers the eight bytes of an `SSLRequest`, and nothing else.
fn postgres(mut stream: TcpStream) {
    let mut asked = [0; 8];
    let is_asked = stream.read_exact(&mut asked).is_ok() && asked == [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
    stream.write_all(if is_asked { b"N" } else { b"?" }).unwrap();
    hold(&stream);
}

/// Answers a whole request with a head and without a body.
fn http(mut stream: TcpStream) {
    let mut asked = Vec::new();
    while !asked.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        asked.extend(byte);
    }
    let asked = String::from_utf8(asked).unwrap();
    let is_good = asked.starts_with("HEAD / HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    let status = if is_good { "204 No Content" } else { "400 Bad Request" };
    stream.write_all(format!("HTTP/1.1 {status}\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
}

/// As a proxy of the mesh answers when it reaches nobody.
fn proxy(mut stream: TcpStream) {
    let answer = "HTTP/1.1 504 Gateway Timeout\r\nl5d-proxy-error: unexpected error\r\n\r\n";
    stream.write_all(answer.as_bytes()).unwrap();
    // Until the other side has read it: a reset could overtake the answer.
    hold(&stream);
}

fn greeting(mut stream: TcpStream) {
    stream.write_all(b"220 mail.example.test\r\n").unwrap();
    hold(&stream);
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of every server here")]
fn silent(stream: TcpStream) {
    hold(&stream);
}

/// Closing with unread bytes resets; without any it is a plain end, which counts the same.
fn ending(stream: TcpStream) {
    std::thread::sleep(Duration::from_millis(200));
    drop(stream);
}

fn closed() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// Runs the script as the Job does, with shorter times.
fn run(host: &str, ports: Vec<(u16, Protocol)>) -> Vec<(Outcome, String)> {
    let folder = tempfile::TempDir::new().unwrap();
    let tools = folder.path().join("bin");
    std::fs::create_dir(&tools).unwrap();
    for tool in TOOLS {
        std::os::unix::fs::symlink(BUSYBOX, tools.join(tool)).unwrap();
    }
    let (key, mirror, run) = (Key::new("databases", "job"), "mirror".to_owned(), "0".to_owned());
    let probe = Probe { key, mirror, run, host: host.to_owned(), ports };
    let pod = probe.pod(IMAGE);
    let words = |field: &str| -> Vec<String> {
        serde_json::from_value(pod["spec"]["containers"][0][field].clone()).unwrap()
    };
    let (command, mut arguments) = (words("command"), words("args"));
    arguments.splice(1..3, TIMES.map(str::to_owned));
    let output = Command::new(tools.join(&command[0]))
        .args(command.iter().skip(1).chain(&arguments))
        .env_clear()
        .env("PATH", &tools)
        .env("PROBE_FOLDER", folder.path())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "nothing but the lines");
    let log = String::from_utf8(output.stdout).unwrap();
    let found = outcomes(&log, &probe.ports).unwrap_or_else(|| panic!("no word of the script in {log:?}"));
    found.into_iter().map(|port| (port.outcome, port.detail)).collect()
}

fn has_busybox() -> bool {
    let here = Path::new(BUSYBOX).exists();
    if !here {
        testkit::real::skipped("busybox in /bin (apt-get install busybox)");
    }
    here
}

#[test]
fn every_kind_of_server_is_known_by_what_it_does() {
    if !has_busybox() {
        return;
    }
    let cases = [
        (server(postgres), Protocol::Postgres, Outcome::Answered, "PostgreSQL, which offers no TLS"),
        (server(http), Protocol::Http, Outcome::Answered, "HTTP 204"),
        (server(proxy), Protocol::Http, Outcome::ProxyAnswered, "HTTP 504: unexpected error"),
        (server(greeting), Protocol::Tcp, Outcome::Greeted, "220 mail.example.test"),
        (server(greeting), Protocol::Postgres, Outcome::WrongAnswer, "220 mail.example.test"),
        (server(silent), Protocol::Tcp, Outcome::Held, ""),
        (server(silent), Protocol::Postgres, Outcome::Silent, ""),
        (server(ending), Protocol::Tcp, Outcome::Reset, ""),
        (server(ending), Protocol::Postgres, Outcome::Reset, ""),
        (
            closed(),
            Protocol::Tcp,
            Outcome::Refused,
            "nc: can't connect to remote host (127.0.0.1): Connection refused",
        ),
        (testkit::blackhole::port(), Protocol::Tcp, Outcome::TimedOut, "nc: timed out"),
    ];
    let found = run("127.0.0.1", cases.iter().map(|(port, protocol, ..)| (*port, *protocol)).collect());
    for ((_, protocol, outcome, detail), found) in cases.iter().zip(found) {
        assert_eq!(found, (*outcome, (*detail).to_owned()), "{protocol:?}");
    }
}

#[test]
fn a_name_without_an_address_is_no_reason_to_run_what_it_says() {
    if !has_busybox() {
        return;
    }
    let found = run("nobody.invalid", vec![(80, Protocol::Http)]);
    assert_eq!(found[0], (Outcome::Unresolved, "nc: bad address 'nobody.invalid'".to_owned()));
    let found = run("$(echo 127.0.0.1);`id`", vec![(80, Protocol::Http)]);
    assert_eq!(found[0], (Outcome::Unresolved, "nc: bad address '$(echo 127.0.0.1);`id`'".to_owned()));
}
