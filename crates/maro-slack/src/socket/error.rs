//! Why a connection could not be opened or did not last.

use tokio_tungstenite::tungstenite;

use super::DisconnectReason;
use crate::SlackError;

/// Why a connection could not be opened or did not last.
#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    /// Slack gave no address.
    #[error("Slack gave no address for a connection")]
    NotOpened(#[source] SlackError),
    /// The address is not Slack's.
    #[error("the address that Slack named is not Slack's")]
    ForeignAddress,
    /// The address could not be reached.
    #[error("Slack's address for connections could not be reached")]
    NotReached(#[source] reqwest::Error),
    /// Something else than a WebSocket answered.
    #[error("no WebSocket answered (status {0})")]
    NotAWebSocket(u16),
    /// Slack sent nothing for too long.
    #[error("the connection to Slack went silent")]
    Silent,
    /// Slack gave a connection and took it back before its greeting.
    #[error("Slack ended the connection before it began")]
    Refused(DisconnectReason),
    /// Slack closed the connection.
    #[error("Slack closed the connection")]
    Closed,
    /// The connection broke.
    #[error("the connection to Slack broke")]
    Broken(#[source] tungstenite::Error),
}

impl SocketError {
    /// Whether nothing will change until a person acts, such as giving another token.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::NotOpened(err) => err.is_permanent(),
            Self::ForeignAddress => true,
            Self::Refused(reason) => reason.sentence().is_some(),
            _ => false,
        }
    }

    /// What happened and what to do next, for people.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::NotOpened(SlackError::Unauthorized { error }) => format!(
                "Slack does not accept the app-level token ({error}). Check SLACK_APP_TOKEN: it \
                 starts with xapp- and needs the scope connections:write."
            ),
            Self::NotOpened(SlackError::Api { error, .. }) => match error.as_str() {
                "not_allowed_token_type" => "Socket Mode needs an app-level token. Check \
                    SLACK_APP_TOKEN: it starts with xapp-."
                    .to_owned(),
                "missing_scope" | "no_permission" => "The app-level token lacks the scope \
                    connections:write. Make another one under Basic Information."
                    .to_owned(),
                _ => format!(
                    "Slack gave no connection ({error}). Turn Socket Mode on in the app's settings."
                ),
            },
            Self::NotOpened(err) => err.sentence(),
            Self::ForeignAddress => {
                "Slack named a foreign address, which was not used. Check SLACK_API_URL.".to_owned()
            }
            Self::NotReached(_) | Self::NotAWebSocket(_) => format!(
                "{}. Let this server, and its proxy, reach wss://*.slack.com.",
                capitalized(&self.to_string())
            ),
            Self::Refused(reason) => reason
                .sentence()
                .map_or_else(|| self.another(), str::to_owned),
            Self::Silent | Self::Closed | Self::Broken(_) => self.another(),
        }
    }

    fn another(&self) -> String {
        let what = capitalized(&self.to_string());
        format!("{what}; Maro opens another one.")
    }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}
