//! The Confluence tools of mcp-atlassian, by the REST calls of version 1.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::failure::{Product, reading, said};
use super::{Arguments, Done, shape};
use crate::jira::render;
use crate::mcp::backend::{Answer, Road};
use crate::mcp::markdown;

const CONFLUENCE: Product = Product::Confluence;
const EXPAND: &str = "body.storage,body.atlas_doc_format,version,space,children.attachment,history";

fn base_of(page: &Value) -> String {
    page["_links"]["base"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// What goes into the page, in storage format.
fn content(given: Arguments<'_>) -> Result<String, String> {
    let text = given.text("content").unwrap_or_default();
    match given.text("content_format").unwrap_or("markdown") {
        "markdown" => Ok(render::html(&markdown::to_document(text))),
        "storage" | "xhtml" => Ok(text.to_owned()),
        "wiki" => Err("Conversion of wiki markup is not available here.".to_owned()),
        other => Err(format!("Invalid content_format: {other}")),
    }
}

/// `confluence_create_page`
pub(super) async fn create(road: &Road, given: Arguments<'_>) -> Done {
    let (title, space) = (given.must("title"), given.must("space_key"));
    let failed = |text: &str| format!("Failed to create page '{title}' in space {space}: {text}");
    if given.text("content").is_none() {
        return Err("Either content or content_file must be provided.".to_owned());
    }
    let mut body = json!({
        "type": "page", "title": title, "space": {"key": space},
        "body": {"storage": {"value": content(given)?, "representation": "storage"}},
    });
    if let Some(parent) = given.text("parent_id") {
        body["ancestors"] = json!([{"type": "page", "id": parent}]);
    }
    let answer = road
        .confluence(Method::POST, "/rest/api/content", Some(&body))
        .await;
    match answer.value().filter(Value::is_object) {
        Some(page) => shown(road, &page, "Page created successfully")
            .await
            .map_err(|text| failed(&text)),
        None if answer.status() == Some(StatusCode::OK) => {
            Err(failed("'NoneType' object has no attribute 'get'"))
        }
        None if answer.status() == Some(StatusCode::NOT_FOUND) => Err(failed(
            "The calling user does not have permission to view the content",
        )),
        None => Err(failed(&said(&answer))),
    }
}

/// Reads the page again, as the package does after each write.
async fn shown(road: &Road, page: &Value, message: &str) -> Done {
    let id = page["id"].as_str().unwrap_or_default();
    let answer = read(road, id).await;
    let page = answer.value().ok_or_else(|| said(&answer))?;
    Ok(json!({"message": message, "page": shape::page(&page, &base_of(&page), None)}))
}

async fn read(road: &Road, id: &str) -> Answer {
    let path = format!("/rest/api/content/{id}?expand={EXPAND}");
    road.confluence(Method::GET, &path, None).await
}

/// `confluence_get_page`: what goes wrong is a success with an error inside.
pub(super) async fn page(road: &Road, given: Arguments<'_>) -> Done {
    let answer = match (
        given.text("page_id"),
        given.text("title"),
        given.text("space_key"),
    ) {
        (Some(id), ..) => read(road, id).await,
        (None, Some(title), Some(space)) => {
            let path = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("title", title)
                .append_pair("spaceKey", space)
                .append_pair("expand", EXPAND)
                .finish();
            let answer = road
                .confluence(Method::GET, &format!("/rest/api/content?{path}"), None)
                .await;
            let found = answer
                .value()
                .and_then(|list| list["results"].get(0).cloned());
            return Ok(match found {
                Some(page) => json!({"metadata": full(&page, given)}),
                None => json!({
                    "error": format!("Page with title '{title}' not found in space '{space}'."),
                }),
            });
        }
        _ => {
            return Err(
                "Either 'page_id' OR both 'title' and 'space_key' must be provided.".to_owned(),
            );
        }
    };
    let id = given.must("page_id");
    Ok(match answer.value().filter(Value::is_object) {
        Some(page) => json!({"metadata": full(&page, given)}),
        None => {
            json!({"error": format!("Failed to retrieve page by ID '{id}': {}", unread(&answer))})
        }
    })
}

fn unread(answer: &Answer) -> String {
    match answer.status() {
        Some(StatusCode::NOT_FOUND) => {
            "Error retrieving page content: There is no content with the given id, or the calling user does not have permission to view the content"
                .to_owned()
        }
        Some(StatusCode::OK) => "Error retrieving page content: API returned error response".to_owned(),
        None => format!("Error retrieving page content: {}", said(answer)),
        _ => reading(CONFLUENCE, answer),
    }
}

fn full(page: &Value, given: Arguments<'_>) -> Value {
    let raw = given.0.get("convert_to_markdown") == Some(&json!(false));
    let storage = page["body"]["storage"]["value"]
        .as_str()
        .unwrap_or_default();
    let document = page["body"]["atlas_doc_format"]["value"]
        .as_str()
        .and_then(|text| serde_json::from_str::<Value>(text).ok());
    let content = match document {
        Some(document) if !raw => ("markdown", markdown::from_document(&document)),
        _ => ("storage", storage.to_owned()),
    };
    shape::page(page, &base_of(page), Some(content))
}

/// `confluence_update_page`
pub(super) async fn update(road: &Road, given: Arguments<'_>) -> Done {
    let id = given.must("page_id");
    let failed = |text: &str| format!("Failed to update page {id}: {text}");
    let answer = road
        .confluence(
            Method::GET,
            &format!("/rest/api/content/{id}/history"),
            None,
        )
        .await;
    let history = answer.value().ok_or_else(|| failed(&said(&answer)))?;
    let number = history["lastUpdated"]["number"].as_u64().unwrap_or(1) + 1;
    let mut body = json!({
        "id": id, "type": "page", "title": given.must("title"),
        "version": {
            "number": number, "message": given.text("version_comment").unwrap_or_default(),
            "minorEdit": given.0.get("is_minor_edit") == Some(&json!(true)),
        },
    });
    if given.text("content").is_some() {
        body["body"] = json!({"storage": {"value": content(given)?, "representation": "storage"}});
    }
    let path = format!("/rest/api/content/{id}?status=current");
    let answer = road.confluence(Method::PUT, &path, Some(&body)).await;
    match answer.status() {
        // Any success will do, also a page of HTML.
        Some(status) if status.is_success() => {
            shown(road, &json!({"id": id}), "Page updated successfully")
                .await
                .map_err(|text| failed(&text))
        }
        Some(StatusCode::NOT_FOUND) => Err(failed("Can not find draft with current content")),
        _ => Err(failed(&said(&answer))),
    }
}

/// `confluence_search`: words become a query, and a query stays one.
pub(super) async fn search(road: &Road, given: Arguments<'_>) -> Done {
    let query = given.must("query");
    let is_cql = ["=", "~", ">", "<", " AND ", " OR ", "currentUser()"]
        .iter()
        .any(|part| query.contains(part));
    let quoted = query.replace('\\', "\\\\").replace('"', "\\\"");
    let cql = if is_cql {
        query.to_owned()
    } else {
        format!("siteSearch ~ \"{quoted}\"")
    };
    let mut answer = ask(road, &cql, given).await;
    if !is_cql && answer.value().is_none() {
        answer = ask(road, &format!("text ~ \"{quoted}\""), given).await;
    }
    let Some(value) = answer.value() else {
        return Err(match answer.status() {
            Some(StatusCode::OK) => "Error processing search results: Confluence search returned a malformed response missing the 'results' field".to_owned(),
            Some(StatusCode::BAD_REQUEST) => "Unexpected error during search: The query cannot be parsed".to_owned(),
            None => format!("Network error during search: {}", said(&answer)),
            _ => reading(CONFLUENCE, &answer),
        });
    };
    let base = base_of(&value);
    let results = value["results"].as_array().into_iter().flatten();
    Ok(results
        .map(|result| {
            let excerpt = result["excerpt"].as_str().unwrap_or_default().to_owned();
            shape::page(&result["content"], &base, Some(("view", excerpt)))
        })
        .collect())
}

async fn ask(road: &Road, cql: &str, given: Arguments<'_>) -> Answer {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("cql", cql)
        .append_pair("limit", &given.number("limit").unwrap_or(10).to_string())
        .finish();
    road.confluence(Method::GET, &format!("/rest/api/search?{query}"), None)
        .await
}
