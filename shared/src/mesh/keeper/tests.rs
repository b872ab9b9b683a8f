//! Who is taken for the keeper, and what that means for an export and an undo.

use super::*;
use crate::manifest::{appended, found};
use crate::mesh::change::{Change, Ownership};
use crate::mesh::export::{self, Again, Creation, MANAGER, Routability, Wanted};
use crate::mesh::samples::*;
use crate::mesh::snapshot::MeshSeen;
use crate::mesh::{names, undo};
use crate::terms::{ManagedField, Owners};
use crate::verdict::Severity;

fn with(pairs: &[(&str, &str)], annotated: &[(&str, &str)]) -> ServiceSeen {
    let mut service = service();
    service.labels.extend(labels(pairs));
    service.annotations.extend(labels(annotated));
    service
}

fn owned_by(api_version: &str, kind: &str, name: &str, mut service: ServiceSeen) -> ServiceSeen {
    let (api_version, kind, name) = (api_version.into(), kind.into(), name.into());
    service.controller = Some(OwnerReference { api_version, kind, name, controller: true });
    service
}

fn of_cluster(pairs: &[(&str, &str)], annotated: &[(&str, &str)]) -> ServiceSeen {
    let service = with(&[&[("cnpg.io/cluster", "postgres")], pairs].concat(), annotated);
    owned_by("postgresql.cnpg.io/v1", "Cluster", "postgres", service)
}

const FLUX: [(&str, &str); 2] =
    [("kustomize.toolkit.fluxcd.io/name", "apps"), ("kustomize.toolkit.fluxcd.io/namespace", "flux-system")];

fn keeper(service: &ServiceSeen) -> String {
    Keeper::of(&exported(), service).map_or("nobody".to_owned(), |keeper| keeper.to_string())
}

#[test]
fn each_keeper_is_known_by_what_it_writes() {
    let helm = [("meta.helm.sh/release-name", "pg"), ("meta.helm.sh/release-namespace", "charts")];
    let toolkit = [("helm.toolkit.fluxcd.io/name", "pg"), ("helm.toolkit.fluxcd.io/namespace", "releases")];
    let by_helm = [("app.kubernetes.io/managed-by", "Helm")];
    let tracking = |id: &'static str| [("argocd.argoproj.io/tracking-id", id)];
    for (service, said) in [
        (service(), "nobody"),
        (with(&FLUX, &[]), "the Flux Kustomization flux-system/apps"),
        (with(&toolkit, &helm), "the Flux HelmRelease releases/pg"),
        (with(&by_helm, &helm), "the Helm release charts/pg"),
        (with(&by_helm, &[]), "nobody"),
        (with(&[], &helm), "nobody"),
        (with(&[], &tracking("shop:/Service:databases/postgres-rw")), "the Argo CD application shop"),
        (with(&[], &tracking("shop:/Service:databases/postgres-ro")), "nobody"),
        (with(&[("app.kubernetes.io/instance", "shop")], &[]), "nobody"),
        (of_cluster(&FLUX, &[]), "CloudNativePG, for the Cluster databases/postgres"),
        (
            owned_by("kafka.strimzi.io/v1", "Kafka", "events", with(&FLUX, &[])),
            "the controller of the Kafka databases/events",
        ),
        (
            owned_by("postgresql.cnpg.io/v1", "Cluster", "postgres", service()),
            "the controller of the Cluster databases/postgres",
        ),
    ] {
        assert_eq!(keeper(&service), said);
    }
}

#[test]
fn argos_label_counts_when_argo_is_among_the_managers() {
    let mut service = with(&[("app.kubernetes.io/instance", "shop")], &[]);
    let entry = ManagedField { manager: "argocd-controller".into(), ..ManagedField::default() };
    service.owners = Owners::new(vec![entry]);
    assert_eq!(keeper(&service), "the Argo CD application shop");
}

