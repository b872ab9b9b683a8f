//! What is written from a plugin's arguments: manual pages, a reference, and what completes it. The files are in the repository,
//! and a test of each plugin finds them as they would be written now.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "test support: a file that cannot be written ends the test at once"
)]

use clap::builder::Str;
use clap::{Arg, Command};
use platform::run::script;
use platform::surface::args::Shell;
use platform::verdict::Exit;
use std::fmt::Write as _;
use std::path::Path;

use crate::schema::file;

/// Finds a file of the repository as it would be written now; writes it where `INSTA_UPDATE` is `always`.
///
/// # Panics
/// It is another.
#[track_caller]
pub fn kept(path: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    #[expect(clippy::disallowed_methods, reason = "insta's own variable, for who works on this")]
    let update = std::env::var("INSTA_UPDATE");
    if update.is_ok_and(|how| how == "always") {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(found == text, "{path} is written by this test: run it with INSTA_UPDATE=always");
}

/// The files by which a plugin is completed, with their paths.
pub fn completions(command: &Command) -> Vec<(String, String)> {
    let file = command.get_name();
    let name = file.trim_start_matches("kubectl-");
    let scripts = Shell::ALL.map(|shell| {
        let ending = match shell {
            Shell::Powershell => "ps1",
            Shell::Bash | Shell::Zsh | Shell::Fish => shell.word(),
        };
        (format!("completions/{file}.{ending}"), script(file, shell).unwrap())
    });
    let asked = format!(
        "#!/bin/sh\n\
         # kubectl runs this to complete `{}`. Put it on $PATH instead of the link that\n\
         # `completion install` creates.\n\
         exec {file} __complete \"$@\"\n",
        command.get_bin_name().unwrap_or(file)
    );
    scripts.into_iter().chain([(format!("completions/kubectl_complete-{name}"), asked)]).collect()
}

/// The manual pages of a plugin and its subcommands, with their paths.
pub fn pages(command: &Command) -> Vec<(String, String)> {
    let mut command = command.clone();
    command.build();
    let name = command.get_bin_name().unwrap_or_default().replace(' ', "-");
    let inner = command.get_subcommands().filter(|inner| inner.get_name() != "help");
    let all = inner.map(|inner| (format!("{name}-{}", inner.get_name()), inner.clone()));
    let all = std::iter::once((name.clone(), command.clone())).chain(all.collect::<Vec<_>>());
    all.map(|(name, command)| {
        let mut text = Vec::new();
        let bin_name = command.get_bin_name().unwrap_or_default().to_owned();
        let command = command.bin_name(bin_name).display_name(name.clone());
        let page = clap_mangen::Man::new(command).title(&name).manual("kubectl plugins").date("").source("");
        page.render(&mut text).unwrap();
        (format!("docs/man/{name}.1"), String::from_utf8(text).unwrap())
    })
    .collect()
}

/// All that can be typed, as Markdown; and which kind of report each subcommand prints.
pub fn reference(command: &Command, reports: &[(&str, &str)]) -> String {
    let mut command = command.clone();
    command.build();
    let name = command.get_bin_name().unwrap_or_default().to_owned();
    let about = |command: &Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    let mut text = format!("# `{name}`\n\n{}.\n", about(&command));
    section(&mut text, &command, |argument| !is_shared(argument));
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        writeln!(text, "\n## `{name} {}`\n\n{}.", inner.get_name(), about(inner)).unwrap();
        section(&mut text, inner, |argument| !is_shared(argument));
        for innermost in inner.get_subcommands().filter(|one| one.get_name() != "help") {
            writeln!(
                text,
                "\n### `{name} {} {}`\n\n{}.",
                inner.get_name(),
                innermost.get_name(),
                about(innermost)
            )
            .unwrap();
            section(&mut text, innermost, |argument| !is_shared(argument));
        }
    }
    text.push_str("\n## Flags of every command\n\nAccepted before and after a subcommand.\n");
    section(&mut text, &command, is_shared);
    text.push_str(
        "\n## Reports\n\n`-o json` and `-o yaml` print a report of this `kind`, which has a JSON Schema.\n",
    );
    text.push_str("\n| command | `kind` | schema |\n|---|---|---|\n");
    for (command, kind) in reports {
        let file = file(kind).replacen("docs/", "", 1);
        writeln!(text, "| `{name}{command}` | `{kind}` | [{file}](../{file}) |").unwrap();
    }
    text.push_str("\n## Exit codes\n\n| code | meaning |\n|---|---|\n");
    for exit in Exit::ALL {
        writeln!(text, "| {} | {} |", exit.code(), exit.meaning()).unwrap();
    }
    text
}

fn is_shared(argument: &Arg) -> bool {
    argument.is_global_set()
}

fn section(text: &mut String, command: &Command, is_wanted: impl Fn(&Arg) -> bool) {
    let wanted = |argument: &&Arg| {
        !argument.is_hide_set()
            && is_wanted(argument)
            && !["help", "version"].contains(&argument.get_id().as_str())
    };
    let rows: Vec<String> = command.get_arguments().filter(wanted).map(row).collect();
    if !rows.is_empty() {
        write!(text, "\n| argument | meaning |\n|---|---|\n{}", rows.concat()).unwrap();
    }
}

fn row(argument: &Arg) -> String {
    let values: Vec<&str> = argument.get_value_names().unwrap_or_default().iter().map(Str::as_str).collect();
    let values = if argument.get_action().takes_values() { values.join(" ") } else { String::new() };
    let short = argument.get_short().map(|short| format!("-{short}"));
    let long = argument.get_long().map(|long| format!("--{long}"));
    let names: Vec<String> = short.into_iter().chain(long).collect();
    let spelled = format!("{} {values}", names.join(", "));
    let mut help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let possible: Vec<String> = argument
        .get_possible_values()
        .iter()
        .filter(|_| argument.get_action().takes_values() && !argument.is_hide_possible_values_set())
        .map(|value| format!("`{}`", value.get_name()))
        .collect();
    if !possible.is_empty() {
        write!(help, ": {}", possible.join(", ")).unwrap();
    }
    let default = argument
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy().into_owned())
        .collect::<Vec<_>>();
    if argument.get_action().takes_values() && !default.is_empty() && !argument.is_hide_default_value_set() {
        write!(help, " (default `{}`)", default.join(",")).unwrap();
    }
    // A bar would end the cell.
    let [spelled, help] = [spelled.trim(), &help].map(|cell| cell.replace('|', "\\|"));
    format!("| `{spelled}` | {help} |\n")
}
