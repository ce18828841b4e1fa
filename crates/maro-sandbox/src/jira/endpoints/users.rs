//! `/myself`, `/user` and searches for users.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Shared;
use crate::jira::auth::Caller;
use crate::jira::error::{JiraError, Outcome};
use crate::jira::http::{ApiVersion, ok};
use crate::jira::model::Account;
use crate::jira::views::View;
use crate::query::Params;
use crate::state::lock;

/// The account of the token.
pub(super) async fn myself(State(state): State<Shared>, Caller(view): Caller) -> Outcome {
    Ok(ok(&lock(&state.jira).myself(view)))
}

/// One user by account id; user names and keys are gone from Cloud.
pub(super) async fn show(
    State(state): State<Shared>,
    Caller(view): Caller,
    params: Params,
) -> Outcome {
    if view.version == ApiVersion::Server {
        return by_name(&state, view, &params);
    }
    let Some(id) = params.first("accountId") else {
        return Err(JiraError::bad_request(
            "The accountId query parameter is required.",
        ));
    };
    let jira = lock(&state.jira);
    let account = jira.find_account(id).ok_or_else(|| {
        JiraError::message(
            StatusCode::NOT_FOUND,
            "Specified user does not exist or you do not have required permissions",
        )
    })?;
    Ok(ok(&jira.account_view(view, account)))
}

/// One user as Data Center looks them up.
fn by_name(state: &Shared, view: View, params: &Params) -> Outcome {
    let Some(name) = params.first("username").or_else(|| params.first("key")) else {
        return Err(JiraError::bad_request(
            "Either the 'username' or the 'key' query parameters need to be provided",
        ));
    };
    let jira = lock(&state.jira);
    let account = jira
        .find_user(name)
        .ok_or_else(|| JiraError::not_found(format!("The user named '{name}' does not exist")))?;
    Ok(ok(&jira.account_view(view, account)))
}

/// Users whose name begins with the query, or whose address it is.
pub(super) async fn search(
    State(state): State<Shared>,
    Caller(view): Caller,
    params: Params,
) -> Outcome {
    if view.version == ApiVersion::Server {
        if params.first("username").is_none_or(str::is_empty) {
            return Err(JiraError::bad_request(
                "The username query parameter was not provided",
            ));
        }
    } else if params.first("query").is_none() && params.first("accountId").is_none() {
        return Err(JiraError::bad_request(
            "One of 'query', 'accountId' or 'property' query parameters is required.",
        ));
    }
    found(&state, view, &params)
}

/// Users who can be assigned issues of a project or an issue.
pub(super) async fn assignable(
    State(state): State<Shared>,
    Caller(view): Caller,
    params: Params,
) -> Outcome {
    {
        let jira = lock(&state.jira);
        let known = match (
            params.first("project"),
            params.first("issueKey"),
            params.first("issueId"),
        ) {
            (Some(project), _, _) => jira.find_project(project).is_some(),
            (None, Some(issue), _) | (None, None, Some(issue)) => jira.find_issue(issue).is_some(),
            (None, None, None) => {
                return Err(JiraError::bad_request(
                    "Either the 'project' or the 'issueKey' query parameter is required.",
                ));
            }
        };
        if !known {
            return Err(JiraError::not_found(
                "The project or issue does not exist or you do not have permission to see it.",
            ));
        }
    }
    found(&state, view, &params)
}

fn found(state: &Shared, view: View, params: &Params) -> Outcome {
    let (start, max) = params.page(50, 1_000)?;
    let server = view.version == ApiVersion::Server;
    let name = if server { "username" } else { "query" };
    let query = params.first(name).unwrap_or_default().to_lowercase();
    let id = params.first("accountId");
    let jira = lock(&state.jira);
    let list: Vec<Value> = jira
        .accounts
        .iter()
        .filter(|account| id.is_none_or(|id| account.id == id || server))
        .filter(|account| matches(account, &query) || (server && matches_server(account, &query)))
        .skip(start)
        .take(max)
        .map(|account| jira.account_view(view, account))
        .collect();
    Ok(ok(&json!(list)))
}

/// Data Center looks at user names as well, and a single dot finds everybody.
fn matches_server(account: &Account, query: &str) -> bool {
    query == "." || account.username().starts_with(query) || account.email.starts_with(query)
}

/// A hidden address is found only when it is given in full.
fn matches(account: &Account, query: &str) -> bool {
    let email = account.email.to_lowercase();
    account
        .name
        .to_lowercase()
        .split(' ')
        .any(|word| word.starts_with(query))
        || account.name.to_lowercase().starts_with(query)
        || if account.email_visible {
            email.starts_with(query)
        } else {
            email == query
        }
}
