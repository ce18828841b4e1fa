//! Issues: reading, finding, creating and changing them.

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::{JIRA, encoded, key_in, site_of};
use crate::mcp::backend::Road;
use crate::mcp::sooperset::failure::{reading, said};
use crate::mcp::sooperset::shape::{self, DEFAULT_FIELDS};
use crate::mcp::sooperset::{Arguments, Done, rich};

/// `jira_get_issue`
pub(in crate::mcp::sooperset) async fn issue(road: &Road, given: Arguments<'_>) -> Done {
    let key = given.must("issue_key");
    let fields = encoded(given.text("fields").unwrap_or(DEFAULT_FIELDS));
    let path = format!("/rest/api/2/issue/{key}?fields={fields}");
    let answer = road.jira(Method::GET, &path, None).await;
    match answer.value() {
        Some(value) if value.is_object() => Ok(shape::issue(&value, Some(&site_of(&value)))),
        _ if answer.status() == Some(StatusCode::OK) => Err(format!(
            "Error retrieving issue {key}: Unexpected return value type from `jira.get_issue`: <class 'str'>"
        )),
        _ => Err(key_in(key, &answer)),
    }
}

/// `jira_search`
pub(in crate::mcp::sooperset) async fn search(road: &Road, given: Arguments<'_>) -> Done {
    let fields = given.text("fields").unwrap_or(DEFAULT_FIELDS);
    let limit = given.number("limit").unwrap_or(10);
    let answer = if road.is_cloud {
        let fields: Vec<&str> = fields.split(',').collect();
        let mut body = json!({"jql": given.must("jql"), "fields": fields, "maxResults": limit});
        if let Some(token) = given.text("page_token") {
            body["nextPageToken"] = json!(token);
        }
        road.jira(Method::POST, "/rest/api/3/search/jql", Some(&body))
            .await
    } else {
        let path = format!(
            "/rest/api/2/search?startAt={}&maxResults={limit}&fields={}&jql={}",
            given.number("start_at").unwrap_or(0),
            encoded(fields),
            encoded(given.must("jql"))
        );
        road.jira(Method::GET, &path, None).await
    };
    let Some(value) = answer.value() else {
        return Err(match answer.status() {
            Some(StatusCode::OK) => {
                "Error searching issues: Unexpected return value type from `jira.jql`: <class 'str'>"
                    .to_owned()
            }
            None => format!("Error searching issues: {}", said(&answer)),
            _ => reading(JIRA, &answer),
        });
    };
    let issues = value["issues"].as_array().cloned().unwrap_or_default();
    let shown: Vec<Value> = issues
        .iter()
        .map(|issue| shape::issue(issue, Some(&site_of(issue))))
        .collect();
    let total = if road.is_cloud {
        json!(-1)
    } else {
        value["total"].clone()
    };
    let mut out = json!({
        "total": total, "start_at": given.number("start_at").unwrap_or(0),
        "max_results": limit, "issues": shown,
    });
    if let Some(token) = value.get("nextPageToken") {
        out["next_page_token"] = token.clone();
    }
    Ok(out)
}

/// `jira_create_issue`: fields that the site does not list are left out without a word.
pub(in crate::mcp::sooperset) async fn create(road: &Road, given: Arguments<'_>) -> Done {
    let extra = given.object("additional_fields")?;
    let mut fields = Map::new();
    fields.insert("project".into(), json!({"key": given.must("project_key")}));
    fields.insert("summary".into(), json!(given.must("summary")));
    fields.insert(
        "issuetype".into(),
        json!({"name": given.must("issue_type")}),
    );
    let described = given.text("description").filter(|text| !text.is_empty());
    if let Some(text) = described {
        fields.insert("description".into(), rich(road, text));
    }
    fields.extend(known_fields(road, extra).await);
    // On Cloud a description makes it a document, and that is version 3.
    let version = if road.is_cloud && described.is_some() {
        3
    } else {
        2
    };
    let path = format!("/rest/api/{version}/issue?updateHistory=false");
    let body = json!({"fields": fields});
    let answer = road.jira(Method::POST, &path, Some(&body)).await;
    let Some(created) = answer.value().filter(Value::is_object) else {
        return Err(match answer.status() {
            Some(status) if status.is_success() => {
                "Unexpected return value type from `jira.create_issue`: <class 'NoneType'>"
                    .to_owned()
            }
            _ => said(&answer),
        });
    };
    let key = created["key"].as_str().unwrap_or_default();
    let path = format!("/rest/api/2/issue/{key}?updateHistory=true");
    let answer = road.jira(Method::GET, &path, None).await;
    match answer.value().filter(Value::is_object) {
        Some(issue) => Ok(json!({
            "message": "Issue created successfully", "issue": shape::issue(&issue, None),
        })),
        // The issue exists, and the caller is told of an error.
        None => Err(said(&answer)),
    }
}

