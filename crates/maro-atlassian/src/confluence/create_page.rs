//! Creating a page: one POST, sent at most once, and the truth about its outcome.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{ConfluenceClient, Page, PageError, Space};
use crate::credentials::Flavor;
use crate::http::once::once;
use crate::observed::worded;

/// The usual deadline of a create.
pub const CREATE_TIMEOUT: Duration = Duration::from_secs(20);

/// A page to create.
#[derive(Debug, Clone, Copy)]
pub struct NewPage<'a> {
    /// Where.
    pub space: &'a Space,
    /// Below which page; at the top of the space when there is none.
    pub parent: Option<&'a str>,
    /// Its title; Confluence refuses one that the space has already.
    pub title: &'a str,
    /// Its text in storage format.
    pub body: &'a str,
}

impl ConfluenceClient {
    /// Creates a page. After `deadline` the outcome is unknown.
    #[tracing::instrument(name = "confluence.create_page", skip_all)]
    pub async fn create_page(
        &self,
        page: NewPage<'_>,
        deadline: Duration,
    ) -> Result<Page, PageError> {
        let (url, body) = match self.flavor {
            Flavor::Cloud => (self.v2(&["pages"]), page.for_cloud()),
            Flavor::DataCenter => (self.v1(&["content"]), page.for_data_center()),
        };
        let request = self.connection.writes.post(url).json(&body);
        let call = once(&self.connection, request, StatusCode::OK, deadline);
        let words = PageError::from;
        worded(&self.connection.observer, "create page", call, words).await
    }
}

impl NewPage<'_> {
    fn for_cloud(&self) -> Value {
        let mut body = json!({
            "spaceId": self.space.id,
            "status": "current",
            "title": self.title,
            "body": { "representation": "storage", "value": self.body },
        });
        if let Some(parent) = self.parent {
            body["parentId"] = parent.into();
        }
        body
    }

    fn for_data_center(&self) -> Value {
        let mut body = json!({
            "type": "page",
            "title": self.title,
            "space": { "key": self.space.key },
            "body": { "storage": { "representation": "storage", "value": self.body } },
        });
        if let Some(parent) = self.parent {
            body["ancestors"] = json!([{ "id": parent }]);
        }
        body
    }
}
