//! What is refused before anything is dialed or run.

use crate::cluster::dial::DialError;
use crate::cluster::dial::stand::Caller;
use crate::terms::Environment;
use crate::verdict::Failure;
use std::path::Path;

const SERVER: &str = "{server: 'https://127.0.0.1:1'}";

fn refused_by(caller: &Caller, folder: &Path, user: &str) -> Option<Failure> {
    match caller.dialer(folder, SERVER, user) {
        Ok(_) => None,
        Err(DialError::Name(failure)) => Some(failure),
        Err(other) => panic!("{other:?}"),
    }
}

fn refused(user: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    refused_by(&Caller::default(), folder.path(), user).expect(user).what
}

#[test]
fn users_that_client_go_refuses_are_refused_in_its_words() {
    for (user, expected) in [
        (
            "{token: t, username: a, password: b}",
            "more than one authentication method found for u; found [token basicAuth], only one is allowed",
        ),
        ("{tokenFile: f, username: a}", "username/password or bearer token may be set, but not both"),
        ("{as-groups: [g]}", "requesting uid, groups or user-extra for u without impersonating a user"),
        (
            "{token: \"a\\nb\"}",
            "the token of u has characters that are not allowed in a request, such as a line break",
        ),
        ("{auth-provider: {name: gcp}}", "the gcp auth plugin has been removed"),
        ("{auth-provider: {name: azure}}", "the azure auth plugin has been removed"),
        ("{auth-provider: {name: x}}", "no auth provider found for name \"x\""),
        ("{client-certificate: /no/c}", "unable to read client-certificate /no/c: no such file or directory"),
        (
            "{client-certificate-data: YQ==}",
            "client-key-data or client-key must be specified for u to use the clientCert authentication method",
        ),
        ("{exec: {command: sh}}", "apiVersion must be specified for u to use exec authentication plugin"),
        (
            "{exec: {apiVersion: client.authentication.k8s.io/v1, command: sh}}",
            "interactiveMode must be specified for u to use exec authentication plugin",
        ),
        (
            "{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: sh}}",
            "exec plugin of u: invalid apiVersion \"client.authentication.k8s.io/v1alpha1\"",
        ),
        (
            "{exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always, command: sh}}",
            "exec plugin cannot support interactive mode: standard input is not a terminal",
        ),
    ] {
        assert_eq!(refused(user), format!("context x: {expected}"), "{user}");
    }
}

#[test]
fn a_plugin_that_is_not_installed_is_named_with_its_hint() {
    let folder = tempfile::tempdir().unwrap();
    let user = "{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: no-such-login, \
                installHint: \"run\\n  brew install it\"}}";
    let failure = refused_by(&Caller::default(), folder.path(), user).unwrap();
    assert_eq!(failure.what, "context x: exec: executable no-such-login not found");
    assert_eq!(failure.next, "run brew install it");
}

/// What the kuberc says to a plugin of `sh`.
fn under_policy(kuberc: &str, variables: &[(&str, &str)]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".kube")).unwrap();
    std::fs::write(folder.path().join(".kube/kuberc"), kuberc).unwrap();
    let home = folder.path().display().to_string();
    let mut all = vec![("PATH", "/usr/bin:/bin"), ("HOME", home.as_str())];
    all.extend(variables);
    let caller = Caller { environment: Environment::of(all), ..Caller::default() };
    let user = "{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: sh}}";
    refused_by(&caller, folder.path(), user).map(|failure| failure.what)
}

#[test]
fn the_users_policy_for_plugins_is_obeyed() {
    let denied = |why: &str| Some(format!("plugin \"sh\" not allowed: {why}"));
    let list = |name: &str| {
        format!("credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{{name: {name}}}]\n")
    };
    assert_eq!(under_policy("kind: Preference", &[]), None);
    assert_eq!(under_policy("credentialPluginPolicy: AllowAll", &[]), None);
    assert_eq!(under_policy("credentialPluginPolicy: DenyAll", &[]), denied("policy set to \"DenyAll\""));
    assert_eq!(under_policy("credentialPluginPolicy: Nonsense", &[]), denied("policy set to \"Nonsense\""));
    assert_eq!(under_policy(&list("sh"), &[]), None);
    assert_eq!(under_policy(&list("/usr/bin/sh"), &[]), None);
    assert_eq!(under_policy(&list("/tmp/sh"), &[]), denied("it is not in the allowlist"));
    assert_eq!(under_policy("credentialPluginPolicy: Allowlist", &[]), denied("it is not in the allowlist"));
}

#[test]
fn the_policy_can_be_moved_and_turned_off_and_a_broken_one_allows_nothing() {
    let deny = "credentialPluginPolicy: DenyAll";
    assert_eq!(under_policy(deny, &[("KUBERC", "off")]), None);
    assert_eq!(under_policy(deny, &[("KUBECTL_KUBERC", "false")]), None);
    let moved = under_policy("", &[("KUBERC", "/no/kuberc")]);
    assert_eq!(moved.as_deref(), Some("kuberc /no/kuberc: no such file or directory"));
    let broken = under_policy("credentialPluginPolicy: [", &[]).unwrap();
    assert!(broken.contains("/.kube/kuberc: line 1: "), "{broken}");
}
