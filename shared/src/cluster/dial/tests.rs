use super::stand::{Authority, Caller, Stand, ask, fine, response};
use super::*;
use crate::terms::Impersonation;
use crate::terms::{ClusterOverrides, Hidden};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::KeyPair;

async fn head_of(caller: &Caller, user: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let stand = Stand::plain(fine).await;
    let cluster = format!("{{server: 'http://127.0.0.1:{}'}}", stand.port);
    let dialed = caller.dialer(folder.path(), &cluster, user).unwrap().dial().await.unwrap();
    ask(&dialed).await.unwrap();
    stand.seen().remove(0)
}

fn refused(caller: &Caller, cluster: &str, user: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    match caller.dialer(folder.path(), cluster, user) {
        Err(DialError::Name(failure)) => failure.what,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("{cluster} was accepted"),
    }
}

#[tokio::test]
async fn row_9_no_credentials_go_over_plain_http_and_a_warning_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let stand = Stand::plain(fine).await;
    let cluster = format!("{{server: 'http://127.0.0.1:{}'}}", stand.port);
    for user in ["{token: t}", "{username: a, password: b}"] {
        let dialed = Caller::default().dialer(folder.path(), &cluster, user).unwrap().dial().await.unwrap();
        ask(&dialed).await.unwrap();
        let address = format!("http://127.0.0.1:{}", stand.port);
        assert_eq!(
            dialed.warnings,
            [format!("x: no credentials are sent, since {address} is not encrypted")]
        );
        assert_eq!((dialed.server, dialed.certificate_authority), (address, vec![]));
    }
    assert!(stand.seen().iter().all(|head| !head.contains("authorization")), "{:?}", stand.seen());
    let dialed = Caller::default().dialer(folder.path(), &cluster, "{}").unwrap().dial().await.unwrap();
    assert_eq!(dialed.warnings, Vec::<String>::new(), "nothing is withheld");
}

#[tokio::test]
async fn row_10_the_client_repeats_nothing_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let stand = Stand::plain(|_| response("503 Service Unavailable", "text/plain", "later")).await;
    let cluster = format!("{{server: 'http://127.0.0.1:{}'}}", stand.port);
    let dialed = Caller::default().dialer(folder.path(), &cluster, "{}").unwrap().dial().await.unwrap();
    let asked = tokio::time::timeout(Duration::from_secs(5), ask(&dialed)).await;
    asked.expect("it tries again and again").unwrap_err();
    assert_eq!(stand.seen().len(), 1);
}

#[tokio::test]
async fn row_15_the_user_agent_is_ours_and_answers_may_be_compressed() {
    let head = head_of(&Caller::default(), "{}").await;
    assert!(head.contains("\r\nuser-agent: kubectl-test/0.1.0 (linux/amd64)\r\n"), "{head}");
    assert!(head.contains("\r\naccept-encoding: gzip\r\n"), "{head}");
    let mut caller = Caller::default();
    caller.choice.disable_compression = true;
    let head = head_of(&caller, "{}").await;
    assert!(!head.contains("gzip"), "{head}");
}

#[tokio::test]
async fn impersonation_is_for_every_cluster_and_lies_over_the_users_own() {
    let mut caller = Caller { overrides: Overrides::Ignore, ..Caller::default() };
    caller.choice.impersonation = Impersonation {
        user: Some("jane".into()),
        groups: vec!["dev".into(), "ops".into()],
        uid: Some("7".into()),
        extra: vec![("scopes".into(), "a".into()), ("scopes".into(), "b".into())],
    };
    let head = head_of(&caller, "{as: other, as-groups: [old]}").await;
    for line in [
        "impersonate-user: jane",
        "impersonate-uid: 7",
        "impersonate-group: dev",
        "impersonate-group: ops",
        "impersonate-extra-scopes: a",
        "impersonate-extra-scopes: b",
    ] {
        assert!(head.contains(&format!("\r\n{line}\r\n")), "{line} in {head}");
    }
    assert!(!head.contains("old") && !head.contains("other"), "{head}");
    assert!(head_of(&Caller::default(), "{as: other}").await.contains("\r\nimpersonate-user: other\r\n"));
}

