//! Where mirrors lead to.

use super::*;
use crate::mesh::machinery::{Authorization, GatewayService, Networks, Reference, Route};
use crate::terms::{Kind, Observed};

#[test]
fn one_must_be_there_with_an_address_and_a_pod() {
    assert_eq!(broken(|bed| in_list(&mut bed.there.services).clear()), error("gateway-up"));
    let unaddressed = |bed: &mut Bed| in_list(&mut bed.there.services)[0].ingress.clear();
    assert_eq!(broken(unaddressed), error("gateway-up"));
    assert_eq!(broken(|bed| in_list(&mut bed.there.pods)[0].is_ready = false), error("gateway-up"));
    assert_eq!(broken(|bed| in_list(&mut bed.there.pods)[0].is_meshed = false), error("gateway-meshed"));
}

#[test]
fn the_link_must_lead_to_it() {
    let moved = |bed: &mut Bed| {
        in_list(&mut bed.there.services)[0].ingress = vec!["203.0.113.99".into()];
    };
    assert_eq!(broken(moved), error("gateway-address"));
    let by_name = |bed: &mut Bed| bed.link.gateway_address = "gateway.example".into();
    assert_eq!(broken(by_name), vec![], "only DNS knows");
    assert_eq!(broken(|bed| bed.link.gateway.port = "30143".into()), error("gateway-address"));
    let on_nodes = |bed: &mut Bed| {
        let service = &mut in_list(&mut bed.there.services)[0];
        service.service_type = "NodePort".into();
        service.ports[0].2 = 30143;
        service.ingress.clear();
        bed.link.gateway.port = "30143".into();
    };
    assert_eq!(broken(on_nodes), vec![]);
}

#[test]
fn an_address_that_is_one_of_the_consumers_own_gateway_never_gets_to_the_exporter() {
    let own = |change: fn(&mut GatewayService)| {
        move |bed: &mut Bed| {
            let mut gateway = in_list(&mut bed.there.services)[0].clone();
            change(&mut gateway);
            in_list(&mut bed.here.services).push(gateway);
        }
    };
    assert_eq!(broken(own(|_| ())), error("gateway-address"));
    let said = action(own(|_| ()));
    assert!(said.starts_with("give the gateways of infra and apps distinct addresses"), "{said}");
    assert_eq!(broken(own(|one| one.ingress = vec!["203.0.113.11".into()])), vec![]);
    assert_eq!(broken(own(|one| one.is_passed_on = true)), vec![], "nodes ask the load balancer");
    assert_eq!(broken(own(|one| one.ports[0].1 = 4144)), vec![], "it is one for both, by their ports");
    assert_eq!(broken(own(|one| one.service_type = "ClusterIP".into())), vec![]);
    let moved = action(|bed| {
        own(|_| ())(bed);
        in_list(&mut bed.there.services)[0].ingress = vec!["203.0.113.99".into()];
    });
    assert!(moved.starts_with("recreate the Link"), "{moved}");
}

#[test]
fn what_may_stand_in_front_of_it_is_a_warning() {
    let private = |bed: &mut Bed| in_list(&mut bed.there.services)[0].ingress = vec!["10.0.0.240".into()];
    assert_eq!(broken(private), warning("gateway-address"), "an address that is translated");
    let also_private = |bed: &mut Bed| {
        private(bed);
        bed.link.gateway_address = "10.0.0.7".into();
    };
    assert_eq!(broken(also_private), warning("gateway-address"), "a load balancer may stand in front");
    let named = |bed: &mut Bed| {
        in_list(&mut bed.there.services)[0].ingress = vec!["abc.elb.example".into()];
        bed.link.gateway_address = "10.0.5.10".into();
    };
    assert_eq!(broken(named), vec![], "only DNS knows whether the name has this address");
    let renamed = |bed: &mut Bed| {
        in_list(&mut bed.there.services)[0].ingress = vec!["new.elb.example".into()];
        bed.link.gateway_address = "old.elb.example".into();
    };
    assert_eq!(broken(renamed), warning("gateway-address"));
    let behind_a_name = |bed: &mut Bed| {
        bed.link.gateway_address = "gateway.example".into();
        bed.link.gateway.port = "443".into();
    };
    assert_eq!(broken(behind_a_name), warning("gateway-address"));
}

