//! Options for menus that search while a person types: projects and parents.

use maro_atlassian::rest::JqlSearch;
use maro_core::issue_key::is_project_key;
use maro_slack::blocks::Choice;
use maro_slack::payloads::Suggestion;

use super::form::PROJECT_ACTION;
use crate::App;

const MOST: usize = 50;

/// Finds options for a menu. The caller puts Slack's deadline around it; no answer is no options.
pub(super) async fn options(app: &App, suggestion: &Suggestion) -> Vec<Choice> {
    match (suggestion.block_id.as_str(), suggestion.action_id.as_str()) {
        (_, PROJECT_ACTION) => projects(app, &suggestion.value).await,
        ("parent", _) => parents(app, suggestion).await,
        _ => Vec::new(),
    }
}

async fn projects(app: &App, typed: &str) -> Vec<Choice> {
    let typed = typed.to_lowercase();
    let Ok(projects) = app.metadata().projects(app).await else {
        return Vec::new();
    };
    projects
        .iter()
        .filter(|p| p.key.to_lowercase().contains(&typed) || p.name.to_lowercase().contains(&typed))
        .take(MOST)
        .map(|project| Choice::new(&project.key, &format!("{} ({})", project.name, project.key)))
        .collect()
}

async fn parents(app: &App, suggestion: &Suggestion) -> Vec<Choice> {
    let Some(jira) = app.jira() else {
        return Vec::new();
    };
    let project = suggestion
        .view
        .as_ref()
        .and_then(|view| view.state.selected("project", PROJECT_ACTION))
        .unwrap_or_default();
    let Some(jql) = parent_query(project, &suggestion.value) else {
        return Vec::new();
    };
    let search = JqlSearch {
        jql: &jql,
        fields: &["summary"],
        properties: &[],
        page_size: 20,
        max_pages: 1,
    };
    let Ok(issues) = jira.search_jql(search).await else {
        return Vec::new();
    };
    issues
        .into_iter()
        .map(|issue| {
            Choice::new(
                issue.key.as_str(),
                &format!("{}: {}", issue.key, issue.summary),
            )
        })
        .collect()
}

/// A key finds its issue; words find epics of the project. Nothing typed reaches JQL as syntax.
fn parent_query(project: &str, typed: &str) -> Option<String> {
    if let Ok(key) = typed.parse::<maro_core::issue_key::IssueKey>() {
        return Some(format!("key = \"{key}\""));
    }
    let words: Vec<&str> = typed
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(6)
        .collect();
    (is_project_key(project) && !words.is_empty()).then(|| {
        format!(
            "project = \"{project}\" AND summary ~ \"{}*\" ORDER BY updated DESC",
            words.join(" ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::parent_query;

    #[test]
    fn nothing_typed_becomes_syntax() {
        assert_eq!(
            parent_query("SCRUM", "scrum-7").unwrap(),
            "key = \"SCRUM-7\""
        );
        assert_eq!(
            parent_query("SCRUM", "pay\" OR x").unwrap(),
            "project = \"SCRUM\" AND summary ~ \"pay OR x*\" ORDER BY updated DESC"
        );
        assert_eq!(parent_query("", "words"), None);
        assert_eq!(parent_query("SCRUM", "\"\""), None);
    }
}
