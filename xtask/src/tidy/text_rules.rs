//! Rules for every text file: white space, leftovers, and paths of somebody's own machine.

use super::Source;

const README_LINES: usize = 150;

/// Folders that exist on one machine only.
const MACHINE_PATHS: [&str; 5] = ["/home/", "/root/", "/Users/", "/work/", "/tmp/briefs"];

/// Complains about what no text file may contain.
pub(crate) fn check(source: Source<'_>) -> Vec<(&'static str, String)> {
    let mut complaints = Vec::new();
    complaints.extend(white_space(source));
    for path in MACHINE_PATHS {
        if let Some(line) = line_with(source.text, path) {
            complaints.push(("forbidden-words", format!("line {line} names {path}")));
        }
    }
    let lines = source.text.lines().count();
    if source.path == "README.md" && lines >= README_LINES {
        complaints.push((
            "readme",
            format!("{lines} lines; fewer than {README_LINES} get read"),
        ));
    }
    if source.path.ends_with(".snap.new") || source.path.contains(".pending-snap") {
        complaints.push(("snapshots", "a snapshot that nobody accepted".to_owned()));
    }
    complaints
}

fn white_space(source: Source<'_>) -> Vec<(&'static str, String)> {
    let markdown = source.has_extension("md");
    let mut complaints = Vec::new();
    for (index, line) in source.text.split('\n').enumerate() {
        if line.ends_with([' ', '\t', '\r']) && !(markdown && line.ends_with("  ")) {
            complaints.push((
                "whitespace",
                format!("line {} ends with white space", index + 1),
            ));
        }
        if line.contains('\t') {
            complaints.push(("whitespace", format!("line {} has a tab", index + 1)));
        }
    }
    if !source.text.is_empty() && !source.text.ends_with('\n') {
        complaints.push(("whitespace", "does not end with a new line".to_owned()));
    }
    complaints
}

fn line_with(text: &str, needle: &str) -> Option<usize> {
    text.lines()
        .position(|line| line.contains(needle))
        .map(|index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_clean_or_each_fault_is_named() {
        let cases = [
            ("a.toml", "a = 1\n", None),
            ("a.toml", "a = 1 \n", Some("whitespace")),
            ("a.toml", "\ta = 1\n", Some("whitespace")),
            ("a.toml", "a = 1", Some("whitespace")),
            ("a.md", "a  \nb\n", None),
            ("a.md", "see /home/me/notes\n", Some("forbidden-words")),
            ("a.snap.new", "x\n", Some("snapshots")),
        ];
        for (path, text, expected) in cases {
            let found = check(Source { path, text });
            assert_eq!(
                found.first().map(|(rule, _)| *rule),
                expected,
                "{path}: {text:?}"
            );
        }
    }

    #[test]
    fn a_long_readme_is_refused() {
        let text = "line\n".repeat(README_LINES);
        assert_eq!(
            check(Source {
                path: "README.md",
                text: &text
            })[0]
                .0,
            "readme"
        );
        assert!(
            check(Source {
                path: "docs/admin.md",
                text: &text
            })
            .is_empty()
        );
    }
}