#[test]
fn an_address_is_the_same_however_it_is_written_and_a_name_may_be_another_one_of_it() {
    let aliased = |bed: &mut Bed| {
        in_list(&mut bed.there.services)[0].ingress = vec!["abc.elb.example".into()];
        bed.link.gateway_address = "gateway.shop.example".into();
    };
    assert_eq!(broken(aliased), vec![], "it may be an alias of what the load balancer is called");
    let written = |bed: &mut Bed| {
        in_list(&mut bed.there.services)[0].ingress = vec!["2001:db8::10".into()];
        bed.link.gateway_address = "2001:DB8:0:0:0:0:0:10".into();
    };
    assert_eq!(broken(written), vec![], "one address");
    let second = |bed: &mut Bed| {
        let inner = in_list(&mut bed.there.services)[0].clone();
        let inner =
            GatewayService { name: "a-gateway-inside".into(), ingress: vec!["10.0.0.9".into()], ..inner };
        in_list(&mut bed.there.services).push(inner);
    };
    assert_eq!(broken(second), vec![], "the Link leads to the other one");
    let pending = |bed: &mut Bed| {
        let service = &mut in_list(&mut bed.there.services)[0];
        service.ingress.clear();
        service.ports[0].2 = 30143;
        (bed.link.gateway_address, bed.link.gateway.port) = ("10.0.0.7".into(), "30143".into());
    };
    assert_eq!(broken(pending), vec![], "a Link to the nodes needs no load balancer");
}

#[test]
fn one_that_is_reached_from_inside_alone_may_have_something_in_front() {
    let inward = |external: &'static str| {
        broken(move |bed| {
            let service = &mut in_list(&mut bed.there.services)[0];
            service.service_type = "ClusterIP".into();
            service.ingress.clear();
            service.external = vec![external.into()];
        })
    };
    assert_eq!(inward(""), vec![], "its mirrors are not taken for dead");
    assert_eq!(inward("203.0.113.99"), warning("gateway-address"));
    assert_eq!(inward("203.0.113.10"), vec![]);
}

#[test]
fn its_identity_is_what_its_pods_can_get() {
    let other = |bed: &mut Bed| bed.link.gateway.identity = IDENTITY.replace("mesh.example", "cluster.local");
    assert_eq!(broken(other), error("gateway-identity"));
    let both = |bed: &mut Bed| {
        other(bed);
        let said = bed.link.gateway.identity.clone();
        in_list(&mut bed.there.services)[0]
            .annotations
            .insert("mirror.linkerd.io/gateway-identity".into(), said);
    };
    assert_eq!(broken(both), error("gateway-identity"), "the chart does not know the trust domain");
}

#[test]
fn somebody_must_ask_whether_it_lives() {
    for break_it in [
        |bed: &mut Bed| bed.link.gateway.probe.path.clear(),
        |bed: &mut Bed| bed.link.gateway.probe.period = "3".into(),
        |bed: &mut Bed| bed.link.gateway.probe.failure_threshold = "three".into(),
        |bed: &mut Bed| in_list(&mut bed.here.services).clear(),
        |bed: &mut Bed| in_list(&mut bed.here.services)[0].ports[0].1 = 4192,
    ] {
        assert_eq!(broken(break_it), warning("gateway-probe"));
    }
    let of_link = broken(|bed| bed.link.gateway.probe.port = "4192".into());
    assert_eq!(of_link, warning("probe-place"), "the gateway has no such port either");
}

