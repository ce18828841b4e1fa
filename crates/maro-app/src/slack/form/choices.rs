//! What the form's menus offer, and which options are chosen to begin with.

use maro_core::drafts::DraftContent;

use crate::App;
use crate::metadata::MetadataError;
use crate::slack::lookups::defaults;

/// What the menus offer.
#[derive(Debug, Clone, Default)]
pub(in crate::slack) struct Choices {
    pub(in crate::slack) projects: Vec<(String, String)>,
    pub(in crate::slack) issue_types: Vec<String>,
    pub(in crate::slack) priorities: Vec<String>,
    /// Required fields that the form does not have.
    pub(in crate::slack) missing: Vec<String>,
}

/// Chooses what is not chosen yet, and reads what the menus offer.
pub(in crate::slack) async fn fill(
    app: &App,
    content: DraftContent,
) -> Result<(DraftContent, Choices), String> {
    let mut content = content;
    if content.project.is_empty() {
        let (project, issue_type) = defaults(app).await;
        content = DraftContent {
            project,
            issue_type,
            ..content
        };
    }
    let choices = read_choices(app, &content)
        .await
        .map_err(|err| err.to_string())?;
    if !choices.issue_types.contains(&content.issue_type) {
        let wanted = app
            .jira_settings()
            .map(|jira| jira.default_issue_type.clone());
        content.issue_type = wanted
            .filter(|wanted| choices.issue_types.contains(wanted))
            .or_else(|| choices.issue_types.first().cloned())
            .unwrap_or_default();
    }
    Ok((content, choices))
}

async fn read_choices(app: &App, content: &DraftContent) -> Result<Choices, MetadataError> {
    let metadata = app.metadata();
    let projects = metadata.projects(app).await?;
    let projects = projects
        .iter()
        .map(|p| (p.key.clone(), p.name.clone()))
        .collect();
    if content.project.is_empty() {
        return Ok(Choices {
            projects,
            ..Choices::default()
        });
    }
    let types = metadata.issue_types(app, &content.project).await?;
    let issue_types: Vec<String> = types
        .iter()
        .filter(|t| !t.subtask)
        .map(|t| t.name.clone())
        .collect();
    let issue_type = Some(&content.issue_type)
        .filter(|wanted| issue_types.contains(wanted))
        .or(issue_types.first())
        .cloned()
        .unwrap_or_default();
    let priorities = metadata
        .priorities(app, &content.project, &issue_type)
        .await?;
    let missing = metadata
        .fields_we_cannot_fill(app, &content.project, &issue_type)
        .await?;
    Ok(Choices {
        projects,
        issue_types,
        priorities,
        missing,
    })
}
