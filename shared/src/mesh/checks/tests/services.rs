//! What is exported.

use super::*;
use crate::mesh::names::EXPORTED;
use crate::mesh::samples::mirror;
use crate::mesh::snapshot::{Key, Port};
use crate::terms::{ManagedField, Owners};

fn port(name: &str, port: u16, protocol: &str) -> Vec<Port> {
    vec![Port { name: name.into(), port, protocol: protocol.into(), ..Port::default() }]
}

#[test]
fn they_have_tcp_ports_and_addresses_of_their_own() {
    let outer = |bed: &mut Bed| bed.service.is_external = true;
    assert_eq!(broken(outer), error("export-shape"));
    assert_eq!(broken(|bed| bed.service.ports.clear()), error("export-shape"));
    assert_eq!(broken(|bed| bed.service.ports = port("dns", 53, "UDP")), warning("export-protocol"));
}

#[test]
fn a_server_that_speaks_first_is_opaque() {
    let annotate = |value: &'static str| {
        move |bed: &mut Bed| {
            bed.service.annotations = labels(&[("config.linkerd.io/opaque-ports", value)]);
        }
    };
    assert_eq!(broken(annotate("3306")), warning("opaque-ports"), "it replaces the default");
    assert_eq!(broken(annotate("5000-6000")), vec![]);
    assert_eq!(broken(|bed| bed.service.ports = port("postgres", 15432, "TCP")), warning("opaque-ports"));
}

#[test]
fn labels_that_mean_something_to_others_are_left_out() {
    let owned = |bed: &mut Bed| {
        bed.service.labels.insert("argocd.argoproj.io/instance".into(), "shop".into());
    };
    assert_eq!(broken(owned), warning("copied-labels"));
    let excluded = |bed: &mut Bed| {
        owned(bed);
        bed.link.excluded.labels = vec!["argocd.argoproj.io/*".into()];
    };
    assert_eq!(broken(excluded), vec![]);
}

/// What CloudNativePG and Flux write on everything that is theirs; they go by owners and by an inventory.
#[test]
fn labels_that_their_controllers_do_not_go_by_are_no_more_than_worth_knowing() {
    for key in ["cnpg.io/cluster", "kustomize.toolkit.fluxcd.io/name", "helm.toolkit.fluxcd.io/namespace"] {
        let mut bed = Bed::healthy();
        bed.service.labels.insert(key.into(), "postgres".into());
        let found = bed.findings();
        let said: Vec<(&str, Severity)> = found.iter().map(|one| (one.check, one.severity)).collect();
        assert_eq!(said, [("copied-labels", Severity::Info)], "{key}");
        assert!(found[0].summary.contains(key), "{}", found[0].summary);
    }
}

#[test]
fn an_additional_service_of_a_cluster_matters_where_there_is_such_a_cluster_and_nobody_looks() {
    let said = |pairs: &[(&str, &str)], excluded: &[&str]| {
        let mut bed = Bed::healthy();
        bed.service.labels.extend(labels(pairs));
        bed.link.excluded.labels = excluded.iter().map(|key| (*key).to_owned()).collect();
        bed.findings().into_iter().map(|one| (one.severity, one.summary)).collect::<Vec<_>>()
    };
    let both = [("cnpg.io/cluster", "postgres"), ("cnpg.io/isManaged", "true")];
    let text = "the mirror in apps will have cnpg.io/cluster, cnpg.io/isManaged, so CloudNativePG there does not reconcile a \
     Cluster of that name, if there is one";
    assert_eq!(said(&both, &[]), [(Severity::Info, text.to_owned())]);
    let found = "so it shows up among the objects of that Cluster";
    for (pairs, excluded) in [
        (&both[..], &["cnpg.io/cluster"][..]),
        (&both[..], &["cnpg.io/isManaged"][..]),
        (&both[1..], &[][..]),
        (&[("cnpg.io/cluster", "postgres"), ("cnpg.io/isManaged", "false")][..], &[][..]),
    ] {
        let said = said(pairs, excluded);
        let [(Severity::Info, text)] = said.as_slice() else { panic!("{pairs:?}: {said:?}") };
        assert!(text.ends_with(found), "{pairs:?}: {text}");
    }
    assert_eq!(said(&both, &["cnpg.io/*"]), vec![]);
}

