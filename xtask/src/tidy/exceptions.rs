//! Files that a rule does not hold for, each with its reason.
//!
//! An entry is a path (a folder when it ends with `/`, anywhere when it starts with `*`), the
//! rule's name as a complaint shows it, and why. Keep the list short: an exception costs every
//! reader.

const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "xtask/src/tidy/rust_rules.rs",
        "sleep",
        "its tests spell what they forbid",
    ),
    (
        "xtask/src/tidy/",
        "forbidden-words",
        "the rules and their tests spell what they forbid",
    ),
    (
        "xtask/src/tidy/",
        "names",
        "the rules and their tests spell what they forbid",
    ),
    (
        "xtask/src/test/postgres.rs",
        "sleep",
        "polls with a deadline until the server answers",
    ),
    (
        "*/tests/it/support.rs",
        "sleep",
        "polling with a deadline lives here",
    ),
    (
        "*/tests/it/support/",
        "sleep",
        "polling with a deadline lives here",
    ),
    (
        "*/server_info.rs",
        "names",
        "named like the endpoint of Jira",
    ),
    ("*/users_info.rs", "names", "named like the method of Slack"),
    (
        "crates/maro/src/commands/report/form.rs",
        "names",
        "implements a trait of http-body, which names its type so",
    ),
    (
        "crates/maro-atlassian/src/mcp/connection.rs",
        "names",
        "implements a trait of rmcp, which names its method so",
    ),
    (
        "*/conversations_info.rs",
        "names",
        "named like the method of Slack",
    ),
];

/// Whether `rule` does not hold for the file at `path`.
pub(crate) fn allows(path: &str, rule: &str) -> bool {
    EXCEPTIONS
        .iter()
        .any(|(place, name, _)| *name == rule && covers(place, path))
}

fn covers(place: &str, path: &str) -> bool {
    match place.strip_prefix('*') {
        Some(folder) if folder.ends_with('/') => path.contains(folder),
        Some(end) => path.ends_with(end),
        None => path == place || (place.ends_with('/') && path.starts_with(place)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_names_one_rule_and_one_place() {
        assert!(allows("xtask/src/tidy/rust_rules.rs", "forbidden-words"));
        assert!(!allows("xtask/src/tidy/rust_rules.rs", "length"));
        assert!(!allows("xtask/src/test/postgres.rs.orig", "sleep"));
        assert!(allows("crates/a/tests/it/support.rs", "sleep"));
        assert!(!allows("crates/a/tests/it/drafts.rs", "sleep"));
    }
}
