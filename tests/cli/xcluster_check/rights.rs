//! The roles that are printed are enough, and each right in them is needed: what is sent with all of them is refused to who lacks
//! one.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what these tests share may end a test at once, as a test may"
)]

mod stage;

use crate::watch::Stage;
use serde_json::{Value, json};
use stage::{CLUSTERS, admin, bind, stage};
use std::collections::BTreeSet;
use std::time::Duration;
use testkit::kubectl::{Signal, program};
use testkit::proxy::{CountingProxy, Recorded};

/// Who has all roles but the one for flat mirrors, and who has that one, too.
const USERS: [&str; 2] = ["looker", "flat-looker"];
const FLAT: &str = "xcluster-check-reader-flat";
/// The roles, and in which namespace each is bound.
const ROLES: [(&str, &str); 5] = [
    ("xcluster-check-reader", ""),
    ("xcluster-check-reader-links", "linkerd-multicluster"),
    ("xcluster-check-reader-issuer", "linkerd"),
    (FLAT, "linkerd"),
    ("xcluster-check-reader-clustermesh", "kube-system"),
];
/// Which verbs are tried.
type Meant = fn(&str) -> bool;
const SOON: Duration = Duration::from_secs(40);

/// A request that was sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Sent {
    cluster: &'static str,
    user: &'static str,
    /// Path and query.
    line: String,
    verb: String,
    resource: String,
    namespace: String,
    /// Of one object, also where a watch selects it.
    name: String,
    is_refused: bool,
}

impl Sent {
    fn of(cluster: &'static str, user: &'static str, request: &Recorded) -> Self {
        let kind = request.kind();
        let words: Vec<&str> = request.path.split('/').filter(|word| !word.is_empty()).collect();
        let inside = words.iter().position(|word| *word == "namespaces").filter(|at| words.len() > at + 2);
        let selected =
            request.query.split('&').find_map(|pair| pair.strip_prefix("fieldSelector=metadata.name%3D"));
        let name = if kind.verb == "get" { words.last().copied() } else { selected };
        Self {
            cluster,
            user,
            line: format!("{}?{}", request.path, request.query),
            verb: kind.verb,
            resource: kind.resource,
            namespace: inside.map_or("", |at| words[at + 1]).to_owned(),
            name: name.unwrap_or_default().to_owned(),
            is_refused: request.status == Some(403),
        }
    }

    /// Whether it takes this right, which has one verb, one resource and at most one name, where its role is bound.
    fn takes(&self, right: &Value, place: &str) -> bool {
        let word = |field: &str| right[field][0].as_str().unwrap_or_default();
        let dot = if word("apiGroups").is_empty() { "" } else { "." };
        let resource = format!("{}{dot}{}", word("resources"), word("apiGroups"));
        let is_named = word("resourceNames").is_empty() || self.name == word("resourceNames");
        let is_there = place.is_empty() || self.namespace == place;
        self.verb == word("verbs") && self.resource == resource && is_named && is_there
    }
}

/// What is sent for a user who runs this.
fn sent(stage: &Stage, user: &'static str, run: impl Fn(&[&str])) -> BTreeSet<Sent> {
    stage.proxies.iter().for_each(CountingProxy::reset);
    run(&["--as", user]);
    let both = CLUSTERS.into_iter().zip(&stage.proxies);
    let all = both.flat_map(|(cluster, proxy)| {
        proxy.requests().into_iter().map(move |request| Sent::of(cluster, user, &request))
    });
    all.collect()
}

/// Every verb with every resource and every name of a role's rules.
fn rights(role: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    for rule in role["rules"].as_array().unwrap() {
        let list = |field: &str| rule[field].as_array().cloned().unwrap_or_default();
        let names: Vec<Vec<Value>> = match list("resourceNames") {
            names if names.is_empty() => vec![names],
            names => names.into_iter().map(|name| vec![name]).collect(),
        };
        for (verb, resource) in pairs(&list("verbs"), &list("resources")) {
            let right = |name| json!({"apiGroups": rule["apiGroups"], "resources": [resource], "verbs": [verb], "resourceNames": name});
            all.extend(names.iter().map(right));
        }
    }
    all
}

fn pairs<'a>(one: &'a [Value], other: &'a [Value]) -> impl Iterator<Item = (&'a Value, &'a Value)> {
    one.iter().flat_map(move |first| other.iter().map(move |second| (first, second)))
}

/// Lets a role of a cluster have these rights and no others.
fn let_have<'a>(stage: &Stage, cluster: &str, name: &str, rights: impl Iterator<Item = &'a Value>) {
    let rules: Vec<&Value> = rights.collect();
    let role = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
        "metadata": {"name": name}, "rules": rules});
    let path = format!("/apis/rbac.authorization.k8s.io/v1/clusterroles/{name}");
    admin(stage, cluster, &["replace", "--raw", &path, "-f", "-"], &role.to_string());
}

