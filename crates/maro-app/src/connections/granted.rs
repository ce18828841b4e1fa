//! Jira and Confluence by a person's consent: the clients and settings that a grant gives.

use std::sync::Arc;

use maro_atlassian::confluence::{ConfluenceClient, ConfluenceConfig};
use maro_atlassian::{Credentials, JiraClient, JiraConfig};

use super::snapshot::{Built, Effective};
use super::{Confluence, Jira};
use crate::oauth::Road;
use crate::settings::{AtlassianLogin, ConfluenceSettings, JiraSettings};

/// What new drafts begin with where nobody configured another type.
const ISSUE_TYPE: &str = "Task";

/// The settings with the grant's site and login; what else is configured stays, Confluence too where
/// the person did not consent to it.
pub(super) fn over(settings: Effective, road: &Road) -> Effective {
    let configured = settings.jira.as_ref().and_then(|found| found.as_ref().ok());
    let jira = JiraSettings {
        url: Some(road.site.clone()),
        login: AtlassianLogin::OAuth,
        default_project: road
            .default_project
            .clone()
            .or_else(|| configured?.default_project.clone()),
        default_issue_type: configured.map_or_else(
            || ISSUE_TYPE.to_owned(),
            |jira| jira.default_issue_type.clone(),
        ),
        webhook_secret: configured.and_then(|jira| jira.webhook_secret.clone()),
    };
    let confluence = road.reaches_confluence.then(|| ConfluenceSettings {
        url: Some(road.site.clone()),
        login: AtlassianLogin::OAuth,
    });
    Effective {
        jira: Some(Ok(Arc::new(jira))),
        confluence: confluence
            .map(|granted| Ok(Arc::new(granted)))
            .or(settings.confluence),
        ..settings
    }
}

/// Jira behind Atlassian's gateway.
pub(super) fn open_jira(road: &Road) -> Built<Jira> {
    let config = JiraConfig {
        url: road.jira.clone(),
        ..JiraConfig::new(road.site.clone(), Credentials::OAuth(road.tokens.clone()))
    };
    let client = JiraClient::new(config).map_err(|err| err.to_string())?;
    Ok(Jira::by_rest(client, road.identity.clone()))
}

/// Confluence behind Atlassian's gateway.
pub(super) fn open_confluence(road: &Road) -> Built<Confluence> {
    let credentials = Credentials::OAuth(road.tokens.clone());
    let config = ConfluenceConfig {
        url: road.confluence.clone(),
        ..ConfluenceConfig::new(road.site.clone(), credentials)
    };
    let client = ConfluenceClient::new(config).map_err(|err| err.to_string())?;
    Ok(Confluence::by_rest(client))
}
