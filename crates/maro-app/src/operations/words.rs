//! What people are told about a create that did not happen: one sentence that says what is wrong, then
//! what Jira said and what to do next.
//!
//! The first sentences are promised by the product and the same wherever a problem shows itself; see
//! [`maro_atlassian::sentences`].

use chrono::Duration;
use maro_atlassian::CreateError;
use maro_atlassian::rest::{LimitScope, RateLimit, Refusal};
use maro_atlassian::sentences::{
    SERVICE_DOWN, TOO_LONG, may_not_create, rate_limited, with_next_step,
};
use maro_core::findings::tickets::ticket_of;
use maro_core::ids::SessionId;

/// Parts of what Jira says about a description that does not fit, Cloud and Data Center.
const SAYS_TOO_LONG: [&str; 3] = ["32,767", "32767", "content_limit_exceeded"];
/// Parts of what Jira says when it is the permission that is missing; the status is 400.
const SAYS_NOT_ALLOWED: [&str; 2] = [
    "cannot create issues in this project",
    "permission to create issues",
];

/// What to do about a ticket that nobody drafted: there is no draft to edit.
const TRY_AGAIN: &str =
    "Give the ticket another plan, or put it right in Jira, and try again on the finding's page.";

/// The words for `err`; `pause` is how long it is until the next attempt.
pub(super) fn of_failure(
    err: &CreateError,
    (session, project): (&SessionId, &str),
    pause: Option<Duration>,
) -> String {
    let details = || with_next_step(&err.to_string(), next_step(err, session));
    match err {
        CreateError::NotSent(_) | CreateError::NotReady { .. } => {
            format!("{SERVICE_DOWN} What happened: {}", details())
        }
        CreateError::RateLimited(limit) => of_limit(limit, pause, err.next_step()),
        CreateError::Rejected(refusal) if is_too_long(refusal) => {
            format!("{TOO_LONG} {}", details())
        }
        CreateError::Rejected(refusal) if is_not_allowed(refusal) => {
            let said = with_next_step(&format!("Jira said: {refusal}"), "");
            format!("{} {said}", may_not_create(project))
        }
        CreateError::OutcomeUnknown { .. } => err.to_string(),
        _ => details(),
    }
}

fn next_step(err: &CreateError, session: &SessionId) -> &'static str {
    match err {
        CreateError::Rejected(refusal)
            if ticket_of(session).is_some() && refusal.is_about_content() =>
        {
            TRY_AGAIN
        }
        _ => err.next_step(),
    }
}

/// A used-up quota has an end that is worth telling; other limits pass.
fn of_limit(limit: &RateLimit, pause: Option<Duration>, next_step: &str) -> String {
    let wait = pause.and_then(|pause| pause.to_std().ok());
    let first = rate_limited(wait.unwrap_or_default());
    match limit.scope {
        LimitScope::Account { .. } => format!("{first} Jira {limit}. {next_step}"),
        _ => format!("{first} {next_step}"),
    }
}

fn is_too_long(refusal: &Refusal) -> bool {
    refusal.status == 413 || says(refusal, &SAYS_TOO_LONG)
}

fn is_not_allowed(refusal: &Refusal) -> bool {
    (refusal.status == 403 && refusal.hint.is_none()) || says(refusal, &SAYS_NOT_ALLOWED)
}

fn says(refusal: &Refusal, parts: &[&str]) -> bool {
    let texts = refusal.messages.iter().chain(refusal.fields.values());
    let mut texts = texts.map(|text| text.to_lowercase());
    texts.any(|text| parts.iter().any(|part| text.contains(part)))
}

#[cfg(test)]
mod tests {
    use maro_core::findings::tickets::session_of;
    use maro_core::ids::DefectId;

    use super::*;

    fn refused(status: u16, said: &str) -> CreateError {
        CreateError::Rejected(Refusal {
            status,
            messages: vec![said.into()],
            ..Refusal::default()
        })
    }

    #[test]
    fn the_promised_sentence_comes_first_and_jiras_words_follow() {
        let too_long = "It exceeds the allowed limit of 32,767 characters.";
        let not_allowed = "You cannot create issues in this project.";
        let gone = CreateError::NotReady {
            what: "the MCP server is not connected: it ended".into(),
            retry_after: None,
        };
        let cases = [
            (
                refused(400, too_long),
                "File exceeds Jira description limit. Consider summarizing. Jira refused the request: \
                 It exceeds the allowed limit of 32,767 characters. Edit the draft and approve again.",
            ),
            (
                refused(403, "No"),
                "You don't have permission to create issues in SCRUM. Contact Jira admin. Jira said: No.",
            ),
            (
                refused(400, not_allowed),
                "You don't have permission to create issues in SCRUM. Contact Jira admin. Jira said: \
                 You cannot create issues in this project.",
            ),
            (
                refused(400, "Severity class is required."),
                "Jira refused the request: Severity class is required. Edit the draft and approve again.",
            ),
            (
                CreateError::RateLimited(RateLimit::default()),
                "Jira rate limit reached. Try again in 2 minutes. \
                 Maro tries again by itself when Jira allows it.",
            ),
            (
                CreateError::Expired,
                "Your Jira connection expired. Reconnect to continue. \
                 Ask an administrator to connect Jira again under Settings.",
            ),
            (
                gone,
                "Unable to connect to Jira integration service. Try again later. What happened: the MCP \
                 server is not connected: it ended; nothing was sent. Maro goes on by itself when it is. \
                 If it does not, look at the connections page.",
            ),
        ];
        let session = SessionId::new("T1", "C1", "1.2");
        for (err, told) in cases {
            let said = of_failure(&err, (&session, "SCRUM"), Some(Duration::seconds(61)));
            assert_eq!(said, told);
        }
    }

    #[test]
    fn where_there_is_no_draft_nobody_is_sent_to_edit_one() {
        let session = session_of(DefectId(uuid::Uuid::nil()), 1);
        let told = |err: CreateError| of_failure(&err, (&session, "SCRUM"), None);
        let refusal = told(refused(400, "Severity class is required."));
        assert!(refusal.ends_with(TRY_AGAIN), "{refusal}");
        let not_found = told(refused(404, "No project could be found."));
        assert!(!not_found.contains(TRY_AGAIN), "{not_found}");
    }
}