/// The one remedy.
fn remedy(change: impl FnOnce(&mut Bed)) -> String {
    let mut bed = Bed::healthy();
    change(&mut bed);
    let found = bed.findings();
    let [one] = found.as_slice() else { panic!("{found:?}") };
    one.remedy.as_ref().unwrap().to_string()
}

#[test]
fn everything_that_is_copied_is_left_out_at_once_where_links_can_do_that() {
    let owned = |bed: &mut Bed| {
        let keys = ["cnpg.io/cluster", "cnpg.io/isManaged", "helm.toolkit.fluxcd.io/name"];
        bed.service.labels.extend(labels(&keys.map(|key| (key, "x"))));
        bed.service.annotations.extend(labels(&[("external-dns.alpha.kubernetes.io/hostname", "x")]));
        bed.link.excluded.labels = vec!["team".into()];
    };
    let said = remedy(owned);
    let patch = r#"{"spec":{"excludedLabels":["team","cnpg.io/*","helm.toolkit.fluxcd.io/*"],"excludedAnnotations":["external-dns.alpha.kubernetes.io/hostname"]}}"#;
    assert!(said.contains(patch), "{said}");
    let older = remedy(|bed| {
        owned(bed);
        bed.link.version = "v1alpha2".into();
    });
    assert!(older.contains("Linkerd 2.18 or newer") && !older.contains("patch"), "{older}");
}

#[test]
fn what_a_link_leaves_out_stays_on_a_mirror_until_its_service_changes() {
    let told = |version: &str, excluded: &[&str]| {
        let mut bed = Bed::healthy();
        let own = [("argocd.argoproj.io/instance", "shop"), (EXPORTED, "true")];
        bed.service.labels.extend(labels(&own));
        bed.link.excluded.labels = excluded.iter().map(|one| (*one).to_owned()).collect();
        let mut made = mirror(&exported(), "infra-east", version);
        made.labels.extend(bed.service.labels.clone());
        let seen = bed.seen_with(|apps| {
            let Observed::Present(services) = &mut apps.services else { panic!("seen") };
            services.by_key.insert(Key::new("databases", "postgres-rw-infra-east"), made);
        });
        let routed = Routed { consumer: cluster("apps"), link: &bed.link, ways: vec![Way::Gateway] };
        let targets = of_service(&seen, &[routed], &exported(), &bed.service);
        let found = ask(&seen, &exported(), &bed.service, &targets);
        let found = found.into_iter().find(|one| one.check == "copied-labels")?;
        Some((found.summary, found.remedy?.command?))
    };
    let (copied, command) = told("41", &[]).unwrap();
    assert!(copied.contains("will have argocd.argoproj.io/instance"), "{copied}");
    assert!(command.contains(" && ") && command.ends_with("platform.tools/touched=41"), "{command}");
    let (left, command) = told("41", &["argocd.argoproj.io/*"]).unwrap();
    assert!(left.contains("which its Link now excludes"), "{left}");
    assert!(command.ends_with("svc/postgres-rw platform.tools/touched=41"), "{command}");
    assert_eq!(told("40", &["argocd.argoproj.io/*"]), None, "it is about to be written anew");
}

