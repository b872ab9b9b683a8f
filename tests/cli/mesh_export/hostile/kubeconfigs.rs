//! Kubeconfigs that do harm, or are broken in ways that nobody thought of.

use super::{Den, refused};
use serde_json::{Value, json};
use std::os::unix::fs::{PermissionsExt, symlink};
use testkit::kubectl::Kubectl;

/// As part of a kubeconfig with two good contexts: what is changed, the exit code, and what is said.
#[expect(clippy::too_many_lines, reason = "a table, a line for each change")]
fn changes(den: &Den) -> Vec<(&'static str, &'static str, Value, (i32, &'static str))> {
    let long = "x".repeat(1 << 20);
    let program = |script: &str| {
        json!({ "exec": { "apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never",
            "command": "/bin/sh", "args": ["-c", script] } })
    };
    let server = |url: &str| json!({ "server": url });
    let url = den.infra.url();
    let authority = |data: &str| json!({ "server": url, "certificate-authority-data": data });
    vec![
        (
            "a context of no cluster",
            "/contexts/0/context",
            json!({ "cluster": "\u{1b}[2Jno", "user": "infra" }),
            (2, "infra"),
        ),
        (
            "a context of itself",
            "/contexts/0/context",
            json!({ "cluster": "infra", "user": "apps", "extensions": [] }),
            (0, ""),
        ),
        ("a name of a megabyte", "/current-context", json!(long), (2, "")),
        ("a name that drives a terminal", "/current-context", json!("\u{1b}]0;x\u{7}\u{202e}"), (2, "")),
        (
            "a namespace that drives one",
            "/contexts/0/context/namespace",
            json!("\u{1b}[31mx"),
            (2, "cannot be the name"),
        ),
        ("two of one name", "/contexts/1/name", json!("infra"), (2, "twice")),
        (
            "a server with a password",
            "/clusters/0/cluster",
            server("https://u:hunter2@127.0.0.1:1"),
            (6, "refused"),
        ),
        (
            "a server that is no URL",
            "/clusters/0/cluster",
            server("https://u:hunter2@[:\u{1b}"),
            (2, "is not a URL"),
        ),
        ("an authority that is no base64", "/clusters/0/cluster", authority("%"), (2, "base64")),
        ("an authority that is no certificate", "/clusters/0/cluster", authority("aHVudGVyMg=="), (2, "PEM")),
        (
            "an authority without an end",
            "/clusters/0/cluster",
            json!({ "server": url, "certificate-authority": "/dev/zero" }),
            (2, "larger than 32 megabytes"),
        ),
        (
            "a certificate without an end",
            "/users/0/user",
            json!({ "client-certificate": "/dev/zero", "client-key": "/dev/zero" }),
            (2, "larger than 32 megabytes"),
        ),
        (
            "a token without an end",
            "/users/0/user",
            json!({ "tokenFile": "/dev/zero" }),
            (2, "larger than 32 megabytes"),
        ),
        ("a token in a folder", "/users/0/user", json!({ "tokenFile": "/" }), (2, "is a directory")),
        ("a token that breaks a header", "/users/0/user", json!({ "token": "hunter2\r\nX: y" }), (2, "")),
        (
            "a plugin that prints garbage",
            "/users/0/user",
            program("head -c 100000 /dev/urandom"),
            (6, "credential plugin"),
        ),
        ("a plugin that prints no end", "/users/0/user", program("cat /dev/zero"), (6, "credential plugin")),
        (
            "a plugin that speaks in colours",
            "/users/0/user",
            program("printf '\\033[31mno\\007' >&2; exit 3"),
            (6, "credential plugin"),
        ),
        (
            "a plugin that is not there",
            "/users/0/user",
            json!({ "exec": { "apiVersion": "client.authentication.k8s.io/v1",
            "interactiveMode": "Never", "command": "no\u{1b}[2Jsuch", "installHint": "get\u{7} it" } }),
            (2, "not found"),
        ),
    ]
}

#[test]
fn every_change_of_a_kubeconfig_ends_with_its_code_and_what_to_do_next() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let den = Den::new();
    for (what, pointer, value, expected) in changes(&den) {
        let mut kubeconfig = den.kubeconfig();
        *kubeconfig.pointer_mut(pointer).unwrap() = value;
        let outcome = den.run(&kubeconfig, &["list", "--contexts=infra,apps"]);
        refused(what, &outcome, expected);
        assert!(!outcome.stderr.contains("hunter2"), "{what}: {outcome}");
    }
}

#[test]
fn files_that_are_no_kubeconfig_are_refused_as_a_wrong_name_is() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let den = Den::new();
    let folder = den.held.kubeconfig().parent().unwrap().to_owned();
    let good = den.file("good", den.kubeconfig().to_string());
    std::fs::set_permissions(&good, std::fs::Permissions::from_mode(0o666)).unwrap();
    symlink(folder.join("circle"), folder.join("circle")).unwrap();
    symlink(&good, folder.join("link")).unwrap();
    let binary: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    for (what, file, expected) in [
        ("a folder", folder.clone(), (2, "is a directory")),
        ("a circle of links", folder.join("circle"), (2, "too many levels of symbolic links")),
        ("no text", den.file("binary", binary), (2, "not UTF-8 text")),
        ("no end", "/dev/zero".into(), (2, "larger than 32 megabytes")),
        ("deep", den.file("deep", "[".repeat(100_000)), (2, "line 1")),
        ("what everybody can read", good.clone(), (0, "")),
        ("a link to it", folder.join("link"), (0, "")),
    ] {
        let kubectl = Kubectl::new(crate::bed::plugin()).kubeconfig(&file);
        let outcome = kubectl.run(["mesh-export", "list", "--contexts=infra,apps"]);
        refused(what, &outcome, expected);
    }
}
