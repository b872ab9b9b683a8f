//! What explains what.

mod once;

use super::*;
use crate::mesh::checks::CHECKS;
use crate::terms::{ClusterName, ObjectRef};
use crate::verdict::{Idle, Remedy};

#[test]
fn every_check_stands_in_the_table_once() {
    for check in &CHECKS {
        assert_eq!(CAUSES.iter().filter(|cause| cause.id == check.id).count(), 1, "{}", check.id);
    }
    let mut ids: Vec<_> = CAUSES.iter().map(|cause| cause.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), CAUSES.len());
}

#[test]
fn causes_come_before_what_they_explain_so_that_there_is_no_circle() {
    for cause in &CAUSES {
        for effect in cause.effects {
            assert!(position(effect) > position(cause.id), "{} explains {effect}", cause.id);
        }
    }
}

#[test]
fn a_certificate_that_is_not_renewed_explains_that_it_expires_and_no_other_does() {
    let infra = ClusterName::new("infra");
    let object = |name| ObjectRef::namespaced(&infra, Kind::Secret, "linkerd", name);
    let of = |id, name| Finding::warning(id, &[&infra], "x", Remedy::new("y")).about(object(name));
    let cause = of("trust-renewal", "issuer");
    assert!(explains(&cause, &of("trust-expiry", "issuer")));
    assert!(!explains(&cause, &of("trust-expiry", "roots")), "another one");
    assert!(!explains(&cause, &of("mirror-endpoints", "issuer")), "until then it works");
}

#[test]
fn a_path_that_nobody_answers_at_explains_that_no_policy_lets_it_in_and_a_port_does_not() {
    let infra = ClusterName::new("infra");
    let of = |id| Finding::warning(id, &[&infra], "x", Remedy::new("y"));
    let place = |field: &str| of("probe-place").seen(field, "z");
    assert!(explains(&place("spec.probeSpec.path"), &of("probe-policy")));
    assert!(!explains(&place("spec.probeSpec.port"), &of("probe-policy")));
}

#[test]
fn a_link_that_selects_everything_explains_what_is_odd_of_services_that_nobody_meant() {
    let infra = ClusterName::new("infra");
    let of = |id| Finding::warning(id, &[&infra], "x", Remedy::new("y"));
    let cause = of("link-selects-all");
    for check in ["backend-policy", "export-is-mirror", "export-headless", "namespace-missing"] {
        assert!(explains(&cause, &of(check).on(Ground::Unmeant)), "{check}");
        assert!(!explains(&cause, &of(check)), "{check} of one that somebody did mean");
    }
    assert!(!explains(&cause, &of("mirror-missing").on(Ground::Unmeant)), "it selects it");
}

#[test]
fn a_second_link_explains_that_it_has_no_controller_and_not_that_one_is_down() {
    let apps = ClusterName::new("apps");
    let of = |id| Finding::error(id, &[&apps], "x", Remedy::new("y"));
    let running = |kind| {
        of("controller-running").about(ObjectRef::namespaced(&apps, kind, "linkerd-multicluster", "infra"))
    };
    assert!(explains(&of("link-twice"), &running(Kind::Link)));
    assert!(!explains(&of("link-twice"), &running(Kind::Deployment)), "it is there, and does not run");
    assert!(!explains(&of("link-twice"), &of("controller-leading")), "by itself");
}

#[test]
fn a_removed_plugin_explains_a_gateway_that_waits_for_its_network_there_alone() {
    let [infra, apps] = ["infra", "apps"].map(ClusterName::new);
    let of = |id, cluster| {
        let object = ObjectRef::namespaced(cluster, Kind::Service, "linkerd-multicluster", "x");
        Finding::error(id, &[cluster], "x", Remedy::new("y")).about(object)
    };
    let waiting = of("gateway-up", &infra).on(Ground::Network);
    assert!(explains(&of("cilium-cni", &infra), &waiting));
    assert!(!explains(&of("cilium-cni", &apps), &waiting), "in another cluster");
    assert!(!explains(&of("cilium-cni", &infra), &of("gateway-up", &infra)), "it has another reason");
    assert!(!explains(&of("cilium-cni", &infra), &of("gateway-address", &infra)), "through it alone");
}

#[test]
fn what_one_policy_shuts_besides_is_under_the_first_of_it() {
    let infra = ClusterName::new("infra");
    let object = |name| ObjectRef::namespaced(&infra, Kind::NetworkPolicy, "linkerd-multicluster", name);
    let of = |id, name| Finding::error(id, &[&infra], "x", Remedy::new("y")).about(object(name));
    let [first, later] = ["gateway-network-policy", "backend-network-policy"];
    assert!(explains(&of(first, "deny-all"), &of(later, "deny-all")));
    assert!(!explains(&of(later, "deny-all"), &of(first, "deny-all")), "the first leads");
    assert!(!explains(&of(first, "deny-all"), &of(later, "other")), "another policy is to be seen to, too");
    let doubtful = Finding { severity: Severity::Warning, ..of(first, "deny-all") };
    assert!(!explains(&doubtful, &of(later, "deny-all")), "what weighs less does not lead");
    assert!(!explains(&of(later, "deny-all"), &of("mirror-endpoints", "deny-all")), "nor for what follows");
}

