//! Endpoints: which addresses they may name.

use std::net::IpAddr;

use serde_json::Value;

use crate::object::{as_map, list, text};
use crate::refusal::Problem;

/// Empty subsets are not kept, and ports are TCP unless they say otherwise.
pub(super) fn fill(object: &mut Value) {
    if list(object, "/subsets").is_empty() {
        as_map(object).shift_remove("subsets");
        return;
    }
    let subsets = object.get_mut("subsets").and_then(Value::as_array_mut).into_iter().flatten();
    for subset in subsets {
        let ports = subset.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten();
        for port in ports {
            as_map(port).entry("protocol").or_insert_with(|| "TCP".into());
        }
    }
}

/// What is wrong with Endpoints.
pub(super) fn problems(object: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (subset, at) in list(object, "/subsets").iter().zip(0..) {
        for (address, index) in list(subset, "/addresses").iter().zip(0..) {
            let ip = text(address, "/ip");
            let field = format!("subsets[{at}].addresses[{index}].ip");
            match ip.parse::<IpAddr>() {
                Ok(parsed) if parsed.is_loopback() => {
                    let why = "may not be in the loopback range (127.0.0.0/8, ::1/128)";
                    problems.push(Problem::invalid(field, ip, why));
                }
                Ok(_) => {}
                Err(_) => {
                    let why = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
                    problems.push(Problem::invalid(field, ip, why));
                }
            }
        }
    }
    problems
}
