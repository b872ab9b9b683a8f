//! What kubectl sends by verbs of its own, which is protobuf, and from files.

use std::process::{Command, Output};

use sandbox::Sandbox;

/// Runs kubectl on a cluster of its own.
async fn kubectl(file: &std::path::Path, words: impl Into<String>) -> Output {
    let words = words.into();
    let mut command = Command::new("kubectl");
    command.arg("--kubeconfig").arg(file).args(["--context", "infra"]).args(words.split(' '));
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[tokio::test]
async fn what_kubectl_makes_by_a_verb_of_its_own_is_made_and_what_it_may_is_told() {
    if testkit::kubectl::program().is_none() {
        return;
    }
    let sandbox = Sandbox::start(&["infra"]).await.unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), sandbox.kubeconfig().to_string()).unwrap();
    for (words, said) in [
        ("create namespace databases", "namespace/databases created\n"),
        ("create configmap one -n databases --from-literal=a=b", "configmap/one created\n"),
        ("create secret generic one -n databases --from-literal=a=b", "secret/one created\n"),
        ("create serviceaccount one -n databases", "serviceaccount/one created\n"),
        ("get configmap,secret one -n databases -o jsonpath={.items[*].data.a}", "b Yg=="),
        ("auth can-i list services --namespace databases", "yes\n"),
        ("auth can-i list services --as nobody", "no\n"),
    ] {
        let output = kubectl(file.path(), words).await;
        assert_eq!(String::from_utf8_lossy(&output.stdout), said, "{words}: {output:?}");
    }
    assert!(kubectl(file.path(), "create token one -n databases").await.status.success());
    let refused = kubectl(file.path(), "create deployment web --image=example.test/web:1").await;
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        words.contains("Deployment in protobuf; kubectl sends JSON with create --validate=false -f FILE"),
        "{words}"
    );
}

/// As docs/worlds.md says; the refusal of kubectl's usual way says what to type.
#[tokio::test]
async fn files_are_taken_with_the_flags_that_are_named() {
    const CREATE: &str = "create --validate=false -f FILE";
    const APPLY: &str = "apply --server-side --validate=false -f FILE";
    const USUAL: &str = "apply --validate=false -f FILE";
    if testkit::kubectl::program().is_none() {
        return;
    }
    let page = crate::readme::read("docs/worlds.md");
    for line in [CREATE, APPLY] {
        assert!(page.contains(&format!("`kubectl {line}`")), "{line}");
    }
    let sandbox = Sandbox::start(&["infra"]).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (kubeconfig, file) = (folder.path().join("kubeconfig"), folder.path().join("file.yaml"));
    std::fs::write(&kubeconfig, sandbox.kubeconfig().to_string()).unwrap();
    for (line, name, value, printed, told) in [
        (CREATE, "one", "1", "configmap/one created\n", ""),
        (APPLY, "two", "1", "configmap/two serverside-applied\n", ""),
        (APPLY, "two", "2", "configmap/two serverside-applied\n", ""),
        (USUAL, "one", "2", "", "apply --server-side"),
    ] {
        let metadata = format!("metadata: {{name: {name}, namespace: default}}");
        let manifest = format!("apiVersion: v1\nkind: ConfigMap\n{metadata}\ndata: {{a: '{value}'}}\n");
        std::fs::write(&file, manifest).unwrap();
        let output = kubectl(&kubeconfig, line.replace("FILE", file.to_str().unwrap())).await;
        assert_eq!(String::from_utf8_lossy(&output.stdout), printed, "{line}: {output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(told), "{line}: {output:?}");
    }
    let read = "get configmap one two -o jsonpath={.items[*].data.a} -n default";
    assert_eq!(kubectl(&kubeconfig, read).await.stdout, b"1 2");
}
