use super::Told;
use platform::terms::{ClusterName, Format};
use platform::verdict::{Finding, Remedy};
use std::collections::BTreeSet;

fn found(check: &'static str, cluster: &str, because: Option<&'static str>) -> Finding {
    let remedy = Remedy::run("look at it with", "kubectl get pods");
    let finding = Finding::error(check, &[&ClusterName::new(cluster)], "it is broken", remedy);
    Finding { because, ..finding }
}

fn lines(told: &Told<'_>) -> String {
    told.rendered("MOMENT".to_owned(), &Format::Table, None).unwrap()
}

#[test]
fn what_follows_from_a_cause_that_is_told_itself_is_counted_under_it() {
    let cause = found("gateway-up", "infra", None);
    let effects =
        ["mirror-endpoints", "probe-answered"].map(|check| found(check, "apps", Some("gateway-up")));
    let now = [vec![cause.clone()], effects.to_vec()].concat();
    let (before, out) = (Vec::new(), BTreeSet::new());
    insta::assert_snapshot!(lines(&Told::of(&before, &now, &out)), @r"
    MOMENT + new: error: infra: it is broken (gateway-up)
      next: look at it with:
        kubectl get pods
      explains 1 of mirror-endpoints
      explains 1 of probe-answered
    ");
    insta::assert_snapshot!(lines(&Told::of(&now, &before, &out)), @r"
    MOMENT - gone: error: infra: it is broken (gateway-up)
      explains 1 of mirror-endpoints
      explains 1 of probe-answered
    ");
    let known = [cause];
    insta::assert_snapshot!(lines(&Told::of(&known, &now, &out)), @r"
    MOMENT + new: error: apps: it is broken (mirror-endpoints, because of gateway-up)
      next: look at it with:
        kubectl get pods
    MOMENT + new: error: apps: it is broken (probe-answered, because of gateway-up)
      next: look at it with:
        kubectl get pods
    ");
}

#[test]
fn what_matters_less_than_before_is_told_with_both_severities() {
    let before = [found("gateway-up", "infra", None)];
    let remedy = Remedy::new("wait");
    let now = [Finding::warning("gateway-up", &[&ClusterName::new("infra")], "it comes", remedy)];
    assert_eq!(before[0].fingerprint, now[0].fingerprint);
    let told = Told::of(&before, &now, &BTreeSet::new());
    insta::assert_snapshot!(lines(&told), @r"
    MOMENT ~ changed: warning, was error: infra: it comes (gateway-up)
      next: wait
    ");
    let document = told.rendered("MOMENT".to_owned(), &Format::Json, None).unwrap();
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    let row = &document["changed"][0];
    assert_eq!(
        (&row["severity"], &row["was"], &document["same"]),
        (&"warning".into(), &"error".into(), &0.into())
    );
}

#[test]
fn what_is_known_of_a_cluster_that_cannot_be_seen_is_not_gone_and_not_new_when_it_is_back() {
    let before = [found("gateway-up", "infra", None), found("node-ready", "apps", None)];
    let lost = [found("gateway-up", "infra", None), found("cluster-unseen", "apps", None)];
    let told = Told::of(&before, &lost, &BTreeSet::from([ClusterName::new("apps")]));
    assert!(
        lines(&told).starts_with("MOMENT + new: error: apps: it is broken (cluster-unseen)\n"),
        "{}",
        lines(&told)
    );
    assert!(!lines(&told).contains("gone"), "{}", lines(&told));
    let known = told.known();
    let back = Told::of(&known, &before, &BTreeSet::new());
    assert_eq!(lines(&back), "MOMENT - gone: error: apps: it is broken (cluster-unseen)\n");
    assert_eq!(back.known(), before);
    assert!(Told::of(&before, &before, &BTreeSet::new()).is_nothing());
}
