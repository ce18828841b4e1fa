//! A test message, by whichever way Slack is configured: it tells people where notifications arrive.

use maro_core::calls::Observer;
use maro_core::integrations::Integration;
use maro_slack::api::PostMessage;
use maro_slack::blocks::Message;
use maro_slack::webhook::IncomingWebhook;
use maro_slack::{SlackClient, SlackConfig, SlackError};
use secrecy::{ExposeSecret as _, SecretString};

use crate::App;
use crate::notices::only_workspace;
use crate::settings::SlackSettings;

const TEXT: &str = "This is a test message from Maro. Notifications arrive here.";

/// Where a test message went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestMessage {
    /// To the alert channel, as the app.
    AlertChannel(String),
    /// To the channel of the incoming webhook.
    Webhook,
    /// Nowhere: there is neither an alert channel nor a webhook.
    NoPlace,
}

/// Posts a test message where notifications go: to the alert channel, else by the incoming webhook.
pub async fn test_message(app: &App, settings: &SlackSettings) -> Result<TestMessage, SlackError> {
    if let (Some(client), Some(channel)) = (poster(app, settings)?, &settings.alert_channel) {
        let message = PostMessage::new(channel, Message::text(TEXT));
        client.post_message(&message).await?;
        return Ok(TestMessage::AlertChannel(channel.clone()));
    }
    if let Some(address) = &settings.webhook_url {
        let webhook = IncomingWebhook::new(&settings.api_url, address.clone())?;
        let webhook = webhook.observed_by(observer(app, address));
        webhook.post(&Message::text(TEXT)).await?;
        return Ok(TestMessage::Webhook);
    }
    Ok(TestMessage::NoPlace)
}

fn poster(app: &App, settings: &SlackSettings) -> Result<Option<SlackClient>, SlackError> {
    let Some(bot_token) = settings.bot_token.clone() else {
        return Ok(only_workspace(app).map(|(_, client)| client));
    };
    let api_url = settings.api_url.clone();
    SlackClient::new(SlackConfig { api_url, bot_token }).map(Some)
}

/// A post is the only thing that says how the webhook in force does. One that is being tried out says
/// nothing about it.
fn observer(app: &App, address: &SecretString) -> Observer {
    let in_force = app.slack_settings().is_some_and(|settings| {
        let known = settings.webhook_url.as_ref();
        known.is_some_and(|known| known.expose_secret() == address.expose_secret())
    });
    if in_force {
        app.journal().observer(Integration::Slack)
    } else {
        Observer::default()
    }
}
