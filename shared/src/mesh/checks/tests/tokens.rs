//! With what the exporter is read.

use super::*;

fn with(change: impl FnOnce(&mut Token)) -> Vec<(&'static str, Severity)> {
    broken(|bed| change(bed.token.as_mut().unwrap()))
}

#[test]
fn they_expire_and_are_revoked() {
    assert_eq!(with(|token| token.left = Some(0)), error("credentials-expired"));
    assert_eq!(with(|token| token.left = Some(3600)), warning("credentials-expired"));
    assert_eq!(with(|token| token.left = Some(8 * 24 * 3600)), vec![]);
    assert_eq!(with(|token| token.has_account = Observed::Absent), error("credentials-revoked"));
    assert_eq!(with(|token| token.has_secret = Observed::Absent), error("credentials-revoked"));
    assert_eq!(with(|token| token.is_replaced = true), error("credentials-revoked"));
    let hidden = Observed::Unknown(Obstacle::Unauthorized);
    let told = [("not-looked-at", Severity::Info)];
    assert_eq!(with(|token| token.has_secret = hidden), told, "not seen is not gone, and is said");
}

#[test]
fn they_lead_where_pods_can_go() {
    let to = |server: &'static str| broken(move |bed| bed.server = server.into());
    assert_eq!(to("https://127.0.0.1:6443"), error("credentials-server"));
    assert_eq!(to("https://kubernetes.default.svc:443"), error("credentials-server"));
    assert_eq!(to("https://infra.local:6443"), [("credentials-server", Severity::Info)], "mirrors come");
    assert_eq!(to("https://rancher.example:443/k8s/clusters/c-1"), warning("credentials-server"));
    assert_eq!(to("https://10.0.0.1:6443"), vec![]);
    let on_host = broken(|bed| {
        bed.server = "https://127.0.0.1:6443".into();
        in_list(&mut bed.here.pods)[0].is_on_host = true;
    });
    assert_eq!(on_host, vec![], "the node's loopback is the controller's too");
    let hidden = broken(|bed| {
        bed.server = "https://127.0.0.1:6443".into();
        bed.here.pods = Observed::Unknown(Obstacle::Unauthorized);
    });
    assert_eq!(hidden, [("not-looked-at-here", Severity::Info)], "not seen accuses nobody");
}

#[test]
fn past_the_gateway_the_control_plane_needs_credentials_of_its_own() {
    let direct = |change: fn(&mut Bed)| {
        let both = [Way::Flat, Way::Federated].map(|way| {
            broken(move |bed| {
                bed.way = way;
                change(bed);
            })
        });
        assert_eq!(both[0], both[1]);
        both[0].clone()
    };
    assert_eq!(direct(|_| ()), vec![]);
    assert_eq!(direct(|bed| bed.discovery.clear()), error("discovery-secret"));
    assert_eq!(direct(|bed| bed.discovery[0].cluster = "edge".into()), error("discovery-secret"));
    assert_eq!(direct(|bed| bed.discovery[0].trust_domain = None), error("discovery-secret"));
    let other = |bed: &mut Bed| bed.discovery[0].cluster_domain = Some("cluster.local".into());
    assert_eq!(direct(other), error("discovery-secret"));
    assert_eq!(broken(|bed| bed.discovery.clear()), vec![], "the gateway needs none");
}

#[test]
fn who_makes_credentials_anew_needs_the_account_and_its_secret_first() {
    let of = |change: fn(&mut Token)| action(|bed| change(bed.token.as_mut().unwrap()));
    let none = of(|token| (token.has_account, token.has_secret) = (Observed::Absent, Observed::Absent));
    let account = "first restore the account linkerd-service-mirror-remote-access-default and the Secret with its token in namespace linkerd-multicluster of infra";
    assert!(none.starts_with(account) && none.contains("regenerate the credentials"), "{none}");
    let secret = of(|token| token.has_secret = Observed::Absent);
    assert!(
        secret.starts_with("first restore the Secret with the token of the account linkerd-service-mirror-remote-access-default in namespace"),
        "{secret}"
    );
    let remade = |token: &mut Token| {
        (token.has_account, token.remade) = (Observed::Absent, Some("2026-01-02T00:00:00Z".into()));
    };
    let again = of(remade);
    assert!(again.starts_with("regenerate the credentials in infra, apply them in apps"), "{again}");
    let both = of(|token| {
        (token.has_account, token.has_secret) = (Observed::Absent, Observed::Absent);
        token.remade = Some(String::new());
    });
    assert!(
        both.starts_with("first restore the Secret with the token of the present account linkerd-service-mirror-remote-access-default"),
        "{both}"
    );
    let mut bed = Bed::healthy();
    remade(bed.token.as_mut().unwrap());
    let said = &bed.findings()[0].summary;
    let words = "was recreated at 2026-01-02T00:00:00Z in infra, and the token belongs to the old one";
    assert!(said.contains(words), "{said}");
    let replaced = of(|token| token.is_replaced = true);
    assert!(replaced.starts_with("regenerate the credentials"), "what they are made of is there: {replaced}");
    let expired = of(|token| token.left = Some(-5));
    assert!(expired.starts_with("regenerate the credentials"), "{expired}");
}
