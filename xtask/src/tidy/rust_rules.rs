//! Rules for Rust files: module comments, length, names, and what tests may not do.
//!
//! These read text, not syntax: they are quick, and a rare false alarm is cheaper than a parser.
//! The length of functions is clippy's.

use super::Source;

const LONGEST_FILE: usize = 600;

/// Endings of names that say nothing about what a thing does.
const EMPTY_ENDINGS: [&str; 9] = [
    "Manager", "Helper", "Helpers", "Util", "Utils", "Service", "Info", "Impl", "Data",
];

/// Calls that leave work undone, or tests unrun.
const UNFINISHED: [&str; 4] = ["todo!(", "unimplemented!(", "dbg!(", "#[ignore"];

/// Complains about what no Rust file may contain.
pub(crate) fn check(source: Source<'_>) -> Vec<(&'static str, String)> {
    let mut complaints = Vec::new();
    if !source.text.starts_with("//!") {
        complaints.push((
            "module-comment",
            "does not start with a module comment".to_owned(),
        ));
    }
    let (code, tests) = split_tests(source);
    let lines = code.trim_end().lines().count();
    if lines > LONGEST_FILE {
        complaints.push((
            "length",
            format!("{lines} lines without tests; {LONGEST_FILE} at most"),
        ));
    }
    for word in UNFINISHED {
        complaints.extend(
            lines_with(source.text, word)
                .map(|line| ("forbidden-words", format!("line {line} has `{word}`"))),
        );
    }
    let offset = source.text[..source.text.len() - tests.len()]
        .lines()
        .count();
    complaints.extend(lines_with(tests, "sleep(").map(|line| {
        (
            "sleep",
            format!(
                "line {} sleeps in a test; poll with a deadline",
                offset + line
            ),
        )
    }));
    complaints.extend(names(source));
    complaints
}

/// The part of a file that ships, and the part that only tests.
fn split_tests(source: Source<'_>) -> (&str, &str) {
    if source.path.contains("/tests/") || source.path.ends_with("_tests.rs") {
        return ("", source.text);
    }
    match source.text.find("\n#[cfg(test)]\nmod tests {") {
        Some(at) => source.text.split_at(at + 1),
        None => (source.text, ""),
    }
}

fn names(source: Source<'_>) -> Vec<(&'static str, String)> {
    let mut complaints = Vec::new();
    let stem = source
        .path
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .trim_end_matches(".rs");
    let last = stem.rsplit('_').next().unwrap_or_default();
    if EMPTY_ENDINGS
        .iter()
        .any(|ending| ending.to_lowercase() == last)
    {
        complaints.push(("names", format!("the file name ends with `{last}`")));
    }
    for (index, line) in source.text.lines().enumerate() {
        if let Some(name) = defined_type(line)
            && EMPTY_ENDINGS.iter().any(|ending| name.ends_with(ending))
        {
            complaints.push((
                "names",
                format!("line {}: `{name}` says nothing", index + 1),
            ));
        }
        if line
            .trim_start()
            .trim_start_matches("pub ")
            .starts_with("fn get_")
        {
            complaints.push(("names", format!("line {}: no `get_` prefix", index + 1)));
        }
    }
    complaints
}

/// The name of the type that a line defines.
fn defined_type(line: &str) -> Option<&str> {
    let mut words = line
        .split_whitespace()
        .skip_while(|word| word.starts_with("pub"));
    if !["struct", "enum", "trait", "type"].contains(&words.next()?) {
        return None;
    }
    words.next()?.split(|c: char| !c.is_alphanumeric()).next()
}

fn lines_with<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    text.lines()
        .enumerate()
        .filter(move |(_, line)| line.contains(word) && !line.trim_start().starts_with("//"))
        .map(|(index, _)| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(path: &str, text: &str) -> Vec<&'static str> {
        check(Source { path, text })
            .into_iter()
            .map(|(rule, _)| rule)
            .collect()
    }

    #[test]
    fn each_rule_finds_its_fault_and_nothing_else() {
        let cases: [(&str, &str, &[&str]); 12] = [
            ("crates/a/src/lib.rs", "//! A.\n", &[]),
            ("crates/a/src/lib.rs", "use std::fs;\n", &["module-comment"]),
            (
                "crates/a/src/lib.rs",
                "//! A.\nfn a() { todo!() }\n",
                &["forbidden-words"],
            ),
            (
                "crates/a/src/lib.rs",
                "//! A.\n#[ignore]\n",
                &["forbidden-words"],
            ),
            (
                "crates/a/src/lib.rs",
                "//! A.\n// never todo!() here\n",
                &[],
            ),
            (
                "crates/a/src/lib.rs",
                "//! A.\npub struct DraftManager;\n",
                &["names"],
            ),
            (
                "crates/a/src/lib.rs",
                "//! A.\npub(crate) enum Utils { A }\n",
                &["names"],
            ),
            (
                "crates/a/src/lib.rs",
                "//! A.\npub struct DatabaseUrl;\n",
                &[],
            ),
            ("crates/a/src/http_util.rs", "//! A.\n", &["names"]),
            (
                "crates/a/src/lib.rs",
                "//! A.\n    pub fn get_key() {}\n",
                &["names"],
            ),
            (
                "crates/a/tests/it/a.rs",
                "//! A.\nfn t() { sleep(x).await; }\n",
                &["sleep"],
            ),
            (
                "crates/a/src/lib.rs",
                "//! A.\nfn t() { sleep(x).await; }\n",
                &[],
            ),
        ];
        for (path, text, expected) in cases {
            assert_eq!(rules(path, text), expected, "{path}: {text}");
        }
    }

    #[test]
    fn tests_do_not_count_for_the_length_of_a_file() {
        let code = format!("//! A.\n{}", "const A: u8 = 1;\n".repeat(LONGEST_FILE - 1));
        let tests = "\n#[cfg(test)]\nmod tests {\n    const B: u8 = 1;\n}\n".repeat(40);
        assert!(rules("crates/a/src/lib.rs", &format!("{code}{tests}")).is_empty());
        assert_eq!(
            rules("crates/a/src/lib.rs", &format!("{code}const C: u8 = 1;\n")),
            ["length"]
        );
    }
}
