//! What is typed: spellings, flags in any position, mistakes. Most of it needs no cluster.

use crate::bed::{Bed, plugin};
use testkit::kubectl::Kubectl;
use testkit::world::mesh_shared;

fn kubectl() -> Kubectl {
    Kubectl::new(plugin())
}

fn refused(arguments: &[&str], reason: &str) {
    let outcome = kubectl().run(arguments);
    assert_eq!(outcome.code, Some(2), "{arguments:?}: {outcome}");
    assert!(outcome.stderr.contains(reason), "{arguments:?}: {outcome}");
    assert_eq!(outcome.stdout, "", "{arguments:?}");
}

#[test]
fn kubectl_finds_the_plugin_and_has_nothing_to_complain_of() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let listed = kubectl().run(["plugin", "list"]);
    assert_eq!(listed.code, Some(0), "{listed}");
    assert!(listed.stdout.contains("kubectl-mesh_export"), "{listed}");
    assert!(!listed.stderr.contains("warning"), "{listed}");
}

#[test]
fn mistakes_on_the_command_line_are_usage_errors_with_their_reason() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    refused(&["mesh-export"], "no Service was named");
    refused(&["mesh-export", "deploy/web"], "only Services can be exported");
    refused(&["mesh-export", "deploy", "web"], "only Services can be exported");
    refused(&["mesh-export", "undo"], "name a Service: `kubectl mesh-export undo svc/NAME`");
    refused(&["mesh-export", "svc/web", "--repo", ".", "--imperative"], "cannot be used with");
    refused(
        &["mesh-export", "svc/web", "--repo", "/nowhere"],
        "cannot read the folder \"/nowhere\" of --repo",
    );
    refused(&["mesh-export", "svc/web/x"], "may not have more than one slash");
    refused(&["mesh-export", "svc/web", "--nope"], "unexpected argument '--nope'");
    refused(&["mesh-export", "svc/web", "-l", "a=b"], "name cannot be provided when a selector is specified");
    refused(&["mesh-export", "svc/web", "-A"], "cannot be retrieved by name across all namespaces");
    refused(&["mesh-export", "svc/web", "--timeout", "soon"], "invalid duration");
    refused(
        &["mesh-export", "svc/web", "-o", "xml"],
        "unable to match a printer suitable for the output format",
    );
    let drawn = "-o mermaid is for explanations, which this command does not print";
    for words in [vec!["svc/web"], vec!["verify", "svc/web"], vec!["undo", "svc/web"], vec!["list"]] {
        refused(&[&["mesh-export"][..], &words, &["-o", "mermaid"]].concat(), drawn);
    }
    refused(&["mesh-export", "explain"], "name a Service: `kubectl mesh-export explain svc/NAME`");
    refused(&["mesh-export", "svc/web", "--dry-run=maybe"], "Must be \"none\", \"server\", or \"client\"");
}

#[test]
fn a_name_with_control_and_bidi_characters_is_refused_and_shown_harmless() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let outcome = kubectl().run(["mesh-export", "svc/we\u{1b}[31mb\u{202e}"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert!(outcome.stderr.contains("cannot be the name of a Service"), "{outcome}");
    assert!(!outcome.stderr.contains(['\u{1b}', '\u{202e}']), "{:?}", outcome.stderr);
}

#[test]
fn without_a_kubeconfig_it_says_where_it_looked() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let outcome = kubectl().without("KUBECONFIG").run(["mesh-export", "svc/web"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert!(outcome.stderr.contains("no kubeconfig found"), "{outcome}");
    let homeless = kubectl().without("KUBECONFIG").no_home().run(["mesh-export", "svc/web"]);
    assert_eq!(homeless.code, Some(2), "{homeless}");
}

#[test]
fn help_and_version_go_to_stdout() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    for (arguments, words) in
        [(["mesh-export", "--help"], "kubectl mesh-export"), (["mesh-export", "--version"], "0.1.0")]
    {
        let outcome = kubectl().run(arguments);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{outcome}");
        assert!(outcome.stdout.contains(words), "{outcome}");
    }
    // Alone it is answered before anything else is looked at.
    let [alone, among] = [&["mesh-export", "--version"][..], &["mesh-export", "-n", "shop", "--version"]]
        .map(|arguments| kubectl().run(arguments).stdout);
    assert_eq!(alone, among);
}

#[test]
fn the_help_is_what_it_was() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    for (name, arguments) in [
        ("export", vec!["mesh-export", "--help"]),
        ("list", vec!["mesh-export", "list", "--help"]),
        ("verify", vec!["mesh-export", "verify", "--help"]),
        ("explain", vec!["mesh-export", "explain", "--help"]),
        ("undo", vec!["mesh-export", "undo", "--help"]),
    ] {
        let outcome = kubectl().run(arguments);
        insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(format!("mesh_export_help_{name}"), outcome.stdout);
        });
    }
}

