//! The Jira tools of mcp-atlassian, by the REST calls that it makes.

mod around;
mod issues;
mod work;

pub(super) use around::{issue_types, projects, user};
pub(super) use issues::{create, issue, search, update};
pub(super) use work::{comment, remote_link, transition, transitions};

use axum::http::StatusCode;
use serde_json::Value;

use super::failure::{Product, reading};
use crate::mcp::backend::Answer;

const JIRA: Product = Product::Jira;

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The address for people that an issue's resource belongs to.
fn site_of(value: &Value) -> String {
    let link = value["self"].as_str().unwrap_or_default();
    link.split("/rest/").next().unwrap_or_default().to_owned()
}

fn key_in(key: &str, answer: &Answer) -> String {
    match answer.status() {
        Some(StatusCode::NOT_FOUND) => {
            format!("Issue {key} not found. Verify the issue key and project access.")
        }
        Some(StatusCode::TOO_MANY_REQUESTS) if !answer.has_time() => {
            "Jira API rate limit hit (429). No Retry-After header provided; back off and retry."
                .to_owned()
        }
        None => {
            "Could not connect to Jira. Check that JIRA_URL is correct and the instance is reachable."
                .to_owned()
        }
        _ => reading(JIRA, answer),
    }
}
