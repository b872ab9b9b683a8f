//! Plugins as shell scripts, against a stand-in server.

use super::heard::Heard;
use crate::cluster::dial::DialError;
use crate::cluster::dial::stand::{Authority, Caller, Stand, ask, fine, response};
use crate::terms::{Environment, Obstacle};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::path::Path;

/// Prints a token that counts the runs.
const COUNTING: &str = r#"echo run >> "$0.runs"
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t%s"}}' \
  "$(wc -l < "$0.runs" | tr -d ' ')"
"#;

/// A user with a plugin of this script; `more` are further fields of its configuration.
pub(super) fn plugin(folder: &Path, script: &str, more: &str) -> String {
    let file = folder.join("plugin.sh");
    std::fs::write(&file, script).unwrap();
    let file = file.display();
    format!(
        "{{exec: {{apiVersion: client.authentication.k8s.io/v1, interactiveMode: IfAvailable, command: sh, \
         args: ['{file}']{more}}}}}"
    )
}

pub(super) async fn secure(clients: Option<&Authority>, answer: fn(&str) -> String) -> (Stand, String) {
    let authority = Authority::new("ca");
    let stand = Stand::tls(authority.issue(&["127.0.0.1"], |_| {}).serving(clients), answer).await;
    let data = STANDARD.encode(authority.0.pem());
    let cluster =
        format!("{{server: 'https://127.0.0.1:{}', certificate-authority-data: {data}}}", stand.port);
    (stand, cluster)
}

pub(super) fn authorizations(stand: &Stand) -> Vec<String> {
    let heads = stand.seen();
    let lines =
        heads.iter().flat_map(|head| head.lines()).filter_map(|line| line.strip_prefix("authorization: "));
    lines.map(str::to_owned).collect()
}

#[tokio::test]
async fn row_6_a_plugin_runs_once_however_often_is_dialed_and_asked() {
    let folder = tempfile::tempdir().unwrap();
    let (stand, cluster) = secure(None, fine).await;
    let dialer =
        Caller::default().dialer(folder.path(), &cluster, &plugin(folder.path(), COUNTING, "")).unwrap();
    let (one, two) = tokio::join!(dialer.dial(), dialer.dial());
    for dialed in [one.unwrap(), two.unwrap()] {
        ask(&dialed).await.unwrap();
        ask(&dialed).await.unwrap();
    }
    assert_eq!(authorizations(&stand), ["bearer t1"; 4]);
}

#[tokio::test]
async fn row_7_a_plugin_gets_none_of_our_stdin() {
    let folder = tempfile::tempdir().unwrap();
    let script = COUNTING.replace("echo run", "[ \"$(wc -c | tr -d ' ')\" = 0 ] || exit 9; echo run");
    let (stand, cluster) = secure(None, fine).await;
    let dialer =
        Caller::default().dialer(folder.path(), &cluster, &plugin(folder.path(), &script, "")).unwrap();
    ask(&dialer.dial().await.unwrap()).await.unwrap();
    assert_eq!(authorizations(&stand), ["bearer t1"]);
}

#[tokio::test]
async fn row_8_after_a_401_the_plugin_runs_once_more_for_all_who_met_it() {
    let folder = tempfile::tempdir().unwrap();
    let refusing_the_first = |head: &str| {
        if head.contains("bearer t1") { response("401 Unauthorized", "text/plain", "no") } else { fine(head) }
    };
    let (stand, cluster) = secure(None, refusing_the_first).await;
    let dialer =
        Caller::default().dialer(folder.path(), &cluster, &plugin(folder.path(), COUNTING, "")).unwrap();
    assert!(
        matches!(ask(&dialer.dial().await.unwrap()).await, Err(kube::Error::Api(status)) if status.code == 401)
    );
    let (one, two) = tokio::join!(dialer.redial(), dialer.redial());
    for dialed in [one, two, dialer.redial().await, dialer.dial().await] {
        ask(&dialed.unwrap()).await.unwrap();
    }
    assert_eq!(authorizations(&stand), ["bearer t1", "bearer t2", "bearer t2", "bearer t2", "bearer t2"]);
}

