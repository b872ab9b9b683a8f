use super::*;

fn go(variables: &[(&str, &str)], host: &str, port: u16) -> Option<String> {
    let environment = Environment::of(variables.iter().copied());
    let to = Destination { encrypted: true, host, port };
    choose(None, to, &environment).unwrap().map(|uri| uri.to_string())
}

fn is_direct(exceptions: &str, host: &str) -> bool {
    go(&[("HTTPS_PROXY", "http://proxy:3128"), ("NO_PROXY", exceptions)], host, 6443).is_none()
}

#[test]
fn no_proxy_is_compared_with_the_servers_host_and_not_with_the_proxy() {
    assert!(!is_direct("proxy", "api.example.com"));
    assert!(is_direct("api.example.com", "api.example.com"));
}

#[test]
fn a_name_means_itself_and_what_is_below_and_a_leading_dot_only_what_is_below() {
    for (exceptions, host, direct) in [
        ("example.com", "example.com", true),
        ("example.com", "api.example.com", true),
        ("example.com", "notexample.com", false),
        (".example.com", "api.example.com", true),
        (".example.com", "example.com", false),
        ("*.example.com", "api.example.com", true),
        ("*.example.com", "example.com", false),
        ("EXAMPLE.com", "API.example.COM", true),
        ("*", "anything", true),
        ("a*", "ab", false),
    ] {
        assert_eq!(is_direct(exceptions, host), direct, "{exceptions} {host}");
    }
}

#[test]
fn addresses_networks_and_ports_are_compared_as_numbers() {
    for (exceptions, host, direct) in [
        ("10.0.0.0/8", "10.20.30.40", true),
        ("10.0.0.0/8", "11.0.0.1", false),
        ("0.0.0.0/0", "11.0.0.1", true),
        ("10.0.0.0/33", "10.0.0.1", false),
        ("10.0.0.0/8", "ten.example", false),
        ("fd00::/8", "fd12::1", true),
        ("::/0", "fd12::1", true),
        ("192.168.1.1", "192.168.1.1", true),
        ("192.168.1.1:6443", "192.168.1.1", true),
        ("192.168.1.1:443", "192.168.1.1", false),
        ("[fd12::1]:6443", "fd12::1", true),
        ("fd12::1", "fd12:0::1", true),
        ("api.example.com:6443", "api.example.com", true),
        ("api.example.com:443", "api.example.com", false),
    ] {
        assert_eq!(is_direct(exceptions, host), direct, "{exceptions} {host}");
    }
}

#[test]
fn empty_elements_of_no_proxy_match_nothing_and_harm_nobody() {
    for exceptions in ["", ",", " , ,", "a,,b", "a,", ":80", ".", "/", "x/y"] {
        assert!(!is_direct(exceptions, "api.example.com"), "{exceptions:?}");
    }
    assert!(is_direct("a,,api.example.com,", "api.example.com"));
}

#[test]
fn what_stays_on_this_machine_is_never_sent_through_the_environments_proxy() {
    for host in ["localhost", "127.0.0.1", "127.9.9.9", "::1"] {
        assert!(is_direct("", host), "{host}");
    }
    let to = Destination { encrypted: true, host: "127.0.0.1", port: 6443 };
    let own = choose(Some("http://proxy:1"), to, &Environment::default()).unwrap();
    assert_eq!(own.unwrap().to_string(), "http://proxy:1/");
}

#[test]
fn the_clusters_own_proxy_beats_the_environment_and_ignores_no_proxy() {
    let environment = Environment::of([("HTTPS_PROXY", "http://other:1"), ("NO_PROXY", "*")]);
    let to = Destination { encrypted: true, host: "api.example.com", port: 443 };
    let chosen = choose(Some("socks5://own:1080"), to, &environment).unwrap();
    assert_eq!(chosen.unwrap().to_string(), "socks5://own:1080/");
}

#[test]
fn upper_case_wins_and_the_scheme_of_the_server_picks_the_variable() {
    let both = [("HTTPS_PROXY", "up:1"), ("https_proxy", "low:1"), ("HTTP_PROXY", "plain:1")];
    assert_eq!(go(&both, "api.example.com", 443).as_deref(), Some("http://up:1/"));
    assert_eq!(go(&[("https_proxy", "low:1")], "api.example.com", 443).as_deref(), Some("http://low:1/"));
    let to = Destination { encrypted: false, host: "api.example.com", port: 80 };
    let plain = choose(None, to, &Environment::of(both)).unwrap();
    assert_eq!(plain.unwrap().to_string(), "http://plain:1/");
}

#[test]
fn a_proxy_that_cannot_be_used_is_named_without_its_password() {
    let to = Destination { encrypted: true, host: "api.example.com", port: 443 };
    let fails = |url| choose(Some(url), to, &Environment::default()).unwrap_err();
    assert_eq!(
        fails("ftp://me:hunter2@proxy:1"),
        "proxy URL \"ftp://proxy:1\": unsupported scheme, must be http, https, or socks5",
    );
    assert_eq!(fails("http://me:hunter2@pro xy"), "proxy URL \"http://pro xy\" cannot be read");
}

proptest::proptest! {
    #[test]
    fn any_no_proxy_is_read_without_a_panic(exceptions in ".{0,40}", host in "[a-z0-9.:]{0,16}", port: u16) {
        no_proxy::is_direct(&exceptions, &Target::new(&host, port));
    }
}
