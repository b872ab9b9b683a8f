//! git takes the diffs of edited manifests, whatever style those are written in: each combination is a file of one
//! repository, all are changed by one patch, and a second patch takes that back.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test file: what is missing ends the test")]

use platform::manifest::{LabelEdit, Searched, found, labelled, unified};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

const EXPORTED: &str = "mirror.linkerd.io/exported";
const SEARCHED: Searched<'static> = Searched { group: "", kind: "Service", namespace: "shop", name: "web" };

/// How labels may be written, for an indentation; `None` are none.
fn labels(form: usize, pad: &str) -> String {
    match form {
        0 => String::new(),
        1 => format!("{pad}labels: {{}}\n"),
        2 => format!("{pad}labels: {{team: data}} # who\n"),
        3 => format!("{pad}labels:\n{pad}{pad}team: data # who\n"),
        4 => format!("{pad}labels:\n{pad}{pad}{EXPORTED}: \"false\"\n{pad}{pad}team: data\n"),
        _ => format!("{pad}labels:\n"),
    }
}

/// Manifests in all combinations of style, with odd names of files among them.
fn manifests() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (indent, form) in (1..=4).flat_map(|indent| (0..6).map(move |form| (indent, form))) {
        for (line_break, end, first) in ["\n", "\r\n"]
            .into_iter()
            .flat_map(|mark| ["", "\n"].map(|end| [(mark, end, ""), (mark, end, "---\n")]))
            .flatten()
        {
            let pad = " ".repeat(indent);
            let labels = labels(form, &pad);
            // The labels stand last in some, where the end of the file matters.
            let tail = if form % 2 == 0 { "" } else { "spec:\n  clusterIP: None\n" };
            let text = format!(
                "{first}kind: Service\napiVersion: v1\nmetadata:\n{pad}name: web # é\n{labels}{tail}"
            );
            let text = format!("{}{end}", text.trim_end_matches('\n')).replace('\n', line_break);
            // git writes names with quotes in another way than those with a space alone.
            let mark = if form < 3 { "\"" } else { "" };
            all.push((format!("with space/{}-{mark}{form} é.yaml", all.len()), text));
        }
    }
    all
}

fn edited(text: &str, edit: &LabelEdit) -> String {
    let places = found(text, &SEARCHED).unwrap();
    labelled(text, &places.first().expect("the Service is in it").address, edit).unwrap()
}

fn git(root: &Path, arguments: &[&str], stdin: &str) {
    let mut git = Command::new("git");
    let mut running = git.arg("-C").arg(root).args(arguments).stdin(Stdio::piped()).spawn().unwrap();
    running.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    assert!(running.wait().unwrap().success(), "git {arguments:?} refused:\n{stdin}");
}

#[test]
fn git_applies_the_diff_of_a_manifest_in_any_style() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    git(root, &["init", "--quiet"], "");
    std::fs::create_dir(root.join("with space")).unwrap();
    let set = LabelEdit { set: [(EXPORTED.to_owned(), "true".to_owned())].into(), removed: Vec::new() };
    let removed = LabelEdit { removed: vec![EXPORTED.to_owned()], ..LabelEdit::default() };
    let mut texts = manifests();
    for (name, text) in &texts {
        std::fs::write(root.join(name), text).unwrap();
    }
    for edit in [set, removed] {
        let after: Vec<_> = texts.iter().map(|(name, text)| (name.clone(), edited(text, &edit))).collect();
        let changes = texts.iter().zip(&after);
        let diff: String = changes.map(|((name, old), (_, new))| unified(name, old, new)).collect();
        assert_eq!(diff.matches("--- ").count(), texts.len(), "every manifest is changed");
        git(root, &["apply", "--whitespace=nowarn", "--check"], &diff);
        git(root, &["apply", "--whitespace=nowarn"], &diff);
        for (name, text) in &after {
            assert_eq!(std::fs::read_to_string(root.join(name)).unwrap(), *text, "{name}");
        }
        texts = after;
    }
}
