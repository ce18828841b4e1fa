//! What an MCP server says when something failed, and what that proves.
//!
//! Servers report failures of Jira as text, often without the status. For a create only a text that
//! Jira gives to a *write* proves that nothing was made: mcp-atlassian reads the issue back after
//! the POST and reports a failure of that reading just the same. So "Unauthorized (401)",
//! `HTTPError` and "Issue does not exist" prove nothing, and "Specify a valid issue type" does.

use maro_core::text::make_visible;

const LONGEST: usize = 500;

/// What a text means for a call that may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The credentials were not accepted.
    Unauthorized,
    /// The account may not do this.
    Forbidden,
    /// There is no such thing, or it cannot be seen.
    NotFound,
    /// Too many requests.
    RateLimited,
    /// A web page answered the server, perhaps a sign-in page.
    WebPage,
    /// Jira did not answer usefully; it may later.
    Unavailable,
    /// Anything else.
    Refused,
}

/// Texts that Jira, or the server before it asks Jira, gives only to a create that it did not carry out.
const REFUSALS: &[&str] = &[
    // The server's own checks, before anything is sent.
    "input validation error",
    "invalid arguments for tool",
    "validation error for call[",
    "validation errors for call[",
    "unknown tool",
    "read-only mode",
    "insufficient scopes for",
    "unexpected keyword argument",
    "missing required argument",
    "must be a valid json",
    "invalid additional_fields",
    // Jira about the fields of a write.
    "is required",
    "you must specify a summary",
    "specify a valid",
    "valid project is required",
    "is not a valid",
    "is not valid",
    "selected is invalid",
    "is invalid because",
    "cannot be set",
    "not on the appropriate screen",
    "must be less than 255 characters",
    "exceeds the allowed limit",
    "content_limit_exceeded",
    "contains spaces which is invalid",
    "could not find valid 'id' or 'name'",
    "could not find issue by id or key",
    "sub-task but parent issue key",
    "does not belong to appropriate hierarchy",
    "operation value must be",
    "data was not an",
    "permission to create issues",
    "cannot create issues in this project",
    // Confluence.
    "a page with this title already exists",
];

/// Words of texts that a read may be answered with, too, so that they prove nothing.
const DOUBTS: [&str; 6] = [
    "authenti",
    "credential",
    "token",
    "log in",
    "captcha",
    "permission to see",
];

/// Words about what a tool answered. The MCP SDKs check it after the tool has run.
const OF_THE_ANSWER: [&str; 3] = ["output validation", "output schema", "structured content"];

/// Whether a text proves that a create made nothing.
pub(super) fn proves_refusal(text: &str) -> bool {
    let lower = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    has(REFUSALS) && !has(&DOUBTS) && !is_about_the_answer(text)
}

/// Whether a text complains about the answer of a tool, which therefore ran.
pub(super) fn is_about_the_answer(text: &str) -> bool {
    let text = text.to_lowercase();
    OF_THE_ANSWER.iter().any(|words| text.contains(words))
}

/// The words that tell, in this order: what names a status goes before what may be about anything.
const KNOWN: [(&[&str], Meaning); 8] = [
    // Its reading tools say "(403). Token may be expired" when the account may not see something.
    (&["(403)"], Meaning::Forbidden),
    (
        &[
            "(401)",
            "unauthorized",
            "token may be expired",
            "authentication required",
            "client must be authenticated",
        ],
        Meaning::Unauthorized,
    ),
    (
        &[
            "(429)",
            "429 client error",
            "rate limit",
            "too many requests",
            // A `Retry-After` that is a date.
            "invalid literal for int()",
        ],
        Meaning::RateLimited,
    ),
    (
        &[
            "not found",
            "does not exist",
            "no issue could be found",
            "no content with the given id",
            "no content found",
            // Confluence's 404 as the library below mcp-atlassian reports it.
            "permission to view the content",
        ],
        Meaning::NotFound,
    ),
    (
        &[
            "forbidden",
            "insufficient scope",
            "do not have permission",
            "does not have permission",
            "not installed on this instance",
        ],
        Meaning::Forbidden,
    ),
    // What Python says when a page came where JSON was expected.
    (
        &["unexpected return value type", "<html", "<!doctype"],
        Meaning::WebPage,
    ),
    (
        &[
            "could not connect",
            "connection aborted",
            "max retries exceeded",
            "timed out",
        ],
        Meaning::Unavailable,
    ),
    (
        &["httperror", "server error", "unavailable"],
        Meaning::Unavailable,
    ),
];

