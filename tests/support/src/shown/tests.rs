use super::*;

#[test]
fn a_line_is_read_as_a_shell_reads_it() {
    let read =
        stages(r#"linkerd a 'b c' | kubectl apply -f - --patch='{"x":1}' it\'s "d e" 2>/dev/null >out"#);
    let expected = [
        vec!["linkerd", "a", "b c"],
        vec!["kubectl", "apply", "-f", "-", r#"--patch={"x":1}"#, "it's", "d e"],
    ];
    assert_eq!(read.unwrap(), expected);
    assert_eq!(
        stages("kubectl get svc/NAME --context=A").unwrap(),
        [["kubectl", "get", "svc/postgres-rw", "--context=infra"]]
    );
    assert!(stages("kubectl get WHATEVER").unwrap_err().contains("nobody has introduced"));
    assert!(stages("kubectl get | ").is_err());
}

#[test]
fn what_to_do_next_is_a_command_of_whatever_program() {
    assert_eq!(next("  next: do it: `frob --all`"), Some("frob --all"));
    assert_eq!(next("  next: run again in a while"), None);
    assert_eq!(mentions("see `a b` and `c`").collect::<Vec<_>>(), ["a b", "c"]);
}
