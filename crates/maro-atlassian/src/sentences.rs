//! Sentences that people read in the same form wherever a problem shows itself.

/// There is no connection to Jira.
pub const NOT_CONFIGURED: &str = "Jira integration not configured. Configure in Project Settings.";

/// The grant is dead: consent was withdrawn, or it lay idle for too long.
pub const EXPIRED: &str = "Your Jira connection expired. Reconnect to continue.";

/// The MCP server, or what stands between us and Jira, does not answer.
pub const SERVICE_DOWN: &str = "Unable to connect to Jira integration service. Try again later.";

/// The text does not fit into a description.
pub const TOO_LONG: &str = "File exceeds Jira description limit. Consider summarizing.";

/// The account may not create issues in a project.
#[must_use]
pub fn may_not_create(project: &str) -> String {
    format!("You don't have permission to create issues in {project}. Contact Jira admin.")
}

/// Jira limits the rate; `wait` is rounded up to whole minutes.
#[must_use]
pub fn rate_limited(wait: std::time::Duration) -> String {
    let minutes = wait.as_secs().div_ceil(60).max(1);
    let unit = if minutes == 1 { "minute" } else { "minutes" };
    format!("Jira rate limit reached. Try again in {minutes} {unit}.")
}

/// What happened and what to do next, as two sentences; what happened may end with a full stop already.
#[must_use]
pub fn with_next_step(what: &str, next_step: &str) -> String {
    let what = what.trim_end();
    let stop = if what.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{what}{stop} {next_step}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_full_stop_is_written_once() {
        for what in ["It said no", "It said no.", "It said no. "] {
            assert_eq!(with_next_step(what, "Ask."), "It said no. Ask.");
        }
        assert_eq!(with_next_step("No", ""), "No.");
    }

    #[test]
    fn waits_are_told_in_whole_minutes() {
        for (seconds, said) in [(0, "1 minute."), (60, "1 minute."), (61, "2 minutes.")] {
            assert!(rate_limited(Duration::from_secs(seconds)).ends_with(said));
        }
    }
}
