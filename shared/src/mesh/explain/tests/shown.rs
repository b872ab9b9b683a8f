//! What a user and a program get to read.

use super::*;
use crate::terms::Obstacle;

fn broken() -> World {
    world(|world| {
        in_list(&mut world.bed.here.deployments).clear();
        world.without_mirror();
        world.bed.service.labels.insert("argocd.argoproj.io/instance".into(), "databases".into());
    })
}

fn unsure() -> World {
    let (verb, resource, message) =
        ("list".to_owned(), "leases.coordination.k8s.io".to_owned(), String::new());
    let hidden =
        Obstacle::Forbidden { verb, resource, namespace: Some("linkerd-multicluster".into()), message };
    world(|world| world.bed.here.leases = Observed::Unknown(hidden))
}

fn not_ready() -> World {
    world(|world| {
        in_list(&mut world.bed.there.services)[0].ingress = vec!["203.0.113.99".into()];
        world.not_ready();
    })
}

fn lines(world: World) -> String {
    text(&world.explained(), crate::terms::PROSE).join("\n")
}

#[test]
fn people_read_the_cause_first_and_then_a_line_for_each_stage() {
    insta::assert_snapshot!("text_broken", lines(broken()));
    insta::assert_snapshot!("text_unsure", lines(unsure()));
    insta::assert_snapshot!("text_not_ready", lines(not_ready()));
    insta::assert_snapshot!("text_whole", lines(World::healthy(Way::Flat)));
}

#[test]
fn programs_read_each_stage_with_its_check() {
    let json = serde_json::to_string_pretty(&broken().explained()).unwrap();
    insta::assert_snapshot!("json_broken", json);
}

#[test]
fn a_flowchart_says_in_words_what_it_shows_in_colours() {
    insta::assert_snapshot!("mermaid_not_ready", diagram(&not_ready().explained()));
    let chart = diagram(&broken().explained());
    assert!(chart.contains("<br/>BROKEN<br/>controller-running: no service mirror is running"), "{chart}");
    assert!(chart.contains("class s0m0_controller broken"), "{chart}");
    assert!(chart.contains("    s0m0_controller == explains ==> s0m0_mirror\n"), "{chart}");
    assert!(chart.contains("<br/>NOT REACHED\"]"), "{chart}");
}

/// Everything but a command to paste fits a terminal.
#[test]
fn all_but_commands_is_as_wide_as_a_terminal() {
    for world in [broken, unsure, not_ready, || World::healthy(Way::Federated)] {
        let text = lines(world());
        let wide = text.lines().filter(|line| line.chars().count() > 80);
        let is_command =
            |line: &str| ["kubectl ", "linkerd "].iter().any(|tool| line.trim_start().starts_with(tool));
        let wide: Vec<_> = wide.filter(|line| !is_command(line)).collect();
        assert_eq!(wide, Vec::<&str>::new(), "{text}");
    }
}

#[test]
fn names_that_want_to_be_more_than_names_are_harmless_in_a_flowchart() {
    let hostile = "x\"];\nclick s0m0 \"javascript:alert(1)\"\n%%{init: {}}%%<script>";
    let chart = world(|world| {
        world.without_mirror();
        world.bed.link.name = hostile.into();
        world.bed.link.problems = vec![hostile.into()];
    });
    let chart = diagram(&chart.explained());
    let plain = diagram(&broken().explained());
    let shape = |chart: &str| chart.lines().filter(|line| line.trim_start().starts_with("s0m0_")).count();
    assert_eq!(shape(&chart), shape(&plain), "{chart}");
    for bad in ["click s0m0 \"", "<script", "%%{", "\"]; "] {
        assert!(!chart.contains(bad), "{bad} in {chart}");
    }
}
