//! How results are printed.

use crate::bounded;
use crate::surface::jsonpath::Template;
use crate::surface::style::Colour;
use crate::terms::Format;
use crate::verdict::Failure;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use std::path::Path;

const OUTPUT: &str = "Output";
/// What `-o` takes, sorted as kubectl lists it.
const FORMATS: &str = "json,jsonpath,jsonpath-file,name,table,wide,yaml";

/// For who completes the line; `mermaid` is not everywhere.
fn formats() -> Vec<CompletionCandidate> {
    let with_value =
        |format: &str| if format.starts_with("jsonpath") { format!("{format}=") } else { format.to_owned() };
    FORMATS.split(',').map(|format| CompletionCandidate::new(with_value(format))).collect()
}

/// The flags that choose how results look.
#[derive(Debug, Clone, clap::Args)]
pub struct OutputArgs {
    /// How to print the result: table, wide, json, yaml, name, jsonpath=TEMPLATE or jsonpath-file=FILE
    #[arg(short, long, global = true, help_heading = OUTPUT, value_name = "FORMAT", add = ArgValueCandidates::new(formats))]
    output: Option<String>,
    /// When to use colour
    #[arg(long, global = true, help_heading = OUTPUT, value_name = "WHEN", value_enum, default_value_t)]
    color: Colour,
}

impl OutputArgs {
    /// The format. Reads the file of `jsonpath-file`, and checks the template before any cluster is asked.
    ///
    /// # Errors
    /// kubectl's sentence for a format that does not exist, and for a template that is missing or wrong.
    pub fn format(&self) -> Result<Format, Failure> {
        match self.format_or_diagram()? {
            Format::Mermaid => Err(no_diagram()),
            other @ (Format::Table
            | Format::Wide
            | Format::Json
            | Format::Yaml
            | Format::Name
            | Format::JsonPath(_)) => Ok(other),
        }
    }

    /// The same for a command whose result can be drawn as well: `mermaid`.
    ///
    /// # Errors
    /// As above.
    pub fn format_or_diagram(&self) -> Result<Format, Failure> {
        let output = self.output.as_deref().unwrap_or_default();
        match output.split_once('=') {
            Some(("jsonpath", template)) => template_format(template.to_owned()),
            Some(("jsonpath-file", file)) if !file.is_empty() => template_format(read(file)?),
            Some(("jsonpath-file", _)) => template_format(String::new()),
            Some(_) => Err(unknown(output)),
            None => plain_format(output),
        }
    }

    /// `--color`
    pub fn colour(&self) -> Colour {
        self.color
    }
}

fn plain_format(output: &str) -> Result<Format, Failure> {
    match output.to_lowercase().as_str() {
        "" | "table" => Ok(Format::Table),
        "wide" => Ok(Format::Wide),
        "json" => Ok(Format::Json),
        "yaml" => Ok(Format::Yaml),
        "name" => Ok(Format::Name),
        "mermaid" => Ok(Format::Mermaid),
        "jsonpath" | "jsonpath-file" => template_format(String::new()),
        _ => Err(unknown(output)),
    }
}

fn template_format(template: String) -> Result<Format, Failure> {
    if template.is_empty() {
        return Err(Failure::usage(
            "template format specified but no template given",
            "write the template behind the format, such as `-o jsonpath='{.items[*].name}'`",
        ));
    }
    Template::parse(&template)?;
    Ok(Format::JsonPath(template))
}

fn read(file: &str) -> Result<String, Failure> {
    let wrong = |problem: &dyn std::fmt::Display| {
        Failure::usage(
            format!("error reading --template {file}, {problem}"),
            "name a file that can be read: `-o jsonpath-file=FILE`",
        )
    };
    let bytes = bounded::file(Path::new(file)).map_err(|error| wrong(&error))?;
    String::from_utf8(bytes).map_err(|_| wrong(&"it is not UTF-8 text"))
}

fn no_diagram() -> Failure {
    Failure::usage(
        "-o mermaid draws an explanation, and this command gives none",
        format!("choose one of these for `-o`: {FORMATS}; or let the subcommand `explain` draw"),
    )
}

fn unknown(output: &str) -> Failure {
    Failure::usage(
        format!(
            "unable to match a printer suitable for the output format {output:?}, allowed formats are: {FORMATS}"
        ),
        "choose one of these for `-o`",
    )
}
