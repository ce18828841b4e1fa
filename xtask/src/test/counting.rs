//! Reads how many tests passed, failed and were skipped from what a test runner printed.
//!
//! Runners: cargo-nextest, `cargo test`, `node --test`, pytest. A runner that printed no count
//! counts as one check by its exit status.

use crate::process::Shown;
use crate::summary::Counts;

/// Which runner printed the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runner {
    Nextest,
    CargoTest,
    Node,
    Pytest,
}

/// Counts the tests; a runner that failed without a failed test is one failure.
pub(crate) fn count(runner: Runner, shown: &Shown) -> Counts {
    let text = without_colours(&shown.text);
    let mut counts = match runner {
        Runner::Nextest => last_line(
            &text,
            |line| line.trim_start().starts_with("Summary ["),
            &[" passed", " failed", " skipped"],
        ),
        Runner::CargoTest => all_lines(&text, "test result:", &[" passed", " failed", " ignored"]),
        Runner::Node => node(&text),
        Runner::Pytest => last_line(
            &text,
            |line| line.contains(" in ") && line.contains('s'),
            &[" passed", " failed", " skipped"],
        ),
    };
    if runner == Runner::Nextest || runner == Runner::Pytest {
        counts.failed += number_before(last_summary(&text), " timed out");
        counts.failed += number_before(last_summary(&text), " error");
    }
    if !shown.success && counts.failed == 0 {
        counts.failed = 1;
    }
    if shown.success && counts == Counts::default() && runner != Runner::CargoTest {
        counts.passed = 1;
    }
    counts
}

fn last_summary(text: &str) -> &str {
    text.lines()
        .rev()
        .find(|line| line.contains(" passed"))
        .unwrap_or_default()
}

fn last_line(text: &str, is_summary: impl Fn(&str) -> bool, words: &[&str; 3]) -> Counts {
    text.lines()
        .rev()
        .find(|line| is_summary(line) && words.iter().any(|word| line.contains(word)))
        .map_or_else(Counts::default, |line| from_words(line, words))
}

fn all_lines(text: &str, mark: &str, words: &[&str; 3]) -> Counts {
    text.lines()
        .filter(|line| line.contains(mark))
        .fold(Counts::default(), |sum, line| {
            let counts = from_words(line, words);
            Counts {
                passed: sum.passed + counts.passed,
                failed: sum.failed + counts.failed,
                skipped: sum.skipped + counts.skipped,
            }
        })
}

fn node(text: &str) -> Counts {
    let value = |name: &str| {
        text.lines()
            .rev()
            .find_map(|line| {
                line.trim()
                    .strip_prefix("ℹ ")?
                    .strip_prefix(name)?
                    .trim()
                    .parse()
                    .ok()
            })
            .unwrap_or(0)
    };
    Counts {
        passed: value("pass "),
        failed: value("fail ") + value("cancelled "),
        skipped: value("skipped "),
    }
}

fn from_words(line: &str, words: &[&str; 3]) -> Counts {
    Counts {
        passed: number_before(line, words[0]),
        failed: number_before(line, words[1]),
        skipped: number_before(line, words[2]),
    }
}

fn number_before(line: &str, word: &str) -> u64 {
    line.find(word)
        .and_then(|at| {
            line[..at]
                .rsplit(|c: char| !c.is_ascii_digit())
                .next()?
                .parse()
                .ok()
        })
        .unwrap_or(0)
}

fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            for c in chars.by_ref() {
                if c.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(runner: Runner, success: bool, text: &str) -> (u64, u64, u64) {
        let counts = count(
            runner,
            &Shown {
                success,
                text: text.to_owned(),
            },
        );
        (counts.passed, counts.failed, counts.skipped)
    }

    #[test]
    fn each_runner_is_counted_from_its_last_line() {
        let nextest = "     Summary [   3.210s] 120 tests run: 117 passed (2 slow), 2 failed, 1 timed out, 4 skipped\n";
        assert_eq!(counted(Runner::Nextest, false, nextest), (117, 3, 4));
        let cargo = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured\n\
                     test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured\n";
        assert_eq!(counted(Runner::CargoTest, true, cargo), (5, 0, 1));
        let node =
            "\u{1b}[34mℹ tests 4\u{1b}[39m\nℹ pass 3\nℹ fail 0\nℹ cancelled 1\nℹ skipped 2\n";
        assert_eq!(counted(Runner::Node, false, node), (3, 1, 2));
        let pytest = "== 1 failed, 7 passed, 2 skipped, 1 error in 0.52s ==\n";
        assert_eq!(counted(Runner::Pytest, false, pytest), (7, 2, 2));
    }

    #[test]
    fn a_runner_that_says_nothing_is_judged_by_its_status() {
        assert_eq!(counted(Runner::Node, false, "crashed\n"), (0, 1, 0));
        assert_eq!(counted(Runner::Nextest, true, ""), (1, 0, 0));
        let no_examples = "test result: ok. 0 passed; 0 failed; 0 ignored\n";
        assert_eq!(counted(Runner::CargoTest, true, no_examples), (0, 0, 0));
    }
}