/// Whether a server refuses to do this for its user now. Whoever may watch hears for a second.
fn is_refused(stage: &Stage, one: &Sent) -> bool {
    let line = one.line.replace("timeoutSeconds=240", "timeoutSeconds=1");
    let words = ["--context", one.cluster, "get", "--raw", line.trim_end_matches('?'), "--as", one.user];
    stage.behind.run(words).stderr.contains("(Forbidden)")
}

/// The rights of a role without which nothing of what was sent is refused.
fn idle(stage: &Stage, (name, place): (&str, &str), sent: &BTreeSet<Sent>, is_meant: Meant) -> Vec<Value> {
    let role = admin(stage, "infra", &["get", "clusterrole", name, "-o", "json"], "");
    let all = rights(&serde_json::from_str(&role).unwrap());
    let user = if name == FLAT { USERS[1] } else { USERS[0] };
    let is_idle = |right: &&Value| {
        let of = |cluster| {
            sent.iter().find(|one| one.cluster == cluster && one.user == user && one.takes(right, place))
        };
        let mut tried = CLUSTERS.into_iter().filter_map(of);
        !tried.any(|one| {
            let_have(stage, one.cluster, name, all.iter().filter(|other| other != right));
            is_refused(stage, one)
        })
    };
    let meant = all.iter().filter(|right| is_meant(right["verbs"][0].as_str().unwrap()));
    let idle = meant.filter(is_idle).cloned().collect();
    for cluster in CLUSTERS {
        let_have(stage, cluster, name, all.iter());
    }
    idle
}

/// Everybody may have everything but what the role for flat mirrors shows.
#[track_caller]
fn is_granted(sent: &BTreeSet<Sent>) {
    let flat = |one: &&Sent| one.user == USERS[0] && one.resource == "secrets" && one.namespace == "linkerd";
    let refused: Vec<&Sent> = sent.iter().filter(|one| one.is_refused && !flat(one)).collect();
    assert!(refused.is_empty(), "no role grants {refused:#?}");
}

#[track_caller]
fn is_needed(stage: &Stage, sent: &BTreeSet<Sent>, is_meant: Meant) {
    let idle: Vec<Value> = ROLES.into_iter().flat_map(|role| idle(stage, role, sent, is_meant)).collect();
    assert!(idle.is_empty(), "nothing needs {}", json!(idle));
}

/// Returns when all watches have begun.
fn settled(stage: &Stage) {
    let count = || stage.proxies.iter().map(|proxy| proxy.requests().len()).sum::<usize>();
    let mut before = 0;
    while count() > before {
        before = count();
        std::thread::sleep(Duration::from_secs(2));
    }
}

#[test]
fn each_right_of_the_printed_roles_is_needed_and_all_that_is_asked_is_granted() {
    if program().is_none() {
        return;
    }
    let stage = stage();
    bind(&stage, &[], USERS);
    let mut all = BTreeSet::new();
    for user in USERS {
        all.extend(sent(&stage, user, |more| {
            let outcome = stage.seen.run(["xcluster-check"].iter().chain(more));
            assert_eq!(outcome.code, Some(3), "{outcome}");
        }));
        all.extend(sent(&stage, user, |more| {
            let folder = stage.seen.home().join(user);
            let outcome =
                stage.seen.run(["xcluster-check", "collect", &folder.to_string_lossy()].iter().chain(more));
            assert_eq!(outcome.code, Some(0), "{outcome}");
        }));
    }
    is_granted(&all);
    for cluster in CLUSTERS {
        let meta = stage.seen.home().join(USERS[1]).join(cluster).join("meta.yaml");
        assert!(
            std::fs::read_to_string(meta).unwrap().contains("denied: []"),
            "files of {cluster} hide nothing"
        );
    }
    is_needed(&stage, &all, |_| true);
}

#[test]
fn each_right_to_watch_of_the_printed_roles_is_needed_and_all_that_is_watched_is_granted() {
    if program().is_none() {
        return;
    }
    let stage = stage();
    bind(&stage, &["--watch"], USERS);
    let mut all = BTreeSet::new();
    for user in USERS {
        all.extend(sent(&stage, user, |more| {
            let mut running = stage.seen.spawn(["xcluster-check", "--watch"].iter().chain(more));
            assert!(running.wait_stderr("watching 2 clusters", SOON), "it never begins to watch");
            settled(&stage);
            running.signal(Signal::Interrupt);
            let said = running.wait(SOON);
            assert!(!said.stderr.contains("cannot watch"), "{said}");
        }));
    }
    is_granted(&all);
    is_needed(&stage, &all, |verb| verb == "watch");
}
