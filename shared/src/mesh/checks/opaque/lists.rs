//! Lists of ports, as annotations have them: `25,3306,5000-6000`, or names.

use crate::mesh::snapshot::Port;

/// Whether a list has a port by its number.
pub(in crate::mesh::checks) fn holds(list: &str, number: u16) -> bool {
    contains(list, &Port { port: number, ..Port::default() })
}

/// Whether a list such as `25,3306,5000-6000`, or of names, contains a port.
pub(super) fn contains(list: &str, port: &Port) -> bool {
    list.split(',').map(str::trim).any(|entry| match entry.split_once('-') {
        Some((from, to)) => match (from.trim().parse::<u16>(), to.trim().parse::<u16>()) {
            (Ok(from), Ok(to)) => (from..=to).contains(&port.port),
            (Ok(_) | Err(_), _) => entry == port.name,
        },
        None => entry.parse() == Ok(port.port) || (!entry.is_empty() && entry == port.name),
    })
}

/// What stands in a list and is neither a port, a range nor a name of one of these: Linkerd passes over it.
pub(super) fn unread<'a>(list: &'a str, ports: &[Port]) -> Vec<&'a str> {
    let is_port = |one: &str| one.trim().parse::<u16>().is_ok();
    let is_range = |entry: &str| entry.split_once('-').is_some_and(|(from, to)| is_port(from) && is_port(to));
    let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    entries
        .filter(|entry| !is_port(entry) && !is_range(entry) && !ports.iter().any(|port| port.name == **entry))
        .collect()
}

/// A list with some ports that it lacks, and without what nobody can read.
pub(super) fn with(list: &str, lacking: &[&Port], all: &[Port]) -> String {
    let unread = unread(list, all);
    let kept = list.split(',').map(str::trim).filter(|entry| !entry.is_empty() && !unread.contains(entry));
    let lacks = lacking.iter().filter(|port| !contains(list, port)).map(|port| port.port.to_string());
    kept.map(str::to_owned).chain(lacks).collect::<Vec<_>>().join(",")
}

/// A list that has all its other ports, and not this one; `None` where a range has it.
pub(super) fn without(list: &str, port: &Port) -> Option<String> {
    let entries = list.split(',').map(str::trim);
    let kept: Vec<&str> = entries.filter(|entry| !contains(entry, port) || entry.contains('-')).collect();
    let kept = kept.join(",");
    (!contains(&kept, port)).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::super::port;
    use super::*;

    #[test]
    fn numbers_ranges_and_names_are_found_in_a_list() {
        for (list, has) in [
            ("5432", true),
            ("25, 5000-6000", true),
            ("5433-6000", false),
            ("db", true),
            ("", false),
            ("a-b", false),
            ("6000-5000", false),
        ] {
            assert_eq!(contains(list, &port("db", 5432)), has, "{list}");
        }
        assert!(!contains("", &port("", 80)));
    }

    #[test]
    fn what_is_neither_a_port_a_range_nor_a_name_is_passed_over() {
        let ports = [port("db", 5432), port("a-b", 1)];
        assert_eq!(unread("5432-,25, 70000,db,a-b,5000-6000,,x", &ports), ["5432-", "70000", "x"]);
        assert_eq!(with("5432-,25", &[&ports[0]], &ports), "25,5432");
        assert_eq!(with("", &[&ports[0]], &ports), "5432");
    }

    #[test]
    fn a_port_is_taken_out_of_a_list_unless_a_range_has_it() {
        let web = port("http", 80);
        assert_eq!(without("25, 80,http,443", &web).as_deref(), Some("25,443"));
        assert_eq!(without("80", &web).as_deref(), Some(""));
        assert_eq!(without("1-100", &web), None);
    }
}