/// Fields by id or name, as far as `/field` lists them.
async fn known_fields(road: &Road, extra: Map<String, Value>) -> Map<String, Value> {
    if extra.is_empty() {
        return extra;
    }
    let answer = road.jira(Method::GET, "/rest/api/2/field", None).await;
    let known = answer.value().unwrap_or_default();
    let known: Vec<&Value> = known.as_array().into_iter().flatten().collect();
    let id_of = |name: &str| {
        known
            .iter()
            .find(|field| {
                field["id"] == name
                    || field["name"]
                        .as_str()
                        .is_some_and(|one| one.eq_ignore_ascii_case(name))
            })
            .and_then(|field| field["id"].as_str())
            .map(str::to_owned)
    };
    extra
        .into_iter()
        .filter_map(|(name, value)| {
            let value = match (name.as_str(), &value) {
                ("parent", Value::String(key)) => json!({"key": key}),
                ("priority", Value::String(name)) => json!({"name": name}),
                _ => value,
            };
            let id = if name == "parent" {
                Some(name)
            } else {
                id_of(&name)
            };
            Some((id?, value))
        })
        .collect()
}

/// `jira_update_issue`
pub(in crate::mcp::sooperset) async fn update(road: &Road, given: Arguments<'_>) -> Done {
    let key = given.must("issue_key");
    let mut fields = given.object("fields")?;
    fields.extend(given.object("additional_fields")?);
    let described = fields
        .get("description")
        .and_then(Value::as_str)
        .map(str::to_owned);
    let description = described.map(|text| rich(road, &text));
    fields.remove("description");
    if let Some(Value::String(account)) = fields.get("assignee") {
        let assignee = assignee(road, account);
        fields.insert("assignee".into(), assignee);
    }
    let mut fields = known_fields(road, fields).await;
    if let Some(description) = description {
        fields.insert("description".into(), description);
    }
    let failed = |text: String| {
        format!("Failed to update issue {key}: Failed to update issue {key}: {text}")
    };
    let version = if road.is_cloud { 3 } else { 2 };
    let path = format!("/rest/api/{version}/issue/{key}");
    let answer = road
        .jira(Method::PUT, &path, Some(&json!({"fields": fields})))
        .await;
    // Any success will do, also a page of HTML.
    if !answer.status().is_some_and(|status| status.is_success()) {
        return Err(failed(said(&answer)));
    }
    let wanted = encoded(given.text("return_fields").unwrap_or("*all"));
    let path = format!("/rest/api/2/issue/{key}?fields={wanted}");
    let answer = road.jira(Method::GET, &path, None).await;
    match answer.value().filter(Value::is_object) {
        Some(issue) => Ok(json!({
            "message": "Issue updated successfully", "issue": shape::issue(&issue, None),
        })),
        None => Err(failed(said(&answer))),
    }
}

/// The package takes one text, an account on Cloud and a name elsewhere, and makes Jira's form of it.
fn assignee(road: &Road, account: &str) -> Value {
    let account = account.strip_prefix("accountid:").unwrap_or(account);
    if road.is_cloud {
        json!({"accountId": account})
    } else {
        json!({"name": account})
    }
}
