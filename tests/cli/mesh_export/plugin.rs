//! Credential plugins that talk to the user: what they say is seen as they say it, once, and is in no report.

use crate::bed::{Bed, plugin};
use serde_json::json;
use std::time::Duration;
use testkit::kubectl::Kubectl;
use testkit::proxy::ADMIN_TOKEN;
use testkit::world::{KubeconfigFile, User, mesh_shared};

const SOON: Duration = Duration::from_secs(30);

/// A kubectl for which this script makes the credentials for `infra`. It may use the shell function `credential`.
fn kubectl(bed: &Bed, script: &str) -> Kubectl {
    let credential = json!({
        "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": { "token": ADMIN_TOKEN },
    });
    let script = format!("credential() {{ echo '{credential}'; }}\n{script}");
    let exec = json!({
        "apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "IfAvailable", "command": "sh",
        "args": ["-c", script],
    });
    let file = KubeconfigFile::new(bed.world.ground())
        .through("infra", &bed.infra, User::Raw(json!({ "exec": exec })))
        .through("apps", &bed.apps, User::Admin)
        .namespace("infra", bed.world.namespace())
        .current("infra");
    Kubectl::new(plugin()).kubeconfig(bed.world.kubeconfig(&file))
}

/// The line that passes is redrawn ten times a second, so a question that is not answered at once would be gone.
#[test]
fn a_question_of_a_plugin_stays_on_the_screen_until_it_is_answered() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bed = Bed::new(ground, "question");
    let kubectl = kubectl(&bed, "printf 'One-time password: ' >&2; read -r answer; credential");
    let mut running = kubectl.spawn_on_terminal(["mesh-export", "list"]);
    assert!(running.wait_stderr("One-time password: ", SOON));
    std::thread::sleep(Duration::from_millis(1500));
    running.press("123\r");
    let outcome = running.wait(SOON);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert!(outcome.stderr.contains("One-time password: 123\r\n"), "{:?}", outcome.stderr);
}

#[test]
fn what_a_plugin_says_without_a_terminal_is_told_once_and_is_in_no_report() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bed = Bed::new(ground, "hearsay");
    let words = r"printf 'log in at \033[1mhttps://login with hunter2\n' >&2";
    for (script, code) in [(format!("{words}; exit 3"), 6), (format!("{words}; credential"), 0)] {
        let outcome = kubectl(&bed, &script).run(["mesh-export", "list", "-o", "json"]);
        assert_eq!(outcome.code, Some(code), "{outcome}");
        let told = "infra: sh: log in at ^[[1mhttps://login with hunter2\n";
        assert!(outcome.stderr.contains(told), "{outcome}");
        assert_eq!(outcome.stderr.matches("hunter2").count(), 1, "{outcome}");
        assert!(!outcome.stdout.contains("hunter2"), "{outcome}");
    }
    let failed = kubectl(&bed, &format!("{words}; exit 3")).run(["mesh-export", "list"]);
    let said = "error: infra: credential plugin \"sh\" failed (exit status: 3)\n";
    assert!(failed.stderr.contains(said), "{failed}");
}
