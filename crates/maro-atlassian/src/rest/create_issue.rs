//! Creating an issue: one POST, sent at most once, and the truth about its outcome.
//!
//! The caller gives the exact bytes, because what is approved is what is sent. The classification
//! follows the ledger's states: only what proves that nothing was created is a refusal, everything
//! that leaves a doubt is [`CreateError::OutcomeUnknown`].

use std::time::Duration;

use maro_core::issue_key::IssueKey;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Response, StatusCode};
use serde::Deserialize;

use super::answer::{BodyError, bounded, refusal};
use super::error::is_not_sent;
use super::{CreateError, JiraClient, RateLimit, UnknownReason};

/// The usual deadline of a create. A lease on the operation must last longer.
pub const CREATE_TIMEOUT: Duration = Duration::from_secs(20);

/// The issue that Jira created.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CreatedIssue {
    /// Jira's number for it; it never changes.
    pub id: String,
    /// Its key.
    pub key: IssueKey,
    /// What Jira holds otherwise than it was sent, one sentence each. A create by REST never has any:
    /// Jira takes such a request as a whole or not at all.
    #[serde(skip)]
    pub differences: Vec<String>,
}

impl JiraClient {
    /// Creates an issue from a complete JSON body.
    ///
    /// After `deadline` the outcome is unknown; the deadline covers connecting, writing and reading.
    ///
    /// See <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-post>.
    #[tracing::instrument(name = "jira.create_issue", skip_all)]
    pub async fn create_issue(
        &self,
        body: Vec<u8>,
        deadline: Duration,
    ) -> Result<CreatedIssue, CreateError> {
        let request = self
            .authorized(self.creates.post(self.endpoint(&["issue"])))
            .header(CONTENT_TYPE, "application/json")
            .timeout(deadline)
            .body(body);
        let response = request.send().await.map_err(transport)?;
        match response.status() {
            StatusCode::CREATED => created(response).await,
            StatusCode::UNAUTHORIZED => Err(CreateError::Unauthorized),
            StatusCode::TOO_MANY_REQUESTS => Err(CreateError::RateLimited(RateLimit::read(
                response.headers(),
            ))),
            status if is_refusal(status) => Err(CreateError::Rejected(refusal(response).await)),
            status => Err(CreateError::unknown(UnknownReason::Status(status.as_u16()))),
        }
    }
}

/// Whether a status proves that nothing was created.
fn is_refusal(status: StatusCode) -> bool {
    // The first two come from a gateway that may have passed the request on; "see other" is how a
    // server answers a POST that it did carry out.
    const DOUBTFUL: [StatusCode; 3] = [
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::TOO_EARLY,
        StatusCode::SEE_OTHER,
    ];
    (status.is_client_error() || status.is_redirection()) && !DOUBTFUL.contains(&status)
}

/// Reads the answer of a create that succeeded. A doubt about the body is no doubt about a failure:
/// the issue exists, only its id did not arrive.
async fn created(response: Response) -> Result<CreatedIssue, CreateError> {
    let body = bounded(response).await.map_err(|err| match err {
        BodyError::TooLong => CreateError::unknown(UnknownReason::UnreadableAnswer),
        BodyError::Broken(err) => {
            let timed_out = err.is_timeout();
            let reason = if timed_out {
                UnknownReason::TimedOut
            } else {
                UnknownReason::UnreadableAnswer
            };
            CreateError::OutcomeUnknown {
                reason,
                source: Some(err.without_url()),
            }
        }
    })?;
    match serde_json::from_slice::<CreatedIssue>(&body) {
        Ok(issue) if !issue.id.is_empty() => Ok(issue),
        _ => Err(CreateError::unknown(UnknownReason::UnreadableAnswer)),
    }
}

fn transport(err: reqwest::Error) -> CreateError {
    let err = err.without_url();
    if is_not_sent(&err) {
        return CreateError::NotSent(err);
    }
    let reason = if err.is_timeout() {
        UnknownReason::TimedOut
    } else {
        UnknownReason::ConnectionLost
    };
    CreateError::OutcomeUnknown {
        reason,
        source: Some(err),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_definite_answers_are_refusals() {
        for status in [
            301, 302, 307, 308, 400, 403, 404, 405, 407, 409, 410, 413, 415, 422, 451,
        ] {
            assert!(
                is_refusal(StatusCode::from_u16(status).unwrap()),
                "{status}"
            );
        }
        for status in [200, 202, 204, 303, 408, 425, 500, 501, 502, 503, 504, 599] {
            assert!(
                !is_refusal(StatusCode::from_u16(status).unwrap()),
                "{status}"
            );
        }
    }
}
