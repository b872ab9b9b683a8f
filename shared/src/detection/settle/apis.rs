//! The API server says of every API that it hands on whether the Service is there that should answer.

use super::of_kind;
use serde_json::{Value, json};

pub(super) fn services(objects: &mut [Value]) {
    let there: Vec<[Value; 2]> = of_kind(objects, "Service")
        .map(|(_, one)| ["namespace", "name"].map(|field| one["metadata"][field].clone()))
        .collect();
    for api in objects.iter_mut().filter(|object| object["kind"] == "APIService") {
        let wanted = ["namespace", "name"].map(|field| api["spec"]["service"][field].clone());
        let is_local = wanted.iter().any(Value::is_null);
        let conditions = api["status"]["conditions"].as_array_mut().into_iter().flatten();
        for one in conditions.filter(|one| one["type"] == "Available" && !is_local) {
            if !there.contains(&wanted) {
                (one["status"], one["reason"]) = (json!("False"), json!("ServiceNotFound"));
            }
        }
    }
}
