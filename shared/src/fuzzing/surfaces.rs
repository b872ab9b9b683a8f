//! What is typed, and what is printed of it.

use super::texts;
use crate::run::candidates;
use crate::surface::Template;
use crate::surface::args::{ConnectionArgs, OutputArgs};
use clap::CommandFactory;
use serde_json::Value;
use std::ffi::OsString;

/// A template prints the same each time, text without braces as it stands, and never the document in an error.
pub(super) fn jsonpath(bytes: &[u8]) {
    let [template, document] = texts(bytes);
    let document: Value = serde_json::from_str(&document).unwrap_or_else(|_| sample());
    let Ok(parsed) = Template::parse(&template) else { return };
    let printed = parsed.print(&document);
    assert_eq!(printed, parsed.print(&document));
    if !template.contains('{') {
        assert_eq!(printed.as_ref(), Ok(&template));
    }
    if let Err(error) = printed {
        let words = error.to_string();
        assert!(template.contains(SECRET) || !words.contains(SECRET), "{words}");
    }
}

const SECRET: &str = "never-in-an-error";

/// An object as reports have them.
fn sample() -> Value {
    serde_json::json!({
        "kind": "List", "total": 3, "ratio": 0.5, "none": null,
        "items": [
            { "name": "a", "ready": true, "ports": [1, 2, 3], "text": SECRET },
            { "name": "b.c", "ready": false, "labels": { "a/b": "x" }, "deep": [[{ "x": [1, [2]] }]] },
        ],
    })
}

#[derive(Debug, clap::Parser)]
#[command(name = "kubectl-plugin")]
struct Line {
    names: Vec<String>,
    #[command(flatten)]
    connection: ConnectionArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(subcommand)]
    word: Option<Word>,
}

#[derive(Debug, clap::Subcommand)]
enum Word {
    /// List things
    List,
}

/// Words as a shell has them on an unfinished line: the answer is lines that kubectl can read, the directive last.
pub(super) fn completion(bytes: &[u8]) {
    let [text] = texts(bytes);
    // Words that begin a path would be completed from this machine's files.
    let words = text.split('\n').filter(|word| !word.contains(['/', '\\'])).map(OsString::from);
    let typed: Vec<OsString> = words.take(8).collect();
    let answer = candidates(Line::command(), &typed, None);
    let mut lines: Vec<&str> = answer.lines().collect();
    let directive = lines.pop().unwrap_or_default();
    assert!([":4", ":6"].contains(&directive), "{answer:?}");
    for line in lines {
        let (candidate, help) = line.split_once('\t').unwrap_or((line, ""));
        assert!(!candidate.is_empty() && !candidate.contains(char::is_control), "{line:?}");
        assert!(!help.contains(char::is_control), "{line:?}");
    }
}
