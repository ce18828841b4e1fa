//! Trying the connection with real calls.

use maro_atlassian::credentials::TokenError;

use super::OAuthProblem;
use crate::App;
use crate::connections::reload_when_behind;

/// More keys are not listed; the form searches among all.
const MOST_PROJECTS: usize = 100;

/// What the calls brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriedOut {
    /// The address of the site.
    pub site: String,
    /// The name of the account that Maro acts as.
    pub account: String,
    /// The keys of the projects that it may see.
    pub projects: Vec<String>,
    /// What works but not as it was configured.
    pub remark: Option<String>,
}

/// Asks Jira who we are and which projects we see.
pub async fn try_out(app: &App) -> Result<TriedOut, OAuthProblem> {
    // Another instance may just have connected.
    reload_when_behind(app).await?;
    let road = app.granted_road().ok_or(OAuthProblem::NotConnected)?;
    if matches!(road.tokens.current().await, Err(TokenError::Dead)) {
        return Err(OAuthProblem::Expired);
    }
    let jira = app.jira().ok_or(OAuthProblem::NotConnected)?;
    let jira = jira.rest();
    let account = jira.myself().await?;
    let projects: Vec<String> = jira
        .projects("")
        .await?
        .into_iter()
        .map(|project| project.key)
        .collect();
    let unseen = road
        .default_project
        .filter(|wanted| !projects.contains(wanted));
    let remark = unseen.map(|project| {
        format!(
            "The default project {project} is not among them. Give {} access to it, or change the \
             default project.",
            account.display_name
        )
    });
    Ok(TriedOut {
        site: road.site.to_string(),
        account: account.display_name,
        projects: projects.into_iter().take(MOST_PROJECTS).collect(),
        remark,
    })
}
