//! Every command that somebody is told to type is typed: what is of kubectl against two clusters, what is of programs that are not
//! here against what is known of them. Commands of the plugins are read by their own parsers, beside them.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what these tests share may end a test at once, as a test may"
)]

pub(crate) mod foreign;

use crate::definition::{Defined, definition};
use crate::worlds::{kubectl, plugin};
use serde_json::{Value, json};
use std::path::Path;
use testkit::kubectl::{Kubectl, Outcome, program};
use testkit::shown::{Told, told};

/// Kinds that commands name and that no world has.
const KINDS: [Defined; 9] = [
    ("cert-manager.io", "v1", "certificates", "Certificate", true),
    ("cert-manager.io", "v1", "clusterissuers", "ClusterIssuer", false),
    ("cert-manager.io", "v1", "issuers", "Issuer", true),
    ("cilium.io", "v1", "ciliuml2announcementpolicies", "CiliumL2AnnouncementPolicy", false),
    ("cilium.io", "v1", "ciliumloadbalancerippools", "CiliumLoadBalancerIPPool", false),
    ("cilium.io", "v1", "ciliumnetworkpolicies", "CiliumNetworkPolicy", true),
    ("gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute", true),
    ("policy.linkerd.io", "v1", "httproutes", "HTTPRoute", true),
    ("policy.linkerd.io", "v1", "tcproutes", "TCPRoute", true),
];

/// Two clusters that lead to each other, with everything that a command may name.
fn world() -> Kubectl {
    let clusters = ["infra", "apps"].map(|name| {
        let objects: Vec<Value> = KINDS.into_iter().map(definition).collect();
        json!({"name": name, "objects": objects})
    });
    let back = json!({"importer": "infra", "exporter": "apps"});
    let world = kubectl(&json!({"extends": "platform", "clusters": clusters, "links": [back]}).to_string());
    furnished(world)
}

/// With the files that commands name.
fn furnished(world: Kubectl) -> Kubectl {
    let file = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "any", "namespace": "databases"}});
    std::fs::write(world.home().join("file.yaml"), file.to_string()).unwrap();
    let built = world.home().join("clusters/apps");
    std::fs::create_dir_all(&built).unwrap();
    std::fs::write(built.join("kustomization.yaml"), "resources: []").unwrap();
    // Where somebody edits, nothing is changed.
    world.env("KUBE_EDITOR", "true").stdin(file.to_string())
}

/// What changes something, and can say beforehand what it would do.
const WRITES: [&str; 7] = ["annotate", "apply", "create", "delete", "label", "patch", "scale"];

/// What is typed here in place of what a reader types: where it goes to, and without any effect that lasts.
fn typed(told: &Told, home: &Path) -> Vec<String> {
    let mut typed: Vec<String> = told.words.iter().skip(1).map(|word| here(word)).collect();
    let verb = verb(&typed).unwrap_or_default();
    if WRITES.contains(&verb.as_str()) && !typed.iter().any(|word| word.starts_with("--dry-run")) {
        typed.push("--dry-run=server".to_owned());
    }
    // A sandbox serves no schemas to validate by.
    let is_of_file = typed.iter().any(|word| word == "-f");
    let is_validated = verb == "edit" || (["apply", "create"].contains(&verb.as_str()) && is_of_file);
    if is_validated && !typed.iter().any(|word| word.starts_with("--validate")) {
        typed.push("--validate=false".to_owned());
    }
    if let Some(input) = &told.input {
        std::fs::write(home.join("input.yaml"), input).unwrap();
        typed.iter_mut().filter(|word| *word == "-").for_each(|word| "input.yaml".clone_into(word));
    }
    typed
}

/// The worlds of unit tests have contexts that are called otherwise than their clusters.
fn here(word: &str) -> String {
    match word {
        "infra-admin" => "infra".to_owned(),
        "apps-admin" => "apps".to_owned(),
        other => other.to_owned(),
    }
}

/// The first word that is no flag and no flag's value.
fn verb(words: &[String]) -> Option<String> {
    const VALUES: [&str; 7] =
        ["--context", "--kubeconfig", "--namespace", "-n", "--as", "--as-group", "--cluster"];
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if VALUES.contains(&word.as_str()) {
            words.next();
        } else if !word.starts_with('-') {
            return Some(word.clone());
        }
    }
    None
}

