//! From settings to clients. Nothing is sent here.

use maro_atlassian::confluence::{ConfluenceClient, ConfluenceConfig};
use maro_atlassian::{Credentials, Flavor, JiraClient, JiraConfig};
use maro_core::integrations::Integration;
use maro_slack::{SlackClient, SlackConfig};

use super::granted;
use super::snapshot::{Built, Effective, Snapshot};
use super::{Jira, effective};
use crate::health::Journal;
use crate::oauth::Road;
use crate::settings::{
    AtlassianLogin, ConfluenceSettings, JiraSettings, SlackSettings, StartValues,
};

const NO_CONSENT: &str =
    "Nobody has given consent at Atlassian yet. Open Connections, Jira, and authorize Maro.";

/// The connections as the operator's environment and file describe them.
pub(crate) fn from_start_values(start: &StartValues, journal: &Journal) -> Snapshot {
    let counting = effective::of_operator(start);
    build(0, effective::settings(start, &counting), None, journal)
}

/// A grant stands over what is configured for Jira and Confluence, until somebody disconnects it.
/// The clients' calls are noted in `journal`.
pub(super) fn build(
    version: i64,
    settings: Effective,
    grant: Option<Road>,
    journal: &Journal,
) -> Snapshot {
    let settings = match &grant {
        Some(road) => granted::over(settings, road),
        None => settings,
    };
    let (jira, confluence) = match &grant {
        Some(road) => (
            Some(granted::open_jira(road)),
            Some(granted::open_confluence(road)),
        ),
        None => (
            settings.jira.clone().map(|found| open_jira(&*found?)),
            settings
                .confluence
                .clone()
                .map(|found| open_confluence(&*found?)),
        ),
    };
    let slack = settings.slack.clone().and_then(|found| match found {
        Ok(settings) => open_slack(&settings),
        Err(reason) => Some(Err(reason)),
    });
    Snapshot {
        version,
        jira: jira.map(|built| Ok(built?.observed_by(journal.observer(Integration::Jira)))),
        confluence,
        slack: slack.map(|built| Ok(built?.observed_by(journal.observer(Integration::Slack)))),
        settings,
        grant,
    }
}

/// Makes the client for Jira. The error is a sentence.
pub fn open_jira(settings: &JiraSettings) -> Result<Jira, String> {
    let site = settings.url.clone().ok_or(NO_CONSENT)?;
    let (flavor, credentials) = signed_in(&settings.login)?;
    let config = JiraConfig {
        flavor,
        ..JiraConfig::new(site, credentials)
    };
    let client = JiraClient::new(config).map_err(|err| err.to_string())?;
    Ok(Jira::by_rest(
        client,
        settings.login.acting_identity().to_owned(),
    ))
}

/// Makes the client for Confluence. The error is a sentence.
pub fn open_confluence(settings: &ConfluenceSettings) -> Result<ConfluenceClient, String> {
    let site = settings.url.clone().ok_or(NO_CONSENT)?;
    let (flavor, credentials) = signed_in(&settings.login)?;
    let config = ConfluenceConfig {
        flavor,
        ..ConfluenceConfig::new(site, credentials)
    };
    ConfluenceClient::new(config).map_err(|err| err.to_string())
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
