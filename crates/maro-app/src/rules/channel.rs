//! Whether Slack knows a channel that is given by its name.
//!
//! Slack finds no channel by its name, so the channels are listed. Where it cannot be asked nothing is
//! said. A name stays a name: the rules of a page, of the file and the alert channel must mean one
//! place by one key, and a key that changes with Slack's mood would tell everything again.

use std::time::Duration;

use maro_core::findings::Place;
use maro_core::rules::Rule;
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

/// Refuses a rule that tells a channel by a name which Slack does not know. It passes where Slack
/// could not be asked, or not to the end.
pub(super) async fn must_be_known(app: &App, rule: &Rule) -> Result<(), NoChannel> {
    let Some(Ok(Place::Channel { team, channel })) =
        rule.notify.as_ref().map(|notify| place(app, &notify.to))
    else {
        return Ok(());
    };
    let (Some(name), Some(slack)) = (channel.strip_prefix('#'), app.slack_for(&team)) else {
        return Ok(());
    };
    match tokio::time::timeout(PATIENCE, find(&slack, name)).await {
        Ok(Ok(Sought::Nowhere)) => Err(NoChannel(channel)),
        Ok(Ok(Sought::Found | Sought::Unknown)) | Err(_) => Ok(()),
        Ok(Err(error)) => {
            let error: &(dyn std::error::Error + 'static) = &error;
            tracing::warn!(error, "Slack did not list its channels");
            Ok(())
        }
    }
}

enum Sought {
    Found,
    Nowhere,
    /// There are more channels than are looked through, or such that are not shown.
    Unknown,
}

async fn find(slack: &SlackClient, name: &str) -> Result<Sought, SlackError> {
    match look(slack, Listed::All, name).await {
        Err(SlackError::Api { error, .. }) if error == "missing_scope" => {
            // Private channels are not shown then, and it may be one of them.
            let found = look(slack, Listed::Public, name).await?;
            Ok(match found {
                Sought::Nowhere => Sought::Unknown,
                found => found,
            })
        }
        found => found,
    }
}

async fn look(slack: &SlackClient, listed: Listed, name: &str) -> Result<Sought, SlackError> {
    let mut cursor = None;
    for _ in 0..MOST_PAGES {
        let page = slack.conversations_list(listed, cursor.as_deref()).await?;
        if page.channels.iter().any(|one| one.name == name) {
            return Ok(Sought::Found);
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(Sought::Nowhere);
        }
    }
    Ok(Sought::Unknown)
}
