//! `/search/jql`, `/search/approximate-count`, and the `/search` that Atlassian removed.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Shared;
use crate::jira::auth::Caller;
use crate::jira::error::{JiraError, Outcome};
use crate::jira::http::{JsonBody, ok};
use crate::jira::jql::{self, Context};
use crate::jira::model::Issue;
use crate::jira::state::JiraState;
use crate::jira::views::{FieldFilter, FieldSet, View};
use crate::query::Params;
use crate::state::lock;

/// Pages of whole issues are shorter than pages of ids.
const MOST_IDS: usize = 5_000;
const MOST_ISSUES: usize = 100;
const MOST_PROPERTIES: usize = 5;
const MOST_RECONCILED: usize = 50;

/// What a search asks for, in the body or in the query.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Search {
    #[serde(default)]
    jql: Option<String>,
    #[serde(default)]
    next_page_token: Option<String>,
    #[serde(default)]
    max_results: Option<i32>,
    #[serde(default)]
    fields: Option<Vec<String>>,
    #[serde(default)]
    expand: Option<String>,
    #[serde(default)]
    properties: Option<Vec<String>>,
    #[expect(dead_code, reason = "on this site the keys of fields are their ids")]
    #[serde(default)]
    fields_by_keys: Option<bool>,
    #[serde(default)]
    reconcile_issues: Option<Vec<i64>>,
}

/// The old search is gone.
pub(super) async fn removed() -> Response {
    use axum::response::IntoResponse;
    JiraError::message(
        StatusCode::GONE,
        "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046",
    )
    .into_response()
}

/// `GET /search/jql`.
pub(super) async fn by_query(
    State(state): State<Shared>,
    Caller(view): Caller,
    params: Params,
) -> Outcome {
    let reconcile = params
        .list("reconcileIssues")
        .iter()
        .map(|id| id.parse().map_err(|_| JiraError::invalid_payload()))
        .collect::<Outcome<Vec<i64>>>()?;
    let max_results = match params.first("maxResults") {
        None | Some("") => None,
        Some(text) => Some(text.parse().map_err(|_| JiraError::invalid_payload())?),
    };
    let search = Search {
        jql: params.first("jql").map(str::to_owned),
        next_page_token: params.first("nextPageToken").map(str::to_owned),
        max_results,
        fields: Some(params.list("fields")),
        expand: Some(params.list("expand").join(",")),
        properties: Some(params.list("properties")),
        fields_by_keys: None,
        reconcile_issues: Some(reconcile),
    };
    run(&state, view, &search)
}

/// `POST /search/jql`.
pub(super) async fn by_body(
    State(state): State<Shared>,
    Caller(view): Caller,
    JsonBody(body): JsonBody,
) -> Outcome {
    let search: Search =
        serde_json::from_value(Value::Object(body)).map_err(|_| JiraError::invalid_payload())?;
    run(&state, view, &search)
}

/// `POST /search/approximate-count`.
pub(super) async fn count(
    State(state): State<Shared>,
    Caller(view): Caller,
    JsonBody(body): JsonBody,
) -> Outcome {
    let jql = match body.get("jql") {
        Some(Value::String(jql)) => jql.as_str(),
        None | Some(Value::Null) => "",
        Some(_) => return Err(JiraError::invalid_payload()),
    };
    let found = find(&state, view, jql, &[])?;
    Ok(ok(&json!({"count": found.len()})))
}

/// The issues that a query finds, in its order.
pub(super) fn find(
    state: &Shared,
    view: View,
    text: &str,
    reconcile: &[u64],
) -> Outcome<Vec<Issue>> {
    let now = state.clock.now();
    let mut jira = lock(&state.jira);
    let issues = jira.searchable(now, reconcile);
    let context = Context {
        jira: &jira,
        viewer: view.viewer,
        version: view.version,
        now,
    };
    let query = jql::parse(text, context).map_err(JiraError::bad_request)?;
    Ok(jql::run(&query, issues, context))
}

fn run(state: &Shared, view: View, search: &Search) -> Outcome {
    let reconcile = limits(search)?;
    let text = search.jql.as_deref().unwrap_or_default();
    let found = find(state, view, text, &reconcile)?;
    let names = search.fields.clone().unwrap_or_default();
    let filter = FieldFilter::parse(&names, FieldSet::Named);
    let limit = if filter.is_id_only() {
        MOST_IDS
    } else {
        MOST_ISSUES
    };
    let size = search
        .max_results
        .map_or(Ok(50), usize::try_from)
        .map_err(|_| too_small())?
        .min(limit);
    let start = match search.next_page_token.as_deref() {
        None | Some("") => 0,
        Some(token) => read_token(token, text)?,
    };
    let page: Vec<&Issue> = found.iter().skip(start).take(size).collect();
    let end = start + page.len();
    let jira = lock(&state.jira);
    let issues: Vec<Value> = page
        .iter()
        .map(|issue| show(&jira, view, issue, &filter, search))
        .collect();
    let mut body = json!({"issues": issues, "isLast": end >= found.len()});
    if end < found.len() {
        body["nextPageToken"] = json!(token(end, text));
    }
    Ok(ok(&body))
}

fn too_small() -> JiraError {
    JiraError::bad_request("The value provided for maxResults must be greater than 0.")
}

fn limits(search: &Search) -> Outcome<Vec<u64>> {
    if search.max_results.is_some_and(|size| size < 1) {
        return Err(too_small());
    }
    if search
        .properties
        .as_ref()
        .is_some_and(|keys| keys.len() > MOST_PROPERTIES)
    {
        return Err(JiraError::bad_request(
            "The number of issue properties requested exceeds the limit of 5.",
        ));
    }
    let reconcile = search.reconcile_issues.clone().unwrap_or_default();
    if reconcile.len() > MOST_RECONCILED {
        return Err(JiraError::bad_request(
            "The number of issues to reconcile exceeds the limit of 50.",
        ));
    }
    reconcile
        .into_iter()
        .map(|id| u64::try_from(id).map_err(|_| JiraError::invalid_payload()))
        .collect()
}

fn show(
    jira: &JiraState,
    view: View,
    issue: &Issue,
    filter: &FieldFilter,
    search: &Search,
) -> Value {
    let expand: Vec<String> = search
        .expand
        .iter()
        .flat_map(|text| text.split(','))
        .map(str::to_owned)
        .collect();
    let properties = search.properties.as_deref().unwrap_or_default();
    let mut value = if filter.is_id_only() {
        json!({"id": issue.id.to_string()})
    } else {
        jira.issue_view(view, issue, filter)
    };
    jira.expand_issue(view, issue, &expand, &mut value);
    if !properties.is_empty() {
        value["properties"] = JiraState::issue_properties(issue, properties);
    }
    value
}

/// A token is bound to its query, as on the real site.
fn token(offset: usize, jql: &str) -> String {
    BASE64URL_NOPAD.encode(format!("{offset}:{}", digest(jql)).as_bytes())
}

fn read_token(token: &str, jql: &str) -> Outcome<usize> {
    let invalid =
        || JiraError::bad_request("The provided next page token is invalid or has expired.");
    let bytes = BASE64URL_NOPAD
        .decode(token.as_bytes())
        .map_err(|_| invalid())?;
    let text = String::from_utf8(bytes).map_err(|_| invalid())?;
    let (offset, mark) = text.split_once(':').ok_or_else(invalid)?;
    if mark == digest(jql) {
        offset.parse().map_err(|_| invalid())
    } else {
        Err(invalid())
    }
}

fn digest(jql: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(jql.as_bytes())[..8])
}
