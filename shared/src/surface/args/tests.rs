use super::*;
use crate::surface::{Colour, Console};
use crate::terms::{ClusterName, ContextName, Format, GoDuration, Mode, NamespaceChoice};
use clap::{CommandFactory, Parser, Subcommand};

/// Does something
#[derive(Debug, Parser)]
#[command(name = "x", bin_name = "kubectl x")]
struct Args {
    #[command(flatten)]
    connection: ConnectionArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    dry_run: DryRunArg,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List things
    List { name: Option<String> },
}

fn parse(words: &[&str]) -> Args {
    Args::try_parse_from([&["x"], words].concat()).unwrap()
}

fn refusal(words: &[&str]) -> String {
    Args::try_parse_from([&["x"], words].concat()).unwrap_err().to_string()
}

/// Every flag, each with a value of its own.
const FLAGS: [&[&str]; 30] = [
    &["--kubeconfig", "k"],
    &["--context", "c"],
    &["--contexts", "infra,apps"],
    &["--contexts", "edge"],
    &["--config", "p"],
    &["--cluster", "cl"],
    &["--user", "u"],
    &["-s", "https://s"],
    &["--tls-server-name", "tls"],
    &["--certificate-authority", "ca"],
    &["--insecure-skip-tls-verify"],
    &["--client-certificate", "cc"],
    &["--client-key", "ck"],
    &["--token", "hunter2"],
    &["--username", "un"],
    &["--password", "hunter3"],
    &["--as", "jane"],
    &["--as-group", "g1"],
    &["--as-group", "g2"],
    &["--as-uid", "uid"],
    &["--as-user-extra", "a=1=2"],
    &["--as-user-extra", "b="],
    &["--request-timeout", "2m"],
    &["--disable-compression"],
    &["--warnings-as-errors"],
    &["--cache-dir", "d"],
    &["-n", "shop"],
    &["-v", "6"],
    &["-o", "yaml"],
    &["--color=never"],
];

#[test]
fn every_flag_means_the_same_before_and_after_the_subcommand() {
    let flags = FLAGS.concat();
    let before = parse(&[flags.as_slice(), &["list", "web"]].concat());
    let after = parse(&[&["list", "web"], flags.as_slice()].concat());
    let shown = |args: &Args| format!("{:#?}\n{:#?}", args.connection.connection(), args.connection.fleet());
    assert_eq!(shown(&before), shown(&after));
    assert!(!shown(&before).contains("hunter"), "secrets are not printed");
    let connection = before.connection.connection();
    assert_eq!(connection.overrides.token.map(|token| token.reveal().to_owned()), Some("hunter2".into()));
    insta::assert_debug_snapshot!((after.connection.connection(), after.connection.fleet()));
    for args in [before, after] {
        assert_eq!(args.connection.verbosity(), 6);
        assert_eq!(args.connection.namespace(false), NamespaceChoice::Named("shop".into()));
        assert_eq!(args.connection.namespace(true), NamespaceChoice::All);
        assert_eq!((args.output.format(&[]), args.output.colour()), (Ok(Format::Yaml), Colour::Never));
    }
}

#[test]
fn commands_to_paste_repeat_who_reaches_what_and_no_secret() {
    let parsed = parse(&FLAGS.concat());
    let route = parsed.connection.route(&ClusterName::new("infra"));
    assert_eq!(route.kubeconfig.as_deref(), Some("k"));
    assert_eq!(route.fleet_flags().join(" "), "--contexts infra,apps,edge --config p");
    assert_eq!(
        route.identity.join(" "),
        "--as jane --as-group g1 --as-group g2 --as-uid uid --as-user-extra a=1=2 --as-user-extra b="
    );
    assert_eq!(
        route.overrides.join(" "),
        "--cluster cl --server https://s --tls-server-name tls --certificate-authority ca --insecure-skip-tls-verify \
         --user u --client-certificate cc --client-key ck --token TOKEN --username un --password PASSWORD"
    );
}

#[test]
fn nothing_given_is_kubectls_default_and_an_empty_value_is_nothing_given() {
    let bare = parse(&[]);
    let empty = parse(&["--kubeconfig=", "--context", "", "-n", "", "--token=", "-o", "", "--as="]);
    for args in [bare, empty] {
        assert_eq!(args.connection.fleet(), crate::terms::FleetChoice::default());
        assert_eq!(args.connection.namespace(false), NamespaceChoice::OfContext);
        let connection = args.connection.connection();
        assert_eq!((connection.kubeconfig, connection.request_timeout), (None, None));
        assert!(connection.overrides.token.is_none() && connection.impersonation.user.is_none());
        assert_eq!(args.output.format(&[]), Ok(Format::Table));
        assert_eq!(args.connection.check(), Ok(()));
    }
}

#[test]
fn values_are_read_as_kubectl_reads_them() {
    assert!(
        parse(&["--insecure-skip-tls-verify=true"])
            .connection
            .connection()
            .overrides
            .insecure_skip_tls_verify
    );
    assert!(!parse(&["--disable-compression=F"]).connection.connection().disable_compression);
    assert!(parse(&["list", "--warnings-as-errors"]).connection.warnings_are_errors());
    assert!(!parse(&["--warnings-as-errors=false", "list"]).connection.warnings_are_errors());
    let timeout = |words| parse(words).connection.connection().request_timeout;
    assert_eq!(timeout(&["--request-timeout", "-1s"]), None);
    assert_eq!(timeout(&["--request-timeout=5"]), Some(GoDuration::from_secs(5)));
    assert_eq!(parse(&["--v=99"]).connection.verbosity(), 10);
    assert_eq!(
        parse(&["--contexts=a", "--contexts", "b,c"]).connection.fleet().contexts,
        [ContextName("a".into()), ContextName("b".into()), ContextName("c".into())]
    );
    assert!(refusal(&["--request-timeout=1x"]).contains(
        "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a \
         corresponding time unit (e.g. 1s | 2m | 3h)"
    ));
    assert!(refusal(&["--contexts=a,,b"]).contains("a context name cannot be empty"));
    assert!(refusal(&["--as-user-extra=foo"]).contains("write KEY=VALUE"));
    assert!(refusal(&["--insecure-skip-tls-verify=maybe"]).contains("write true or false"));
}

