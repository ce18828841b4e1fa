//! Slack: the token, its scopes, and the way in.

use std::sync::Arc;

use maro_app::settings::SlackSettings;
use maro_app::{App, connections};
use maro_slack::scopes::missing_from;
use maro_slack::socket::{SocketClient, SocketConfig, SocketError, Watch};
use secrecy::SecretString;

use super::report::{Report, good, note};
use crate::config::Config;

/// Makes the calls that drafting and answering need.
pub(super) async fn check(config: &Config, app: Option<&App>, report: &mut Report) {
    let in_force = match app {
        Some(app) => app.slack_settings(),
        None => config.connections.slack.clone().map(Arc::new),
    };
    let Some(slack) = in_force.as_deref() else {
        return note("slack: not configured (SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET)");
    };
    match slack.app_token.clone() {
        Some(app_token) => check_socket(slack, app_token, report).await,
        None if slack.bot_token.is_some() && slack.signing_secret.is_none() => report.bad(
            "slack: neither SLACK_SIGNING_SECRET nor SLACK_APP_TOKEN is set",
            "copy the signing secret from Basic Information of the app at api.slack.com/apps, or \
             make an app-level token there for Socket Mode",
        ),
        None => {}
    }
    let client = match connections::open_slack(slack) {
        Some(Ok(client)) => client,
        Some(Err(reason)) => return report.bad("slack: no client", &reason),
        None => {
            return note("slack: SLACK_BOT_TOKEN is not set; an incoming webhook can only notify");
        }
    };
    match client.auth_test().await {
        Ok(auth) => {
            good(&format!(
                "slack: signed in as {} in {}",
                auth.user, auth.team
            ));
            check_scopes(&auth.scopes, report);
        }
        Err(err) => report.bad(&format!("slack: {err}"), &err.sentence()),
    }
}

async fn check_socket(slack: &SlackSettings, app_token: SecretString, report: &mut Report) {
    let client = SocketClient::new(SocketConfig {
        api_url: slack.api_url.clone(),
        app_token,
        watch: Watch::default(),
    });
    let checked = match client {
        Ok(client) => client.check().await,
        Err(err) => Err(SocketError::NotOpened(err)),
    };
    match checked {
        Ok(()) => good("slack: Socket Mode gives connections"),
        Err(err) => report.bad(&format!("slack: {err}"), &err.sentence()),
    }
}

fn check_scopes(granted: &[String], report: &mut Report) {
    for scope in missing_from(granted) {
        let what = format!("slack: the token lacks {}", scope.name);
        if scope.required {
            report.bad(
                &what,
                "add the scope under OAuth & Permissions and install the app again; \
                 `maro manifest` prints them all",
            );
        } else {
            note(&format!("{what}, so Maro cannot {}", scope.purpose));
        }
    }
}
