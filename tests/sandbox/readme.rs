//! The README and the pages that it leads to, block by block: what they say to type is typed, and what they show is what
//! comes.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use regex::Regex;
use serde_json::{Value, json};

use crate::program::{Serving, can_type, programs};

/// The workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A page of the documentation.
pub(crate) fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

/// The fenced blocks of this language, without what they are indented by.
pub(crate) fn blocks(page: &str, language: &str) -> Vec<String> {
    let fence = Regex::new(&format!("(?m)^( *)```{language}\n")).unwrap();
    let starts = fence.captures_iter(page).map(|found| (found.get(0).unwrap().end(), found[1].to_owned()));
    let cut = |(at, indent): (usize, String)| {
        let block = page[at..].split(&format!("\n{indent}```")).next().unwrap();
        block.lines().map(|line| line.strip_prefix(&indent).unwrap_or(line)).collect::<Vec<_>>().join("\n")
    };
    starts.map(cut).collect()
}

/// A shell that knows what is in this folder and nothing of who runs the test.
fn shell(folder: &Path, kubeconfig: &str, line: &str) -> Command {
    let search = std::env::var_os("PATH").unwrap();
    let path = std::env::join_paths([programs()].into_iter().chain(std::env::split_paths(&search)));
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("{{ {line}; }} 2>&1")])
        .env_clear()
        .env("PATH", path.unwrap())
        .env("HOME", folder)
        .env("KUBECONFIG", kubeconfig)
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}

/// What is printed, and the exit code.
pub(crate) fn typed(folder: &Path, kubeconfig: &str, line: &str) -> (Option<i32>, String) {
    let output = shell(folder, kubeconfig, line).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

/// Times and places vary, and nothing else may.
fn lasting(text: &str) -> String {
    let mut text = text.trim_end().to_owned();
    for (varying, fixed) in [
        (r"\+\d+\.\ds", "+0.0s"),
        (r"KUBECONFIG='?/[^\n]*/sandbox-\w+/kubeconfig'?", "KUBECONFIG=/tmp/kubeconfig"),
        (r"PATH='?/[^\n]*/debug'?:", "PATH=/target/debug:"),
    ] {
        text = Regex::new(varying).unwrap().replace_all(&text, fixed).into_owned();
    }
    text
}

/// The page for who works on it.
const WORK: &str = "docs/work.md";
/// The page about fleets.
const CLUSTERS: &str = "docs/use/clusters.md";

/// The commands of a page that are shown with what they print.
fn sessions(page: &str) -> Vec<(String, String)> {
    let shown = blocks(&read(page), "console");
    let cut = |block: &String| {
        let (line, printed) = block.split_once('\n').unwrap();
        (line.strip_prefix("$ ").expect("a block shows one command").to_owned(), printed.to_owned())
    };
    shown.iter().map(cut).collect()
}

#[test]
fn what_the_readme_shows_of_kubectl_is_what_comes() {
    if !can_type() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let serving = Serving::start(&["serve"]);
    let shown = sessions("README.md");
    assert!(shown.len() >= 2, "{shown:?}");
    for (line, expected) in shown {
        let (_, printed) = typed(folder.path(), &serving.kubeconfig, &line);
        assert_eq!(lasting(&printed), lasting(&expected), "$ {line}");
    }
}

#[test]
fn the_world_for_who_works_on_it_is_served_as_it_shows_and_is_broken_as_it_says() {
    if !can_type() {
        return;
    }
    let worlds = blocks(&read(WORK), "yaml");
    let [world] = worlds.as_slice() else { panic!("one world: {worlds:?}") };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("world.yaml"), world).unwrap();
    let served = sessions(WORK);
    let [(line, expected)] = served.as_slice() else { panic!("one server: {served:?}") };
    let arguments = line.strip_prefix("cargo run -p sandbox -- ").expect("the program of this workspace");
    let serving = Serving::start_in(folder.path(), &arguments.split(' ').collect::<Vec<_>>());
    assert_eq!(lasting(&serving.printed()), lasting(expected));
    let get = "kubectl --context apps get services -A";
    let (code, printed) = typed(folder.path(), &serving.kubeconfig, get);
    assert_eq!((code, printed.contains("Forbidden")), (Some(1), true), "{printed}");
}

#[test]
fn the_fleet_file_of_the_page_about_fleets_is_taken() {
    if !can_type() {
        return;
    }
    let fleets = blocks(&read(CLUSTERS), "yaml");
    let [fleet] = fleets.as_slice() else { panic!("one fleet: {fleets:?}") };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("platform.yaml"), fleet).unwrap();
    let serving = Serving::start(&["serve"]);
    let text = std::fs::read_to_string(&serving.kubeconfig).unwrap();
    let mut kubeconfig: Value = serde_saphyr::from_str(&text).unwrap();
    // The contexts of the sandbox have the names of its clusters; those of the example do not.
    for context in kubeconfig["contexts"].as_array_mut().unwrap() {
        context["name"] = format!("{}-admin", context["name"].as_str().unwrap()).into();
    }
    kubeconfig["current-context"] = json!("infra-admin");
    let file = folder.path().join("kubeconfig");
    std::fs::write(&file, kubeconfig.to_string()).unwrap();
    let export = "kubectl mesh-export svc/postgres-rw -n databases";
    let (code, printed) = typed(folder.path(), file.to_str().unwrap(), export);
    assert_eq!(code, Some(0), "{printed}");
    let first = "from infra (context infra-admin) to apps (context apps-admin), namespace databases\n";
    assert!(printed.starts_with(first), "{printed}");
}
