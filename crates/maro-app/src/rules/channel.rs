//! From the name of a channel to its id, which stays when the channel is renamed.
//!
//! Slack finds no channel by its name, so the channels are listed. Where Slack cannot be asked nothing
//! is said, and a name remains a name: Slack takes both.

use std::time::Duration;

use maro_core::findings::Place;
use maro_core::rules::Destination;
use maro_slack::api::Listed;
use maro_slack::{SlackClient, SlackError};

use super::place::place;
use crate::App;

/// Pages of channels that are looked through. In a workspace with more than these have, ids are to be
/// written.
const MOST_PAGES: usize = 10;
/// How long all of them may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Slack has no such channel.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Slack shows Maro no channel {0}. Write it as it is in Slack; if it is private, invite Maro to it."
)]
pub(super) struct NoChannel(String);

/// The same destination by the channel's id. `None`: it has no name of a channel, or Slack could not
/// be asked, or not to the end.
pub(super) async fn by_id(app: &App, to: &Destination) -> Result<Option<Destination>, NoChannel> {
    let Destination::Channel { team, channel } = to else {
        return Ok(None);
    };
    let Some(name) = channel.strip_prefix('#') else {
        return Ok(None);
    };
    let Ok(Place::Channel { team: at, .. }) = place(app, to) else {
        return Ok(None);
    };
    let Some(slack) = app.slack_for(&at) else {
        return Ok(None);
    };
    let sought = tokio::time::timeout(PATIENCE, find(&slack, name)).await;
    match sought {
        Ok(Ok(Sought::Found(id))) => Ok(Some(Destination::Channel {
            team: team.clone(),
            channel: id,
        })),
        Ok(Ok(Sought::Nowhere)) => Err(NoChannel(channel.clone())),
        Ok(Ok(Sought::TooMany)) | Err(_) => Ok(None),
        Ok(Err(error)) => {
            let error: &(dyn std::error::Error + 'static) = &error;
            tracing::warn!(
                error,
                "Slack did not list its channels; a name stays a name"
            );
            Ok(None)
        }
    }
}

enum Sought {
    Found(String),
    Nowhere,
    /// There are more channels than are looked through.
    TooMany,
}

async fn find(slack: &SlackClient, name: &str) -> Result<Sought, SlackError> {
    match look(slack, Listed::All, name).await {
        Err(SlackError::Api { error, .. }) if error == "missing_scope" => {
            look(slack, Listed::Public, name).await
        }
        found => found,
    }
}

async fn look(slack: &SlackClient, listed: Listed, name: &str) -> Result<Sought, SlackError> {
    let mut cursor = None;
    for _ in 0..MOST_PAGES {
        let page = slack.conversations_list(listed, cursor.as_deref()).await?;
        let found = page.channels.into_iter().find(|one| one.name == name);
        if let Some(channel) = found {
            return Ok(Sought::Found(channel.id));
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(Sought::Nowhere);
        }
    }
    Ok(Sought::TooMany)
}
