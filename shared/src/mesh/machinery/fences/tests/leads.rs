//! Where policies let somebody out to.

use super::*;

#[test]
fn a_policy_leads_into_a_namespace_that_its_peers_may_be_in() {
    let leads = |namespaces: Option<LabelSelector>, pods: LabelSelector| {
        let egress = fence(Some(vec![Peer::Pods { namespaces, pods }]), None).ingress;
        let out = Fence { ingress: None, egress, ..fence(None, None) };
        leads_into(&[out], &pod("databases", "shop"), ("linkerd", 8086))
    };
    let all = || Some(LabelSelector::default());
    let app = || selecting(&[("app", "identity")]);
    assert!(leads(all(), app()) && leads(Some(selecting(&[(NAME, "linkerd")])), app()));
    assert!(!leads(Some(selecting(&[(NAME, "shop")])), app()) && !leads(None, app()));
    for key in [CILIUMS_NAMESPACE, CILIUMS_NAME] {
        assert!(leads(all(), selecting(&[(key, "linkerd"), ("app", "identity")])), "{key}");
        assert!(!leads(all(), selecting(&[(key, "shop"), ("app", "identity")])), "{key}");
    }
    let team = format!("{FOREIGN}team");
    assert!(leads(all(), selecting(&[(&team, "platform")])), "nobody knows that here");
}

#[test]
fn a_policy_of_the_whole_cluster_that_names_namespaces_lets_nobody_of_others_out() {
    let of = |pods: &[(&str, &str)]| {
        let out = Fence { egress: Some(vec![Opening::default()]), ..fence(None, None) };
        let fences = [Fence { namespace: None, pods: selecting(pods), ..out }];
        lets_some(&fences, "databases", (Direction::Egress, Whom::Abroad, 4143))
    };
    assert!(of(&[("app", "shop")]) && of(&[("io.kubernetes.pod.namespace", "databases")]));
    assert!(!of(&[("app", "shop"), ("io.kubernetes.pod.namespace", "linkerd-multicluster")]));
    let leads = |about: &str, to: &str| {
        let pods = selecting(&[("io.kubernetes.pod.namespace", to)]);
        let peers = Some(vec![Peer::Pods { namespaces: Some(LabelSelector::default()), pods }]);
        let out = Fence { egress: Some(vec![Opening { peers, ..Opening::default() }]), ..fence(None, None) };
        let fences = [Fence { namespace: Some(about.into()), ..out }];
        leads_into(&fences, &pod("databases", "shop"), ("linkerd", 8086))
    };
    assert!(leads("databases", "linkerd"));
    assert!(!leads("databases", "other") && !leads("other", "linkerd"), "it is of others, or about others");
}