/// Whether kubectl has understood it. That something is not there, or not allowed, is an answer.
fn is_understood(words: &[String], outcome: &Outcome) -> bool {
    let answers = [
        "Error from server (NotFound): ",
        "Error from server (AlreadyExists): ",
        "Error from server (BadRequest): no logs found ",
        "No resources found",
        "Defaulted container ",
        "Warning: ",
    ];
    // It was asked, and does not do it: what it was asked was right.
    let is_answer = |line: &str| {
        answers.iter().any(|answer| line.starts_with(answer))
            || is_of_no_kind(line)
            || line.starts_with("error: failed to create ") && line.ends_with(" already exists")
            || line.contains("the sandbox does not serve this: ")
    };
    let is_asked =
        words.iter().any(|word| word == "can-i") && ["yes\n", "no\n"].contains(&outcome.stdout.as_str());
    outcome.code == Some(0)
        || is_asked
        || (!outcome.stderr.is_empty() && outcome.stderr.lines().all(is_answer))
}

/// Real servers have the definitions of few of these kinds.
fn is_of_no_kind(line: &str) -> bool {
    let kind = line
        .strip_prefix("error: the server doesn't have a resource type ")
        .map(|kind| kind.trim_matches('"'));
    let known = |kind: &str| {
        KINDS.iter().any(|(_, _, plural, name, _)| *plural == kind || name.to_lowercase() == kind)
    };
    kind.is_some_and(known)
}

/// What kubectl gets from elsewhere: plugins that are read by their own parsers, and Krew, which is no part of it.
const PLUGINS: [&str; 3] = ["mesh-export", "xcluster-check", "krew"];

/// All that is of kubectl, typed; returns what it has not understood.
fn not_understood(world: &Kubectl, is_tried: impl Fn(&[String]) -> bool) -> Vec<String> {
    let is_own = |told: &Told| told.words[0] == "kubectl" && !PLUGINS.contains(&told.words[1].as_str());
    let all = told().into_iter().filter(is_own).map(|told| (typed(&told, &world.home()), told));
    let (mut tried, mut odd) = (0, Vec::new());
    for (words, told) in all.filter(|(words, _)| is_tried(words)) {
        let outcome = world.run(&words);
        tried += 1;
        if !is_understood(&words, &outcome) {
            odd.push(format!("{}\n{words:?}\n{outcome}", told.place));
        }
    }
    assert!(tried > 60, "{tried} commands");
    odd
}

#[test]
fn what_is_of_kubectl_is_understood_by_it() {
    if program().is_none() {
        return;
    }
    let odd = not_understood(&world(), |_| true);
    assert!(odd.is_empty(), "{}:\n{}", odd.len(), odd.join("\n\n"));
}

/// What a sandbox does not serve, real servers do. Nobody may restart there what other tests use.
#[test]
fn what_is_of_kubectl_is_understood_by_real_servers() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = testkit::world::mesh_shared(ground);
    let kubectl = Kubectl::new(plugin()).kubeconfig(ground.kubeconfig());
    let odd = not_understood(&furnished(kubectl), |words| {
        !words.iter().any(|word| word == "restart" || word == "edit")
    });
    assert!(odd.is_empty(), "{}:\n{}", odd.len(), odd.join("\n\n"));
}

#[test]
fn what_each_check_says_is_kept_somewhere_so_that_its_commands_are_typed() {
    if program().is_none() {
        return;
    }
    let listed = Kubectl::new(plugin()).run(["xcluster-check", "explain", "-o", "name"]);
    let kept = testkit::shown::kept();
    let is_told = |id: &str| {
        let heads = ["error", "warning", "unknown", "info"].map(|severity| format!("{severity} {id}"));
        heads.iter().any(|head| [":", "/"].iter().any(|end| kept.contains(&format!("{head}{end}"))))
            || kept.contains(&format!("({id})"))
    };
    let ids = listed.stdout.lines().filter_map(|line| line.strip_prefix("check/"));
    let untold: Vec<&str> = ids.filter(|id| !is_told(id)).collect();
    assert_eq!(untold, Vec::<&str>::new(), "checks of which no test keeps what is said");
}

#[test]
fn what_is_of_other_programs_is_of_what_they_know() {
    let is_plugin = |told: &Told| PLUGINS.contains(&told.words[1].as_str());
    let (mut tried, mut odd) = (0, Vec::new());
    for told in told().iter().filter(|told| told.words[0] != "kubectl") {
        tried += 1;
        odd.extend(foreign::mistake(&told.words).map(|why| format!("{}\n  {why}", told.place)));
    }
    let krew = |told: &Told| told.words[0] == "kubectl" && told.words[1] == "krew";
    for told in told().iter().filter(|told| is_plugin(told) && krew(told)) {
        odd.extend(foreign::mistake(&told.words[1..]).map(|why| format!("{}\n  {why}", told.place)));
    }
    assert!(odd.is_empty(), "{} of {tried}:\n{}", odd.len(), odd.join("\n"));
    assert_eq!(foreign::unused(), Vec::<&str>::new(), "rows that no command needs");
}
