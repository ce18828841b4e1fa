//! What a child process writes to its standard error: drained for ever, the last lines kept.
//!
//! A pipe that nobody reads fills up and stops the child; one that is closed kills it. So the lines
//! are read until the child closes its end, and only the last ones are kept, for the health page.
//!
//! **Invariant:** no kept line holds a value of the child's environment that is secret.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use maro_core::text::make_visible;
use secrecy::{ExposeSecret, SecretString};
use tokio::io::{AsyncRead, AsyncReadExt};

const MOST_LINES: usize = 100;
const LONGEST_LINE: usize = 300;
/// Values shorter than this are words like `true`; hiding them would hide half of every line.
const SHORTEST_SECRET: usize = 8;

/// The last lines.
#[derive(Debug, Clone, Default)]
pub(super) struct Tail(Arc<Mutex<VecDeque<String>>>);

impl Tail {
    /// The kept lines, oldest first.
    pub(super) fn lines(&self) -> Vec<String> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().cloned().collect()
    }

    fn push(&self, line: &[u8], secrets: &[SecretString]) {
        let mut text = String::from_utf8_lossy(line).trim_end().to_owned();
        for secret in secrets {
            let secret = secret.expose_secret();
            if secret.len() >= SHORTEST_SECRET && text.contains(secret) {
                text = text.replace(secret, "***");
            }
        }
        if text.is_empty() {
            return;
        }
        let text: String = make_visible(&text).chars().take(LONGEST_LINE).collect();
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == MOST_LINES {
            lines.pop_front();
        }
        lines.push_back(text);
    }

    /// Reads until the other end is closed.
    pub(super) async fn drain(self, mut from: impl AsyncRead + Unpin, secrets: Vec<SecretString>) {
        const LONGEST_RAW: usize = 8 * 1024;
        let mut line: Vec<u8> = Vec::new();
        let mut buffer = vec![0; 4096];
        while let Ok(count @ 1..) = from.read(&mut buffer).await {
            for &byte in &buffer[..count] {
                match byte {
                    b'\n' => {
                        self.push(&line, &secrets);
                        line.clear();
                    }
                    // A line without an end is cut, not collected.
                    byte if line.len() < LONGEST_RAW => line.push(byte),
                    _ => {}
                }
            }
        }
        self.push(&line, &secrets);
    }
}

/// What to do about a failure that is known by its text.
pub(super) fn hint(lines: &[String]) -> Option<&'static str> {
    const HINTS: [(&str, &str); 4] = [
        (
            "cannot specify both default and default_factory",
            "This mcp-atlassian does not run with the pydantic beside it. Install mcp-atlassian==0.23.1, or pin pydantic<2.12.",
        ),
        (
            "No module named",
            "A Python package is missing: install mcp-atlassian==0.23.1 into the environment that the command uses.",
        ),
        (
            "No solution found when resolving",
            "uvx could not find the packages: check that it reaches the package index.",
        ),
        (
            "Address already in use",
            "The command starts a server of its own. Over standard input it must run with --transport stdio.",
        ),
    ];
    let found = |text: &str| lines.iter().any(|line| line.contains(text));
    HINTS
        .iter()
        .find(|(text, _)| found(text))
        .map(|(_, hint)| *hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_lines_are_kept_without_secrets() {
        let lines: Vec<String> = (0..250).map(|n| format!("line {n}")).collect();
        let mut text = lines.join("\n");
        text.push('\n');
        text.push_str("token=very-secret-value and more\n\n");
        text.push_str(&"x".repeat(100_000));
        let tail = Tail::default();
        let secrets = vec![SecretString::from("very-secret-value")];
        tail.clone().drain(text.as_bytes(), secrets).await;
        let lines = tail.lines();
        assert_eq!(lines.len(), MOST_LINES);
        assert_eq!(lines[97], "line 249");
        assert_eq!(lines[98], "token=*** and more");
        assert_eq!(lines[99].len(), LONGEST_LINE);
    }

    #[test]
    fn the_conflict_with_pydantic_is_explained() {
        let lines = vec![
            "Traceback (most recent call last):".to_owned(),
            "TypeError: cannot specify both default and default_factory".to_owned(),
        ];
        assert!(hint(&lines).unwrap().contains("mcp-atlassian==0.23.1"));
        assert_eq!(hint(&[]), None);
    }
}
