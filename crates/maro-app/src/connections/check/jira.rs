//! Trying Jira out.

use maro_atlassian::rest::CreateIssueType;
use maro_atlassian::sentences::{may_not_create, with_next_step};
use maro_atlassian::{JiraClient, JiraError};

use super::Finding;
use crate::settings::JiraSettings;

const PERMISSION: &str =
    "Give the account the permission Create Issues there, or set another default project.";

/// Signs in to Jira and looks at what the account may do in the default project.
pub async fn check_jira(client: &JiraClient, settings: &JiraSettings) -> Vec<Finding> {
    let mut findings = Vec::new();
    match client.server_info().await {
        Ok(info) => findings.push(Finding::good(format!(
            "{} answers, version {}.",
            client.site(),
            info.version.as_deref().unwrap_or("unknown")
        ))),
        Err(err) => return vec![bad(&err)],
    }
    match client.myself().await {
        Ok(account) => findings.push(Finding::good(format!(
            "Signed in as {}.",
            account.display_name
        ))),
        Err(err) => {
            findings.push(bad(&err));
            return findings;
        }
    }
    if let Some(project) = &settings.default_project {
        findings.extend(check_project(client, project).await);
    }
    if settings.webhook_secret.is_none() {
        findings.push(Finding::note(
            "There is no webhook secret; unclear creates are found by search alone.",
        ));
    }
    findings
}

async fn check_project(client: &JiraClient, project: &str) -> Vec<Finding> {
    match client.can_create_issues(project).await {
        Ok(true) => {}
        Ok(false) => {
            return vec![Finding::bad(may_not_create(project), PERMISSION)];
        }
        Err(err) => return vec![bad(&err)],
    }
    let mut findings = vec![Finding::good(format!("May create issues in {project}."))];
    match client.create_issue_types(project).await {
        Ok(types) => findings.extend(check_fields(client, project, &types).await),
        Err(err) => findings.push(bad(&err)),
    }
    findings
}

async fn check_fields(
    client: &JiraClient,
    project: &str,
    types: &[CreateIssueType],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for issue_type in types.iter().filter(|issue_type| !issue_type.subtask) {
        let Ok(fields) = client.create_fields(project, &issue_type.id).await else {
            continue;
        };
        if !fields.iter().any(|field| field.field_id == "labels") {
            findings.push(Finding::note(format!(
                "{project}/{} has no labels on its create screen; the issue property alone marks what Maro creates.",
                issue_type.name
            )));
        }
    }
    findings
}

fn bad(err: &JiraError) -> Finding {
    Finding::bad(with_next_step(&err.to_string(), ""), err.next_step())
}
