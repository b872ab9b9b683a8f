//! With what the exporter is read.

use super::*;

fn with(change: impl FnOnce(&mut Token)) -> Vec<(&'static str, Severity)> {
    broken(|bed| change(bed.token.as_mut().unwrap()))
}

#[test]
fn they_expire_and_are_revoked() {
    assert_eq!(with(|token| token.left = Some(0)), error("credentials-expired"));
    assert_eq!(with(|token| token.left = Some(3600)), warning("credentials-expired"));
    assert_eq!(with(|token| token.left = Some(8 * 24 * 3600)), vec![]);
    assert_eq!(with(|token| token.has_account = Observed::Absent), error("credentials-revoked"));
    assert_eq!(with(|token| token.has_secret = Observed::Absent), error("credentials-revoked"));
    let hidden = Observed::Unknown(Obstacle::Unauthorized);
    assert_eq!(with(|token| token.has_secret = hidden), vec![], "not seen is not gone");
}

#[test]
fn they_lie_where_the_chart_lets_the_controller_read() {
    assert_eq!(broken(|bed| bed.link.credentials = "my-secret".into()), warning("credentials-name"));
}
