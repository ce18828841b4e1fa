//! Reading several issues by their numbers or keys in one call.
//!
//! On Cloud the search is told to look past its lagging index (`reconcileIssues`), so that what comes is
//! at least as new as the last write that was answered. One issue that Jira does not show fails the
//! whole call; then the caller asks for fewer.

use serde::{Deserialize, Serialize};

use super::{Issue, JiraClient, JiraError, is_issue_id_or_key};
use crate::credentials::Flavor;

/// Jira reconciles so many issues in one search.
pub const MOST_BY_ID: usize = 50;

impl JiraClient {
    /// Reads up to [`MOST_BY_ID`] issues by number or key. What lies beyond is not read.
    ///
    /// See <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/>.
    #[tracing::instrument(name = "jira.issues_by_id", skip_all, fields(count = issues.len()))]
    pub async fn issues_by_id(
        &self,
        issues: &[&str],
        fields: &[&str],
    ) -> Result<Vec<Issue>, JiraError> {
        let known = issues.iter().filter(|issue| is_issue_id_or_key(issue));
        let names: Vec<String> = known.take(MOST_BY_ID).map(|issue| operand(issue)).collect();
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let jql = format!("key in ({})", names.join(", "));
        let (segments, body): (&[&str], _) = match self.flavor {
            Flavor::Cloud => (&["search", "jql"], body(&jql, fields, numbers(issues))),
            // Data Center knows neither the word nor the lag that it is against.
            Flavor::DataCenter => (&["search"], body(&jql, fields, Vec::new())),
        };
        let found: Found = self
            .json("the issues", self.post(segments).json(&body))
            .await?;
        Ok(found.issues)
    }
}

/// A number in quotation marks would be read as a key.
fn operand(issue: &str) -> String {
    if issue.bytes().all(|byte| byte.is_ascii_digit()) {
        return issue.to_owned();
    }
    format!("\"{issue}\"")
}

fn numbers(issues: &[&str]) -> Vec<u64> {
    let numbers = issues.iter().take(MOST_BY_ID);
    numbers.filter_map(|issue| issue.parse().ok()).collect()
}

fn body<'a>(jql: &'a str, fields: &'a [&'a str], reconcile: Vec<u64>) -> Body<'a> {
    Body {
        jql,
        fields,
        max_results: MOST_BY_ID,
        reconcile_issues: reconcile,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    jql: &'a str,
    fields: &'a [&'a str],
    max_results: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reconcile_issues: Vec<u64>,
}

#[derive(Deserialize)]
struct Found {
    issues: Vec<Issue>,
}
