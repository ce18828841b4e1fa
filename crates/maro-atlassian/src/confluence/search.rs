//! Searching by CQL. The index lags behind writes: what is not in the answer may exist.

use serde::Deserialize;
use serde_json::Value;

use super::{ConfluenceClient, ConfluenceError};

/// What to search for.
#[derive(Debug, Clone, Copy)]
pub struct CqlSearch<'a> {
    /// The query.
    pub cql: &'a str,
    /// How many results to return at most.
    pub limit: u32,
}

/// One result: a page, a post, a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The id of the content.
    pub id: String,
    /// What it is, for example `page`.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// A part of its text, without the marks that Confluence puts around what matched.
    pub excerpt: String,
}

impl Found {
    /// A text without the marks around what matched.
    pub(crate) fn plain(text: &str) -> String {
        text.replace("@@@hl@@@", "").replace("@@@endhl@@@", "")
    }
}

impl ConfluenceClient {
    /// Searches by CQL. Results that are no content (people, spaces) are left out.
    #[tracing::instrument(name = "confluence.search", skip_all)]
    pub async fn search_cql(&self, search: CqlSearch<'_>) -> Result<Vec<Found>, ConfluenceError> {
        let limit = search.limit.to_string();
        let query = [("cql", search.cql), ("limit", limit.as_str())];
        let request = self.get(self.v1(&["search"])).query(&query);
        let page: Results = self.json("the search", request).await?;
        let found = page.results.into_iter().filter_map(ResultBody::found);
        Ok(found.take(search.limit as usize).collect())
    }
}

/// The quoted form of a text in a query.
#[must_use]
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[derive(Deserialize)]
struct Results {
    results: Vec<ResultBody>,
}

#[derive(Deserialize)]
struct ResultBody {
    #[serde(default)]
    content: Value,
    #[serde(default)]
    title: String,
    #[serde(default)]
    excerpt: String,
}

impl ResultBody {
    fn found(self) -> Option<Found> {
        let text = |name: &str| self.content[name].as_str().map(str::to_owned);
        Some(Found {
            id: text("id")?,
            kind: text("type").unwrap_or_default(),
            title: text("title").unwrap_or_else(|| Found::plain(&self.title)),
            excerpt: Found::plain(&self.excerpt),
        })
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_quoted_text_cannot_end_its_quotes() {
        assert_eq!(super::quoted(r#"a "b" \"#), r#""a \"b\" \\""#);
    }
}
