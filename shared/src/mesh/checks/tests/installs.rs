//! Installations of Linkerd, as each supported version leaves them.

use super::*;

/// What `linkerd multicluster link` made before 2.18: a controller for each Link, named after the target cluster.
fn linked(bed: &mut Bed) {
    let name = "linkerd-service-mirror-infra-east";
    let of = |component: &str| {
        labels(&[("component", component), ("mirror.linkerd.io/cluster-name", "infra-east")])
    };
    let deployment = &mut in_list(&mut bed.here.deployments)[0];
    (deployment.name, deployment.labels) = (name.into(), of("service-mirror"));
    let pod = &mut in_list(&mut bed.here.pods)[0];
    (pod.name, pod.account, pod.labels) = (format!("{name}-0"), name.into(), of("linkerd-service-mirror"));
    in_list(&mut bed.here.services)[0].name = "probe-gateway-infra-east".into();
    let Observed::Present(rights) = &mut bed.here.rights else { panic!("seen") };
    let bindings = in_list(&mut rights.bindings).iter_mut().chain(in_list(&mut rights.cluster_bindings));
    for subject in
        bindings.flat_map(|binding| &mut binding.subjects).filter(|one| one.2 == "controller-infra")
    {
        subject.2 = name.into();
    }
}

/// Links of this version alone, and a role that knows no more.
fn serving(bed: &mut Bed, version: &str) {
    bed.link.version = version.into();
    let Observed::Present(rights) = &mut bed.here.rights else { panic!("seen") };
    if version == "v1alpha1" {
        let rules = in_list(&mut rights.roles).iter_mut().flat_map(|role| &mut role.rules);
        rules.for_each(|rule| rule.resources.retain(|one| one != "links/status"));
    }
}

type Change = fn(&mut Bed);

/// By version; 2.18 and what came later differ in nothing that is looked at.
const INSTALLS: [(&str, Change); 4] = [
    ("edge", |_| ()),
    ("2.18", |bed| bed.link.version = "v1alpha3".into()),
    ("2.17", |bed| {
        linked(bed);
        serving(bed, "v1alpha2");
    }),
    ("2.16", |bed| {
        linked(bed);
        serving(bed, "v1alpha1");
    }),
];

#[test]
fn every_supported_installation_is_healthy() {
    for (version, install) in INSTALLS {
        assert_eq!(broken(install), vec![], "{version}");
    }
}

#[test]
fn and_what_breaks_it_is_seen() {
    for (version, install) in INSTALLS {
        let with = |change: fn(&mut Bed)| {
            broken(|bed| {
                install(bed);
                change(bed);
            })
        };
        let stopped = |bed: &mut Bed| in_list(&mut bed.here.deployments)[0].available = 0;
        assert_eq!(with(stopped), error("controller-running"), "{version}");
        assert_eq!(
            with(|bed| in_list(&mut bed.here.pods)[0].is_meshed = false),
            error("controller-meshed"),
            "{version}"
        );
        assert_eq!(
            with(|bed| in_list(&mut bed.here.services).clear()),
            warning("gateway-probe"),
            "{version}"
        );
        assert_eq!(
            with(|bed| in_list(&mut bed.here.pods)[0].account = "other".into()),
            error("controller-rights"),
            "{version}"
        );
    }
}
