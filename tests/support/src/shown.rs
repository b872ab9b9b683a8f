//! Every command that somebody is told to type: in pages, in helps and manuals, and in all that tests keep of what is said.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "test support: a file that cannot be read ends the test at once"
)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

#[cfg(test)]
mod tests;

/// How a command is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// On a line of its own, or as what to do next: it is typed as it stands.
    Typed,
    /// In a sentence, which may name no more than the beginning of it.
    Mentioned,
}

/// Programs whose commands are told.
const PROGRAMS: [&str; 9] =
    ["kubectl", "linkerd", "flux", "helm", "argocd", "talosctl", "cilium", "openssl", "step"];

/// Words that stand for what a reader puts there, as the documentation introduces them, and what a test puts there.
const PLACEHOLDERS: [(&str, &str); 13] = [
    ("svc/NAME-A", "svc/postgres-rw-infra"),
    ("svc/NAME", "svc/postgres-rw"),
    ("NAMESPACE", "databases"),
    ("https://HOST:PORT", "https://api.example.test:6443"),
    ("A,B", "infra,apps"),
    ("A", "infra"),
    ("B", "apps"),
    ("CHECK", "gateway-up"),
    ("FILE", "file.yaml"),
    ("DIR", "repository"),
    ("OLD.json", "old.json"),
    ("$cluster", "infra"),
    ("$resource", "services"),
];

/// Each command once, with the first place that tells it.
pub fn shown() -> BTreeMap<(String, How), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = BTreeMap::new();
    for folder in ["docs", "shared", "plugins", "tests"] {
        files(&root.join(folder), &mut |file| read(file, &mut found));
    }
    read(&root.join("README.md"), &mut found);
    found
}

/// All that tests keep of what is said, as one text.
pub fn kept() -> String {
    let (root, mut kept) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."), String::new());
    for folder in ["shared", "plugins", "tests"] {
        files(&root.join(folder), &mut |file| {
            if file.extension().is_some_and(|end| end == "snap") {
                kept.push_str(&fs::read_to_string(file).unwrap());
            }
        });
    }
    kept
}

fn files(folder: &Path, take: &mut impl FnMut(&Path)) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let is_shown = path.extension().is_some_and(|end| end == "md" || end == "snap");
        if path.is_dir() {
            files(&path, take);
        } else if is_shown {
            take(&path);
        }
    }
}

fn read(file: &Path, found: &mut BTreeMap<(String, How), String>) {
    let text = fs::read_to_string(file).unwrap();
    let is_page = file.extension().is_some_and(|end| end == "md");
    let mut is_block = false;
    for (number, line) in text.lines().enumerate() {
        let mut take = |command: &str, how| {
            let place = format!("{}:{}", file.display(), number + 1);
            found.entry((command.trim().to_owned(), how)).or_insert(place);
        };
        if line.trim_start().starts_with("```") {
            is_block = !is_block;
        } else if let Some(command) = next(line) {
            take(command, How::Typed);
        } else if (is_page && is_block) || (!is_page && line.starts_with("  ")) {
            let line = line.trim_start();
            let line = line.strip_prefix("$ ").unwrap_or(line);
            if is_command(line) && !is_escaped(line) {
                take(line, How::Typed);
            }
        }
        if !is_block {
            mentions(line).filter(|one| is_command(one)).for_each(|one| take(one, How::Mentioned));
        }
    }
}

/// What a line says to do next, if it is a command: whatever program that is of.
fn next(line: &str) -> Option<&str> {
    let (_, command) = line.trim_start().strip_prefix("next: ")?.strip_suffix('`')?.rsplit_once(": `")?;
    Some(command)
}

