//! Changing a page. The version that was read goes along, so that nobody's change is written over
//! unseen, and so that an update that is sent again is refused instead of applied again.

use serde_json::json;

use super::{ConfluenceClient, ConfluenceError, Page, is_page_id};
use crate::credentials::Flavor;

/// The new state of a page.
#[derive(Debug, Clone, Copy)]
pub struct PageUpdate<'a> {
    /// Which page.
    pub id: &'a str,
    /// The version that was read and that this is based on.
    pub based_on: u64,
    /// Its title; it must always be given.
    pub title: &'a str,
    /// Its text in storage format.
    pub body: &'a str,
    /// What the page's history says about the change.
    pub message: &'a str,
}

impl ConfluenceClient {
    /// Updates a page; a page that has another version by now is a [`ConfluenceError::Conflict`].
    #[tracing::instrument(name = "confluence.update_page", skip_all, fields(page.id = update.id))]
    pub async fn update_page(&self, update: PageUpdate<'_>) -> Result<Page, ConfluenceError> {
        if !is_page_id(update.id) {
            return Err(ConfluenceError::NotFound);
        }
        let version = json!({ "number": update.based_on + 1, "message": update.message });
        let storage = json!({ "representation": "storage", "value": update.body });
        let (url, body) = match self.flavor {
            Flavor::Cloud => (
                self.v2(&["pages", update.id]),
                json!({ "id": update.id, "status": "current", "title": update.title,
                    "body": storage, "version": version }),
            ),
            Flavor::DataCenter => (
                self.v1(&["content", update.id]),
                json!({ "id": update.id, "type": "page", "title": update.title,
                    "body": { "storage": storage }, "version": version }),
            ),
        };
        let request = self.connection.writes.put(url).json(&body);
        match self.json("the update", request).await {
            Err(ConfluenceError::Conflict { .. }) => Err(self.conflict(update.id).await),
            answer => answer,
        }
    }

    /// The conflict with the version that the page has now.
    async fn conflict(&self, id: &str) -> ConfluenceError {
        let current = self.page(id).await.ok().map(|page| page.version);
        ConfluenceError::Conflict { current }
    }
}
