//! The multicluster extension was taken away from a cluster to which a Link still leads.

use super::*;

const TAKEN: &str = "delete namespace linkerd-multicluster";

/// As the installer prints it, as far as it matters here.
fn installed() -> Value {
    let namespace =
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "linkerd-multicluster"}});
    json!({"apiVersion": "v1", "kind": "List", "items": [namespace]})
}

#[test]
fn an_extension_that_is_gone_leads_and_can_be_installed_again_or_given_up() {
    if program().is_none() {
        return;
    }
    let kubectl = platform(A_QUARTER_OF_AN_HOUR, "linkerd");
    typed(&kubectl, TAKEN);
    let is_told = |outcome: &Outcome| outcome.stdout.contains("linkerd-multicluster is gone from");
    let said = until(&kubectl, "the extension is missed", is_told);
    assert_eq!(said.code, Some(3), "{said}");
    insta::assert_snapshot!(said);
    let (cause, under) = led(&kubectl, "credentials-revoked", &[]);
    assert_eq!(cause["object"]["cluster"], "apps", "{cause:#}");
    assert!(under.iter().any(|check| check == "gateway-up"), "{under:?}");
    done(&kubectl, &cause, &installed());
    // Who wants nothing of it any more deletes the Link, as is told beside.
    let action = cause["remedy"]["action"].as_str().unwrap();
    let delete = action.split('`').nth(1).unwrap();
    typed(&kubectl, delete.strip_prefix("kubectl ").unwrap());
    let given_up = kubectl.run(BUT_LOOPBACK);
    assert!(!given_up.stdout.contains("credentials-revoked"), "{given_up}");
}

#[test]
fn where_linkerd_is_gone_too_it_is_to_be_installed_first() {
    if program().is_none() {
        return;
    }
    let kubectl = platform(A_QUARTER_OF_AN_HOUR, "linkerd");
    typed(&kubectl, TAKEN);
    typed(&kubectl, "delete namespace linkerd");
    let is_told = |outcome: &Outcome| outcome.stdout.contains("infra has neither Linkerd nor");
    insta::assert_snapshot!(until(&kubectl, "both are missed", is_told));
    let (cause, _) = led(&kubectl, "credentials-revoked", &[]);
    assert!(cause["remedy"]["action"].as_str().unwrap().contains("Linkerd there first"), "{cause:#}");
    done(&kubectl, &cause, &installed());
}

#[test]
fn an_account_or_a_gateway_that_alone_is_gone_is_told_by_itself() {
    if program().is_none() {
        return;
    }
    let kubectl = platform(A_QUARTER_OF_AN_HOUR, "linkerd");
    typed(&kubectl, "-n linkerd-multicluster delete deploy/linkerd-gateway pod/linkerd-gateway-0");
    let is_told = |outcome: &Outcome| outcome.stdout.contains("(gateway-up)");
    let said = until(&kubectl, "the gateway is missed", is_told);
    assert_eq!(said.code, Some(3), "{said}");
    led(&kubectl, "gateway-up", &[]);
    let revoked = platform(A_QUARTER_OF_AN_HOUR, "linkerd");
    typed(&revoked, "-n linkerd-multicluster delete sa linkerd-service-mirror-remote-access-default");
    let (cause, under) = led(&revoked, "credentials-revoked", &[]);
    assert!(!cause["summary"].as_str().unwrap().contains(" is gone from "), "{cause:#}");
    assert!(!under.iter().any(|check| check.starts_with("gateway-")), "{under:?}");
}
