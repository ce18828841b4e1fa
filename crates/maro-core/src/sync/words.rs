//! What the history of a defect says about its issue.

use super::Reading;
use crate::text::one_line;

/// "Jira: Done (Fixed)".
#[must_use]
pub fn after_reading(read: &Reading) -> String {
    format!("Jira: {}", place(read))
}

/// "Moved SCRUM-1 in Jira: Done (Fixed)".
#[must_use]
pub fn moved(read: &Reading) -> String {
    format!("Moved {} in Jira: {}", read.issue.key, place(read))
}

/// Why an issue stayed where it is.
#[must_use]
pub fn could_not_move(key: &str, reason: &str) -> String {
    format!("{key} was not moved in Jira: {}", one_line(reason))
}

fn place(read: &Reading) -> String {
    let status = one_line(&read.status);
    match &read.resolution {
        Some(resolution) => format!("{status} ({})", one_line(resolution)),
        None => status,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::IssueRef;

    #[test]
    fn the_history_says_status_and_resolution() {
        let read = Reading {
            issue: IssueRef {
                id: "1".into(),
                key: "A-1".into(),
            },
            status: "Done".into(),
            category: None,
            resolution: Some("Fixed".into()),
            updated: None,
        };
        assert_eq!(after_reading(&read), "Jira: Done (Fixed)");
        assert_eq!(moved(&read), "Moved A-1 in Jira: Done (Fixed)");
        let open = Reading {
            resolution: None,
            ..read
        };
        assert_eq!(after_reading(&open), "Jira: Done");
        assert_eq!(
            could_not_move("A-1", "no\nstep"),
            "A-1 was not moved in Jira: no step"
        );
    }
}
