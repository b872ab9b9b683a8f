//! The least that reading texts can cost: `parsed json|yaml FOLDER` parses every file below a folder, one after the other, and
//! keeps nothing.

#![expect(clippy::print_stderr, reason = "a benchmark's helper: it talks on the terminal")]

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use granit_parser::{Options, Parser};
use serde_json::Value;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let parsed = match arguments.as_slice() {
        [form, folder] if form == "json" => folder_with(Path::new(folder), &json),
        [form, folder] if form == "yaml" => folder_with(Path::new(folder), &yaml),
        _ => Err("say json or yaml, and a folder".into()),
    };
    match parsed {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn folder_with(folder: &Path, parse: &dyn Fn(&str) -> Outcome<()>) -> Outcome<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            folder_with(&path, parse)?;
        } else {
            parse(&fs::read_to_string(&path)?)?;
        }
    }
    Ok(())
}

/// Into values, as who knows no types.
fn json(text: &str) -> Outcome<()> {
    std::hint::black_box(serde_json::from_str::<Value>(text)?);
    Ok(())
}

/// Into events, of which nothing is made.
fn yaml(text: &str) -> Outcome<()> {
    for event in Parser::new_from_str_with_options(text, Options::default()) {
        std::hint::black_box(event?);
    }
    Ok(())
}
