use super::*;

#[test]
fn each_check_that_is_answered_is_one() {
    assert!(WRITTEN.is_sorted());
    for id in WRITTEN {
        assert!(CHECKS.iter().any(|check| check.id == id), "{id}");
    }
}
