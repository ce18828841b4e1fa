//! Evidence by webhook: a new issue with our marker. The payload is a hint; the issue is read back.

use maro_atlassian::JiraError;
use maro_core::operations::{EvidenceKind, Marker, PROPERTY_KEY};
use maro_store::{StoreError, operations};

use super::search::{names, reference};
use super::settle::settle_evidence;
use crate::App;
use crate::cause::Cause;

/// Why a hint could not be checked now.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TakeEvidenceError {
    /// Jira did not answer; the delivery is tried again.
    #[error("Jira could not be asked")]
    Jira(#[source] JiraError),
    /// The database failed.
    #[error("could not store the evidence")]
    Store(#[from] StoreError),
}

/// Reads the issue with this id and stores it as evidence when it carries one of our markers.
pub(crate) async fn take_evidence(
    app: &App,
    issue_id: &str,
    labels: &[String],
    cause: &Cause,
) -> Result<bool, TakeEvidenceError> {
    let Some(jira) = app.jira() else {
        return Ok(false);
    };
    let Some(marker) = labels.iter().find_map(|label| Marker::from_label(label)) else {
        return Ok(false);
    };
    let Some(operation) = operations::find_by_marker(app.store(), &marker).await? else {
        return Ok(false);
    };
    if operation.state.is_settled()
        && operation
            .known_issues()
            .iter()
            .any(|known| known.id == issue_id)
    {
        return Ok(false);
    }
    let issue = match jira.issue(issue_id, &["labels"], &[PROPERTY_KEY]).await {
        Ok(issue) => issue,
        Err(JiraError::NotFound) => return Ok(false),
        Err(err) => return Err(TakeEvidenceError::Jira(err)),
    };
    // A copy that a person made has the label but not the property.
    let carries_label = issue.labels.iter().any(|label| label == marker.as_str());
    let copied = operation.jira_id.is_some() && !names(&operation, &issue);
    if !carries_label || copied {
        return Ok(false);
    }
    let issues = vec![reference(&issue)];
    Ok(settle_evidence(app, operation.id, EvidenceKind::Webhook, issues, cause).await?)
}
