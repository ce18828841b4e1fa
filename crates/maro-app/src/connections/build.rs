//! From settings to clients. Nothing is sent here.

use std::sync::Arc;

use maro_atlassian::confluence::{ConfluenceClient, ConfluenceConfig};
use maro_atlassian::outbound::Outbound;
use maro_atlassian::{Credentials, Flavor, JiraClient, JiraConfig};
use maro_core::integrations::Integration;
use maro_slack::{SlackClient, SlackConfig};
use url::Url;

use super::granted;
use super::snapshot::{Built, Effective, Snapshot};
use super::{Confluence, Jira, McpRoad, effective, guard};
use crate::health::Journal;
use crate::oauth::Road;
use crate::settings::{
    AtlassianLogin, ConfluenceSettings, JiraSettings, SlackSettings, StartValues,
};

const NO_CONSENT: &str =
    "Nobody has given consent at Atlassian yet. Open Connections, Jira, and authorize Maro.";

/// The connections as the operator's environment and file describe them.
pub(crate) fn from_start_values(start: &StartValues, journal: &Journal, mcp: &McpRoad) -> Snapshot {
    let counting = effective::of_operator(start);
    let settings = effective::settings(start, &counting);
    let mut snapshot = build(0, settings, None, start, journal);
    mcp.attach(&mut snapshot, start);
    snapshot
}

/// A grant stands over what is configured for Jira and Confluence, until somebody disconnects it.
/// The clients' calls are noted in `journal`.
pub(super) fn build(
    version: i64,
    settings: Effective,
    grant: Option<Road>,
    start: &StartValues,
    journal: &Journal,
) -> Snapshot {
    let settings = match &grant {
        Some(road) => granted::over(settings, road),
        None => settings,
    };
    let jira = match &grant {
        Some(road) => Some(granted::open_jira(road)),
        None => configured_jira(&settings, start),
    };
    let confluence = match grant.as_ref().filter(|road| road.reaches_confluence) {
        Some(road) => Some(granted::open_confluence(road)),
        None => configured_confluence(&settings, start),
    };
    let slack = settings.slack.clone().and_then(|found| match found {
        Ok(settings) => open_slack(&settings),
        Err(reason) => Some(Err(reason)),
    });
    Snapshot {
        version,
        jira: jira.map(|built| Ok(built?.observed_by(journal.observer(Integration::Jira)))),
        confluence: confluence
            .map(|built| Ok(built?.observed_by(journal.observer(Integration::Confluence)))),
        slack: slack.map(|built| Ok(built?.observed_by(journal.observer(Integration::Slack)))),
        workspaces: Arc::default(),
        settings,
        grant,
    }
}

/// Jira as it is configured. An address that people typed is guarded.
fn configured_jira(settings: &Effective, start: &StartValues) -> Option<Built<Jira>> {
    let found = settings.jira.clone()?;
    Some(found.and_then(|found| {
        let outbound = guard::outbound(start, Integration::Jira, found.url.as_ref());
        open_jira(&found, &outbound)
    }))
}

/// Confluence as it is configured, guarded alike.
fn configured_confluence(settings: &Effective, start: &StartValues) -> Option<Built<Confluence>> {
    let found = settings.confluence.clone()?;
    Some(found.and_then(|found| {
        let outbound = guard::outbound(start, Integration::Confluence, found.url.as_ref());
        open_confluence(&found, &outbound)
    }))
}

/// Makes the client for Jira. The error is a sentence.
pub fn open_jira(settings: &JiraSettings, outbound: &Outbound) -> Result<Jira, String> {
    let site = settings.url.clone().ok_or(NO_CONSENT)?;
    check(&site, outbound)?;
    let (flavor, credentials) = signed_in(&settings.login)?;
    let config = JiraConfig {
        flavor,
        outbound: outbound.clone(),
        ..JiraConfig::new(site, credentials)
    };
    let client = JiraClient::new(config).map_err(|err| err.to_string())?;
    Ok(Jira::by_rest(
        client,
        settings.login.acting_identity().to_owned(),
    ))
}

/// Makes the client for Confluence. The error is a sentence.
pub fn open_confluence(
    settings: &ConfluenceSettings,
    outbound: &Outbound,
) -> Result<Confluence, String> {
    let site = settings.url.clone().ok_or(NO_CONSENT)?;
    check(&site, outbound)?;
    let (flavor, credentials) = signed_in(&settings.login)?;
    let config = ConfluenceConfig {
        flavor,
        outbound: outbound.clone(),
        ..ConfluenceConfig::new(site, credentials)
    };
    let client = ConfluenceClient::new(config).map_err(|err| err.to_string())?;
    Ok(Confluence::by_rest(client))
}

/// A guarded client looks names up; an address that is no name it would never see.
fn check(site: &Url, outbound: &Outbound) -> Built<()> {
    match outbound {
        Outbound::Trusted => Ok(()),
        Outbound::Guarded(guard) => guard
            .check_text(site)
            .map_err(|err| format!("The address {err}.")),
    }
}

fn signed_in(login: &AtlassianLogin) -> Built<(Flavor, Credentials)> {
    match login {
        AtlassianLogin::ApiToken {
            username,
            api_token,
        } => {
            let credentials = Credentials::Basic {
                username: username.clone(),
                api_token: api_token.clone(),
            };
            Ok((Flavor::Cloud, credentials))
        }
        AtlassianLogin::PersonalToken { token, .. } => {
            Ok((Flavor::DataCenter, Credentials::Bearer(token.clone())))
        }
        AtlassianLogin::OAuth => Err(NO_CONSENT.to_owned()),
    }
}

/// Makes the client for the workspace of the bot token. Without one there are only installations
/// and the webhook.
#[must_use]
pub fn open_slack(settings: &SlackSettings) -> Option<Result<SlackClient, String>> {
    let config = SlackConfig {
        api_url: settings.api_url.clone(),
        bot_token: settings.bot_token.clone()?,
    };
    Some(SlackClient::new(config).map_err(|err| err.sentence()))
}
