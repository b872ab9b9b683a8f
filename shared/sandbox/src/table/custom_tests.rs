use super::*;

fn now() -> Timestamp {
    "2026-01-01T00:05:00Z".parse().unwrap()
}

fn link() -> Value {
    json!({
        "metadata": {
            "name": "infra", "creationTimestamp": "2026-01-01T00:00:00Z",
            "annotations": { "example.com/side": "left" },
        },
        "spec": {
            "gateway": "10.0.0.1", "port": 4143, "ratio": 1.5, "whole": 2.0, "on": true,
            "probe": { "b": 1, "a": [] },
        },
        "status": { "seen": "2026-01-01T00:02:30Z", "nothing": null },
    })
}

fn printer(columns: &[Value]) -> Printer {
    Printer::of(columns).unwrap()
}

/// The cell of a column of this type and path.
fn cell_of(kind: &str, path: &str) -> Value {
    printer(&[json!({ "name": "X", "type": kind, "jsonPath": path })]).cells(&link(), now()).swap_remove(1)
}

#[test]
fn without_columns_there_are_a_name_and_an_age() {
    let printer = printer(&[]);
    let names: Vec<_> = printer.columns().into_iter().map(|column| (column.name, column.kind)).collect();
    assert_eq!(names, [("Name".to_owned(), "string"), ("Age".to_owned(), "date")]);
    assert_eq!(printer.cells(&link(), now()), [json!("infra"), json!("5m")]);
}

#[test]
fn a_column_is_as_its_definition_says() {
    let printer = printer(&[
        json!({ "name": "Port", "type": "integer", "format": "int32", "jsonPath": ".spec.port", "priority": 1 }),
        json!({ "name": "Age", "type": "date", "description": "How old.", "jsonPath": ".metadata.creationTimestamp" }),
    ]);
    let columns = printer.columns();
    let path = "Custom resource definition column (in JSONPath format): .spec.port".to_owned();
    let port = Column {
        name: "Port".into(),
        kind: "integer",
        format: "int32".into(),
        description: path,
        priority: 1,
    };
    assert_eq!(columns[1], port);
    assert_eq!(
        (columns[2].kind, columns[2].description.as_str(), columns[2].priority),
        ("date", "How old.", 0)
    );
    assert_eq!(printer.cells(&link(), now()), [json!("infra"), json!(4143), json!("5m")]);
}

#[test]
fn cells_are_of_the_type_of_their_column_or_null() {
    for (kind, path, expected) in [
        ("string", ".spec.gateway", json!("10.0.0.1")),
        ("string", ".spec.port", json!("4143")),
        ("string", ".spec.ratio", json!("1.5")),
        ("string", ".spec.whole", json!("2")),
        ("string", ".spec.on", json!("true")),
        ("string", ".spec.probe", json!(r#"{"a":[],"b":1}"#)),
        ("string", ".status.nothing", json!("<no value>")),
        ("integer", ".spec.ratio", json!(1)),
        ("integer", ".spec.gateway", Value::Null),
        ("number", ".spec.ratio", json!(1.5)),
        ("number", ".spec.whole", json!(2)),
        ("number", ".spec.on", Value::Null),
        ("boolean", ".spec.on", json!(true)),
        ("boolean", ".spec.port", Value::Null),
        ("date", ".status.seen", json!("2m30s")),
        ("date", ".spec.gateway", json!("<invalid>")),
        ("date", ".spec.port", Value::Null),
    ] {
        assert_eq!(cell_of(kind, path), expected, "{kind} {path}");
    }
}

#[test]
fn what_is_not_there_is_null_and_a_path_that_cannot_be_read_is_told() {
    for path in [".spec.nope", ".spec.gateway.deep", ".spec.probe.a[0]"] {
        assert_eq!(cell_of("string", path), Value::Null, "{path}");
    }
    let richer = [json!({ "name": "X", "type": "string", "jsonPath": "..gateway" })];
    assert_eq!(Printer::of(&richer).unwrap_err(), "..gateway");
}
