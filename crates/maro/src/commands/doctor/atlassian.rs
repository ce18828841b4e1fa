//! Jira and Confluence, by the road in force.

use maro_app::App;
use maro_app::connections::check::{Finding, check_confluence, check_jira, check_stored};
use maro_app::connections::{is_configured, open_confluence, open_jira};
use maro_app::model::Integration;
use maro_atlassian::outbound::Outbound;

use super::report::{Report, note};
use crate::config::Config;

/// Tries out what counts, or what the environment says when there is no database to ask.
pub(super) async fn check(
    config: &Config,
    app: Option<&App>,
    integration: Integration,
    report: &mut Report,
) {
    let findings = match app {
        Some(app) if is_configured(app, integration) => Some(check_stored(app, integration).await),
        Some(_) => None,
        None => check_start(config, integration).await,
    };
    match findings {
        Some(findings) => {
            for finding in &findings {
                report.add(integration.as_str(), finding);
            }
        }
        None => note(&format!("{integration}: {}", not_configured(integration))),
    }
}

fn not_configured(integration: Integration) -> &'static str {
    if integration == Integration::Confluence {
        "not configured (CONFLUENCE_URL, CONFLUENCE_USERNAME, CONFLUENCE_API_TOKEN, or the page Connections)"
    } else {
        "not configured (JIRA_URL, JIRA_USERNAME, JIRA_API_TOKEN, or the page Connections)"
    }
}

/// What the operator says, whose addresses are trusted.
async fn check_start(config: &Config, integration: Integration) -> Option<Vec<Finding>> {
    let start = &config.connections;
    if integration == Integration::Confluence {
        let opened = open_confluence(start.confluence.as_ref()?, &Outbound::Trusted);
        return Some(match opened {
            Ok(confluence) => check_confluence(confluence.rest()).await,
            Err(reason) => vec![Finding::bad(reason, "correct CONFLUENCE_URL")],
        });
    }
    let settings = start.jira.as_ref()?;
    Some(match open_jira(settings, &Outbound::Trusted) {
        Ok(jira) => check_jira(jira.rest(), settings).await,
        Err(reason) => vec![Finding::bad(reason, "correct JIRA_URL")],
    })
}
