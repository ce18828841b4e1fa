//! Slash commands.

use serde::Deserialize;

use super::parse::{check_bounded, check_id, form, is_json, json};
use super::{PayloadError, ResponseUrl};

/// A slash command that somebody entered.
///
/// Slack offers commands only outside threads, so there is no thread in it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SlashCommand {
    /// The workspace.
    pub team_id: String,
    /// The channel it was entered in.
    pub channel_id: String,
    /// That channel's name; `directmessage` or `privategroup` for some.
    #[serde(default)]
    pub channel_name: String,
    /// Who entered it.
    pub user_id: String,
    /// The command with its slash.
    pub command: String,
    /// What follows the command.
    #[serde(default)]
    pub text: String,
    /// Where up to five answers can be sent for 30 minutes. A secret.
    #[serde(default)]
    pub response_url: ResponseUrl,
    /// Opens one modal within 3 seconds.
    pub trigger_id: String,
    /// The app.
    #[serde(default)]
    pub api_app_id: String,
    /// The organisation, on Enterprise Grid.
    pub enterprise_id: Option<String>,
}

/// What arrives at the address for commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandDelivery {
    /// A command.
    Command(Box<SlashCommand>),
    /// Slack looks whether our certificate is good; answer 200 with nothing.
    SslCheck,
}

impl SlashCommand {
    /// Reads the body of a request for a command, a form; or what came over a socket, JSON.
    pub fn parse(body: &[u8]) -> Result<CommandDelivery, PayloadError> {
        let command: Self = if is_json(body) {
            json(body)?
        } else if is_ssl_check(body) {
            return Ok(CommandDelivery::SslCheck);
        } else {
            form(body)?
        };
        check_id("team_id", &command.team_id)?;
        check_id("channel_id", &command.channel_id)?;
        check_id("user_id", &command.user_id)?;
        check_id("trigger_id", &command.trigger_id)?;
        check_bounded("command", &command.command)?;
        Ok(CommandDelivery::Command(Box::new(command)))
    }
}

/// Neither the name nor the value needs escaping, so nothing is decoded for it.
fn is_ssl_check(body: &[u8]) -> bool {
    body.split(|byte| *byte == b'&')
        .any(|pair| pair == b"ssl_check=1")
}
