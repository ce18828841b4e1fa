//! The Confluence tools of the hosted server: version 2 of the REST API, searches by version 1.

use axum::http::Method;
use serde_json::{Value, json};

use super::arguments::Arguments;
use super::{Done, answered, query, segment};
use crate::mcp::backend::Road;
use crate::mcp::markdown;

/// `getContentFormatGuide`
pub(super) fn format_guide() -> Value {
    json!({
        "formats": {
            "html": "Lossless. Use it for edits of pages that hold macros.",
            "markdown": "For new pages and plain text.",
            "adf": "An Atlassian document as JSON.",
        },
    })
}

/// A body for the REST API.
fn body_of(given: Arguments<'_>) -> Result<Value, String> {
    let text = given.must("body");
    let (representation, value) = match given.text("contentFormat").unwrap_or("markdown") {
        "markdown" => ("atlas_doc_format", markdown::to_document(text).to_string()),
        "adf" => ("atlas_doc_format", text.to_owned()),
        "html" => ("storage", text.to_owned()),
        other => return Err(format!("Unknown contentFormat: {other}")),
    };
    Ok(json!({"representation": representation, "value": value}))
}

async fn ask(road: &Road, method: Method, path: &str, body: Option<&Value>) -> Done {
    answered(&road.confluence(method, path, body).await)
}

async fn read(road: &Road, id: &str, format: &str) -> Done {
    let path = format!("/api/v2/pages/{}?body-format={format}", segment(id));
    ask(road, Method::GET, &path, None).await
}

/// `getConfluencePage`, `getConfluenceContent`; `id` is the argument with the page's id.
pub(super) async fn page(road: &Road, given: Arguments<'_>, id: &str) -> Done {
    let asked = given.text("contentFormat").or(given.text("content_format"));
    let format = match asked.unwrap_or("markdown") {
        "html" => "storage",
        "adf" | "markdown" => "atlas_doc_format",
        other => return Err(format!("Unknown contentFormat: {other}")),
    };
    let mut page = read(road, given.must(id), format).await?;
    let body = page["body"][format]["value"].as_str().unwrap_or_default();
    let text = if format == "storage" || asked == Some("adf") {
        body.to_owned()
    } else {
        let document: Value = serde_json::from_str(body).unwrap_or_default();
        markdown::from_document(&document)
    };
    page["body"] = json!(text);
    if id == "content_id" {
        page["snapshotToken"] = json!(token(&page));
    }
    Ok(page)
}

/// What an edit was based on.
fn token(page: &Value) -> String {
    let id = page["id"].as_str().unwrap_or_default();
    format!("{id}@{}", page["version"]["number"])
}

/// `createConfluencePage`, `createConfluenceContent`
pub(super) async fn create(road: &Road, given: Arguments<'_>) -> Done {
    let mut new = json!({
        "spaceId": given.must("spaceId"), "status": "current",
        "title": given.must("title"), "body": body_of(given)?,
    });
    if let Some(parent) = given.text("parentId") {
        new["parentId"] = json!(parent);
    }
    ask(road, Method::POST, "/api/v2/pages", Some(&new)).await
}

/// `updateConfluencePage`, `updateConfluenceContent`: Markdown over a page with macros would lose
/// them and is refused; a snapshot that is not the newest is a conflict.
pub(super) async fn update(road: &Road, given: Arguments<'_>, id: &str) -> Done {
    let old = read(road, given.must(id), "storage").await?;
    let stale = given
        .text("snapshotToken")
        .is_some_and(|given| given != token(&old));
    if stale {
        return Err("The content has changed since it was read. Read it again.".to_owned());
    }
    let storage = old["body"]["storage"]["value"].as_str().unwrap_or_default();
    let is_markdown = given.text("contentFormat").unwrap_or("markdown") == "markdown";
    if is_markdown && storage.contains("<ac:") {
        return Err(
            "A Markdown update would lose content of this page. Use contentFormat html.".to_owned(),
        );
    }
    let number = old["version"]["number"].as_u64().unwrap_or(0) + 1;
    let new = json!({
        "id": old["id"], "status": "current", "body": body_of(given)?,
        "title": given.text("title").or(old["title"].as_str()),
        "version": {
            "number": number, "message": given.text("versionMessage").unwrap_or_default(),
        },
    });
    let path = format!("/api/v2/pages/{}", segment(given.must(id)));
    ask(road, Method::PUT, &path, Some(&new)).await
}

/// `searchConfluenceUsingCql`, `searchConfluence`
pub(super) async fn search(road: &Road, given: Arguments<'_>) -> Done {
    let limit = given.number("limit").unwrap_or(25);
    let query = query([
        ("cql", given.must("cql").to_owned()),
        ("limit", limit.to_string()),
    ]);
    let path = format!("/rest/api/search?{query}");
    ask(road, Method::GET, &path, None).await
}

/// `getConfluenceSpaces`, `listConfluenceSpaces`
pub(super) async fn spaces(road: &Road, given: Arguments<'_>) -> Done {
    let keys = given.list("keys").map(|keys| ("keys", keys));
    let limit = given
        .number("limit")
        .map(|limit| ("limit", limit.to_string()));
    let path = format!("/api/v2/spaces?{}", query(keys.into_iter().chain(limit)));
    ask(road, Method::GET, &path, None).await
}
