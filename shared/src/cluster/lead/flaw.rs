//! What client-go refuses in a kubeconfig, or cannot find in a pod: it is what service mirrors and the control plane read it with.

use super::{Cluster, Hidden, STANDARD, User, certificates, is_given};
use base64::Engine as _;

/// A field, and why nothing goes on with it.
type Flaw = (&'static str, &'static str);

const FILE: &str = "clusters[].cluster.certificate-authority";
const DATA: &str = "clusters[].cluster.certificate-authority-data";
const INSECURE: &str = "clusters[].cluster.insecure-skip-tls-verify";

/// What every pod has.
const OF_PODS: &str = "/var/run/secrets/kubernetes.io/serviceaccount/";

/// Of what it says of its server.
pub(super) fn of_cluster(cluster: &Cluster) -> Option<Flaw> {
    let data = cluster.certificate_authority_data.as_deref().unwrap_or_default();
    let file = cluster.certificate_authority.as_deref().unwrap_or_default();
    if !file.is_empty() && !file.starts_with(OF_PODS) {
        let why = "name the CA as a file on the machine where they were made, which no pod has";
        return Some((FILE, why));
    }
    if data.is_empty() {
        return None;
    }
    if cluster.insecure_skip_tls_verify {
        let why = "hold a CA but also accept any certificate, a combination that clients reject";
        return Some((INSECURE, why));
    }
    is_unreadable(data).then_some((DATA, "hold a CA that is not a PEM certificate"))
}

/// Whether nothing in it is a certificate.
fn is_unreadable(data: &str) -> bool {
    let compact: String = data.split_whitespace().collect();
    let is_of_base64 = |sign: u8| sign.is_ascii_alphanumeric() || b"+/=".contains(&sign);
    // Clients take endings that are refused here.
    let is_odd = !compact.bytes().all(is_of_base64);
    STANDARD.decode(compact).map_or(is_odd, |text| certificates(text).is_empty())
}

/// Of what it says of who comes.
pub(super) fn of_user(user: &User) -> Option<Flaw> {
    let token = user.token.as_ref().map(Hidden::reveal).unwrap_or_default();
    if !token.is_empty() {
        return of_token(token).map(|why| ("users[].user.token", why));
    }
    if is_given(user.client_certificate_data.as_ref()) {
        return None;
    }
    let is_named = |file: &Option<String>| file.as_ref().is_some_and(|file| !file.is_empty());
    if user.exec.is_some() {
        let why =
            "get their token from a program (exec) on the machine where they were made, which no pod has";
        Some(("users[].user.exec", why))
    } else if is_named(&user.token_file) {
        Some((
            "users[].user.tokenFile",
            "name their token as a file on the machine where they were made, which no pod has",
        ))
    } else if is_named(&user.client_certificate) {
        let why = "name their certificate as a file on the machine where they were made, which no pod has";
        Some(("users[].user.client-certificate", why))
    } else {
        None
    }
}

/// What a template has where somebody is to put something in its place.
const ASKING: [&str; 5] = ["replaceme", "changeme", "placeholder", "yourtoken", "todo"];

/// Why no API server takes it, whatever tokens it takes.
fn of_token(token: &str) -> Option<&'static str> {
    if token.contains(char::is_control) {
        return Some("hold a token with a line break or another control character, which no client sends");
    }
    let inner = STANDARD.decode(token.trim()).unwrap_or_default();
    if inner.starts_with(super::token::BEGINS.as_bytes()) && inner.contains(&b'.') {
        return Some("hold a base64-encoded token, as its Secret shows it, which no API server accepts");
    }
    let letters: String = token.chars().filter(char::is_ascii_alphabetic).collect();
    let is_asking = ASKING.contains(&letters.to_ascii_lowercase().as_str())
        || [("<", ">"), ("${", "}"), ("{{", "}}")]
            .iter()
            .any(|(begin, end)| token.starts_with(begin) && token.ends_with(end));
    is_asking.then_some("hold a template placeholder instead of a token, which no API server accepts")
}

#[cfg(test)]
mod tests {
    use super::super::leads_to;
    use super::*;

    fn flaw(cluster: &str, user: &str) -> Option<&'static str> {
        let yaml = format!(
            "clusters: [{{name: a, cluster: {{server: 'https://a'{cluster}}}}}]\nusers: [{{name: u, user: {{{user}}}}}]\n\
             contexts: [{{name: x, context: {{cluster: a, user: u}}}}]\ncurrent-context: x\n"
        );
        leads_to(&STANDARD.encode(yaml)).unwrap().flaw.map(|(field, _)| field)
    }

    #[test]
    fn an_authority_that_no_client_takes_is_told_with_its_field() {
        let of = |more: &str| flaw(&format!(", {more}"), "token: hunter2");
        assert_eq!(of("certificate-authority: /home/me/ca.crt"), Some(FILE));
        assert_eq!(of(&format!("certificate-authority: {OF_PODS}ca.crt")), None, "every pod has that");
        let odd = STANDARD.encode("none");
        let both = format!("certificate-authority-data: {odd}, insecure-skip-tls-verify: true");
        assert_eq!(of(&both), Some(INSECURE));
        for odd in [odd.as_str(), "-----BEGIN"] {
            assert_eq!(of(&format!("certificate-authority-data: '{odd}'")), Some(DATA), "{odd}");
        }
        assert_eq!(of("insecure-skip-tls-verify: true"), None);
    }

    #[test]
    fn a_user_whom_no_pod_can_be_is_told_with_its_field() {
        let of = |user: &str| flaw("", user);
        assert_eq!(of("token: \"hunter2\\n\""), Some("users[].user.token"));
        assert_eq!(of("exec: {command: aws}"), Some("users[].user.exec"));
        assert_eq!(of("tokenFile: /home/me/token"), Some("users[].user.tokenFile"));
        assert_eq!(of("client-certificate: /home/me/one.crt"), Some("users[].user.client-certificate"));
        let twice = STANDARD.encode("eyJhbGciOiJSUzI1NiJ9.e30.c2ln");
        for none in [twice.as_str(), "REPLACE_ME", "<token>", "${TOKEN}", "change-me"] {
            assert_eq!(of(&format!("token: '{none}'")), Some("users[].user.token"), "{none}");
        }
        let opaque = STANDARD.encode("opaque.token");
        for other in [
            opaque.as_str(),
            "ya29.A0Af_x",
            "k8s-aws-v1.aHR0cHM6Ly9",
            "kubeconfig-u-1:changeme2you",
            "hidden",
        ] {
            assert_eq!(of(&format!("token: '{other}'")), None, "{other}");
        }
        for good in ["token: hunter2, exec: {command: aws}", "client-certificate-data: bm9uZQ==", "token: ''"]
        {
            assert_eq!(of(good), None, "{good}");
        }
    }
}
