//! A test message, by whichever way Slack is configured: it tells people where notifications arrive.

use maro_slack::api::PostMessage;
use maro_slack::blocks::Message;
use maro_slack::webhook::IncomingWebhook;
use maro_slack::{SlackClient, SlackConfig, SlackError};

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

/// Posts a test message to the alert channel, else by the incoming webhook.
pub async fn test_message(settings: &SlackSettings) -> Result<TestMessage, SlackError> {
    if let (Some(bot_token), Some(channel)) = (&settings.bot_token, &settings.alert_channel) {
        let client = SlackClient::new(SlackConfig {
            api_url: settings.api_url.clone(),
            bot_token: bot_token.clone(),
        })?;
        let message = PostMessage::new(channel, Message::text(TEXT));
        client.post_message(&message).await?;
        return Ok(TestMessage::AlertChannel(channel.clone()));
    }
    if let Some(address) = &settings.webhook_url {
        let webhook = IncomingWebhook::new(&settings.api_url, address.clone())?;
        webhook.post(&Message::text(TEXT)).await?;
        return Ok(TestMessage::Webhook);
    }
    Ok(TestMessage::NoPlace)
}
