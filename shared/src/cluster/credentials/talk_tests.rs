//! What plugins say to the user, and who keeps out of their way.

use super::heard::Heard;
use super::tests::{fails_at, plugin};
use crate::cluster::dial::stand::Caller;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const SERVER: &str = "{server: 'https://127.0.0.1:1'}";
const CREDENTIAL: &str = r#"printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t"}}'"#;

#[tokio::test]
async fn what_a_plugin_says_reaches_the_user_once_whether_it_fails_or_not_and_nothing_else() {
    let words = "echo 'open https://login' >&2; printf 'the code is \\033[1mhunter2' >&2";
    let told = ["x: sh: open https://login", "x: sh: the code is \u{1b}[1mhunter2"];
    let caller = Caller::default();
    let failed = fails_at(&caller, &format!("{words}; exit 3")).await;
    assert_eq!(failed, "credential plugin \"sh\" failed (exit status: 3)");
    assert_eq!(caller.terminal.lines(), told);

    let (folder, caller) = (tempfile::tempdir().unwrap(), Caller::default());
    let user = plugin(folder.path(), &format!("{words}\n{CREDENTIAL}"), "");
    caller.dialer(folder.path(), SERVER, &user).unwrap().dial().await.unwrap();
    assert_eq!(caller.terminal.lines(), told);
}

/// How much room there is while a plugin runs, and afterwards.
async fn rooms(terminal: Arc<Heard>) -> (usize, usize) {
    let folder = tempfile::tempdir().unwrap();
    let caller = Caller { terminal: terminal.clone(), ..Caller::default() };
    let script = format!("touch \"$0.runs\"; while [ ! -e \"$0.go\" ]; do sleep 0.02; done\n{CREDENTIAL}");
    let user = plugin(folder.path(), &script, "");
    let dialer = caller.dialer(folder.path(), SERVER, &user).unwrap();
    let file = |ending: &str| -> PathBuf { folder.path().join(format!("plugin.sh.{ending}")) };
    let looking = async {
        appearing(&file("runs")).await;
        let rooms = terminal.rooms();
        std::fs::write(file("go"), "").unwrap();
        rooms
    };
    let (dialed, rooms) = tokio::join!(dialer.dial(), looking);
    dialed.unwrap();
    (rooms, terminal.rooms())
}

async fn appearing(file: &Path) {
    while !file.exists() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn nothing_is_drawn_while_a_plugin_may_be_talking_to_somebody() {
    assert_eq!(rooms(Heard::answering()).await, (1, 0), "it may ask");
    assert_eq!(rooms(Heard::watched()).await, (1, 0), "it may tell a code");
    assert_eq!(rooms(Arc::default()).await, (0, 0), "its words pass through us");
}