#[test]
fn a_link_to_a_node_port_has_its_probe_in_the_values_of_the_chart() {
    let mut bed = Bed::healthy();
    bed.link.gateway.probe.port = "31191".into();
    in_list(&mut bed.there.services)[0].ports[1].2 = 31191;
    let found = bed.findings();
    let [finding] = &found[..] else { panic!("{found:#?}") };
    assert!(finding.summary.contains("the Service probe-infra has no port 31191"), "{}", finding.summary);
    assert_eq!(finding.object.as_ref().unwrap().name, "probe-infra");
    let action = &finding.remedy.as_ref().unwrap().action;
    assert!(
        action.contains("{link: {ref: {name: infra}}, gateway: {enabled: true, probe: {port: 31191}}}"),
        "{action}"
    );
}

#[test]
fn probes_may_come_from_where_the_policy_controller_is_told() {
    let told = |argument: Option<&str>, values: Option<&str>| {
        broken(|bed| {
            in_list(&mut bed.here.pods)[0].address = "10.2.0.4".into();
            in_list(&mut bed.there.services)[0].is_local = true;
            let Observed::Present(settings) = &mut bed.there.settings else { panic!("seen") };
            settings.probe_argument = argument.map(|range| vec![range.to_owned()]);
            settings.probe_networks = values.map(|range| vec![range.to_owned()]);
        })
    };
    let (near, all) = (Some("10.9.0.0/16"), Some("0.0.0.0/0"));
    for (argument, values) in [(near, all), (near, None), (near, near), (None, near)] {
        assert_eq!(told(argument, values), warning("probe-networks"), "{argument:?} {values:?}");
    }
    assert_eq!((told(all, near), told(all, all)), (vec![], vec![]));
}

#[test]
fn another_domain_is_answered_with_404() {
    assert_eq!(broken(|bed| bed.link.target_domain = "cluster.local".into()), error("target-domain"));
}

#[test]
fn a_route_on_the_port_of_the_probe_needs_a_policy_that_can_be_met() {
    let refer = |kind: &str, name: &str| Reference {
        kind: kind.into(),
        namespace: "linkerd-multicluster".into(),
        name: name.into(),
    };
    let of = |required: Option<(&str, &str)>| {
        broken(|bed| {
            in_list(&mut bed.there.routes).push(Route {
                kind: Kind::HttpRoute,
                group: "policy.linkerd.io".into(),
                namespace: "linkerd-multicluster".into(),
                name: "ready".into(),
                parents: vec![refer("Server", "linkerd-admin")],
                backends: vec![],
                mirrors: None,
            });
            let Observed::Present(policies) = &mut bed.there.policies else { panic!("seen") };
            policies.authorizations.extend(required.map(|(kind, name)| Authorization {
                namespace: "linkerd-multicluster".into(),
                name: "ready".into(),
                target: refer("HTTPRoute", "ready"),
                required: vec![refer(kind, name)],
            }));
            for (name, range) in [("source-cluster", "0.0.0.0/0"), ("near", "10.9.0.0/16")] {
                let (name, ranges) = (name.to_owned(), vec![(range.to_owned(), vec![])]);
                policies.networks.push(Networks { namespace: "linkerd-multicluster".into(), name, ranges });
            }
            in_list(&mut bed.here.pods)[0].address = "10.2.0.4".into();
            in_list(&mut bed.there.pods)[0].host = "10.1.0.4".into();
        })
    };
    assert_eq!(of(None), warning("probe-route"), "nobody is let in");
    let from = |name| of(Some(("NetworkAuthentication", name)));
    assert_eq!(from("source-cluster"), vec![]);
    assert_eq!(from("other"), warning("probe-route"), "it asks for what is not there");
    assert_eq!(from("near"), warning("probe-route"), "it lets others in");
    assert_eq!(of(Some(("ServiceAccount", "prometheus"))), warning("probe-route"), "it lets another one in");
    assert_eq!(of(Some(("ServiceAccount", "controller-infra"))), vec![]);
}