/// What a text means when nothing was at stake.
pub(super) fn meaning(text: &str) -> Meaning {
    let lower = text.to_lowercase();
    KNOWN
        .iter()
        .find(|(words, _)| words.iter().any(|word| lower.contains(word)))
        .map_or(Meaning::Refused, |(_, meaning)| *meaning)
}

/// A text of the server as it may be shown: on one line, bounded, without tracebacks and without
/// addresses, which may hold more than a person should see.
pub(super) fn presentable(text: &str) -> String {
    let text = text
        .split("Traceback (most recent call last)")
        .next()
        .unwrap_or_default();
    let text = without_preamble(text);
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| {
            if word.contains("http://") || word.contains("https://") {
                "(address)"
            } else {
                word
            }
        })
        .collect();
    let text = make_visible(&words.join(" "));
    if text.is_empty() {
        return "a failure without a reason".into();
    }
    text.chars().take(LONGEST).collect()
}

/// mcp-atlassian begins each failure with the name of its tool, which tells people nothing.
fn without_preamble(text: &str) -> &str {
    let inner = text.trim_start().strip_prefix("Error calling tool '");
    match inner.and_then(|inner| inner.split_once("': ")) {
        Some((_, said)) => said,
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_texts_about_a_write_prove_that_nothing_was_made() {
        for text in [
            "Error calling tool 'create_issue': Specify a valid issue type",
            "Severity class is required.",
            "1 validation error for call[create_issue]",
            "Insufficient scopes for createJiraIssue. Required: [write:jira:agent-interface]",
            "Field 'priority' cannot be set. It is not on the appropriate screen, or unknown.",
        ] {
            assert!(proves_refusal(text), "{text}");
        }
        for text in [
            "Unauthorized (401)",
            "HTTPError",
            "Issue does not exist or you do not have permission to see it.",
            "Could not connect to Jira at (address). Check that JIRA_URL",
            "A token is required",
            "1 validation error for JiraIssue",
            "Output validation error: 'key' is required",
            "Tool create_issue has an output schema but gave no structured content; it is required",
            "502 Server Error: Bad Gateway",
            "Unexpected return value type from `jira.get_issue`: <class 'NoneType'>",
            "",
        ] {
            assert!(!proves_refusal(text), "{text}");
        }
    }

    #[test]
    fn failures_of_reads_are_told_apart() {
        for (text, expected) in [
            (
                "Authentication failed for Jira API (401). Token may be expired",
                Meaning::Unauthorized,
            ),
            ("Jira API rate limit hit (429)", Meaning::RateLimited),
            (
                "Authentication failed for Jira API (403). Token may be expired",
                Meaning::Forbidden,
            ),
            (
                "invalid literal for int() with base 10: 'Sat'",
                Meaning::RateLimited,
            ),
            ("Unexpected return value type: NoneType", Meaning::WebPage),
            ("Issue SCRUM-429 not found. Verify", Meaning::NotFound),
            ("403 Client Error: Forbidden for url", Meaning::Forbidden),
            ("Issue SCRUM-9 not found. Verify", Meaning::NotFound),
            ("HTTPError", Meaning::Unavailable),
            ("The value 'X' does not fit", Meaning::Refused),
        ] {
            assert_eq!(meaning(text), expected, "{text}");
        }
    }

    #[test]
    fn shown_texts_have_no_addresses_and_no_tracebacks() {
        let text = "502 Server Error for\nurl: https://jira/x?token=1 Traceback (most recent call last):\n File";
        assert_eq!(presentable(text), "502 Server Error for url: (address)");
        assert_eq!(
            presentable("Error calling tool 'create_issue': HTTPError"),
            "HTTPError"
        );
        assert_eq!(presentable(" \n"), "a failure without a reason");
        assert_eq!(presentable(&"x".repeat(9_999)).len(), LONGEST);
    }
}