#[test]
fn what_may_not_list_ends_itself_and_what_is_scaled_to_0_does_not() {
    let apps = ClusterName::new("apps");
    let of = |id| Finding::error(id, &[&apps], "x", Remedy::new("y"));
    let ended = Finding { idle: Idle::of_proxy("Error, exit code 1"), ..of("controller-running") };
    assert!(explains(&of("controller-rights"), &ended));
    assert!(
        !explains(&of("controller-rights"), &of("controller-running")),
        "it does not run for another reason"
    );
}

#[test]
fn a_gateway_without_pods_explains_nothing_of_where_the_link_leads() {
    let infra = ClusterName::new("infra");
    let up = Finding::error("gateway-up", &[&infra], "x", Remedy::new("y"));
    let idle = up.clone().pod_not_ready("gateway-0");
    for id in ["gateway-address", "gateway-identity"] {
        let effect = Finding::error(id, &[&infra], "x", Remedy::new("y"));
        assert!(explains(&up, &effect) && !explains(&idle, &effect), "{id}");
    }
}

#[test]
fn an_issuer_that_is_refused_explains_that_it_is_not_used_and_not_that_an_anchor_expires() {
    let infra = ClusterName::new("infra");
    let object = |name| ObjectRef::namespaced(&infra, Kind::Secret, "linkerd", name);
    let of = |id, name| Finding::error(id, &[&infra], "x", Remedy::new("y")).about(object(name));
    let cause = of("trust-issuer", "issuer");
    assert!(
        explains(&cause, &of("trust-renewal", "issuer")) && explains(&cause, &of("trust-copies", "issuer"))
    );
    assert!(!explains(&cause, &of("trust-renewal", "other")), "of another cluster");
    assert!(!explains(&cause, &of("trust-expiry", "issuer")));
}

#[test]
fn a_mirror_without_addresses_is_one_of_a_service_without_backends() {
    let infra = ClusterName::new("infra");
    let of =
        |field: &str| Finding::error("mirror-endpoints", &[&infra], "x", Remedy::new("y")).seen(field, "z");
    let cause = Finding::warning("export-endpoints", &[&infra], "x", Remedy::new("y"));
    assert!(is_nearest(&cause, &of("subsets[].addresses of endpoints/web")));
    assert!(!is_nearest(&cause, &of("subsets[].notReadyAddresses of endpoints/web")), "its gateway is dead");
}

#[test]
fn a_warning_explains_only_where_the_table_lets_it() {
    let infra = ClusterName::new("infra");
    let late = |id| Finding::error(id, &[&infra], "x", Remedy::new("y"));
    let soon = |id| Finding::warning(id, &[&infra], "x", Remedy::new("y"));
    let missing = late("mirror-missing");
    assert!(explains(&late("credentials-expired"), &missing));
    assert!(!explains(&soon("credentials-expired"), &missing), "it is good until then");
    assert!(explains(&soon("credentials-name"), &missing));
    assert!(explains(&late("link-fields"), &late("mirror-endpoints")), "through what lies between");
    assert!(!explains(&missing, &late("link-fields")));
    assert!(explains(&soon("export-target-port"), &soon("export-endpoints")), "no pod has such a port");
    let blind = Finding::unknown("credentials-expired", &[&infra], "x", Remedy::new("y"));
    assert!(!explains(&blind, &missing), "what nobody saw explains nothing");
}

#[test]
fn credentials_that_nobody_takes_explain_those_of_the_control_plane_with_the_same_flaw() {
    let infra = ClusterName::new("infra");
    let of = |id, field: &str, value: &str| {
        Finding::error(id, &[&infra], "x", Remedy::new("y")).seen(field, value)
    };
    let cause = of("credentials-authority", "users[].user.exec", "z");
    let field = "data[kubeconfig]: users[].user.exec";
    assert!(explains(&cause, &of("discovery-secret", field, "z")));
    assert!(!explains(&cause, &of("discovery-secret", "data[kubeconfig]: users[].user.token", "z")));
    assert!(!explains(&cause, &of("discovery-secret", "type", "Opaque")), "it is ignored for something else");
    assert!(explains(&cause, &of("probe-place", "subsets[].addresses[].ip", "")));
    assert!(!explains(&cause, &of("probe-place", "spec.probeSpec.port", "4192")), "that is of the Link");
    assert!(!explains(&cause, &of("probe-policy", "spec.probeSpec.path", "/other")));
}

