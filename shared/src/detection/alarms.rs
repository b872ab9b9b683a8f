//! Worlds as running clusters have them. In those in which nothing is wrong nobody is alarmed; in the same ones with one break
//! exactly its cause leads, and what follows from it is told under it.

mod shape;

use super::certificates::Certificates;
use super::look::Seen;
use super::world::World;
use crate::health::causes::{Effect, explains};
use crate::health::checks::judge as stand;
use crate::mesh::fleetwide::{judge, nodes};
use crate::mesh::link::Way;
use crate::verdict::{Cause, Severity};
use serde_json::{Map, Value};
use shape::{applied, dressed, read};

/// What a run says of a world and matters.
fn causes(world: &World, certificates: &Certificates) -> Vec<Cause> {
    let Seen::Looked { sides, health } = Seen::of(world, certificates) else { panic!("it is refused") };
    let mut judged = judge(&sides, &|_| true);
    judged.add_beneath(stand(&health, &|_| true), &|cause, finding| {
        explains(&health, cause, Effect { finding, nodes: &nodes(&sides, finding) })
    });
    judged.causes.retain(|cause| cause.severity() > Severity::Info);
    judged.causes
}

/// The world of a row.
fn changed(way: Way, row: &Value, known: &Map<String, Value>) -> World {
    let mut world = dressed(World::healthy(way));
    for step in row["steps"].as_array().unwrap() {
        applied(&mut world, step.as_str().map_or(step, |name| &known[name]));
    }
    world
}

fn way(word: &Value) -> Way {
    Way::ALL.into_iter().find(|way| word == way.word()).unwrap()
}

#[test]
fn nobody_is_alarmed_where_nothing_is_wrong() {
    let certificates = Certificates::new();
    let mut tried = 0;
    for row in read(include_str!("alarms/healthy.yaml")).as_array().unwrap() {
        let ways = match row["ways"].as_str().unwrap() {
            "all" => &Way::ALL[..],
            "mirrored" => &[Way::Gateway, Way::Flat],
            word => &[way(&word.into())],
        };
        for way in ways {
            let found = causes(&changed(*way, row, &Map::new()), &certificates);
            assert!(found.is_empty(), "{}, {}: {found:#?}", row["name"], way.word());
            tried += 1;
        }
    }
    assert!(tried >= 60, "{tried} worlds");
}

#[test]
fn exactly_the_causes_of_a_break_lead() {
    let certificates = Certificates::new();
    let worlds = read(include_str!("alarms/broken.yaml"));
    let (known, rows) = (worlds["known"].as_object().unwrap(), worlds["rows"].as_array().unwrap());
    let mut wrong = Vec::new();
    for row in rows {
        let found = causes(&changed(way(&row["way"]), row, known), &certificates);
        let told: Vec<(&str, Vec<&str>)> = found
            .iter()
            .map(|cause| (cause.finding.check, cause.effects.iter().map(|one| one.check).collect()))
            .collect();
        let leads: Vec<&Value> =
            row["leads"].as_array().map_or(vec![&row["leads"]], |all| all.iter().collect());
        let all: Vec<&str> = told.iter().flat_map(|(_, effects)| effects.iter().copied()).collect();
        let is_under =
            row["under"].as_array().unwrap().iter().all(|one| all.contains(&one.as_str().unwrap()));
        if !is_under || !told.iter().map(|(lead, _)| *lead).eq(leads.iter().map(|one| one.as_str().unwrap()))
        {
            wrong.push(format!("{}: {told:?}", row["name"]));
        }
        let effects = || found.iter().flat_map(|cause| &cause.effects);
        assert!(effects().all(|finding| finding.because.is_some()), "{}", row["name"]);
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(rows.len() >= 30, "{} worlds", rows.len());
}