#[tokio::test]
async fn flags_that_replace_parts_are_for_the_primary_cluster_only() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new("ca");
    let stand = Stand::tls(authority.issue(&["127.0.0.1"], |_| {}).serving(None), fine).await;
    let data = STANDARD.encode(authority.0.pem());
    let cluster =
        format!("{{server: 'https://127.0.0.1:{}', certificate-authority-data: {data}}}", stand.port);
    for overrides in [Overrides::Apply, Overrides::Ignore] {
        let mut caller = Caller { overrides, ..Caller::default() };
        caller.choice.overrides =
            ClusterOverrides { token: Some(Hidden::new("given")), ..Default::default() };
        let dialed = caller.dialer(folder.path(), &cluster, "{token: own}").unwrap().dial().await.unwrap();
        ask(&dialed).await.unwrap();
        assert_eq!(dialed.certificate_authority, [authority.0.der().to_vec()]);
    }
    let seen = stand.seen();
    assert!(seen[0].contains("bearer given") && seen[1].contains("bearer own"), "{seen:?}");
}

#[tokio::test]
async fn row_17_p_384_and_ed25519_certificates_and_another_server_name_are_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new("ca");
    for algorithm in [&rcgen::PKCS_ECDSA_P384_SHA384, &rcgen::PKCS_ED25519] {
        let key = KeyPair::generate_for(algorithm).unwrap();
        let params = rcgen::CertificateParams::new(vec!["api.internal".to_owned()]).unwrap();
        let identity = stand::Identity { certificate: params.signed_by(&key, &authority.0).unwrap(), key };
        let stand = Stand::tls(identity.serving(None), fine).await;
        let data = STANDARD.encode(authority.0.pem());
        let cluster = format!(
            "{{server: 'https://127.0.0.1:{}', certificate-authority-data: {data}, tls-server-name: api.internal}}",
            stand.port
        );
        let dialed = Caller::default().dialer(folder.path(), &cluster, "{}").unwrap().dial().await.unwrap();
        ask(&dialed).await.unwrap();
    }
}

#[tokio::test]
async fn the_insecure_flag_drops_the_authority_and_then_anything_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let stand = Stand::tls(Authority::new("other").issue(&["x"], |_| {}).serving(None), fine).await;
    let data = STANDARD.encode(Authority::new("ca").0.pem());
    let mut caller = Caller::default();
    caller.choice.overrides.insecure_skip_tls_verify = true;
    let cluster =
        format!("{{server: 'https://127.0.0.1:{}', certificate-authority-data: {data}}}", stand.port);
    let dialed = caller.dialer(folder.path(), &cluster, "{}").unwrap().dial().await.unwrap();
    ask(&dialed).await.unwrap();
    assert_eq!(dialed.certificate_authority, Vec::<Vec<u8>>::new());
}

#[test]
fn row_3_flags_that_name_what_does_not_exist_fail_in_kubectls_words() {
    let mut caller = Caller::default();
    caller.choice.overrides.cluster = Some("zzz".into());
    assert_eq!(refused(&caller, "{server: 'https://c'}", "{}"), "cluster \"zzz\" does not exist");
    caller.choice.overrides = ClusterOverrides { user: Some("zzz".into()), ..Default::default() };
    assert_eq!(refused(&caller, "{server: 'https://c'}", "{}"), "auth info \"zzz\" does not exist");
}

