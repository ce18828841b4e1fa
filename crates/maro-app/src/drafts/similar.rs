//! Possible duplicates: issues of the same project whose text has the title's words.
//!
//! A hint for people, never a decision. When Jira is slow or down there simply is no hint.

use std::time::Duration;

use maro_atlassian::rest::{Issue, JqlSearch};
use maro_core::issue_key::IssueKey;

use crate::App;

const DEADLINE: Duration = Duration::from_secs(2);
const CANDIDATES: u32 = 20;
const MOST: usize = 3;
const SHORTEST_WORD: usize = 4;
const MOST_WORDS: usize = 6;

/// An issue that may be the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimilarIssue {
    /// Its key.
    pub key: IssueKey,
    /// Its summary.
    pub summary: String,
    /// The name of its status.
    pub status: String,
}

/// Searches the project for open issues with words of the title.
pub async fn find_similar(app: &App, project: &str, title: &str) -> Vec<SimilarIssue> {
    let Some(jira) = app.jira() else {
        return Vec::new();
    };
    let words = words(title);
    if words.is_empty() || !maro_core::issue_key::is_project_key(project) {
        return Vec::new();
    }
    let any: Vec<String> = words
        .iter()
        .map(|word| format!("summary ~ \"{word}\""))
        .collect();
    let jql = format!(
        "project = \"{project}\" AND ({}) AND statusCategory != Done ORDER BY created DESC",
        any.join(" OR ")
    );
    let search = JqlSearch {
        jql: &jql,
        fields: &["summary", "status"],
        properties: &[],
        page_size: CANDIDATES,
        max_pages: 1,
    };
    match tokio::time::timeout(DEADLINE, jira.search_jql(search)).await {
        Ok(Ok(issues)) => closest(&words, issues.into_iter().map(similar).collect()),
        _ => Vec::new(),
    }
}

fn similar(issue: Issue) -> SimilarIssue {
    SimilarIssue {
        key: issue.key,
        summary: issue.summary,
        status: issue.status.map(|status| status.name).unwrap_or_default(),
    }
}

/// Keeps the issues that share at least half of the words, the closest first.
fn closest(words: &[String], mut issues: Vec<SimilarIssue>) -> Vec<SimilarIssue> {
    let shared = |issue: &SimilarIssue| {
        let summary = issue.summary.to_lowercase();
        words
            .iter()
            .filter(|word| summary.contains(word.as_str()))
            .count()
    };
    issues.retain(|issue| shared(issue) * 2 >= words.len());
    issues.sort_by_key(|issue| std::cmp::Reverse(shared(issue)));
    issues.truncate(MOST);
    issues
}

/// Letters and digits only: nothing of a title reaches JQL as syntax.
fn words(title: &str) -> Vec<String> {
    title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= SHORTEST_WORD)
        .take(MOST_WORDS)
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_syntax_of_jql_survives() {
        assert_eq!(
            words("Login\" OR project = X -- fails!"),
            ["login", "project", "fails"]
        );
        assert_eq!(words("a b c"), Vec::<String>::new());
    }
}