#[test]
fn argo_knows_its_objects_by_a_label_or_by_an_annotation_that_names_the_original() {
    let argo = |annotated: Option<&'static str>| {
        move |bed: &mut Bed| {
            bed.service.labels.insert("app.kubernetes.io/instance".into(), "shop".into());
            let manager = annotated.map_or("argocd-controller", |_| "helm");
            let entry = ManagedField { manager: manager.into(), ..ManagedField::default() };
            bed.service.owners = Owners::new(vec![entry]);
            let tracking = annotated.map(|id| ("argocd.argoproj.io/tracking-id".to_owned(), id.to_owned()));
            bed.service.annotations.extend(tracking);
        }
    };
    assert_eq!(broken(argo(None)), warning("copied-labels"));
    assert!(remedy(argo(None)).contains(r#"["app.kubernetes.io/instance"]"#), "{}", remedy(argo(None)));
    assert_eq!(broken(argo(Some("shop:/Service:other/web"))), vec![], "a chart's own label");
    assert_eq!(
        broken(argo(Some("shop:/Service:databases/postgres-rw"))),
        vec![],
        "it goes by its annotation"
    );
}

#[test]
fn what_a_keeper_would_set_back_is_changed_in_its_source() {
    let loud = |bed: &mut Bed| {
        bed.service.annotations = labels(&[("config.linkerd.io/opaque-ports", "")]);
    };
    assert!(remedy(loud).contains("annotate --overwrite svc/postgres-rw"), "{}", remedy(loud));
    let kept = broken_by_flux(loud);
    let said =
        kept.iter().find(|one| one.check == "opaque-ports").unwrap().remedy.as_ref().unwrap().to_string();
    assert!(said.contains("in the source of the Flux Kustomization flux-system/apps"), "{said}");
    assert!(said.ends_with(r#"config.linkerd.io/opaque-ports: "5432""#), "{said}");
}

fn broken_by_flux(change: impl FnOnce(&mut Bed)) -> Vec<Finding> {
    let mut bed = Bed::healthy();
    change(&mut bed);
    let key = |name: &str| format!("kustomize.toolkit.fluxcd.io/{name}");
    bed.service
        .labels
        .extend([(key("name"), "apps".to_owned()), (key("namespace"), "flux-system".to_owned())]);
    bed.findings()
}

#[test]
fn a_headless_service_is_mirrored_as_its_controller_is_told() {
    let headless = |way: Way, flag: Option<&'static str>| {
        broken(move |bed| {
            bed.service.is_headless = true;
            bed.way = way;
            in_list(&mut bed.here.deployments)[0].arguments.splice(1..1, flag.map(str::to_owned));
        })
    };
    let told = vec![("export-headless", Severity::Info)];
    assert_eq!(headless(Way::Gateway, None), told, "pods without host names lose none");
    assert_eq!(headless(Way::Gateway, Some("-enable-headless-services=false")), told);
    assert_eq!(headless(Way::Gateway, Some("-enable-headless-services")), told);
    assert_eq!(headless(Way::Gateway, Some("-enable-headless-services=true")), told);
    assert_eq!(headless(Way::Flat, Some("-enable-headless-services")), error("export-headless"));
    assert_eq!(headless(Way::Flat, None), told, "pods have no names of their own there");
    assert_eq!(headless(Way::Federated, None), error("federated-mode"));
    let hidden = broken(|bed| {
        bed.service.is_headless = true;
        bed.here.deployments = Observed::Unknown(Obstacle::Unauthorized);
    });
    assert_eq!(hidden, [("not-looked-at-here", Severity::Info)]);
}

#[test]
fn a_namespace_that_the_controller_makes_need_not_be_there() {
    let without = |flag: Option<&'static str>| {
        broken(move |bed| {
            bed.namespace = Observed::Absent;
            in_list(&mut bed.here.deployments)[0].arguments.splice(1..1, flag.map(str::to_owned));
            let Observed::Present(rights) = &mut bed.here.rights else { panic!("seen") };
            let rules = in_list(&mut rights.cluster_roles).iter_mut().flat_map(|role| &mut role.rules);
            let namespaces = rules.filter(|rule| rule.resources == ["namespaces"]);
            namespaces.for_each(|rule| rule.verbs.push("create".into()));
        })
    };
    assert_eq!(without(None), error("namespace-missing"));
    assert_eq!(without(Some("-enable-namespace-creation=true")), [("namespace-missing", Severity::Info)]);
}
