use super::*;
use crate::terms::ClusterName;
use crate::verdict::Remedy;

fn run(text: &str) -> String {
    let cluster = ClusterName::new(text);
    let found = Finding::error("one", &[&cluster], text, Remedy::run(text, text)).seen(text, text);
    let twice = vec![(&found, CaseKind::Failed), (&found, CaseKind::Skipped), (&found, CaseKind::Passed)];
    let suites = [
        Suite { name: text.to_owned(), passed: text.to_owned(), found: twice },
        Suite { name: text.to_owned(), passed: text.to_owned(), found: Vec::new() },
    ];
    junit(text, &suites)
}

#[test]
fn what_is_counted_is_there_and_no_two_cases_have_one_name() {
    let run = run("a");
    assert!(run.contains("<testsuites name=\"a\" tests=\"4\" failures=\"1\" errors=\"0\">"), "{run}");
    assert!(run.contains("name=\"a\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\""), "{run}");
    for (word, count) in [("<testcase ", 4), ("<failure ", 1), ("<skipped>", 1), ("<system-out>", 1)] {
        assert_eq!(run.matches(word).count(), count, "{word} in {run}");
    }
    for name in ["\"one: a\"", "\"one: a (2)\"", "\"one: a (3)\""] {
        assert_eq!(run.matches(name).count(), 1, "{name} in {run}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_makes_the_same_cases(text in proptest::prelude::any::<String>()) {
        let written = run(&text);
        let read = uppsala::parse(&written).unwrap();
        for (name, count) in [("testsuite", 2), ("testcase", 4), ("failure", 1), ("skipped", 1), ("system-out", 1)] {
            assert_eq!(read.get_elements_by_tag_name(name).len(), count, "{written}");
        }
    }
}
