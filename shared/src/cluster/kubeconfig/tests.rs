use super::*;

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn variable(files: &[&str]) -> Environment {
    Environment::of([("KUBECONFIG", files.join(":"))])
}

fn context(name: &str, namespace: &str) -> String {
    format!("contexts: [{{name: {name}, context: {{cluster: c, user: u, namespace: {namespace}}}}}]\n")
}

fn contexts(loaded: &Loaded) -> Vec<&str> {
    loaded.contexts().map(|context| context.0.as_str()).collect()
}

fn named(name: &str) -> ContextName {
    ContextName(name.to_owned())
}

#[test]
fn row_1_missing_files_and_empty_entries_of_the_variable_are_skipped() {
    let folder = tempfile::tempdir().unwrap();
    let there = write(folder.path(), "there", &context("a", "x"));
    let loaded = load(None, &variable(&["/nowhere/one", "", &there, &there, "/nowhere/two"])).unwrap();
    assert_eq!(contexts(&loaded), ["a"]);
    assert_eq!(loaded.files(), [PathBuf::from(there)]);
}

#[test]
fn row_2_the_first_current_context_that_is_not_empty_counts() {
    let folder = tempfile::tempdir().unwrap();
    let one = write(folder.path(), "one", "current-context: ''\n");
    let two = write(folder.path(), "two", "current-context: b\n");
    let three = write(folder.path(), "three", "current-context: c\n");
    let loaded = load(None, &variable(&[&one, &two, &three])).unwrap();
    assert_eq!(loaded.current(), Some(&named("b")));
    assert_eq!(load(None, &variable(&[&one])).unwrap().current(), None);
}

#[test]
fn the_first_file_with_an_entry_wins_it_whole() {
    let folder = tempfile::tempdir().unwrap();
    let one = write(folder.path(), "one", "contexts: [{name: b, context: {cluster: x}}, {name: a}]");
    let two = write(folder.path(), "two", &context("b", "from-two"));
    let loaded = load(None, &variable(&[&one, &two])).unwrap();
    assert_eq!(contexts(&loaded), ["b", "a"], "the order of the files");
    assert_eq!(loaded.namespace_of(&named("b")), "default", "no field comes from the second file");
    assert_eq!(loaded.context("b").unwrap().file, PathBuf::from(one));
}

#[test]
fn the_flag_names_one_file_that_must_exist() {
    let folder = tempfile::tempdir().unwrap();
    let home = write(folder.path(), ".kube/config", &context("home", "x"));
    let flagged = write(folder.path(), "flagged", &context("flagged", "n"));
    let environment = Environment::of([("HOME", folder.path().display().to_string())]);
    assert_eq!(contexts(&load(None, &environment).unwrap()), ["home"], "{home}");
    let loaded = load(Some(Path::new(&flagged)), &environment).unwrap();
    assert_eq!((contexts(&loaded), loaded.namespace_of(&named("flagged"))), (vec!["flagged"], "n"));
    let missing = load(Some(Path::new("/no/a:/no/b")), &environment).unwrap_err();
    assert_eq!(missing.what, "kubeconfig /no/a:/no/b: no such file or directory");
}

#[test]
fn no_file_anywhere_says_where_was_looked() {
    let what = |variables: &[(&str, &str)]| {
        load(None, &Environment::of(variables.iter().copied())).unwrap_err().what
    };
    for (variables, expected) in [
        (vec![("KUBECONFIG", "/no/a:/no/b")], "looked for $KUBECONFIG (/no/a, /no/b)"),
        (vec![("KUBECONFIG", ":")], "looked for $KUBECONFIG (which names no file)"),
        (vec![("HOME", "/no"), ("KUBECONFIG", "")], "$KUBECONFIG is not set, looked for /no/.kube/config"),
        (vec![], "neither $KUBECONFIG nor $HOME is set"),
    ] {
        assert_eq!(what(&variables), format!("no kubeconfig found: {expected}"));
    }
}