#[test]
fn flags_work_before_and_after_the_subcommand_and_the_name() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bed = Bed::new(ground, "flags");
    let namespace = bed.world.namespace();
    for arguments in [
        vec![
            "mesh-export",
            "-n",
            namespace,
            "--context",
            "infra",
            "verify",
            "svc/postgres-rw",
            "--timeout=0",
        ],
        vec![
            "mesh-export",
            "verify",
            "svc/postgres-rw",
            "--timeout=0",
            "--context=infra",
            "--namespace",
            namespace,
        ],
        vec!["mesh-export", "verify", "--timeout=0", "svc", "postgres-rw", "-n", namespace],
        vec!["mesh-export", "--contexts", "infra,apps", "verify", "services/postgres-rw", "--timeout", "0"],
    ] {
        let outcome = bed.kubectl().run(&arguments);
        assert_eq!(outcome.code, Some(3), "{arguments:?}: {outcome}");
        assert!(outcome.stdout.contains("not labelled"), "{arguments:?}: {outcome}");
    }
}

#[test]
fn a_flag_before_the_plugins_name_is_kubectls_own_error() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let outcome = kubectl().run(["--context", "infra", "mesh-export", "svc/web"]);
    assert_eq!(outcome.code, Some(1), "{outcome}");
    assert!(outcome.stderr.contains("flags cannot be placed before plugin name"), "{outcome}");
}

#[test]
fn every_connection_flag_is_understood_in_every_position() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let flags = [
        "--context=infra",
        "--contexts=infra,apps",
        "--config=fleet.yaml",
        "--cluster=c",
        "--user=u",
        "--server=https://127.0.0.1:9",
        "-shttps://127.0.0.1:9",
        "--tls-server-name=t",
        "--certificate-authority=ca.crt",
        "--insecure-skip-tls-verify",
        "--client-certificate=c.crt",
        "--client-key=c.key",
        "--token=t",
        "--username=u",
        "--password=p",
        "--as=me",
        "--as-group=g",
        "--as-uid=1",
        "--as-user-extra=k=v",
        "--request-timeout=5s",
        "--disable-compression",
        "--warnings-as-errors",
        "--cache-dir=c",
        "--namespace=shop",
        "-nshop",
        "-v6",
        "-ojson",
    ];
    for flag in flags {
        for arguments in [[flag, "list"], ["list", flag]] {
            let outcome = kubectl().kubeconfig("/nowhere/config").run_directly(arguments);
            assert_eq!(outcome.code, Some(2), "{arguments:?}: {outcome}");
            assert!(!outcome.stderr.contains("unexpected argument"), "{arguments:?}: {outcome}");
            assert!(outcome.stderr.contains("no kubeconfig found"), "{arguments:?}: {outcome}");
        }
    }
}

/// Flags of one command, each as it is typed, with the subcommands that know it.
const OWN: [(&str, &[&str]); 12] = [
    ("--selector=a=b", &["verify", "explain", "undo"]),
    ("-la=b", &["verify", "explain", "undo"]),
    ("--all", &["verify", "explain", "undo"]),
    ("--all-namespaces", &["list", "verify", "explain", "undo"]),
    ("--to=apps", &["list", "verify", "explain", "undo"]),
    ("--timeout=1s", &["verify", "undo"]),
    ("--dry-run=client", &["undo"]),
    ("--no-wait", &["undo"]),
    ("--take-over", &["undo"]),
    ("--imperative", &["undo"]),
    ("--repo=.", &["undo"]),
    ("--yes", &["undo"]),
];

#[test]
fn no_flag_of_a_command_is_ignored_in_any_position() {
    for (flag, known) in OWN {
        for subcommand in ["list", "verify", "explain", "undo"] {
            let before = kubectl().kubeconfig("/nowhere/config").run_directly([flag, subcommand]);
            let told = if known.contains(&subcommand) {
                format!("stands before `{subcommand}`; write `kubectl mesh-export {subcommand} --")
            } else {
                format!("means nothing to `{subcommand}`; leave it out")
            };
            assert_eq!((before.code, before.stdout.as_str()), (Some(2), ""), "{flag}: {before}");
            assert!(before.stderr.contains(&told), "{flag} {subcommand}: {before}");
            let after = kubectl().kubeconfig("/nowhere/config").run_directly([subcommand, flag]);
            let is_unknown = after.stderr.contains("unexpected argument");
            assert_eq!((after.code, is_unknown), (Some(2), !known.contains(&subcommand)), "{flag}: {after}");
        }
    }
    refused(
        &["mesh-export", "--to", "apps", "undo", "svc/web"],
        "write `kubectl mesh-export undo --to=apps`",
    );
    refused(&["mesh-export", "svc/web", "-n", "shop", "undo"], "svc/web stands before `undo`");
}