#[test]
fn what_flux_was_told_to_leave_alone_is_kept_by_nobody() {
    for told in [
        ("kustomize.toolkit.fluxcd.io/reconcile", "disabled"),
        ("kustomize.toolkit.fluxcd.io/ssa", "Ignore"),
        ("kustomize.toolkit.fluxcd.io/ssa", "IfNotPresent"),
    ] {
        assert_eq!(keeper(&with(&FLUX, &[told])), "nobody");
        assert_eq!(keeper(&with(&[&FLUX[..], &[told]].concat(), &[])), "nobody");
    }
    let merged = with(&FLUX, &[("kustomize.toolkit.fluxcd.io/ssa", "Merge")]);
    assert_eq!(keeper(&merged), "the Flux Kustomization flux-system/apps");
}

fn wanted(ownership: Ownership, keeping: Keeping) -> Wanted {
    Wanted {
        despite: std::collections::BTreeSet::new(),
        consumers: vec![],
        ways: vec![],
        routability: Routability::MustBeShown,
        ownership,
        keeping,
        creation: Creation::Refused,
        again: Again::default(),
    }
}

fn seen(service: ServiceSeen) -> MeshSeen {
    mesh(service, vec![("apps", consumer(vec![default_link("infra")]))])
}

/// Check, severity and the number of steps of an export and of an undo.
fn ends(
    service: &ServiceSeen,
    ownership: Ownership,
    keeping: Keeping,
    plan: fn(&MeshSeen, &Wanted) -> Result<export::Planned, Vec<crate::verdict::Finding>>,
) -> (Vec<(&'static str, Severity)>, usize) {
    let planned = plan(&seen(service.clone()), &wanted(ownership, keeping));
    let (findings, steps) = match planned {
        Ok(planned) => (planned.findings, planned.plan.steps().len()),
        Err(findings) => (findings, 0),
    };
    // What a keeper writes is copied to mirrors, which is warned of besides.
    let about = findings.iter().filter(|finding| finding.check != "copied-labels");
    (about.map(|finding| (finding.check, finding.severity)).collect(), steps)
}

#[test]
fn an_export_is_left_to_the_keeper_unless_it_is_imperative() {
    use Keeping::{Commit, Overrule, Respect};
    let refused = (vec![("service-kept", Severity::Error)], 0);
    let noted = (vec![("service-kept", Severity::Info)], 1);
    for (service, keeping, end) in [
        (with(&FLUX, &[]), Respect, &refused),
        (with(&FLUX, &[]), Commit, &refused),
        (with(&FLUX, &[]), Overrule, &noted),
        (of_cluster(&[], &[]), Respect, &noted),
        (of_cluster(&[], &[]), Commit, &refused),
        (
            of_cluster(&[("cnpg.io/isManaged", "true")], &[("cnpg.io/updateStrategy", "replace")]),
            Respect,
            &refused,
        ),
        (owned_by("x/v1", "Kafka", "events", service()), Respect, &refused),
        (service(), Commit, &(vec![("service-unkept", Severity::Error)], 0)),
    ] {
        assert_eq!(
            ends(&service, Ownership::Respect, keeping, export::plan),
            *end,
            "{keeping:?} {service:?}"
        );
    }
}

#[test]
fn a_value_that_the_keeper_set_needs_both_flags() {
    let mut service = labelled(&[(names::EXPORTED, "false")], "kustomize-controller", "Apply");
    service.labels.extend(labels(&FLUX));
    let end = |ownership, keeping| ends(&service, ownership, keeping, export::plan);
    assert_eq!(end(Ownership::TakeOver, Keeping::Respect), (vec![("service-kept", Severity::Error)], 0));
    assert_eq!(end(Ownership::Respect, Keeping::Overrule), (vec![("label-owned", Severity::Error)], 0));
    assert_eq!(end(Ownership::TakeOver, Keeping::Overrule), (vec![("service-kept", Severity::Warning)], 1));
}

#[test]
fn an_exported_service_needs_nothing_of_its_keeper() {
    let mut service = labelled(&[(names::EXPORTED, "true")], MANAGER, "Apply");
    service.labels.extend(labels(&FLUX));
    assert_eq!(ends(&service, Ownership::Respect, Keeping::Respect, export::plan), (vec![], 0));
    assert_eq!(export::kept(&seen(service), &wanted(Ownership::Respect, Keeping::Commit)), []);
}

#[test]
fn an_undo_gives_up_what_is_ours_and_leaves_the_keepers() {
    let kept = |manager| {
        let mut service = labelled(&[(names::EXPORTED, "true")], manager, "Apply");
        service.labels.extend(labels(&FLUX));
        service
    };
    let end = |manager, ownership, keeping| ends(&kept(manager), ownership, keeping, undo::plan);
    assert_eq!(end(MANAGER, Ownership::Respect, Keeping::Respect), (vec![], 1));
    let unkept = (vec![("service-unkept", Severity::Error)], 0);
    assert_eq!(
        end(MANAGER, Ownership::Respect, Keeping::Commit),
        unkept,
        "what is in no source is in no manifest"
    );
    for ownership in [Ownership::Respect, Ownership::TakeOver] {
        let refused = (vec![("service-kept", Severity::Error)], 0);
        assert_eq!(end("kustomize-controller", ownership, Keeping::Respect), refused);
    }
    let imperative = |ownership| end("kustomize-controller", ownership, Keeping::Overrule);
    assert_eq!(imperative(Ownership::Respect), (vec![("label-owned", Severity::Error)], 0));
    assert_eq!(imperative(Ownership::TakeOver), (vec![("service-kept", Severity::Warning)], 1));
    let all = undo::kept(&seen(kept("kustomize-controller")), &wanted(Ownership::Respect, Keeping::Commit));
    assert_eq!(all[0].edit.removed, [names::EXPORTED]);
    let planned =
        undo::plan(&seen(kept("kustomize-controller")), &wanted(Ownership::TakeOver, Keeping::Overrule));
    assert!(matches!(planned.unwrap().plan.steps()[0].action, Change::Remove { .. }));
}

fn snippet(service: &ServiceSeen, edit: LabelEdit) -> String {
    Kept::of(&exported(), service, edit).map_or_else(String::new, |kept| kept.snippet().join("\n"))
}

#[test]
fn patches_are_written_as_they_would_be_committed() {
    let set = LabelEdit { set: labels(&[(names::EXPORTED, "true")]), removed: vec![] };
    let removed = LabelEdit { set: labels(&[]), removed: vec![names::EXPORTED.into()] };
    let release = [("helm.toolkit.fluxcd.io/name", "pg"), ("helm.toolkit.fluxcd.io/namespace", "releases")];
    let listed = of_cluster(&[("cnpg.io/isManaged", "true")], &[]);
    let texts = [
        ("flux", snippet(&with(&FLUX, &[]), set.clone())),
        ("flux, undo", snippet(&with(&FLUX, &[]), removed.clone())),
        ("helm release", snippet(&with(&release, &[]), set.clone())),
        ("helm release, undo", snippet(&with(&release, &[]), removed)),
        ("cluster", snippet(&of_cluster(&[], &[]), set.clone())),
        ("listed in a cluster", snippet(&listed, set.clone())),
        ("another controller", snippet(&owned_by("x/v1", "Kafka", "events", service()), set)),
    ];
    insta::assert_snapshot!(texts.map(|(name, text)| format!("== {name}\n{text}\n")).concat());
}

#[test]
fn what_flux_renders_is_patched_in_the_manifest_of_its_source() {
    let release =
        [("helm.toolkit.fluxcd.io/name", "apps"), ("helm.toolkit.fluxcd.io/namespace", "flux-system")];
    for (service, head) in [
        (with(&FLUX, &[]), "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"),
        (with(&release, &[]), "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"),
    ] {
        let mut text =
            format!("{head}metadata:\n  name: apps\n  namespace: flux-system\nspec:\n  interval: 1m\n");
        for name in ["postgres-rw", "postgres-ro"] {
            let edit = LabelEdit { set: labels(&[(names::EXPORTED, "true")]), removed: vec![] };
            let kept = Kept::of(&Key::new("databases", name), &service, edit).unwrap();
            let source = kept.source().unwrap();
            let address = found(&text, &source.searched()).unwrap().remove(0).address;
            text = appended(&text, &address, &source.path, &source.item).unwrap();
            assert_eq!(appended(&text, &address, &source.path, &source.item).as_ref(), Ok(&text));
        }
        let named: Vec<_> =
            text.lines().filter(|line| line.contains("name: postgres-r")).map(str::trim).collect();
        let wanted = ["name: postgres-ro", "name: postgres-ro", "name: postgres-rw", "name: postgres-rw"];
        assert_eq!(named, wanted, "{text}");
    }
}
