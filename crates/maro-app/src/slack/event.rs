//! Events: a mention of Maro is a command; that the app was removed ends a workspace.

use maro_core::actor::Actor;
use maro_core::commands::{Command, help};
use maro_core::ids::ChannelRef;
use maro_slack::payloads::{Event, EventEnvelope, MessageEvent};

use super::answers::{AnswerTo, answer};
use super::asked;
use super::command::{track, tracked, untrack};
use super::lookups::channel_name;
use super::thread_draft::draft_thread;
use super::workspaces::handle_removal;
use crate::App;
use crate::cause::Cause;
use crate::inbound::HandleError;
use crate::suite_starts::ask;

/// Handles one event.
pub(crate) async fn handle_event(app: &App, body: &[u8], cause: &Cause) -> Result<(), HandleError> {
    let envelope =
        EventEnvelope::parse(body).map_err(|err| HandleError::Broken(err.to_string()))?;
    let EventEnvelope::EventCallback(callback) = envelope else {
        return Ok(());
    };
    match callback.event {
        Event::AppMention(message) if message.is_from_person() => {
            mention(app, &callback.team_id, &message, cause).await
        }
        Event::AppUninstalled => handle_removal(app, &callback.team_id, None, cause).await,
        Event::TokensRevoked(tokens) => {
            handle_removal(app, &callback.team_id, Some(&tokens), cause).await
        }
        _ => Ok(()),
    }
}

async fn mention(
    app: &App,
    team: &str,
    message: &MessageEvent,
    cause: &Cause,
) -> Result<(), HandleError> {
    let Some(user) = message.user.clone() else {
        return Ok(());
    };
    let thread_ts = message
        .thread_ts
        .clone()
        .unwrap_or_else(|| message.ts.clone());
    let channel = ChannelRef {
        team: team.to_owned(),
        channel: message.channel.clone(),
    };
    let by = Actor::Slack {
        team: team.to_owned(),
        user: user.clone(),
    };
    let to = AnswerTo::Person {
        team: team.to_owned(),
        channel: channel.channel.clone(),
        user,
        thread_ts: message.thread_ts.clone(),
    };
    let text = match Command::parse(&without_mention(&message.text)) {
        Command::Draft => return draft_thread(app, &channel, &thread_ts, &by, &to, cause).await,
        Command::Track(keys) => track(app, &channel, &keys, &by).await?,
        Command::Untrack(keys) => untrack(app, &channel, &keys, &by).await?,
        Command::Tracked => tracked(app, &channel, &channel_name(app, &channel).await).await?,
        Command::Defects(query) => asked::defects(app, &query).await?,
        Command::Status => asked::status(app).await?,
        Command::Why(what) => asked::why(app, &what).await?,
        Command::Run { suite } => ask(app, &suite, &channel, &by, cause).await?,
        _ => help(app.settings().command()),
    };
    answer(app, &to, &text, cause).await?;
    Ok(())
}

/// Takes `<@U…>` away from the beginning.
fn without_mention(text: &str) -> String {
    let text = text.trim();
    match text
        .strip_prefix("<@")
        .and_then(|rest| rest.split_once('>'))
    {
        Some((_, rest)) => rest.trim().to_owned(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_mention;

    #[test]
    fn the_mention_goes_and_the_words_stay() {
        assert_eq!(without_mention("<@U0MARO> draft"), "draft");
        assert_eq!(without_mention("<@U0MARO|maro>  track A-1"), "track A-1");
        assert_eq!(without_mention("draft"), "draft");
    }
}
