//! Lists that are paged by `startAt`, under whichever name Jira keeps the values.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{JiraClient, JiraError};

const PAGE_SIZE: usize = 50;
/// A site with more entries than this many pages hold is cut; a list that never ends is, too.
const MOST_PAGES: usize = 100;

impl JiraClient {
    /// Reads all pages of a list; `names` are the members that may hold the values.
    pub(super) async fn all_pages<T: DeserializeOwned>(
        &self,
        what: &'static str,
        segments: &[&str],
        query: &[(&str, &str)],
        names: &[&str],
    ) -> Result<Vec<T>, JiraError> {
        let mut all = Vec::new();
        for _ in 0..MOST_PAGES {
            let place = [("startAt", all.len()), ("maxResults", PAGE_SIZE)];
            let request = self.get(segments).query(query).query(&place);
            let page: Page = self.json(what, request).await?;
            let values = page.values(names).unwrap_or_default();
            let count = values.len();
            for value in values {
                let value = serde_path_to_error::deserialize(value).map_err(|err| {
                    JiraError::UnexpectedAnswer {
                        what: format!("{what}, at {}", err.path()),
                    }
                })?;
                all.push(value);
            }
            let complete = page.total.is_some_and(|total| all.len() >= total);
            if count == 0 || complete || page.is_last == Some(true) {
                break;
            }
        }
        Ok(all)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    #[serde(default)]
    total: Option<usize>,
    #[serde(default)]
    is_last: Option<bool>,
    #[serde(flatten)]
    rest: serde_json::Map<String, Value>,
}

impl Page {
    fn values(&self, names: &[&str]) -> Option<Vec<Value>> {
        names
            .iter()
            .find_map(|name| self.rest.get(*name)?.as_array().cloned())
    }
}
