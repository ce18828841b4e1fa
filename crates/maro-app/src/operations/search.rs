//! Looking for evidence: a search by the marker, checked against the issue property.
//!
//! A clone that a person makes in Jira copies labels but not properties, so an issue whose property
//! names our operation counts more than one that only has the label. Jira's search lags: a search
//! without a match proves nothing and only moves the schedule on.

use chrono::{DateTime, Utc};
use maro_atlassian::JiraError;
use maro_atlassian::rest::{Issue, JqlSearch};
use maro_core::actor::Actor;
use maro_core::operations::{
    EvidenceKind, IssueRef, Operation, OperationKind, PROPERTY_KEY, after_search_without_match,
};
use maro_store::StoreError;
use maro_store::operations::ClaimedSearch;

use super::moves;
use super::settle::{apply, settle_evidence};
use crate::App;
use crate::cause::Cause;
use crate::connections::Jira;
use crate::failpoints::reach;

const PAGE: u32 = 50;
const PAGES: usize = 10;
/// How evidence of a search begins that Jira did not answer.
pub(super) const SEARCH_FAILED: &str = "Jira could not be searched";

/// Searches once and stores what was found.
pub(crate) async fn search_for_evidence(
    app: &App,
    claimed: ClaimedSearch,
) -> Result<(), StoreError> {
    let operation = claimed.operation();
    if operation.kind == OperationKind::JiraTransition {
        return Box::pin(moves::look(app, claimed)).await;
    }
    reach("search.before_read");
    let found = find_in_time(app, operation).await;
    reach("search.after_read");
    match found {
        Ok(issues) if !issues.is_empty() => {
            settle_evidence(
                app,
                operation.id,
                EvidenceKind::Search,
                issues,
                &Cause::direct(),
            )
            .await?;
        }
        Ok(_) => no_match(app, &claimed, None).await?,
        Err(failure) => no_match(app, &claimed, Some(failure)).await?,
    }
    Ok(())
}

/// A search must end before its claim does: one that outlives it could never say that it found
/// nothing, and nobody would ever be asked.
async fn find_in_time(app: &App, operation: &Operation) -> Result<Vec<IssueRef>, String> {
    let Some(jira) = app.jira() else {
        return Err("it is not configured".into());
    };
    // Another site not having the issue says nothing about the one it was sent to.
    if crate::drafts::target(app, &operation.target.project).site != operation.target.site {
        return Err(format!(
            "Maro is no longer connected to {}, where this was sent",
            operation.target.site
        ));
    }
    let search = find(&jira, operation, app.now());
    match tokio::time::timeout(app.settings().timings.send_deadline, search).await {
        Ok(found) => found.map_err(|err| err.to_string()),
        Err(_) => Err("no answer came in time".into()),
    }
}

/// A search that failed is no evidence either; the schedule goes on, so that a person is asked in time.
async fn no_match(
    app: &App,
    claimed: &ClaimedSearch,
    failure: Option<String>,
) -> Result<(), StoreError> {
    let operation = claimed.operation();
    let expected = Some((operation.state, claimed.epoch()));
    let schedule = &app.settings().schedule;
    let now = app.now();
    apply(
        app,
        operation.id,
        expected,
        &Actor::System,
        &Cause::direct(),
        |current| {
            let mut step = after_search_without_match(current, schedule, now);
            if let Some(failure) = failure {
                step.evidence.note = format!("{SEARCH_FAILED}: {failure}");
                step.error = Some(step.evidence.note.clone());
            }
            Some(step)
        },
    )
    .await
    .map(drop)
}

async fn find(
    jira: &Jira,
    operation: &Operation,
    now: DateTime<Utc>,
) -> Result<Vec<IssueRef>, JiraError> {
    let by_label = format!("labels = \"{}\"", operation.marker);
    let labelled = jira.search_jql(query(&by_label, 1)).await?;
    let found = ours(operation, &labelled);
    if !found.is_empty() {
        return Ok(found);
    }
    // Where labels are not on the create screen, the property alone tells.
    let minutes = (now - operation.created_at).num_minutes() + 10;
    let recent = format!(
        "project = \"{}\" AND created >= \"-{minutes}m\" ORDER BY created ASC",
        operation.target.project
    );
    let recent = jira.search_jql(query(&recent, PAGES)).await?;
    Ok(with_property(operation, &recent))
}

fn query(jql: &str, max_pages: usize) -> JqlSearch<'_> {
    JqlSearch {
        jql,
        fields: &["labels"],
        properties: &[PROPERTY_KEY],
        page_size: PAGE,
        max_pages,
    }
}

/// Issues whose property names the operation; when none does, those with the label.
fn ours(operation: &Operation, issues: &[Issue]) -> Vec<IssueRef> {
    let sure = with_property(operation, issues);
    if sure.is_empty() {
        issues.iter().map(reference).collect()
    } else {
        sure
    }
}

fn with_property(operation: &Operation, issues: &[Issue]) -> Vec<IssueRef> {
    issues
        .iter()
        .filter(|issue| names(operation, issue))
        .map(reference)
        .collect()
}

/// Whether the issue's property names this operation.
pub(super) fn names(operation: &Operation, issue: &Issue) -> bool {
    issue
        .properties
        .get(PROPERTY_KEY)
        .is_some_and(|value| value["operation"] == operation.id.to_string())
}

pub(super) fn reference(issue: &Issue) -> IssueRef {
    IssueRef {
        id: issue.id.clone(),
        key: issue.key.to_string(),
    }
}
