//! Searching issues by JQL, page by page.
//!
//! Jira's index lags behind its writes: that an issue is not in the answer proves nothing. Cloud pages by a
//! token, Server and Data Center by the number of the first issue, and there the search returns no
//! issue properties: they are read issue by issue.

use serde::{Deserialize, Serialize};

use super::{Issue, JiraClient, JiraError};
use crate::credentials::Flavor;

/// On Server and Data Center the properties of this many issues are read; each is a call.
const MOST_PROPERTY_READS: usize = 100;

/// What to search for.
#[derive(Debug, Clone, Copy)]
pub struct JqlSearch<'a> {
    /// The query. Jira refuses one without a restriction.
    pub jql: &'a str,
    /// The fields to return.
    pub fields: &'a [&'a str],
    /// The issue properties to return.
    pub properties: &'a [&'a str],
    /// How many issues a page may have.
    pub page_size: u32,
    /// How many pages to read at most; what lies behind them is not returned.
    pub max_pages: usize,
}

impl JiraClient {
    /// Searches issues and returns those of all pages up to the limit.
    #[tracing::instrument(name = "jira.search", skip_all)]
    pub async fn search_jql(&self, search: JqlSearch<'_>) -> Result<Vec<Issue>, JiraError> {
        if self.flavor == Flavor::DataCenter {
            return self.search_by_number(search).await;
        }
        let mut issues = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..search.max_pages {
            let page = self.page(&search, token.as_deref()).await?;
            issues.extend(page.issues);
            match page.next_page_token {
                Some(next) if page.is_last != Some(true) => {
                    if token.as_ref() == Some(&next) {
                        // Reading on would return the same page for ever.
                        let what = "the search names the same page twice".to_owned();
                        return Err(JiraError::UnexpectedAnswer { what });
                    }
                    token = Some(next);
                }
                _ => break,
            }
        }
        Ok(issues)
    }

    async fn page(&self, search: &JqlSearch<'_>, token: Option<&str>) -> Result<Page, JiraError> {
        let body = SearchBody {
            jql: search.jql,
            fields: search.fields,
            properties: search.properties,
            max_results: search.page_size,
            next_page_token: token,
        };
        // POST, because a query may be longer than an address can be. It changes nothing in Jira.
        self.json("the search", self.post(&["search", "jql"]).json(&body))
            .await
    }

    async fn search_by_number(&self, search: JqlSearch<'_>) -> Result<Vec<Issue>, JiraError> {
        let mut issues: Vec<Issue> = Vec::new();
        for _ in 0..search.max_pages {
            let body = NumberedBody {
                jql: search.jql,
                fields: search.fields,
                start_at: issues.len(),
                max_results: search.page_size,
            };
            let request = self.post(&["search"]).json(&body);
            let page: NumberedPage = self.json("the search", request).await?;
            let last = page.issues.is_empty();
            issues.extend(page.issues);
            if last || page.total.is_some_and(|total| issues.len() >= total) {
                break;
            }
        }
        self.read_properties(&mut issues, search.properties).await?;
        Ok(issues)
    }

    async fn read_properties(
        &self,
        issues: &mut [Issue],
        properties: &[&str],
    ) -> Result<(), JiraError> {
        if properties.is_empty() {
            return Ok(());
        }
        for issue in issues.iter_mut().take(MOST_PROPERTY_READS) {
            match self.issue(&issue.id, &["labels"], properties).await {
                Ok(read) => issue.properties = read.properties,
                // Deleted, or hidden, since the search.
                Err(JiraError::NotFound) => {}
                Err(err) => return Err(err),
            }
        }
        Ok(())
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NumberedBody<'a> {
    jql: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    fields: &'a [&'a str],
    start_at: usize,
    max_results: u32,
}

#[derive(Deserialize)]
struct NumberedPage {
    issues: Vec<Issue>,
    #[serde(default)]
    total: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SearchBody<'a> {
    jql: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    fields: &'a [&'a str],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    properties: &'a [&'a str],
    max_results: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    issues: Vec<Issue>,
    #[serde(default)]
    next_page_token: Option<String>,
    #[serde(default)]
    is_last: Option<bool>,
}