#[tokio::test]
async fn a_plugin_is_told_the_protocol_and_the_cluster_and_gets_our_variables() {
    let folder = tempfile::tempdir().unwrap();
    let script = format!(
        "echo \"$KUBERNETES_EXEC_INFO\" > \"$0.info\"\necho \"$HOME $EXTRA $1 ${{CARGO_MANIFEST_DIR-clean}}\" >> \"$0.info\"\n{COUNTING}"
    );
    let (_stand, cluster) = secure(None, fine).await;
    let cluster = cluster.replacen(
        '{',
        "{extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: a}}], tls-server-name: 127.0.0.1, ",
        1,
    );
    let user =
        plugin(folder.path(), &script, ", provideClusterInfo: true, env: [{name: EXTRA, value: more}]");
    let user = user.replace("plugin.sh'", "plugin.sh', argument");
    let environment =
        Environment::of([("PATH", "/usr/bin:/bin"), ("HOME", "/me"), ("KUBERNETES_EXEC_INFO", "stale")]);
    let caller = Caller { environment, ..Caller::default() };
    caller.dialer(folder.path(), &cluster, &user).unwrap().dial().await.unwrap();
    let told = std::fs::read_to_string(folder.path().join("plugin.sh.info")).unwrap();
    let (info, variables) = told.split_once('\n').unwrap();
    assert_eq!(variables.trim(), "/me more argument clean", "ours, its own, its arguments, and no others");
    let info: serde_json::Value = serde_json::from_str(info).unwrap();
    assert_eq!(info["apiVersion"], "client.authentication.k8s.io/v1");
    assert_eq!((&info["kind"], &info["spec"]["interactive"]), (&"ExecCredential".into(), &false.into()));
    let told = &info["spec"]["cluster"];
    assert_eq!((&told["config"]["audience"], &told["tls-server-name"]), (&"a".into(), &"127.0.0.1".into()));
    assert!(told["server"].as_str().unwrap().starts_with("https://127.0.0.1:"));
    assert!(!told["certificate-authority-data"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn a_plugin_that_may_ask_is_told_so_unless_it_never_wants_to() {
    for (mode, expected) in [("IfAvailable", true), ("Always", true), ("Never", false)] {
        let folder = tempfile::tempdir().unwrap();
        let script = format!("echo \"$KUBERNETES_EXEC_INFO\" > \"$0.info\"\n{COUNTING}");
        let user = plugin(folder.path(), &script, "").replace("IfAvailable", mode);
        let caller = Caller { terminal: Heard::answering(), ..Caller::default() };
        let dialer = caller.dialer(folder.path(), "{server: 'https://127.0.0.1:1'}", &user).unwrap();
        dialer.dial().await.unwrap();
        let told = std::fs::read_to_string(folder.path().join("plugin.sh.info")).unwrap();
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        assert_eq!(told["spec"], serde_json::json!({ "interactive": expected }), "{mode}");
    }
}

#[tokio::test]
async fn a_plugins_client_certificate_is_shown_to_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let clients = Authority::new("clients");
    let identity = clients.issue(&["me"], |_| {});
    let answer = serde_json::json!({
        "apiVersion": "client.authentication.k8s.io/v1beta1", "kind": "ExecCredential",
        "status": {
            "clientCertificateData": identity.certificate.pem().trim(), "clientKeyData": identity.key.serialize_pem().trim()
        },
    });
    std::fs::write(folder.path().join("answer"), answer.to_string()).unwrap();
    let script = format!("cat '{}'", folder.path().join("answer").display());
    let user = plugin(folder.path(), &script, "").replace("k8s.io/v1,", "k8s.io/v1beta1,");
    let (stand, cluster) = secure(Some(&clients), fine).await;
    let dialer = Caller::default().dialer(folder.path(), &cluster, &user).unwrap();
    ask(&dialer.dial().await.unwrap()).await.unwrap();
    assert!(stand.seen()[0].contains("client-certificate: yes"), "{:?}", stand.seen());
}

#[tokio::test]
async fn a_plugin_may_answer_in_yaml() {
    let folder = tempfile::tempdir().unwrap();
    let answer = "---\napiVersion: client.authentication.k8s.io/v1\nkind: ExecCredential\nstatus:\n  token: yaml\n  \
                  expirationTimestamp: 2030-01-01T00:00:00Z\n";
    let (stand, cluster) = secure(None, fine).await;
    let user = plugin(folder.path(), &format!("printf '%s' '{answer}'"), "");
    let dialer = Caller::default().dialer(folder.path(), &cluster, &user).unwrap();
    ask(&dialer.dial().await.unwrap()).await.unwrap();
    assert_eq!(authorizations(&stand), ["bearer yaml"]);
}

#[tokio::test]
async fn a_command_with_a_slash_is_relative_to_the_kubeconfig() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("bin")).unwrap();
    std::os::unix::fs::symlink("/bin/sh", folder.path().join("bin/login")).unwrap();
    let (stand, cluster) = secure(None, fine).await;
    let user = plugin(folder.path(), COUNTING, "").replace("command: sh", "command: ./bin/login");
    let dialer = Caller::default().dialer(folder.path(), &cluster, &user).unwrap();
    ask(&dialer.dial().await.unwrap()).await.unwrap();
    assert_eq!(authorizations(&stand), ["bearer t1"]);
}

