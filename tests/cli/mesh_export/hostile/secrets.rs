//! Secrets in every place that has one, and every stream that could show them.

use super::hunter::{keeps, texts};
use super::{Den, harmless};
use crate::bed::plugin;
use serde_json::{Value, json};
use std::path::Path;
use testkit::kubectl::Kubectl;
use testkit::proxy::{ADMIN_TOKEN, Answer, Fault, When};

/// Long enough to stand nowhere by chance.
const SHORTEST: usize = 16;
const PASSWORD: &str = "canary-password-1c5e";
const KEY: &str = "canary-key-77af";
const OF_PLUGIN: &str = "canary-of-plugin-90b2";
const TYPED: &str = "canary-typed-token-44d0";

/// Everything in the Secrets of both clusters, as it stands there and decoded, and every token in that.
fn in_secrets(den: &Den) -> Vec<String> {
    let plain = Kubectl::new(plugin()).kubeconfig(den.held.kubeconfig());
    let all = |cluster| plain.run(["get", "secrets", "-A", "-o", "json", "--context", cluster]).json();
    let found: Vec<_> = super::CLUSTERS.iter().flat_map(|cluster| secrets_of(&all(cluster))).collect();
    assert!(found.len() > 2, "a platform has Secrets");
    found
}

/// The same of a list of Secrets.
pub(super) fn secrets_of(list: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for secret in list["items"].as_array().unwrap() {
        // Whose it is, and whom it trusts, everybody may know.
        let is_secret = |key: &str| !["namespace", "ca.crt"].contains(&key);
        let data = secret["data"].as_object().into_iter().flatten().filter(|(key, _)| is_secret(key));
        for value in data.filter_map(|(_, value)| value.as_str()) {
            let text = decoded(value);
            found.extend(
                text.lines().filter_map(|line| line.trim().strip_prefix("token: ")).map(str::to_owned),
            );
            found.extend([value.to_owned(), text]);
        }
    }
    found.retain(|text| text.len() >= SHORTEST);
    found
}

pub(super) fn encoded(text: &str) -> String {
    let value = serde_json::to_value(k8s_openapi::ByteString(text.as_bytes().to_vec())).unwrap();
    value.as_str().unwrap().to_owned()
}

fn decoded(value: &str) -> String {
    let bytes = serde_json::from_value::<k8s_openapi::ByteString>(json!(value)).unwrap();
    String::from_utf8_lossy(&bytes.0).into_owned()
}

/// The words of all commands.
const COMMANDS: [&[&str]; 11] = [
    &["list", "-A"],
    &["svc/postgres-rw", "--dry-run=server"],
    &["svc/postgres-rw", "--timeout=2s"],
    &["verify", "svc/postgres-rw", "--timeout=0"],
    &["verify", "svc/postgres-rw", "--probe", "--timeout=1s"],
    &["explain", "svc/postgres-rw", "-o", "json"],
    &["explain", "svc/postgres-rw", "-o", "mermaid"],
    &["explain", "svc/postgres-rw", "-o", "wide"],
    &["undo", "svc/postgres-rw", "--yes", "--timeout=2s"],
    &["__complete", "svc/"],
    &["__complete", "--to", ""],
];

/// The user whose token a plugin brings, which writes down what it and its parent were started with.
fn user_of_plugin(log: &Path) -> Value {
    let script = format!(
        "{{ tr '\\0' ' ' </proc/self/cmdline; tr '\\0' ' ' </proc/$PPID/cmdline; echo \"$KUBERNETES_EXEC_INFO\"; }} \
         >> '{}'; echo '{{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\
         \"status\":{{\"token\":\"'$PLANTED'\"}}}}'",
        log.display()
    );
    json!({ "exec": {
        "apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never", "provideClusterInfo": true,
        "command": "/bin/sh", "args": ["-c", script],
        "env": [{ "name": "PLANTED", "value": ADMIN_TOKEN }, { "name": "OTHER", "value": OF_PLUGIN }],
    } })
}

#[test]
fn planted_secrets_are_in_no_stream_no_file_and_no_process_at_any_verbosity() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let den = Den::new();
    let mut secrets = in_secrets(&den);
    secrets.extend([ADMIN_TOKEN, PASSWORD, KEY, OF_PLUGIN].map(str::to_owned));
    let log = den.file("argv", "");
    let mut kubeconfig = den.kubeconfig();
    kubeconfig["users"][0]["user"] = user_of_plugin(&log);
    kubeconfig["users"][1]["user"] = json!({ "tokenFile": den.file("token", ADMIN_TOKEN) });
    let more =
        json!({ "name": "other", "user": { "username": "u", "password": PASSWORD, "client-key-data": KEY } });
    kubeconfig["users"].as_array_mut().unwrap().push(more);
    let kubectl = den.kubectl(&kubeconfig);
    let temporary = kubectl.home().join("tmp");
    std::fs::create_dir(&temporary).unwrap();
    let kubectl = kubectl.env("TMPDIR", &temporary);
    for words in COMMANDS {
        let flags: &[&str] = if words[0] == "__complete" {
            &[]
        } else {
            &["-v", "9", "--contexts=infra,apps", "-n", "databases"]
        };
        let outcome = if words[0] == "__complete" {
            kubectl.run_directly(words.iter())
        } else {
            kubectl.run(["mesh-export"].iter().chain(words).chain(flags))
        };
        assert_ne!(outcome.code, Some(70), "{words:?}: {outcome}");
        keeps(&secrets, &outcome, words);
    }
    for (path, text) in texts(&kubectl.home()).into_iter().chain(texts(&log)) {
        assert!(!secrets.iter().any(|secret| text.contains(secret.as_str())), "{path} holds a secret");
    }
    let started = std::fs::read_to_string(&log).unwrap();
    assert!(started.contains("mesh_export") || started.contains("mesh-export"), "{started}");
    assert!(!secrets.iter().any(|secret| started.contains(secret.as_str())), "{started}");
    in_no_object(&den, &secrets);
}

/// What the runs left in the clusters: labels, owners, Jobs, Events. Secrets themselves are not looked at.
fn in_no_object(den: &Den, secrets: &[String]) {
    let plain = Kubectl::new(plugin()).kubeconfig(den.held.kubeconfig());
    for cluster in super::CLUSTERS {
        let all =
            ["services,endpoints,pods,jobs,events,configmaps", "-A", "-o", "json", "--show-managed-fields"];
        let outcome = plain.run(["--context", cluster, "get"].iter().chain(&all));
        assert!(outcome.stdout.contains("managedFields"), "{outcome}");
        keeps(secrets, &outcome, &all);
    }
}

#[test]
fn a_token_that_is_typed_or_that_a_server_repeats_is_masked() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let den = Den::new();
    let echo = format!("cannot serve: Authorization: Bearer {TYPED}\u{1b}[0m");
    for code in [400, 401, 403, 500, 503] {
        den.infra.reset();
        let answer =
            Answer::refusal(code, "Echo", &echo).header("warning", &format!("299 - \"Bearer {TYPED}\""));
        den.infra.on(When::any(""), Fault::Answer(answer));
        for level in ["0", "9"] {
            let words = ["list", "--contexts=infra,apps", "--token", TYPED, "-v", level];
            let outcome = den.run(&den.kubeconfig(), &words);
            keeps(&[TYPED.to_owned()], &outcome, &words);
            assert!([4, 6].contains(&outcome.code.unwrap()), "{code}: {outcome}");
            if level == "0" {
                harmless(&code.to_string(), &outcome);
                assert!(outcome.stderr.contains("Bearer <masked>"), "{code}: {outcome}");
            }
        }
    }
}
