use super::{FEW, MOST, Plan};
use crate::cluster::call::{Call, Resource, Shape};
use crate::cluster::hear::interest::Interest;
use crate::cluster::memory::{Answer, Body, Told};
use crate::terms::{Obstacle, Scope};
use serde_json::json;

fn body(version: &str) -> Body {
    Body::new(json!({ "metadata": { "resourceVersion": version } }).to_string().into_bytes())
}

fn refused(code: u16) -> Obstacle {
    Obstacle::Refused { code, message: String::new() }
}

fn listed(namespace: &str, shape: Shape) -> Call {
    Call::list(Resource::SERVICES, &Scope::namespace(Some(namespace)), shape, 500, "")
}

fn one(name: &str) -> Call {
    Call::get(Resource::CONFIG_MAPS, Some("linkerd"), name)
}

fn planned(told: impl IntoIterator<Item = (Call, Answer)>) -> Plan {
    Plan::of(told.into_iter().map(|(call, answer)| Told::new(call, &answer)).collect())
}

#[test]
fn lists_of_one_place_share_a_watch_that_begins_with_the_earlier_one() {
    let told = [("9", Shape::Full), ("11", Shape::Metadata)];
    let told = told.map(|(version, shape)| (listed("shop", shape), Ok(body(version))));
    let mut plan = planned(told);
    assert_eq!((plan.wanted.len(), plan.covered.len()), (1, 2));
    let (_, wanted) = plan.wanted.pop_first().unwrap();
    let start = wanted.start();
    assert_eq!((start.version.as_deref(), start.shape), (Some("9"), Shape::Metadata));
}

#[test]
fn an_object_is_watched_by_its_name_whether_it_is_there_or_not_and_many_by_their_namespace() {
    let plan = planned([(one("there"), Ok(body("7"))), (one("missing"), Err(refused(404)))]);
    let starts: Vec<_> = plan.wanted.into_values().map(super::Wanted::start).collect();
    let seen = starts.iter().map(|start| (start.scope.name.as_deref(), start.version.clone()));
    assert_eq!(seen.collect::<Vec<_>>(), [(Some("missing"), None), (Some("there"), None)]);
    let known = starts.iter().map(|start| match &start.interest {
        Interest::Named(versions) => versions.values().cloned().collect(),
        other @ (Interest::Everything | Interest::Sifted(_)) => vec![format!("{other:?}")],
    });
    assert_eq!(known.collect::<Vec<_>>(), [[""], ["7"]]);
    let many = (0..=FEW).map(|number| (one(&format!("c{number}")), Ok(body("7"))));
    let plan = planned(many);
    assert_eq!((plan.wanted.len(), plan.covered.len()), (1, FEW + 1));
    let start = plan.wanted.into_values().next().unwrap().start();
    assert_eq!((start.scope, start.version), (Scope::namespace(Some("linkerd")), None));
}

#[test]
fn what_no_watch_can_tell_of_is_left_to_the_next_look() {
    let leases = Call::list(Resource::LEASES, &Scope::default(), Shape::Full, 500, "");
    let plan = planned([
        (leases, Ok(body("7"))),
        (listed("shop", Shape::Full), Err(refused(404))),
        (one("secret"), Err(refused(422))),
        (Call::served(Resource::HTTP_ROUTES), Ok(body(""))),
    ]);
    assert_eq!((plan.wanted.len(), plan.covered.len()), (0, 0));
    let many = (0..MOST + 5).map(|number| (listed(&format!("n{number}"), Shape::Full), Ok(body("7"))));
    let plan = planned(many);
    assert_eq!((plan.wanted.len(), plan.covered.len()), (MOST, MOST));
}