async fn fails(script: &str) -> String {
    fails_at(&Caller::default(), script).await
}

pub(super) async fn fails_at(caller: &Caller, script: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let user = plugin(folder.path(), script, "");
    let dialer = caller.dialer(folder.path(), "{server: 'https://127.0.0.1:1'}", &user).unwrap();
    match dialer.dial().await {
        Err(DialError::Obstacle(obstacle @ Obstacle::Plugin { .. })) => obstacle.to_string(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("dialed"),
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_plugin_is_said_without_what_it_printed() {
    let credential = |rest: &str| {
        fails_with(format!(
            "{{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\"{rest}}}"
        ))
    };
    assert_eq!(
        fails("echo hunter2; echo 'the token hunter2 is too old' >&2; exit 3").await,
        "credential plugin \"sh\" failed (exit status: 3)",
    );
    assert_eq!(
        fails("echo hunter2").await,
        "credential plugin \"sh\" cannot be used: its answer is not an ExecCredential in JSON or YAML (line 1)",
    );
    assert_eq!(
        fails_with("{\"status\":\n{\"token\": hunter2} more".to_owned()).await,
        "credential plugin \"sh\" cannot be used: its answer is not an ExecCredential in JSON or YAML (line 2)",
    );
    let other = fails_with("{\"apiVersion\":\"hunter2\",\"kind\":\"ExecCredential\"}".to_owned()).await;
    assert!(
        other.ends_with("version client.authentication.k8s.io/v1, plugin returned another version"),
        "{other}"
    );
    for (rest, problem) in [
        ("", "exec plugin didn't return a status field"),
        (",\"status\":{}", "exec plugin didn't return a token or cert/key pair"),
        (
            ",\"status\":{\"token\":\"a\\u0007b\"}",
            "its token has characters that are not allowed in a request",
        ),
        (
            ",\"status\":{\"clientKeyData\":\"hunter2\"}",
            "exec plugin returned only certificate or key, not both",
        ),
    ] {
        assert_eq!(credential(rest).await, format!("credential plugin \"sh\" cannot be used: {problem}"));
    }
}

async fn fails_with(answer: String) -> String {
    fails(&format!("printf '%s' '{answer}'")).await
}
