use super::*;

fn overlays(files: &[(&str, &str)]) -> Vec<Overlay> {
    files.iter().filter_map(|(path, text)| Overlay::read(path, text)).collect()
}

#[test]
fn without_an_overlay_the_manifest_speaks_for_itself() {
    let fits = [Some("databases"), Some("shop"), None].map(|own| fit(&[], "web.yaml", own, "databases"));
    assert_eq!(fits, [Fit::Sure, Fit::No, Fit::Likely]);
}

#[test]
fn the_outermost_namespace_counts_and_overrules_the_manifests_own() {
    let all = overlays(&[
        ("base/kustomization.yaml", "namespace: base\nresources: [web.yaml]\n"),
        ("prod/kustomization.yml", "resources:\n- ../base\nnamespace: databases\n"),
    ]);
    let fit = |wanted| fit(&all, "base/web.yaml", Some("old"), wanted);
    assert_eq!([fit("databases"), fit("base"), fit("old")], [Fit::Sure, Fit::No, Fit::No]);
}

#[test]
fn a_base_of_several_overlays_is_shared_and_the_one_that_fits_is_named_first() {
    let all = overlays(&[
        ("base/kustomization.yaml", "resources: [./web.yaml]\n"),
        ("a/kustomization.yaml", "resources: [../base]\nnamespace: other\n"),
        ("z/Kustomization", "bases: [../base/]\nnamespace: databases\npatches: [{path: own.yaml}]\n"),
    ]);
    let shared = Fit::Shared(vec!["z".into(), "a".into()]);
    assert_eq!(fit(&all, "base/web.yaml", None, "databases"), shared);
    assert_eq!(fit(&all, "z/own.yaml", None, "databases"), Fit::Sure);
    assert_eq!(fit(&all, "base/web.yaml", None, "shop"), Fit::No);
}

#[test]
fn a_circle_ends_and_what_is_outside_of_the_repository_is_not_followed() {
    let all = overlays(&[
        ("a/kustomization.yaml", "resources: [../b, web.yaml, 'https://example.test/x?ref=1', ../../out]\n"),
        ("b/kustomization.yaml", "resources: [../a]\n"),
    ]);
    assert_eq!(fit(&all, "a/web.yaml", None, "databases"), Fit::Likely);
    assert_eq!(joined("a", "../../out"), None);
    assert_eq!(joined("", "./x//y/../z"), Some("x/z".to_owned()));
}

#[test]
fn overlays_that_all_use_each_other_are_walked_once_and_ways_that_meet_again_are_one() {
    let knot = ["a", "b", "c", "d", "e"].map(|folder| format!("{folder}/kustomization.yaml"));
    let text = "resources: [../a, ../b, ../c, ../d, ../e, ../a/web.yaml]\n";
    let all = knot.iter().filter_map(|path| Overlay::read(path, text)).collect::<Vec<_>>();
    assert_eq!(fit(&all, "a/web.yaml", None, "databases"), Fit::Likely);
    let all = overlays(&[
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("a/kustomization.yaml", "resources: [../base]\n"),
        ("b/kustomization.yaml", "resources: [../base]\n"),
        ("prod/kustomization.yaml", "resources: [../a, ../b]\nnamespace: databases\n"),
    ]);
    assert_eq!(fit(&all, "base/web.yaml", None, "databases"), Fit::Sure);
}

#[test]
fn what_fits_better_is_greater() {
    let all = [Fit::No, Fit::Likely, Fit::Unclear(String::new()), Fit::Shared(vec![]), Fit::Sure];
    assert!(all.map(|fit| fit.rank()).is_sorted());
}

#[test]
fn what_gets_another_name_is_another_object() {
    let all = overlays(&[(
        "a/kustomization.yaml",
        "namePrefix: x-\nnamespace: databases\nresources: [web.yaml]\n",
    )]);
    assert_eq!(fit(&all, "a/web.yaml", None, "databases"), Fit::No);
}

#[test]
fn a_text_that_is_no_yaml_may_use_what_it_names() {
    let text = "resources: [../base]\nx: {{ .y }}: z\n";
    assert_eq!(Overlay::read("a/kustomization.yaml", text), None);
    assert!(Overlay::may_use(text, "base/web.yaml") && Overlay::may_use("- web.yaml", "a/web.yaml"));
    assert!(!Overlay::may_use(text, "other/web.yaml"));
}
