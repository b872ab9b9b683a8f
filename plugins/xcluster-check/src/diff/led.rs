//! Findings that are told, each with what follows from it.

/// Those that are told, with what follows from each: findings stand behind their cause, and what follows from one that is told
/// itself is only counted.
pub(crate) fn led<'a, T>(
    findings: impl IntoIterator<Item = &'a T>,
    follows: &dyn Fn(&T) -> bool,
    is_told: &dyn Fn(&T) -> bool,
) -> Vec<(&'a T, Vec<&'a T>)> {
    let mut all: Vec<(&T, Vec<&T>)> = Vec::new();
    let mut leads = false;
    for finding in findings {
        if !follows(finding) {
            leads = is_told(finding);
        }
        if !is_told(finding) {
            continue;
        }
        match all.last_mut() {
            Some((_, effects)) if leads && follows(finding) => effects.push(finding),
            Some(_) | None => all.push((finding, Vec::new())),
        }
    }
    all
}