#[test]
fn flags_that_contradict_each_other_are_refused_as_by_kubectl() {
    let refused = |words| parse(words).connection.check().unwrap_err().what;
    assert_eq!(
        refused(&["--certificate-authority=ca", "--insecure-skip-tls-verify"]),
        "specifying a root certificates file with the insecure flag is not allowed"
    );
    assert_eq!(
        refused(&["--token=t", "--username=u"]),
        "more than one authentication method found; found [token basicAuth], only one is allowed"
    );
    assert_eq!(
        parse(&["--certificate-authority=ca", "--insecure-skip-tls-verify=false"]).connection.check(),
        Ok(())
    );
}

#[test]
fn formats_are_matched_as_by_kubectl() {
    let format = |output: &str| parse(&["-o", output]).output.format(&[]).map_err(|failure| failure.what);
    assert_eq!(format("JSON"), Ok(Format::Json));
    assert_eq!(format("Wide"), Ok(Format::Wide));
    assert_eq!(format("jsonpath={.a=b}"), Ok(Format::JsonPath("{.a=b}".into())));
    for (output, expected) in [
        (
            "foo",
            "unable to match a printer suitable for the output format \"foo\", allowed formats are: json,jsonpath,jsonpath-file,name,table,wide,yaml",
        ),
        (
            "JSONPATH={.a}",
            "unable to match a printer suitable for the output format \"JSONPATH={.a}\", allowed formats are: json,jsonpath,jsonpath-file,name,table,wide,yaml",
        ),
        ("jsonpath", "template format specified but no template given"),
        ("jsonpath=", "template format specified but no template given"),
        ("jsonpath={.a", "error parsing jsonpath {.a, unclosed action"),
        (
            "jsonpath-file=/nowhere",
            "error reading --template /nowhere, No such file or directory (os error 2)",
        ),
    ] {
        assert_eq!(format(output), Err(expected.to_owned()));
    }
}

#[test]
fn a_format_that_is_not_for_every_command_says_what_it_is_for() {
    let format = |output: &str, beside: &[Format]| {
        let failure = parse(&["-o", output]).output.format(beside);
        failure.map_err(|failure| (failure.what, failure.next))
    };
    for made in Format::OF_FINDINGS {
        let word = made.word();
        assert_eq!(format(&word.to_uppercase(), &Format::OF_FINDINGS), Ok(made));
        let what = format!("-o {word} is for findings, which this command does not print");
        let next = "use one of these with `-o`: json,jsonpath,jsonpath-file,name,table,wide,yaml";
        assert_eq!(format(word, &[]), Err((what, next.into())));
    }
    assert_eq!(format("mermaid", &[Format::Mermaid]), Ok(Format::Mermaid));
    let (what, next) = format("mermaid", &Format::OF_FINDINGS).unwrap_err();
    assert_eq!(what, "-o mermaid is for explanations, which this command does not print");
    let beside = "html,json,jsonpath,jsonpath-file,junit,name,sarif,table,wide,yaml";
    assert!(next.contains(beside), "{next}");
    assert!(format("xml", &Format::OF_FINDINGS).unwrap_err().0.ends_with(beside));
    assert!(
        format("xml", &[Format::Mermaid])
            .unwrap_err()
            .0
            .ends_with(": json,jsonpath,jsonpath-file,name,table,wide,yaml")
    );
}

#[test]
fn a_template_may_stand_in_a_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "{.kind}\n").unwrap();
    let output = format!("jsonpath-file={}", file.path().display());
    assert_eq!(parse(&["-o", &output]).output.format(&[]), Ok(Format::JsonPath("{.kind}\n".into())));
}

#[test]
fn dry_runs_are_spelled_as_in_kubectl() {
    let mode = |words: &[&str]| {
        let (console, captured) = Console::captured();
        let mode = parse(words).dry_run.mode(&console).map_err(|failure| failure.what);
        (mode, captured.stderr())
    };
    assert_eq!(mode(&[]), (Ok(Mode::Live), String::new()));
    assert_eq!(mode(&["--dry-run=client"]), (Ok(Mode::Show), String::new()));
    assert_eq!(mode(&["--dry-run=server"]), (Ok(Mode::ServerDryRun), String::new()));
    let bare = "Warning: --dry-run is deprecated and can be replaced with --dry-run=client.\n";
    assert_eq!(mode(&["--dry-run"]), (Ok(Mode::Show), bare.into()));
    let boolean =
        "Warning: --dry-run=false is deprecated (boolean value) and can be replaced with --dry-run=none.\n";
    assert_eq!(mode(&["--dry-run=false"]), (Ok(Mode::Live), boolean.into()));
    let invalid = "Invalid dry-run value (x). Must be \"none\", \"server\", or \"client\".";
    assert_eq!(mode(&["--dry-run=x"]), (Err(invalid.into()), String::new()));
}

#[test]
fn the_help_is_what_users_read() {
    Args::command().debug_assert();
    insta::assert_snapshot!(Args::command().term_width(100).render_help());
}
