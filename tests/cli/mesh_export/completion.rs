//! Completion, as kubectl asks for it when somebody types.

use crate::bed::{Bed, database, plugin};
use crate::faults::stage::ended;
use crate::marks::NOTHING;
use testkit::kubectl::{Kubectl, Outcome};
use testkit::world::{KubeconfigFile, User, World, mesh_shared};

/// What kubectl offers, without what each means, and its directive.
#[track_caller]
fn offered(kubectl: &Kubectl, words: &[&str]) -> (Vec<String>, String) {
    let outcome = kubectl.run(["__completeNoDesc", "mesh-export"].iter().chain(words));
    assert_eq!(outcome.code, Some(0), "{outcome}");
    let mut lines: Vec<String> = outcome.stdout.lines().map(str::to_owned).collect();
    let directive = lines.pop().unwrap_or_default();
    (lines, directive)
}

fn installed(kubectl: &Kubectl) -> Outcome {
    kubectl.run(["mesh-export", "completion", "install"])
}

#[test]
fn kubectl_completes_names_of_the_cluster_and_of_the_kubeconfig() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bed = Bed::new(ground, "complete");
    bed.world.service("infra", database("postgres-ro"));
    let (kubectl, namespace) = (bed.kubectl(), bed.world.namespace().to_owned());
    let made = installed(&kubectl);
    assert_eq!((made.code, made.stdout.as_str()), (Some(0), ""), "{made}");
    assert!(made.stderr.contains("kubectl_complete-mesh_export made"), "{made}");
    assert!(installed(&kubectl).stderr.contains("is there already"));
    let marks = bed.mark();
    let (short, long) = (&namespace[..namespace.len() - 1], format!("--namespace={namespace}"));
    let cases: [(&[&str], &[&str], &str); 11] = [
        (&["svc/"], &["svc/postgres-ro", "svc/postgres-rw"], ":4"),
        (&["undo", "svc", "postgres-r"], &["postgres-ro", "postgres-rw"], ":4"),
        (&[&long, "explain", "service/postgres-rw"], &["service/postgres-rw"], ":4"),
        (&["--context", "apps", "svc/"], &[], ":4"),
        (&["list", "-n", short], &[&namespace], ":4"),
        (&["--context", ""], &["infra", "apps"], ":4"),
        (&["svc/postgres-rw", "--to", ""], &["apps"], ":4"),
        (&["--contexts=infra,a"], &["--contexts=infra,apps"], ":4"),
        (&["--mode", "f"], &["flat", "federated"], ":4"),
        (&["list", "-o", "jsonpath-"], &["jsonpath-file="], ":6"),
        (&["--despite", "gateway-ad"], &["gateway-address", "gateway-addresses"], ":4"),
    ];
    for (words, names, directive) in cases {
        let (mut found, ended) = offered(&kubectl, words);
        // The API server sorts by itself; what stands in files keeps its order.
        found.retain(|one| !one.contains("kubernetes"));
        assert_eq!(
            (found, ended.as_str()),
            (names.iter().map(|one| (*one).to_owned()).collect(), directive),
            "{words:?}"
        );
    }
    let (first, _) = offered(&kubectl, &[""]);
    for word in ["list", "verify", "explain", "undo", "completion", "svc/postgres-rw"] {
        assert!(first.iter().any(|one| one == word), "{word}: {first:?}");
    }
    assert!(!first.iter().any(|one| one.starts_with('-')), "flags come with a dash: {first:?}");
    assert_eq!(marks.writes(), NOTHING);
}

#[test]
fn a_dead_cluster_and_credentials_that_would_have_to_be_asked_for_are_passed_over_in_silence() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let world = World::new(ground, "complete-dead");
    let exec = serde_json::json!({ "exec": { "apiVersion": "client.authentication.k8s.io/v1", "command": "sh",
        "interactiveMode": "Always", "args": ["-c", "echo who are you >&2; exit 1"] } });
    let asking = KubeconfigFile::new(ground).direct("infra", User::Raw(exec)).direct("apps", User::Admin);
    let asking = world.kubeconfig(&asking.current("infra"));
    let dead = "apiVersion: v1\nkind: Config\ncurrent-context: infra\ncontexts:\n- name: infra\n  context: {cluster: c, user: u}\n\
                clusters:\n- name: c\n  cluster: {server: 'https://127.0.0.1:1'}\nusers:\n- name: u\n  user: {token: t}\n";
    let file = world.folder().join("dead");
    std::fs::write(&file, dead).unwrap();
    for kubeconfig in [asking.as_path(), file.as_path(), std::path::Path::new("/nowhere")] {
        let kubectl = Kubectl::new(plugin()).kubeconfig(kubeconfig);
        ended(&installed(&kubectl), 0, &["made"]);
        let outcome = kubectl.run(["__complete", "mesh-export", "svc/"]);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(0), ":4\n"), "{kubeconfig:?}: {outcome}");
        let said = outcome.stderr.lines().filter(|line| !line.starts_with("[Debug]"));
        let said: Vec<&str> = said.collect();
        assert_eq!(said, ["Completion ended with directive: ShellCompDirectiveNoFileComp"], "{outcome}");
    }
}

#[test]
fn a_completer_completes_a_flag_that_the_plugin_would_answer_at_once() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let kubectl = Kubectl::new(plugin());
    ended(&installed(&kubectl), 0, &[]);
    assert_eq!(offered(&kubectl, &["--version"]), (vec!["--version".to_owned()], ":4".to_owned()));
}
