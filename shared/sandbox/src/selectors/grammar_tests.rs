use super::*;

fn words(text: &str) -> String {
    requirements(text).unwrap_err()
}

fn demands(text: &str) -> Vec<Demand> {
    requirements(text).unwrap().into_iter().map(|one| one.demand).collect()
}

fn values(all: &[&str]) -> BTreeSet<String> {
    all.iter().map(|one| (*one).to_owned()).collect()
}

#[test]
fn blank_text_has_no_requirements() {
    assert_eq!((requirements(""), requirements(" \t")), (Ok(vec![]), Ok(vec![])));
}

#[test]
fn requirements_are_read_in_order() {
    let read = requirements("a,!b, example.com/c = d").unwrap();
    let expected =
        [("a", Demand::Present), ("b", Demand::Absent), ("example.com/c", Demand::OneOf(values(&["d"])))];
    assert_eq!(read, expected.map(|(key, demand)| Requirement { key: key.to_owned(), demand }));
}

#[test]
fn one_sign_compares_as_well_as_two() {
    assert_eq!(demands("a=b"), demands("a==b"));
    assert_eq!(demands("a!=b"), [Demand::NoneOf(values(&["b"]))]);
}

#[test]
fn nothing_at_all_is_the_empty_value() {
    for text in ["a=", "a=,b", "a in ()", "a in (,)"] {
        assert_eq!(demands(text).first(), Some(&Demand::OneOf(values(&[""]))), "{text}");
    }
    assert_eq!(demands("a notin (b,,c)"), [Demand::NoneOf(values(&["", "b", "c"]))]);
    assert_eq!(demands("a in (b,)"), [Demand::OneOf(values(&["", "b"]))]);
}

#[test]
fn in_may_be_a_key_and_a_value() {
    assert_eq!(demands("in in (in,notin)"), [Demand::OneOf(values(&["in", "notin"]))]);
    assert_eq!(demands("notin=in"), [Demand::OneOf(values(&["in"]))]);
}

#[test]
fn order_compares_numbers_only() {
    assert_eq!(demands("a>5,b<07"), [Demand::Above(5), Demand::Below(7)]);
    let whole = "for 'Gt', 'Lt' operators, the value must be an integer";
    assert_eq!(
        words("a>b"),
        format!("unable to parse requirement: values[0]: Invalid value: \"b\": {whole}")
    );
    let minus = words("a<-b");
    assert!(
        minus.starts_with("unable to parse requirement: [values[0]: Invalid value: \"-b\": for"),
        "{minus}"
    );
    assert!(minus.contains(", values[0][a]: Invalid value: \"-b\": a valid label must"), "{minus}");
}

#[test]
fn words_of_what_cannot_be_read_are_the_servers() {
    for (text, expected) in [
        ("=x", "found '=', expected: !, identifier, or 'end of string'"),
        ("a==b==c", "found '==', expected: ',' or 'end of string'"),
        ("!a=b", "found '=', expected: ',' or 'end of string'"),
        ("a=b,,c=d", "found ',', expected: identifier after ','"),
        ("a,", "found '', expected: identifier after ','"),
    ] {
        assert_eq!(words(text), expected, "{text}");
    }
}

#[test]
fn words_about_one_requirement_say_so() {
    for (text, expected) in [
        ("a in (b", "found '', expected: ',' or ')'"),
        ("a in b", "found 'b' expected: '('"),
        ("a in (!", "found '!', expected: ',', ')' or identifier"),
        ("a in (b,", "found '', expected: ',', or identifier"),
        ("a in (b c)", "found 'c', expected: ',' or ')'"),
        ("a b", "found 'b', expected: in, notin, =, ==, !=, gt, lt"),
        ("a gt 5", "found 'gt', expected: in, notin, =, ==, !=, gt, lt"),
        ("a=(", "found '(', expected: identifier"),
        ("!!a", "found '!', expected: identifier"),
    ] {
        assert_eq!(words(text), format!("unable to parse requirement: {expected}"), "{text}");
    }
}

#[test]
fn keys_and_values_that_no_label_has_are_refused() {
    let value = words("a=b/c");
    let start =
        "unable to parse requirement: values[0][a]: Invalid value: \"b/c\": a valid label must be an empty";
    assert!(value.starts_with(start), "{value}");
    let key = words("a/b/c");
    assert!(
        key.starts_with("unable to parse requirement: <nil>: Invalid value: \"a/b/c\": a valid label key"),
        "{key}"
    );
}

#[test]
fn several_wrong_values_are_told_at_once_by_their_place_in_order() {
    let both = words("k in (z/,good,/a)");
    assert!(
        both.starts_with("unable to parse requirement: [values[0][k]: Invalid value: \"/a\": "),
        "{both}"
    );
    assert!(both.contains(", values[2][k]: Invalid value: \"z/\": "), "{both}");
    assert!(both.ends_with(']'), "{both}");
}
