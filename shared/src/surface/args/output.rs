//! How results are printed.

use crate::bounded;
use crate::surface::jsonpath::Template;
use crate::surface::style::Colour;
use crate::terms::Format;
use crate::verdict::Failure;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use std::path::Path;

const OUTPUT: &str = "Output";
/// What `-o` takes everywhere.
const FORMATS: &str = "json,jsonpath,jsonpath-file,name,table,wide,yaml";

/// For who completes the line, what every command prints.
fn candidates() -> Vec<CompletionCandidate> {
    candidates_beside(&[])
}

/// The same with what a command prints beside that.
pub(super) fn candidates_beside(beside: &[Format]) -> Vec<CompletionCandidate> {
    let with_value =
        |format: &str| if format.starts_with("jsonpath") { format!("{format}=") } else { format.to_owned() };
    formats(beside).split(',').map(|format| CompletionCandidate::new(with_value(format))).collect()
}

/// The flags that choose how results look.
#[derive(Debug, Clone, clap::Args)]
pub struct OutputArgs {
    /// Output format: table, wide, json, yaml, name, jsonpath=TEMPLATE or jsonpath-file=FILE
    #[arg(short, long, global = true, help_heading = OUTPUT, value_name = "FORMAT", add = ArgValueCandidates::new(candidates))]
    output: Option<String>,
    /// When to use colour
    #[arg(long, global = true, help_heading = OUTPUT, value_name = "WHEN", value_enum, default_value_t)]
    color: Colour,
}

impl OutputArgs {
    /// The format, of those that every command prints and of those that this one prints beside them. Reads the file of
    /// `jsonpath-file`, and checks the template before any cluster is asked.
    ///
    /// # Errors
    /// kubectl's sentence for a format that does not exist, what a format is for where the command has nothing of that
    /// kind, and what is wrong with a template that is missing or cannot be read.
    pub fn format(&self, beside: &[Format]) -> Result<Format, Failure> {
        let output = self.output.as_deref().unwrap_or_default();
        let format = match output.split_once('=') {
            Some(("jsonpath", template)) => template_format(template.to_owned()),
            Some(("jsonpath-file", file)) if !file.is_empty() => template_format(read(file)?),
            Some(("jsonpath-file", _)) => template_format(String::new()),
            Some(_) => Err(unknown(output, beside)),
            None => plain_format(output, beside),
        }?;
        match foreign(&format) {
            Some(why) if !beside.contains(&format) => Err(misplaced(&format, why, beside)),
            Some(_) | None => Ok(format),
        }
    }

    /// `--color`
    pub fn colour(&self) -> Colour {
        self.color
    }
}

fn plain_format(output: &str, beside: &[Format]) -> Result<Format, Failure> {
    match output.to_lowercase().as_str() {
        "" | "table" => Ok(Format::Table),
        "wide" => Ok(Format::Wide),
        "json" => Ok(Format::Json),
        "yaml" => Ok(Format::Yaml),
        "name" => Ok(Format::Name),
        "mermaid" => Ok(Format::Mermaid),
        "junit" => Ok(Format::Junit),
        "sarif" => Ok(Format::Sarif),
        "html" => Ok(Format::Html),
        "jsonpath" | "jsonpath-file" => template_format(String::new()),
        _ => Err(unknown(output, beside)),
    }
}

fn template_format(template: String) -> Result<Format, Failure> {
    if template.is_empty() {
        return Err(Failure::usage(
            "template format specified but no template given",
            "add the template after the format, such as `-o jsonpath='{.items[*].name}'`",
        ));
    }
    Template::parse(&template)?;
    Ok(Format::JsonPath(template))
}

fn read(file: &str) -> Result<String, Failure> {
    let wrong = |problem: &dyn std::fmt::Display| {
        Failure::usage(
            format!("error reading --template {file}, {problem}"),
            "name a readable file: `-o jsonpath-file=FILE`",
        )
    };
    let bytes = bounded::file(Path::new(file)).map_err(|error| wrong(&error))?;
    String::from_utf8(bytes).map_err(|_| wrong(&"it is not UTF-8 text"))
}

/// What a format is for that not every command can print.
fn foreign(format: &Format) -> Option<&'static str> {
    match format {
        Format::Mermaid => Some("is for explanations, which this command does not print"),
        Format::Junit | Format::Sarif | Format::Html => {
            Some("is for findings, which this command does not print")
        }
        Format::Table | Format::Wide | Format::Json | Format::Yaml | Format::Name | Format::JsonPath(_) => {
            None
        }
    }
}

fn misplaced(format: &Format, why: &str, beside: &[Format]) -> Failure {
    let hint =
        if *format == Format::Mermaid { "; or run `kubectl mesh-export explain svc/NAME`" } else { "" };
    Failure::usage(
        format!("-o {} {why}", format.word()),
        format!("use one of these with `-o`: {}{hint}", formats(beside)),
    )
}

fn unknown(output: &str, beside: &[Format]) -> Failure {
    // Where something is drawn, it is named in the help alone: kubectl's list is what people look for here.
    let beside: Vec<Format> = beside.iter().filter(|format| **format != Format::Mermaid).cloned().collect();
    let formats = formats(&beside);
    Failure::usage(
        format!(
            "unable to match a printer suitable for the output format {output:?}, allowed formats are: {formats}"
        ),
        "use one of these with `-o`",
    )
}

/// What `-o` takes, sorted as kubectl lists it.
fn formats(beside: &[Format]) -> String {
    let mut words: Vec<&str> = FORMATS.split(',').chain(beside.iter().map(Format::word)).collect();
    words.sort_unstable();
    words.join(",")
}
