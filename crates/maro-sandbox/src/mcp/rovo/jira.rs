//! The Jira tools of the hosted server. They speak version 3 of the REST API.

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::arguments::Arguments;
use super::{Done, ask, query, segment};
use crate::mcp::backend::Road;
use crate::mcp::markdown;

/// What the second version has arguments for, and does not take in `additional_fields`.
const OWN_ARGUMENTS: [&str; 6] = [
    "assignee",
    "description",
    "issuetype",
    "parent",
    "priority",
    "summary",
];

/// A text as a document: Markdown, unless `contentFormat` says that it is one already.
fn document(given: Arguments<'_>, text: &str) -> Result<Value, String> {
    match given.text("contentFormat").unwrap_or("markdown") {
        "markdown" => Ok(markdown::to_document(text)),
        "adf" => serde_json::from_str(text)
            .map_err(|_| "The content is not a valid ADF document.".to_owned()),
        other => Err(format!("Unknown contentFormat: {other}")),
    }
}

/// Turns the documents of an issue into Markdown, unless `responseContentFormat` says otherwise.
fn readable(given: Arguments<'_>, mut issue: Value) -> Value {
    if given.text("responseContentFormat") != Some("adf")
        && let Some(fields) = issue.get_mut("fields").and_then(Value::as_object_mut)
    {
        for name in ["description", "environment"] {
            if let Some(value) = fields.get_mut(name).filter(|value| value.is_object()) {
                *value = json!(markdown::from_document(value));
            }
        }
    }
    issue
}

/// `createJiraIssue`
pub(super) async fn create(road: &Road, given: Arguments<'_>, v2: bool) -> Done {
    let mut fields = given.object("additional_fields");
    if let Some(name) = OWN_ARGUMENTS
        .iter()
        .find(|name| v2 && fields.contains_key(**name))
    {
        return Err(format!(
            "additional_fields is for custom fields; use the argument {name}."
        ));
    }
    let kind = if v2 { "issueType" } else { "issueTypeName" };
    fields.insert("project".into(), json!({"key": given.must("projectKey")}));
    fields.insert("issuetype".into(), json!({"name": given.must(kind)}));
    fields.insert("summary".into(), json!(given.must("summary")));
    if let Some(text) = given.text("description").filter(|text| !text.is_empty()) {
        fields.insert("description".into(), document(given, text)?);
    }
    if let Some(parent) = given.text("parent") {
        fields.insert("parent".into(), json!({"key": parent}));
    }
    let assignee = if v2 {
        "assignee"
    } else {
        "assignee_account_id"
    };
    if let Some(id) = given.text(assignee) {
        fields.insert("assignee".into(), json!({"accountId": id}));
    }
    if let Some(name) = given.text("priority") {
        fields.insert("priority".into(), json!({"name": name}));
    }
    let body = json!({"fields": fields});
    ask(road, Method::POST, "/rest/api/3/issue", Some(&body)).await
}

/// `editJiraIssue`
pub(super) async fn edit(road: &Road, given: Arguments<'_>) -> Done {
    let mut fields = given.object("fields");
    if let Some(Value::String(text)) = fields.get("description").cloned() {
        fields.insert("description".into(), document(given, &text)?);
    }
    let path = issue_path(given, "?returnIssue=true");
    let issue = ask(road, Method::PUT, &path, Some(&json!({"fields": fields}))).await?;
    Ok(readable(given, issue))
}

fn issue_path(given: Arguments<'_>, rest: &str) -> String {
    format!(
        "/rest/api/3/issue/{}{rest}",
        segment(given.must("issueIdOrKey"))
    )
}

/// `getJiraIssue`; the second version leaves comments out, whatever is asked for.
pub(super) async fn issue(road: &Road, given: Arguments<'_>, v2: bool) -> Done {
    let lists = ["fields", "expand", "properties"]
        .into_iter()
        .filter_map(|name| Some((name, given.list(name)?)));
    let path = issue_path(given, &format!("?{}", query(lists)));
    let mut issue = ask(road, Method::GET, &path, None).await?;
    if let Some(fields) = issue["fields"].as_object_mut().filter(|_| v2) {
        fields.remove("comment");
    }
    Ok(readable(given, issue))
}

