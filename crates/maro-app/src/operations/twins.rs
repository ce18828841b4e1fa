//! Looking for a second issue after a create through an MCP server.
//!
//! Atlassian's hosted server sometimes creates twice, milliseconds apart, and names one. The label of
//! the marker finds both. Looked for a few times, because Jira's search lags; a stop of the process
//! ends the looking, which is why this is help and no promise.

use std::time::Duration;

use maro_atlassian::rest::JqlSearch;
use maro_core::operations::{EvidenceKind, Operation};
use maro_store::StoreError;

use super::search::reference;
use super::settle::settle_evidence;
use crate::App;
use crate::cause::Cause;

/// Looks in the background when the operation went through an MCP server.
pub(super) fn look_for_twins(app: &App, operation: &Operation) {
    if app.jira().is_none_or(|jira| jira.mcp().is_none()) {
        return;
    }
    let (worker, operation) = (app.clone(), operation.clone());
    app.tasks().spawn(async move {
        let pauses = worker.settings().schedule.searches.clone();
        for pause in pauses.into_iter().take(4) {
            let pause = pause.to_std().unwrap_or(Duration::ZERO);
            tokio::select! {
                () = worker.stop_token().cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            match look(&worker, &operation).await {
                Ok(false) => {}
                Ok(true) => return,
                Err(err) => {
                    let err: &(dyn std::error::Error + 'static) = &err;
                    tracing::warn!(error = err, "a second issue could not be noted");
                }
            }
        }
    });
}

/// Returns whether there is more than one issue.
async fn look(app: &App, operation: &Operation) -> Result<bool, StoreError> {
    let Some(jira) = app.jira() else {
        return Ok(false);
    };
    let jql = format!("labels = \"{}\"", operation.marker);
    let search = JqlSearch {
        jql: &jql,
        fields: &["labels"],
        properties: &[],
        page_size: 10,
        max_pages: 1,
    };
    // What fails here is no news: the issue is known, only a second one is looked for.
    let Ok(found) = jira.search_jql(search).await else {
        return Ok(false);
    };
    if found.len() < 2 {
        return Ok(false);
    }
    let issues = found.iter().map(reference).collect();
    let kind = EvidenceKind::Search;
    settle_evidence(app, operation.id, kind, issues, &Cause::direct()).await
}
