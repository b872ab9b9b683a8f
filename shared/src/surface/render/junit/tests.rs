use super::*;
use crate::terms::ClusterName;
use crate::verdict::Remedy;

fn run(text: &str) -> String {
    let cluster = ClusterName::new(text);
    let found = Finding::error("one", &[&cluster], text, Remedy::run(text, text)).seen(text, text);
    let kinds = [CaseKind::Failed, CaseKind::Skipped, CaseKind::Passed, CaseKind::Erred];
    let twice = kinds.map(|kind| (&found, kind)).into();
    let suites = [
        Suite { name: text.to_owned(), passed: text.to_owned(), found: twice },
        Suite { name: text.to_owned(), passed: text.to_owned(), found: Vec::new() },
    ];
    junit(text, &suites)
}

#[test]
fn what_is_counted_is_there_and_no_two_cases_have_one_name() {
    let run = run("a");
    assert!(run.contains("<testsuites name=\"a\" tests=\"5\" failures=\"1\" errors=\"1\">"), "{run}");
    assert!(run.contains("name=\"a\" tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\""), "{run}");
    let elements = ["<failure ", "<error ", "<skipped>", "<system-out>"].map(|word| (word, 1));
    for (word, count) in [("<testcase ", 5)].into_iter().chain(elements) {
        assert_eq!(run.matches(word).count(), count, "{word} in {run}");
    }
    for name in ["\"one: a\"", "\"one: a (2)\"", "\"one: a (3)\"", "\"one: a (4)\""] {
        assert_eq!(run.matches(name).count(), 1, "{name} in {run}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_makes_the_same_cases(text in proptest::prelude::any::<String>()) {
        let written = run(&text);
        let read = uppsala::parse(&written).unwrap();
        let elements = ["failure", "error", "skipped", "system-out"].map(|name| (name, 1));
        for (name, count) in [("testsuite", 2), ("testcase", 5)].into_iter().chain(elements) {
            assert_eq!(read.get_elements_by_tag_name(name).len(), count, "{written}");
        }
    }
}
