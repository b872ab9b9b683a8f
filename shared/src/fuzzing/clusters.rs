//! What stands in the files of users, and what servers and credential plugins answer.

use super::{is_one_line, parts, texts};
use crate::cluster::kubeconfig::Loaded;
use crate::cluster::{foreign, leads_to};
use crate::verdict::{Exit, Failure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kube::config::AuthInfo;
use secrecy::ExposeSecret;
use std::path::Path;

/// Shorter secrets stand in ordinary words by chance.
const TELLING: usize = 10;
const VERSION: &str = "client.authentication.k8s.io/v1";

pub(super) fn is_usage(failure: &Failure) {
    assert_eq!(failure.exit, Exit::Usage);
    is_one_line(&failure.what);
    assert!(!failure.next.is_empty());
}

/// Two files: entries of the first win, those of the second come after it, and nothing shows a secret.
pub(super) fn kubeconfig(bytes: &[u8]) {
    let [first, second] = parts(bytes);
    let (one, other) = (foreign::kubeconfig(&[first]), foreign::kubeconfig(&[second]));
    let both = foreign::kubeconfig(&[first, second]);
    let (one, other) = match (one, other) {
        (Ok(one), Ok(other)) => (one, other),
        (one, other) => {
            for failure in [one.err(), other.err()].iter().flatten() {
                is_usage(failure);
            }
            assert!(both.is_err());
            return;
        }
    };
    assert!(both.is_ok(), "two good files are good together");
    let Ok(both) = both else { return };
    let names = |loaded: &Loaded| loaded.contexts().cloned().collect::<Vec<_>>();
    let added = names(&other).into_iter().filter(|name| !one.has(name));
    assert_eq!(names(&both), names(&one).into_iter().chain(added).collect::<Vec<_>>());
    assert_eq!(both.current(), one.current().or(other.current()));
    let first = Path::new("0");
    for name in both.user_names() {
        let user = both.user(name);
        assert_eq!(user.is_some_and(|user| user.file == first), one.user(name).is_some(), "{name:?}");
        if let Some(user) = user {
            is_hidden(&both, &user.value);
        }
    }
    for name in both.cluster_names() {
        let is_first = both.cluster(name).is_some_and(|cluster| cluster.file == first);
        assert_eq!(is_first, one.cluster(name).is_some(), "{name:?}");
    }
    let twice = foreign::kubeconfig(&[second, second]).map(|twice| names(&twice)).ok();
    assert_eq!(twice, Some(names(&other)));
}

fn is_hidden(loaded: &Loaded, user: &AuthInfo) {
    let shown = format!("{loaded:?}");
    let known = format!("{:?}", loaded.contexts().collect::<Vec<_>>());
    let secrets = [&user.token, &user.password, &user.client_key_data];
    for secret in secrets.into_iter().flatten().map(ExposeSecret::expose_secret) {
        assert!(secret.len() < TELLING || known.contains(secret) || !shown.contains(secret), "{shown}");
    }
}

/// A fleet file names clusters, or is refused in one line; and so is what it does not want to be told.
pub(super) fn fleet_file(bytes: &[u8]) {
    match foreign::silences(bytes) {
        Ok(silences) => assert!(silences.iter().all(|one| !one.reason.trim().is_empty())),
        Err(failure) => is_usage(&failure),
    }
    match foreign::fleet_file(bytes) {
        Ok(contexts) => assert!(contexts.iter().all(|context| !context.0.is_empty()) && !contexts.is_empty()),
        Err(failure) => is_usage(&failure),
    }
}

/// What a plugin printed is credentials that a request can carry, or refused without a word of it.
pub(super) fn exec_credential(bytes: &[u8]) {
    match foreign::credential(bytes, VERSION) {
        Ok(user) => {
            let token = user.token.as_ref().map(ExposeSecret::expose_secret);
            let is_odd = |c: char| c.is_control() && c != '\t';
            assert!(token.is_none_or(|token| !token.contains(is_odd) && !token.is_empty()));
            assert_eq!(user.client_certificate_data.is_some(), user.client_key_data.is_some());
            assert!(user.token.is_some() || user.client_key_data.is_some());
        }
        Err(problem) => {
            is_one_line(&problem);
            // Words of ours, a line, and the names of fields: nothing as long as what was printed.
            assert!(problem.len() < 200, "{problem}");
        }
    }
}

/// Credentials of a Link lead to a server, or what is wrong is said without a word of them.
pub(super) fn lead(bytes: &[u8]) {
    match leads_to(&STANDARD.encode(bytes)) {
        Ok(lead) => {
            let authority = lead.server.split('/').nth(2).unwrap_or_default();
            assert!(lead.server.starts_with("http") && !authority.contains('@'), "{}", lead.server);
        }
        Err(problem) => {
            is_one_line(&problem);
            assert!(problem.len() < 50, "{problem}");
        }
    }
    drop(leads_to(&String::from_utf8_lossy(bytes)));
}

/// A header gives no more warnings than it can hold, and each with a code of three digits.
pub(super) fn warning(bytes: &[u8]) {
    let [header] = texts(bytes);
    let found = foreign::warnings(&header);
    assert!(found.len() <= header.len() / 6 + 1);
    assert!(found.iter().all(|(code, text)| *code < 1000 && text.len() <= header.len()));
}

/// An answer of an API server: a page of a list, a refusal, or neither. What hinders is said in one line, and without
/// what stands in a page.
pub(super) fn answer(bytes: &[u8]) {
    if let Err(obstacle) = foreign::page(bytes) {
        let words = obstacle.to_string();
        is_one_line(&words);
        assert!(words.len() < 200, "{words}");
    }
    if let Some(obstacle) = foreign::refusal(bytes) {
        let words = obstacle.to_string();
        is_one_line(&words);
        assert!(words.chars().count() < 700, "{words}");
    }
}

/// Lines of a watch: none of them loses the place from which the next watch goes on, that place means nothing else in a
/// query, and what hinders is said in one line.
pub(super) fn watch(bytes: &[u8]) {
    let [text] = texts(bytes);
    let mut version = "1".to_owned();
    for line in text.lines() {
        let before = version.clone();
        let event = foreign::event(line, &mut version);
        assert!(!version.is_empty(), "{line:?}");
        if let Some(Err(obstacle)) = &event {
            let words = obstacle.to_string();
            is_one_line(&words);
            assert!(words.chars().count() < 700, "{words}");
        }
        assert!(matches!(event, Some(Ok(()))) || version == before, "{line:?}");
    }
    let query = foreign::watch_query(&version).unwrap_or_default();
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let places = pairs.iter().filter(|(name, _)| name == "resourceVersion").map(|(_, value)| value.as_ref());
    assert_eq!((places.collect::<Vec<_>>(), pairs.len()), (vec![version.as_str()], 4), "{query}");
}
