//! `/search` as Data Center has it: pages by `startAt`, with a total.

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::Shared;
use super::super::search::find;
use crate::jira::auth::Caller;
use crate::jira::error::{JiraError, Outcome};
use crate::jira::http::{JsonBody, ok};
use crate::jira::views::{FieldFilter, FieldSet, View};
use crate::query::Params;
use crate::state::lock;

/// What `jira.search.views.default.max` allows.
const MOST: usize = 1_000;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Search {
    jql: String,
    start_at: usize,
    max_results: Option<usize>,
    fields: Vec<String>,
    expand: Vec<String>,
    /// `warn` and `none` let a wrong query find nothing; here it is always refused.
    validate_query: Value,
}

/// `GET /search`.
pub(in crate::jira::endpoints) async fn by_query(
    State(state): State<Shared>,
    Caller(view): Caller,
    params: Params,
) -> Outcome {
    let (start_at, max_results) = params.page(50, MOST)?;
    let search = Search {
        jql: params.first("jql").unwrap_or_default().to_owned(),
        start_at,
        max_results: Some(max_results),
        fields: params.list("fields"),
        expand: params.list("expand"),
        validate_query: Value::Null,
    };
    run(&state, view, &search)
}

/// `POST /search`.
pub(in crate::jira::endpoints) async fn by_body(
    State(state): State<Shared>,
    Caller(view): Caller,
    JsonBody(body): JsonBody,
) -> Outcome {
    let search: Search =
        serde_json::from_value(Value::Object(body)).map_err(|_| JiraError::invalid_payload())?;
    run(&state, view, &search)
}

fn run(state: &Shared, view: View, search: &Search) -> Outcome {
    let found = find(state, view, &search.jql, &[])?;
    let filter = FieldFilter::parse(&search.fields, FieldSet::Navigable);
    let max = search.max_results.unwrap_or(50).min(MOST);
    let jira = lock(&state.jira);
    let issues: Vec<Value> = found
        .iter()
        .skip(search.start_at)
        .take(max)
        .map(|issue| {
            let mut value = jira.issue_view(view, issue, &filter);
            jira.expand_issue(view, issue, &search.expand, &mut value);
            value
        })
        .collect();
    Ok(ok(&json!({
        "expand": "schema,names", "startAt": search.start_at, "maxResults": max,
        "total": found.len(), "issues": issues,
    })))
}