#[test]
fn clusters_that_cannot_work_are_refused_before_anything_is_dialed() {
    let data = STANDARD.encode(Authority::new("ca").0.pem());
    for (cluster, expected) in [
        ("{}".to_owned(), "cluster \"c\" has no server"),
        ("{server: 'ftp://a'}".to_owned(), "server \"ftp://a\" of cluster \"c\" is not a URL with a host"),
        (
            "{server: 'https://a', certificate-authority: no.crt}".to_owned(),
            "unable to read certificate-authority FOLDER/no.crt: no such file or directory",
        ),
        (
            "{server: 'https://a', certificate-authority-data: YQ==}".to_owned(),
            "unable to load root certificates: the certificate authority holds no certificate",
        ),
        (
            format!(
                "{{server: 'https://a', certificate-authority-data: {data}, insecure-skip-tls-verify: true}}"
            ),
            "specifying a root certificates file with the insecure flag is not allowed",
        ),
        (
            "{server: 'https://a', proxy-url: 'ftp://p'}".to_owned(),
            "proxy URL \"ftp://p\": unsupported scheme, must be http, https, or socks5",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let Err(DialError::Name(failure)) = Caller::default().dialer(folder.path(), &cluster, "{}") else {
            panic!("{cluster} was accepted");
        };
        let what = failure.what.replace(&folder.path().display().to_string(), "FOLDER");
        assert_eq!(what, format!("context x: {expected}"));
    }
}

#[tokio::test]
async fn what_the_client_library_refuses_is_said_in_our_words() {
    let folder = tempfile::tempdir().unwrap();
    for (cluster, user, expected) in [
        ("tls-server-name: 'a b'", "{}", "tls-server-name is not a host name"),
        (
            "",
            "{client-certificate-data: '*', client-key-data: YQ==}",
            "client-certificate-data is not base64",
        ),
        ("", "{client-certificate-data: YQ==, client-key-data: '*'}", "client-key-data is not base64"),
        (
            "",
            "{client-certificate-data: YQ==, client-key-data: YQ==}",
            "the client certificate cannot be used: identity PEM is missing a private key: the key must be PKCS8 or \
             RSA/PKCS1",
        ),
        ("", "{as: \"a\\nb\"}", "an impersonated name has characters that are not allowed in a request"),
        ("", "{auth-provider: {name: oidc}}", "the auth provider cannot be used: missing field id-token"),
    ] {
        let cluster = format!("{{server: 'https://127.0.0.1:1', {cluster}}}");
        let dialed = Caller::default().dialer(folder.path(), &cluster, user).unwrap().dial().await;
        let Err(DialError::Name(failure)) = dialed else { panic!("{user} was accepted") };
        assert_eq!(failure.what, format!("context x: {expected}"));
        assert_eq!(failure.next, "correct its cluster or user: `kubectl config view --minify --context x`");
    }
}

#[test]
fn a_hint_with_an_odd_context_is_pasted_as_it_is_meant() {
    assert_eq!(super::view("my ctx;x"), "kubectl config view --minify --context 'my ctx;x'");
}

#[tokio::test]
async fn row_4_a_proxy_of_the_environment_is_used_for_the_server_it_is_for() {
    let folder = tempfile::tempdir().unwrap();
    let proxy = Stand::plain(|_| response("407 Proxy Authentication Required", "text/plain", "who?")).await;
    let variables = [
        ("HTTPS_PROXY", format!("http://127.0.0.1:{}", proxy.port)),
        ("NO_PROXY", "127.0.0.1,,other.example".to_owned()),
    ];
    let caller = Caller { environment: Environment::of(variables), ..Caller::default() };
    let dialer = caller.dialer(folder.path(), "{server: 'https://api.example'}", "{}").unwrap();
    let error = ask(&dialer.dial().await.unwrap()).await.unwrap_err();
    assert!(proxy.seen()[0].starts_with("connect api.example:443 "), "{:?}", proxy.seen());
    let names =
        crate::cluster::explain::RequestNames { verb: "get".into(), resource: "x".into(), namespace: None };
    assert_eq!(
        crate::cluster::explain::obstacle(&error, &names),
        Obstacle::Unreachable { cause: "the proxy asks for a user name and a password (407)".into() },
    );
}
