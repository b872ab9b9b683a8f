use super::*;
use serde_json::json;

fn values(text: &str) -> Vec<Value> {
    documents(text.as_bytes()).unwrap().into_iter().map(|one| one.value).collect()
}

fn wrong(text: &[u8]) -> (usize, usize, String) {
    let Mistake { place, words } = documents(text).unwrap_err();
    (place.line, place.column, words)
}

fn at(line: usize, column: usize) -> Place {
    Place { line, column }
}

#[test]
fn documents_and_the_items_of_lists_know_their_places() {
    let text = "# a dump\n---\nkind: List\nitems:\n- kind: A\n  items: [1, 2]\n-   kind: B\n---\nkind: C\n";
    let found = documents(text.as_bytes()).unwrap();
    assert_eq!(found.iter().map(|one| one.place).collect::<Vec<_>>(), [at(3, 1), at(9, 1)]);
    assert_eq!(found[0].items, [at(5, 3), at(7, 5)]);
    assert_eq!(
        found[0].value,
        json!({"kind": "List", "items": [{"kind": "A", "items": [1, 2]}, {"kind": "B"}]})
    );
    assert_eq!((&found[1].value, found[1].items.len()), (&json!({"kind": "C"}), 0));
}

#[test]
fn json_is_read_as_well() {
    let text = "{\"kind\":\"List\",\"items\":[{\"a\":\"\\u003c1\"},\n\t{\"b\":null}]}";
    let found = documents(text.as_bytes()).unwrap();
    assert_eq!(found[0].value, json!({"kind": "List", "items": [{"a": "<1"}, {"b": null}]}));
    assert_eq!(found[0].items, [at(1, 25), at(2, 2)]);
}

#[test]
fn anchors_merges_tags_and_blocks_are_what_they_stand_for() {
    assert_eq!(
        values("a: &x {b: 1, c: 2}\nd: *x\ne: {<<: *x, c: 3}\nf: {<<: [*x, {g: 4}]}"),
        [json!({
            "a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 2}, "e": {"c": 3, "b": 1}, "f": {"b": 1, "c": 2, "g": 4}
        })]
    );
    assert_eq!(
        values("a: !!str 1\nb: '1'\nc: |\n  x\n  y\nd: >-\n  x\n  y\n80: z\n\"<<\": q"),
        [json!({
            "a": "1", "b": "1", "c": "x\ny\n", "d": "x y", "80": "z", "<<": "q"
        })]
    );
    assert_eq!(values("\u{feff}a: 1\n---\n---\nb: 2"), [json!({"a": 1}), Value::Null, json!({"b": 2})]);
}

#[test]
fn a_mistake_is_named_with_its_place_and_without_the_value() {
    assert_eq!(wrong(b"a: 1\n  \"b\": hunter2\nb: [1"), wrong(b"a: 1\n  \"b\": hunter3\nb: [1"));
    assert_eq!(wrong(b"a: 1\na: 2"), (2, 1, "the key \"a\" is there twice".to_owned()));
    assert_eq!(wrong(b"ok: 1\nb: \xc3\xa4\xff"), (2, 5, "not UTF-8 text".to_owned()));
    assert_eq!(wrong(b"? [1]\n: 2"), (1, 3, "a key that is no text".to_owned()));
    assert_eq!(wrong(b"a: &a [*a]"), (1, 8, "an alias within its own anchor".to_owned()));
    assert_eq!(wrong(("[".repeat(200) + &"]".repeat(200)).as_bytes()).2, "nested too deeply");
}

#[test]
fn a_few_lines_cannot_stand_for_billions() {
    let level = |level: usize| {
        let inside = if level == 0 { "x".to_owned() } else { format!("*a{}", level - 1) };
        format!("a{level}: &a{level} [{}]\n", vec![inside; 10].join(", "))
    };
    let text: String = (0..12).map(level).collect();
    assert_eq!(wrong(text.as_bytes()).2, "aliases that stand for too much");
}
