//! Trying Slack out.

use maro_slack::SlackClient;
use maro_slack::scopes::missing_from;
use maro_slack::socket::{SocketClient, SocketConfig, SocketError, Watch};
use maro_slack::webhook::IncomingWebhook;
use secrecy::SecretString;

use super::Finding;
use super::workspaces::check_workspaces;
use crate::App;
use crate::connections::open_slack;
use crate::notices::only_notifies;
use crate::settings::SlackSettings;
use crate::slack::{TestMessage, test_message};

const SCOPES: &str = "Add the scope under OAuth & Permissions and install the app again; `maro manifest` prints them all.";
const NO_TOKEN: &str = "There is no bot token; Maro works in the workspaces that install it.";
/// Says why a webhook alone is not much.
const ONLY_WEBHOOK: &str = "Only the incoming webhook is set: Maro tells its channel of drafts, tickets and \
    outages. Commands, buttons, previews and messages to one person need the app.";
const NO_PLACE: &str = "Nobody is told of outages: there is no alert channel in the workspace of the bot \
    token (or the only one that installed the app), and no incoming webhook.";

/// Tries out every way to Slack that is set, and posts a test message where notifications go.
pub async fn check_slack(app: &App, settings: &SlackSettings) -> Vec<Finding> {
    let mut findings = look_at_slack(Some(app), settings).await;
    findings.push(say_something(app, settings).await);
    findings
}

/// Tries out every way to Slack that is set: the token and its scopes, the workspaces that installed
/// the app, the way in, and the webhook. Nothing is posted.
pub async fn look_at_slack(app: Option<&App>, settings: &SlackSettings) -> Vec<Finding> {
    let mut findings = match open_slack(settings) {
        Some(Ok(client)) => check_token(&client, settings).await,
        Some(Err(reason)) => vec![Finding::bad(reason, "Check SLACK_API_URL.")],
        None if only_notifies(settings) => vec![Finding::note(ONLY_WEBHOOK)],
        None => vec![Finding::note(NO_TOKEN)],
    };
    if let (Some(app), Some(_)) = (app, &settings.client_id) {
        findings.extend(check_workspaces(app).await);
    }
    findings.extend(check_way_in(settings).await);
    if let Some(address) = settings.webhook_url.clone() {
        findings.push(check_webhook(settings, address).await);
    }
    findings
}

/// How what people do in Slack reaches Maro. Nothing does with a webhook alone.
async fn check_way_in(settings: &SlackSettings) -> Option<Finding> {
    if let Some(app_token) = settings.app_token.clone() {
        return Some(check_socket(settings, app_token).await);
    }
    let answers = settings.bot_token.is_some() || settings.client_id.is_some();
    (answers && settings.signing_secret.is_none()).then(|| Finding::bad(
        "There is neither a signing secret nor an app-level token, so Slack cannot reach Maro.",
        "Copy the signing secret from Basic Information of the app, or make an app-level token for Socket Mode.",
    ))
}

/// Asks whether the webhook takes messages; none is posted.
async fn check_webhook(settings: &SlackSettings, address: SecretString) -> Finding {
    let asked = match IncomingWebhook::new(&settings.api_url, address) {
        Ok(webhook) => webhook.probe().await,
        Err(err) => Err(err),
    };
    match asked {
        Ok(()) => Finding::good("The incoming webhook takes messages."),
        Err(err) => Finding::bad(format!("The incoming webhook: {err}."), err.sentence()),
    }
}

/// Asks for a connection, which is not used.
async fn check_socket(settings: &SlackSettings, app_token: SecretString) -> Finding {
    let client = SocketClient::new(SocketConfig {
        api_url: settings.api_url.clone(),
        app_token,
        watch: Watch::default(),
    });
    let checked = match client {
        Ok(client) => client.check().await,
        Err(err) => Err(SocketError::NotOpened(err)),
    };
    match checked {
        Ok(()) => Finding::good("Socket Mode gives connections."),
        Err(err) => Finding::bad(format!("{err}."), err.sentence()),
    }
}

/// Posts a test message where notifications go.
async fn say_something(app: &App, settings: &SlackSettings) -> Finding {
    match test_message(app, settings).await {
        Ok(TestMessage::NoPlace) => Finding::note(NO_PLACE),
        Ok(TestMessage::AlertChannel(channel)) => {
            Finding::good(format!("A test message is in {channel}."))
        }
        Ok(TestMessage::Webhook) => {
            Finding::good("A test message is in the channel of the incoming webhook.")
        }
        Err(err) => Finding::bad(
            format!("The test message was not posted: {err}."),
            err.sentence(),
        ),
    }
}

async fn check_token(client: &SlackClient, settings: &SlackSettings) -> Vec<Finding> {
    let auth = match client.auth_test().await {
        Ok(auth) => auth,
        Err(err) => return vec![Finding::bad(format!("{err}."), err.sentence())],
    };
    let mut findings = vec![Finding::good(format!(
        "Signed in as {} in {}.",
        auth.user, auth.team
    ))];
    for scope in missing_from(&auth.scopes) {
        let what = format!("The token lacks {}", scope.name);
        findings.push(if scope.required {
            Finding::bad(format!("{what}."), SCOPES)
        } else {
            Finding::note(format!("{what}, so Maro cannot {}.", scope.purpose))
        });
    }
    // A name can be posted to, but not asked about.
    let channel = settings.alert_channel.as_deref();
    if let Some(channel) = channel.filter(|channel| !channel.starts_with('#')) {
        findings.push(check_channel(client, channel).await);
    }
    findings
}

/// Looks whether Maro can post to the alert channel.
async fn check_channel(client: &SlackClient, channel: &str) -> Finding {
    const INVITE: &str = "Invite Maro to the channel, or set another SLACK_ALERT_CHANNEL.";
    match client.conversations_info(channel).await {
        Ok(found) if found.is_archived => {
            Finding::bad(format!("The alert channel {channel} is archived."), INVITE)
        }
        Ok(found) if !found.is_member => Finding::bad(
            format!("Maro is not in the alert channel {channel}."),
            INVITE,
        ),
        Ok(_) => Finding::good(format!("Maro is in the alert channel {channel}.")),
        Err(err) => Finding::bad(
            format!("The alert channel {channel}: {err}."),
            err.sentence(),
        ),
    }
}