#[test]
fn a_server_that_no_pod_reaches_is_in_both_secrets() {
    let infra = ClusterName::new("infra");
    let of = |id, field: &str, value: &str| {
        Finding::error(id, &[&infra], "x", Remedy::new("y")).seen(field, value)
    };
    let cause = of("credentials-server", "clusters[].cluster.server in secret/x", "https://127.0.0.1:7445");
    let own = |server| of("discovery-secret", "data[kubeconfig]: clusters[].cluster.server", server);
    assert!(explains(&cause, &own("https://127.0.0.1:7445")));
    assert!(!explains(&cause, &own("https://127.0.0.1:6443")));
    assert!(!explains(&cause, &of("discovery-secret", "type", "Opaque")), "it is ignored for something else");
}

#[test]
fn of_what_is_wrong_in_a_link_its_period_ends_the_service_mirror() {
    let infra = ClusterName::new("infra");
    let of = |id| Finding::error(id, &[&infra], "x", Remedy::new("y"));
    let cause = |problem: &str| of("link-fields").seen("spec", problem);
    for check in ["controller-running", "controller-leading"] {
        assert!(explains(&cause("spec.probeSpec.period is \"0s\", with which"), &of(check)), "{check}");
        assert!(!explains(&cause("spec.gatewayPort is \"x\", which"), &of(check)), "{check}");
    }
}

#[test]
fn who_is_kept_from_the_control_plane_is_not_ready_and_what_ails_it_otherwise_has_another_reason() {
    let (infra, apps) = (ClusterName::new("infra"), ClusterName::new("apps"));
    let of = |id, text: &str, cluster: &ClusterName| {
        let object = ObjectRef::namespaced(cluster, Kind::Service, "linkerd-multicluster", "x");
        Finding::error(id, &[cluster], text, Remedy::new("y")).about(object)
    };
    let kept =
        |who: &str| of("control-plane-network-policy", &format!("it does not let {who} there"), &infra);
    let up = |idle, cluster| Finding { idle, ..of("gateway-up", "the gateway has no ready pod", cluster) };
    let gateway = kept("the gateway of infra");
    let (silent, fails, other) = (Idle::silent(), Idle::of_proxy(""), Idle::default());
    assert!(explains(&gateway, &up(silent.clone(), &infra)));
    assert!(explains(&gateway, &up(fails.clone(), &infra)));
    assert!(!explains(&gateway, &up(other.clone(), &infra)));
    assert!(!explains(&gateway, &up(silent.clone(), &apps)), "another one");
    assert!(!explains(&kept("the service mirror of the Link apps"), &up(silent.clone(), &infra)));
    let down = |id, idle: &Idle| Finding { idle: idle.clone(), ..of(id, "no pod serves", &infra) };
    let mirror = kept("the service mirror of the Link apps");
    assert!(explains(&mirror, &down("controller-running", &fails)));
    assert!(!explains(&mirror, &down("controller-running", &other)), "it fails otherwise");
    assert!(!explains(&mirror, &down("federated-local", &fails)), "of the local one it says nothing");
    assert!(explains(&mirror.clone().seen("spec.podSelector", "all pods"), &down("federated-local", &fails)));
    let soon = |cause: &Finding| Finding { severity: Severity::Warning, ..cause.clone() };
    assert!(explains(&soon(&mirror), &down("controller-running", &fails)), "it may have no DNS");
    assert!(!explains(&soon(&gateway), &up(silent, &infra)), "it may be let through");
    let locked = ObjectRef::namespaced(&infra, Kind::NetworkPolicy, "linkerd", "lock");
    let backends = down("export-endpoints", &fails);
    assert!(explains(&mirror.clone().about(locked), &backends), "nobody comes to the control plane");
    assert!(explains(&kept("the pods of linkerd-multicluster/x in infra"), &backends));
    assert!(!explains(&kept("the pods of linkerd-multicluster/x2 in infra"), &backends), "another Service");
}

#[test]
fn a_removed_plugin_explains_whatever_waits_for_its_network_there() {
    let [infra, apps] = ["infra", "apps"].map(ClusterName::new);
    let of = |id, cluster| {
        let object = ObjectRef::namespaced(cluster, Kind::Service, "shop", "x");
        Finding::error(id, &[cluster], "x", Remedy::new("y")).about(object)
    };
    let cause = of("cilium-cni", &infra);
    for check in ["controller-running", "export-endpoints", "federated-local"] {
        assert!(explains(&cause, &of(check, &infra).on(Ground::Network)), "{check}");
        assert!(!explains(&cause, &of(check, &infra)), "{check} for another reason");
        assert!(!explains(&cause, &of(check, &apps).on(Ground::Network)), "{check} in another cluster");
    }
}
