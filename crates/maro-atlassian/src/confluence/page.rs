//! A page, as all calls return it, and reading one by its id or its title.

use serde::Deserialize;
use serde_json::Value;

use super::{ConfluenceClient, ConfluenceError, Space, is_page_id};
use crate::credentials::Flavor;

/// What version 1 returns only when it is asked to.
const EXPAND: &str = "body.storage,version,space";

/// A page. What was not asked for, or is not told, is empty.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "PageBody")]
pub struct Page {
    /// Its id; it never changes.
    pub id: String,
    /// Its title, the only one of its kind in the space.
    pub title: String,
    /// Its version; an update names the next one.
    pub version: u64,
    /// Its text in storage format.
    pub body: Option<String>,
    /// The key of its space (version 1) or the id of it (version 2).
    pub space: Option<String>,
}

impl ConfluenceClient {
    /// Reads a page with its text.
    #[tracing::instrument(name = "confluence.page", skip_all, fields(page.id = id))]
    pub async fn page(&self, id: &str) -> Result<Page, ConfluenceError> {
        if !is_page_id(id) {
            return Err(ConfluenceError::NotFound);
        }
        let request = match self.flavor {
            Flavor::Cloud => self
                .get(self.v2(&["pages", id]))
                .query(&[("body-format", "storage")]),
            Flavor::DataCenter => self
                .get(self.v1(&["content", id]))
                .query(&[("expand", EXPAND)]),
        };
        self.json("the page", request).await
    }

    /// Finds the page of a title, for example after a create whose outcome is unknown.
    #[tracing::instrument(name = "confluence.page_titled", skip_all)]
    pub async fn page_titled(
        &self,
        space: &Space,
        title: &str,
    ) -> Result<Option<Page>, ConfluenceError> {
        let request = match self.flavor {
            Flavor::Cloud => self
                .get(self.v2(&["pages"]))
                .query(&[("space-id", space.id.as_str()), ("title", title)]),
            Flavor::DataCenter => self.get(self.v1(&["content"])).query(&[
                ("spaceKey", space.key.as_str()),
                ("title", title),
                ("type", "page"),
                ("expand", EXPAND),
            ]),
        };
        let list: Pages = self.json("the pages", request).await?;
        Ok(list.results.into_iter().next())
    }
}

#[derive(Deserialize)]
struct Pages {
    results: Vec<Page>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageBody {
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    version: Value,
    #[serde(default)]
    body: Value,
    #[serde(default)]
    space_id: Option<String>,
    #[serde(default)]
    space: Value,
}

impl From<PageBody> for Page {
    fn from(body: PageBody) -> Self {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Self {
            id: body.id,
            title: body.title,
            version: body.version["number"].as_u64().unwrap_or_default(),
            body: text(&body.body["storage"]["value"]),
            space: body.space_id.or_else(|| text(&body.space["key"])),
        }
    }
}
