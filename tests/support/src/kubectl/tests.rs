//! The runner, tried with a shell script as the plugin and the machine's kubectl.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

use tempfile::TempDir;

use super::{Kubectl, Signal, machine::find, program, redact};

const SOON: Duration = Duration::from_secs(20);

fn plugin(script: &str) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("kubectl-try_it");
    fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    (folder, file)
}

#[test]
fn kubectl_finds_the_plugin_and_passes_its_exit_on() {
    if program().is_none() {
        return;
    }
    let (_folder, file) = plugin("echo \"args: $*\"; cat; echo problem >&2; exit 5");
    let kubectl = Kubectl::new(&file).stdin("typed\n");
    let outcome = kubectl.run(["try-it", "a", "-b"]);
    assert_eq!(outcome.to_string(), "args: a -b\ntyped\n-- stderr --\nproblem\n-- exit 5 --");
    assert_eq!(kubectl.run_directly(["a", "-b"]).stdout, outcome.stdout);
}

#[test]
fn nothing_of_this_machine_gets_through() {
    if program().is_none() {
        return;
    }
    let (_folder, file) =
        plugin("env -u PWD | grep -v -e ^_= -e ^KUBECTL_PATH= -e ^SHLVL= | cut -d= -f1 | sort");
    let kubectl = Kubectl::new(&file).kubeconfig("/none");
    assert_eq!(kubectl.run(["try-it"]).stdout, "COLUMNS\nHOME\nKUBECONFIG\nLC_ALL\nPATH\nTZ\n");
    assert_eq!(kubectl.no_home().run(["try-it"]).stdout, "COLUMNS\nKUBECONFIG\nLC_ALL\nPATH\nTZ\n");
}

#[test]
fn a_signal_reaches_the_plugin_itself() {
    if program().is_none() {
        return;
    }
    let (_folder, file) = plugin("trap 'echo bye; exit 130' INT; echo ready; while :; do sleep 0.02; done");
    let kubectl = Kubectl::new(&file);
    for (signal, end) in [(Signal::Interrupt, (Some(130), None)), (Signal::Kill, (None, Some(9)))] {
        let mut running = kubectl.spawn(["try-it"]);
        assert!(running.wait_stdout("ready", SOON));
        running.signal(signal);
        let outcome = running.wait(SOON);
        assert_eq!((outcome.code, outcome.signal), end, "{outcome}");
    }
}

#[test]
fn somebody_at_a_terminal_is_asked_and_answers_or_interrupts() {
    let (_folder, file) = plugin(
        "test -t 0 && test -t 2 && ! test -t 1 || exit 9
        printf 'go on? ' >&2; read answer; echo \"said $answer\"",
    );
    let kubectl = Kubectl::new(&file);
    for (keys, end) in [("yes\r", (Some(0), None, "said yes\n")), ("\u{3}", (None, Some(2), ""))] {
        let mut running = kubectl.spawn_on_terminal(["try-it"]);
        assert!(running.wait_stderr("go on? ", SOON));
        running.press(keys);
        let outcome = running.wait(SOON);
        assert_eq!((outcome.code, outcome.signal, outcome.stdout.as_str()), end, "{outcome}");
    }
}

#[test]
fn a_whole_run_can_be_at_a_terminal() {
    let (_folder, file) = plugin("test -t 0 && test -t 1 && test -t 2 || exit 9; echo data; echo words >&2");
    let outcome = Kubectl::new(&file).spawn_all_on_terminal(["try-it"]).wait(SOON);
    assert_eq!(
        (outcome.code, outcome.stdout.as_str(), outcome.stderr.as_str()),
        (Some(0), "", "data\r\nwords\r\n")
    );
}

#[test]
fn a_reader_of_single_keys_is_noticed_and_so_are_modes_that_it_leaves_behind() {
    let (_folder, file) = plugin("stty raw; head -c 1 >&2; test \"$1\" = dirty || stty -raw isig icanon");
    let kubectl = Kubectl::new(&file);
    let run = |how: &str| {
        let mut running = kubectl.spawn_on_terminal(["try-it", how]);
        assert!(running.wait_for_reader(SOON));
        running.press("\u{3}");
        running.wait(SOON)
    };
    assert_eq!((run("clean").code, run("clean").signal), (Some(0), None));
    let dirty = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run("dirty")));
    let message = dirty.unwrap_err().downcast::<String>().unwrap();
    assert!(message.starts_with("the terminal is left in other modes"), "{message}");
}

#[test]
fn a_closed_standard_output_is_noticed_by_the_plugin() {
    if program().is_none() {
        return;
    }
    let (_folder, file) = plugin("trap '' PIPE; echo one && echo two || exit 9");
    let kubectl = Kubectl::new(&file);
    assert_eq!(kubectl.run_with_stdout_closed(["try-it"]).code, Some(9));
    assert_eq!(kubectl.run_into_head(["try-it"]).stdout, "one\n");
}

#[test]
fn redaction_keeps_columns() {
    if program().is_none() {
        return;
    }
    let text = "printf 'ID                                    AGE   X\\n%s  12s   y\\n\"%s\"\\n'";
    let uid = "123e4567-e89b-12d3-a456-426614174000";
    let (_folder, file) = plugin(&format!("{text} {uid} {uid}"));
    let outcome =
        Kubectl::new(&file).run(["try-it"]).redacted(&[(redact::UID, "<uid>"), (redact::DURATION, "-")]);
    let (header, row) =
        ("ID                                    AGE   X", "<uid>                                 -     y");
    assert_eq!(outcome.stdout, format!("{header}\n{row}\n\"<uid>\"\n"));
}

#[test]
fn without_a_kubectl_on_the_path_none_is_found() {
    let (empty, full) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let file = full.path().join("kubectl");
    fs::write(&file, "").unwrap();
    assert_eq!(find(empty.path().as_os_str()), None);
    assert_eq!(find("".as_ref()), None);
    assert_eq!(find(&std::env::join_paths([empty.path(), full.path()]).unwrap()), Some(file));
}
