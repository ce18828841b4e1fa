//! The description of an issue as Markdown text, for servers that convert Markdown themselves.

/// Puts several texts below headings of their own, as one Markdown text.
///
/// A fence that a text leaves open is closed, so that it cannot swallow the next text; HTML comments
/// stay visible because people see this text as it is, not rendered.
#[must_use]
pub fn sections(parts: &[(&str, &str)]) -> String {
    let mut all: Vec<String> = Vec::new();
    for (title, text) in parts {
        let text = text.trim_matches('\n');
        if text.is_empty() {
            continue;
        }
        let mut section = format!("## {title}\n\n{text}");
        if let Some(fence) = open_fence(text) {
            section.push('\n');
            section.push_str(&fence);
        }
        all.push(section);
    }
    all.join("\n\n")
}

/// The fence that is still open at the end of a text.
fn open_fence(text: &str) -> Option<String> {
    let mut open: Option<String> = None;
    for line in text.lines() {
        let line = line.trim_start();
        let Some(mark) = line.chars().next().filter(|c| matches!(c, '`' | '~')) else {
            continue;
        };
        let length = line.chars().take_while(|c| *c == mark).count();
        let fence: String = std::iter::repeat_n(mark, length).collect();
        let rest = line[length..].trim();
        open = match open {
            Some(begun) if begun.starts_with(mark) && length >= begun.len() && rest.is_empty() => {
                None
            }
            None if length >= 3 && !(mark == '`' && rest.contains('`')) => Some(fence),
            same => same,
        };
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_fence_swallows_nothing() {
        let text = sections(&[
            ("Problem", "see\n```rust\nlet x"),
            ("Solution", "fix"),
            ("Empty", ""),
        ]);
        assert_eq!(
            text,
            "## Problem\n\nsee\n```rust\nlet x\n```\n\n## Solution\n\nfix"
        );
    }

    #[test]
    fn closed_fences_stay_as_they_are() {
        for text in [
            "```\na\n```",
            "~~~~\n```\n~~~~",
            "`` a ``",
            "```a``` b",
            "plain",
        ] {
            assert_eq!(open_fence(text), None, "{text}");
        }
        assert_eq!(open_fence("````\n```").as_deref(), Some("````"));
    }
}