/// `searchJiraIssuesUsingJql`
pub(super) async fn search(road: &Road, given: Arguments<'_>) -> Done {
    const USUAL: [&str; 7] = [
        "summary",
        "description",
        "status",
        "issuetype",
        "priority",
        "created",
        "labels",
    ];
    let fields = given
        .0
        .get("fields")
        .cloned()
        .unwrap_or_else(|| json!(USUAL));
    let mut body = json!({
        "jql": given.must("jql"), "fields": fields,
        "maxResults": given.number("maxResults").unwrap_or(50).min(100),
    });
    if let Some(token) = given.text("nextPageToken") {
        body["nextPageToken"] = json!(token);
    }
    let mut found = ask(road, Method::POST, "/rest/api/3/search/jql", Some(&body)).await?;
    if let Some(issues) = found["issues"].as_array_mut() {
        for issue in issues {
            *issue = readable(given, issue.take());
        }
    }
    Ok(found)
}

/// `addCommentToJiraIssue`, `addOrEditJiraIssueComment`: with `commentId` it edits.
pub(super) async fn comment(road: &Road, given: Arguments<'_>) -> Done {
    let mut body = json!({"body": document(given, given.must("commentBody"))?});
    let visibility = given.object("commentVisibility");
    if !visibility.is_empty() {
        body["visibility"] = Value::Object(visibility);
    }
    match given.text("commentId") {
        None => {
            ask(
                road,
                Method::POST,
                &issue_path(given, "/comment"),
                Some(&body),
            )
            .await
        }
        Some(id) => {
            let path = issue_path(given, &format!("/comment/{}", segment(id)));
            ask(road, Method::PUT, &path, Some(&body)).await
        }
    }
}

/// `listJiraIssueComments`
pub(super) async fn comments(road: &Road, given: Arguments<'_>) -> Done {
    ask(road, Method::GET, &issue_path(given, "/comment"), None).await
}

/// `getTransitionsForJiraIssue`, `listJiraIssueTransitions`
pub(super) async fn transitions(road: &Road, given: Arguments<'_>) -> Done {
    ask(road, Method::GET, &issue_path(given, "/transitions"), None).await
}

/// `transitionJiraIssue`
pub(super) async fn transition(road: &Road, given: Arguments<'_>) -> Done {
    let mut body = Map::new();
    for name in ["transition", "fields", "update"] {
        let part = given.object(name);
        if !part.is_empty() {
            body.insert(name.to_owned(), Value::Object(part));
        }
    }
    let path = issue_path(given, "/transitions");
    ask(road, Method::POST, &path, Some(&Value::Object(body))).await?;
    Ok(json!({"success": true}))
}

/// `getVisibleJiraProjects`, `listJiraProjects`
pub(super) async fn projects(road: &Road, given: Arguments<'_>) -> Done {
    let text = given
        .text("searchString")
        .map(|text| ("query", text.to_owned()));
    let numbers = ["startAt", "maxResults"]
        .into_iter()
        .filter_map(|name| Some((name, given.number(name)?.to_string())));
    let path = format!(
        "/rest/api/3/project/search?{}",
        query(text.into_iter().chain(numbers))
    );
    ask(road, Method::GET, &path, None).await
}

/// `getJiraProjectIssueTypesMetadata`, `listJiraProjectIssueTypesMetadata`
pub(super) async fn issue_types(road: &Road, given: Arguments<'_>) -> Done {
    let project = segment(given.must("projectIdOrKey"));
    let path = format!("/rest/api/3/issue/createmeta/{project}/issuetypes");
    ask(road, Method::GET, &path, None).await
}

/// `lookupJiraAccountId`
pub(super) async fn accounts(road: &Road, given: Arguments<'_>) -> Done {
    let path = format!(
        "/rest/api/3/user/search?query={}",
        segment(given.must("searchString"))
    );
    let found = ask(road, Method::GET, &path, None).await?;
    Ok(json!({"users": {"users": found}}))
}

/// `getJiraCurrentUser`
pub(super) async fn myself(road: &Road) -> Done {
    ask(road, Method::GET, "/rest/api/3/myself", None).await
}