fn mentions(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

fn is_command(text: &str) -> bool {
    text.split_once(' ').is_some_and(|(program, rest)| {
        PROGRAMS.contains(&program) && !rest.starts_with(|one: char| one.is_ascii_uppercase())
    })
}

/// As in XML and in pages of HTML, where nobody copies it from.
fn is_escaped(line: &str) -> bool {
    line.contains("&#") || line.contains("&lt;")
}

/// The programs of a command line, each with its words, as a shell reads them. Placeholders are filled in.
///
/// # Errors
/// Says what a shell could not read, or which placeholder nobody has introduced.
pub fn stages(line: &str) -> Result<Vec<Vec<String>>, String> {
    let (mut stages, mut words, mut word) = (Vec::new(), Vec::new(), None::<String>);
    let mut rest = line.chars();
    while let Some(one) = rest.next() {
        match one {
            ' ' => words.extend(word.take()),
            // A pipe, or what is done after it where that went well.
            '|' | '&' if word.is_none() => {
                if one == '&' {
                    rest.next();
                }
                stages.push(std::mem::take(&mut words));
            }
            '\'' | '"' => {
                let inner: String = rest.by_ref().take_while(|other| *other != one).collect();
                word.get_or_insert_default().push_str(&inner);
            }
            '\\' => word.get_or_insert_default().extend(rest.next()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    stages.push(words);
    let redirected = |word: &String| word.starts_with('>') || word.starts_with("2>");
    for words in &mut stages {
        words.retain(|word| !redirected(word));
        for word in words.iter_mut() {
            filled(word)?;
        }
    }
    if stages.iter().any(Vec::is_empty) {
        Err(format!("a pipe without a program: {line}"))
    } else {
        Ok(stages)
    }
}

fn filled(word: &mut String) -> Result<(), String> {
    let value = word.split_once('=').map_or("", |(flag, _)| flag).to_owned();
    for (placeholder, instead) in PLACEHOLDERS {
        if word == placeholder {
            instead.clone_into(word);
        } else if *word == format!("{value}={placeholder}") {
            *word = format!("{value}={instead}");
        }
    }
    let last = word.rsplit('=').next().unwrap_or_default();
    let is_left = last.len() > 1 && last.chars().all(|one| one.is_ascii_uppercase());
    if is_left { Err(format!("{word} stands for something that nobody has introduced")) } else { Ok(()) }
}

/// One program's command that somebody is told to type, and where.
pub struct Told {
    /// The file and line that tell it, and the whole line.
    pub place: String,
    /// Its words; the first is the program. What is mentioned alone asks for help instead of doing anything.
    pub words: Vec<String>,
    /// What comes to it through a pipe, where that stands in the line.
    pub input: Option<String>,
}

impl Told {
    /// How its words may be meant: what is mentioned alone may end in a flag without the value that it takes.
    pub fn ways(&self) -> Vec<Vec<String>> {
        let mut ways = vec![self.words.clone()];
        if let [front @ .., help] = self.words.as_slice()
            && help == "--help"
        {
            ways.push(front.iter().cloned().chain(["x=x".to_owned(), help.clone()]).collect());
        }
        ways
    }
}

/// All of them. Fails the test where a shell could not read one.
pub fn told() -> Vec<Told> {
    let mut told = Vec::new();
    for ((line, how), place) in shown() {
        let stages = stages(&line).unwrap_or_else(|why| panic!("{place}: {why}"));
        let mut input = None;
        for mut words in stages {
            if how == How::Mentioned {
                words.push("--help".to_owned());
            }
            let echoed = if let [echo, text] = words.as_slice()
                && echo == "echo"
            {
                Some(text.clone())
            } else {
                None
            };
            told.push(Told { place: format!("{place}: {line}"), words, input });
            input = echoed;
        }
    }
    told
}

/// Those of a plugin of kubectl, as the plugin's own parser gets them.
pub fn of_plugin(plugin: &str) -> Vec<Told> {
    let is_own = |told: &Told| {
        told.words.first().is_some_and(|one| one == "kubectl")
            && told.words.get(1).is_some_and(|one| one == plugin)
    };
    let mut own: Vec<Told> = told().into_iter().filter(is_own).collect();
    for told in &mut own {
        told.words.remove(0);
    }
    own
}
