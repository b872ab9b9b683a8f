use super::*;
use serde_json::json;

fn exports() -> Rendered {
    let mut table = Table::new(["context", "namespace", "name", "to"]);
    table.row(["infra", "databases", "postgres-rw", "apps"]);
    table.row(["infra", "größe", "数\u{1b}[31m\n", ""]);
    let mut wide = table.clone();
    wide.columns.push("why".into());
    Rendered {
        document: json!({"kind": "Report", "items": [{"name": "postgres-rw", "text": "\u{1b}é"}], "none": []}),
        table,
        wide,
        names: vec!["service/postgres-rw".into()],
        above: vec!["service/postgres-rw labeled".into()],
        diagram: "flowchart TD\n".into(),
        page: "<page>\n".into(),
        text: Vec::new(),
    }
}

fn rendered(format: &Format) -> String {
    render(format, &exports(), None).unwrap()
}

#[test]
fn a_table_looks_like_kubectls_and_foreign_text_in_it_is_harmless() {
    insta::assert_snapshot!(rendered(&Format::Table), @"
    service/postgres-rw labeled
    CONTEXT   NAMESPACE   NAME          TO
    infra     databases   postgres-rw   apps
    infra     größe       数^[[31m^J
    ");
    insta::assert_snapshot!(rendered(&Format::Wide), @"
    service/postgres-rw labeled
    CONTEXT   NAMESPACE   NAME          TO     WHY
    infra     databases   postgres-rw   apps
    infra     größe       数^[[31m^J
    ");
    assert_eq!(rendered(&Format::Name), "service/postgres-rw\n");
    assert_eq!(render(&Format::Table, &Rendered::default(), None), Ok(String::new()));
    assert!(!rendered(&Format::Table).lines().any(|line| line.ends_with(' ')));
}

#[test]
fn structured_formats_keep_text_as_it_is() {
    insta::assert_snapshot!(rendered(&Format::Json), @r#"
    {
        "kind": "Report",
        "items": [
            {
                "name": "postgres-rw",
                "text": "\u001bé"
            }
        ],
        "none": []
    }
    "#);
    insta::assert_snapshot!(rendered(&Format::Yaml), @r#"
    kind: Report
    items:
    - name: postgres-rw
      text: "\eé"
    none: []
    "#);
    assert_eq!(rendered(&Format::JsonPath("{.items[*].name}".into())), "postgres-rw");
    assert_eq!(rendered(&Format::Mermaid), "flowchart TD\n");
    for made in Format::OF_FINDINGS {
        assert_eq!(rendered(&made), "<page>\n");
    }
    let refused = render(&Format::JsonPath("{".into()), &exports(), None).map_err(|failure| failure.exit);
    assert_eq!(refused, Err(crate::verdict::Exit::Usage));
}

#[test]
fn columns_without_room_stand_below_the_others_and_no_cell_is_broken() {
    let shown = |width| render(&Format::Wide, &exports(), Some(width)).unwrap();
    assert_eq!(shown(46), rendered(&Format::Wide), "there is room for all");
    assert_ne!(shown(45), rendered(&Format::Wide));
    insta::assert_snapshot!(shown(30), @"
    service/postgres-rw labeled
    CONTEXT   NAMESPACE
      NAME          TO     WHY
    infra     databases
      postgres-rw   apps
    infra     größe
      数^[[31m^J
    ");
    insta::assert_snapshot!(shown(5), @"
    service/postgres-rw
        labeled
    CONTEXT
      NAMESPACE
      NAME
      TO
      WHY
    infra
      databases
      postgres-rw
      apps
    infra
      größe
      数^[[31m^J
    ");
}

const TRAPS: &[&str] = &[
    "no",
    "on",
    "off",
    "yes",
    "Y",
    "n",
    "NO",
    "true",
    "null",
    "~",
    "",
    " ",
    "0x1f",
    "0o17",
    "017",
    "1_000",
    "1e3",
    ".5",
    "1:30",
    "190:20:30",
    "2026-08-21",
    "2026-08-21T10:00:00Z",
    ".inf",
    ".NaN",
    "- a",
    "a: b",
    "a #b",
    "#a",
    "&a",
    "*a",
    "!a",
    "%a",
    "@a",
    "`a",
    "'a",
    "\"a",
    "a\nb\n",
];

#[test]
fn texts_that_look_like_something_else_survive_yaml() {
    let document = json!({ "traps": TRAPS, "numbers": [1, -1, 1.5, 1e21, true, null] });
    let yaml =
        render(&Format::Yaml, &Rendered { document: document.clone(), ..Rendered::default() }, None).unwrap();
    assert_eq!(serde_saphyr::from_str::<Value>(&yaml).unwrap(), document);
    // Readers of YAML 1.1 take these for truth values, octal, sexagesimal and dates unless they are quoted.
    for trap in ["no", "on", "off", "yes", "Y", "n", "017", "1_000", "1:30", "2026-08-21"] {
        let is_quoted = yaml.contains(&format!("\"{trap}\"\n")) || yaml.contains(&format!("'{trap}'\n"));
        assert!(is_quoted, "{trap} in\n{yaml}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_survives_json_and_yaml_and_none_breaks_a_table(text in proptest::prelude::any::<String>()) {
        let mut table = Table::new(["one", "two"]);
        table.row([text.as_str(), "end"]);
        let rendered = Rendered { document: json!({ "text": text }), table, ..Rendered::default() };
        let read = |format| render(&format, &rendered, None).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&read(Format::Json)).unwrap(), rendered.document);
        assert_eq!(serde_saphyr::from_str::<Value>(&read(Format::Yaml)).unwrap(), rendered.document);
        let shown = read(Format::Table);
        assert_eq!(shown.matches('\n').count(), 2, "{shown:?}");
        assert!(shown.ends_with("   end\n"), "{shown:?}");
        assert!(!shown.chars().any(|character| character.is_control() && character != '\n'));
    }
}