#[test]
fn paths_are_relative_to_their_file_and_bare_commands_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = "clusters: [{name: c, cluster: {certificate-authority: pki/ca.crt}}]\n\
                users:\n- {name: u, user: {tokenFile: /abs/t, client-key: k, exec: {command: ./bin/p}}}\n\
                - {name: v, user: {exec: {command: aws}}}\n";
    let loaded = load(None, &variable(&[&write(folder.path(), "sub/config", text)])).unwrap();
    let sub = folder.path().join("sub");
    let text = |path: &str| Some(sub.join(path).display().to_string());
    assert_eq!(loaded.cluster("c").unwrap().value.certificate_authority, text("pki/ca.crt"));
    let user = &loaded.user("u").unwrap().value;
    assert_eq!((&user.token_file, &user.client_key), (&Some("/abs/t".to_owned()), &text("k")));
    assert_eq!(user.exec.as_ref().unwrap().command, text("./bin/p"));
    assert_eq!(loaded.user("v").unwrap().value.exec.as_ref().unwrap().command.as_deref(), Some("aws"));
}

fn refused(text: impl AsRef<[u8]>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config");
    std::fs::write(&path, text).unwrap();
    let failure = load(Some(&path), &Environment::default()).unwrap_err();
    assert_eq!(failure.exit, crate::verdict::Exit::Usage);
    failure.what.replace(&format!("kubeconfig {}: ", path.display()), "")
}

#[test]
fn what_is_no_kubeconfig_is_an_error_with_file_and_line() {
    for (text, expected) in [
        ("kind: Config\nusers: 3", "line 2: expected sequence start"),
        ("kind: Pod", "it is Pod of v1, not Config of v1"),
        ("apiVersion: v2", "it is Config of v2, not Config of v1"),
        ("contexts: [{name: a}, {name: a}]", "context \"a\" is in the list twice"),
        ("users: [{name: u, user: {token: x, token: y}}]", "line 1: duplicate mapping key: token"),
    ] {
        assert_eq!(refused(text), expected, "{text}");
    }
    assert_eq!(refused(b"a: 1\nb: \xff"), "line 2: not UTF-8 text");
    let folder = tempfile::tempdir().unwrap();
    let failure = load(Some(folder.path()), &Environment::default()).unwrap_err();
    assert!(failure.what.ends_with(": is a directory"), "{}", failure.what);
}

#[test]
fn anchors_that_multiply_and_endless_files_end_in_an_error() {
    let below = |level: usize| format!("*a{},", level - 1).repeat(9);
    let levels = (1..12).map(|level| format!("a{level}: &a{level} [{}]\n", below(level)));
    let bomb = format!("a0: &a0 [x, x, x, x, x, x, x, x, x]\n{}", levels.collect::<String>());
    assert!(refused(&bomb).starts_with("line "), "{}", refused(&bomb));
    assert!(refused("[".repeat(100_000)).starts_with("line 1: "));
    let endless = load(Some(Path::new("/dev/zero")), &Environment::default()).unwrap_err();
    assert_eq!(endless.what, "kubeconfig /dev/zero: larger than 32 megabytes");
}

#[test]
fn a_token_is_in_no_message_and_in_no_debug_output() {
    let text = "users: [{name: u, user: {token: hunter2, exec: {interactiveMode: hunter2}, auth-provider: hunter2}}]";
    assert!(!refused(text).contains("hunter2"), "{}", refused(text));
    let folder = tempfile::tempdir().unwrap();
    let good = write(
        folder.path(),
        "config",
        "users: [{name: u, user: {auth-provider: {name: x, config: {a: hunter2}}}}]",
    );
    assert!(!format!("{:?}", load(None, &variable(&[&good])).unwrap()).contains("hunter2"));
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_loaded_or_refused_without_a_panic(bytes: Vec<u8>) {
        drop(parse::kubeconfig(&bytes, Path::new("f")));
    }

    #[test]
    fn almost_kubeconfigs_are_loaded_or_refused_without_a_panic(
        lines in proptest::collection::vec("(users|contexts|clusters|- name|  user|  context|kind|&a|\\*a|<<|\\[|\\{|!!map)?(: )?[a-z{}\\[\\]\n\t'\"|>-]{0,6}", 0..12)
    ) {
        drop(parse::kubeconfig(lines.join("\n").as_bytes(), Path::new("f")));
    }
}
