//! Sending one message to Slack, each kind in its own way.
//!
//! **Invariant:** a new message whose earlier try was unclear is looked for in Slack before it is
//! posted again. Edits and answers may be repeated without harm.

use maro_core::ids::{CardId, OutboxId, SessionId};
use maro_core::outbox::{Message, OutboxMessage, Thread};
use maro_slack::api::{
    MessageSearch, Metadata, PostEphemeral, PostMessage, Posted, Respond, UpdateMessage,
};
use maro_slack::{SlackClient, SlackError};
use maro_store::sessions::{self, Session};
use maro_store::{StoreError, finding_cards};
use serde_json::{Value, json};

use super::card::show;
use crate::App;

const EVENT_TYPE: &str = "maro_outbox";
const ID_KEY: &str = "outbox_id";
const NO_CARD: &str = "the card was not delivered; replay that message first";
const NO_THREAD: &str = "the preview of this session was not delivered; replay that message first";

/// What came of a delivery.
pub(super) enum Outcome {
    /// Slack has it.
    Delivered,
    /// Slack has it, and it is now the preview of a session, under this timestamp.
    Preview(SessionId, String),
    /// Slack has it, and it is the card of a finding, there.
    Card(CardId, Posted),
    /// The card of a finding is not in Slack any more.
    CardGone(CardId, String),
    /// Slack did not take it.
    Slack(SlackError),
    /// Slack did not answer while the claim held.
    TooLate,
    /// The app is not installed in the workspace any more; the message waits until it is.
    Parked(String),
    /// What it needs is not there.
    Impossible(String),
    /// Whoever tries vanishes, so it is not tried.
    Endless(String),
}

/// Sends one message.
pub(super) async fn send(
    app: &App,
    slack: &SlackClient,
    row: &OutboxMessage,
) -> Result<Outcome, StoreError> {
    match &row.message {
        Message::SlackPost {
            preview_of: Some(session),
            ..
        } => new_preview(app, slack, row, session).await,
        Message::SlackPost {
            channel, thread, ..
        } => in_thread(app, slack, row, (channel, thread)).await,
        Message::SlackCard { card, channel, .. } | Message::SlackCardEdit { card, channel, .. } => {
            show(app, slack, row, (*card, channel)).await
        }
        Message::SlackUpdatePreview { session, .. } => update(app, slack, row, session).await,
        Message::SlackEphemeral {
            channel,
            user,
            thread_ts,
            ..
        } => {
            let mut message = PostEphemeral::new(channel, user, content(&row.message));
            if let Some(ts) = thread_ts {
                message = message.in_thread(ts);
            }
            Ok(delivered(slack.post_ephemeral(&message).await.map(drop)))
        }
        // It has a way of its own, and no workspace.
        Message::SlackWebhook { .. } => Ok(Outcome::Slack(SlackError::Unsendable)),
        Message::SlackRespond { response_url, .. } => {
            let answer = Respond::ephemeral(content(&row.message));
            Ok(delivered(slack.respond(response_url, &answer).await))
        }
    }
}

/// Posts a message where it belongs, which may be under one that went out before.
async fn in_thread(
    app: &App,
    slack: &SlackClient,
    row: &OutboxMessage,
    (channel, thread): (&str, &Thread),
) -> Result<Outcome, StoreError> {
    let (channel, thread_ts) = match thread {
        Thread::Channel => (channel.to_owned(), None),
        Thread::Ts(ts) => (channel.to_owned(), Some(ts.clone())),
        Thread::Session(session) => {
            let session = sessions::find(app.store(), session).await?;
            let Some(ts) = session.and_then(|s| s.thread_ts.or(s.preview_ts)) else {
                return Ok(Outcome::Impossible(NO_THREAD.into()));
            };
            (channel.to_owned(), Some(ts))
        }
        Thread::Card(card) => {
            let card = finding_cards::find(app.store(), *card).await?;
            let Some((channel, ts)) = card.and_then(|card| card.posted) else {
                return Ok(Outcome::Impossible(NO_CARD.into()));
            };
            (channel, Some(ts))
        }
    };
    let posted = post(slack, row, &channel, thread_ts, content(&row.message)).await;
    Ok(delivered(posted.map(drop)))
}

pub(super) fn delivered(result: Result<(), SlackError>) -> Outcome {
    result.map_or_else(Outcome::Slack, |()| Outcome::Delivered)
}

/// A preview that is replayed after a newer one has taken its place is not shown again.
async fn new_preview(
    app: &App,
    slack: &SlackClient,
    row: &OutboxMessage,
    session: &SessionId,
) -> Result<Outcome, StoreError> {
    let Some(session) = sessions::find(app.store(), session).await? else {
        return Ok(Outcome::Impossible(
            "the session does not exist any more".into(),
        ));
    };
    if session.preview_ts.is_some() && !shows_current_draft(row, &session) {
        return Ok(Outcome::Delivered);
    }
    Ok(as_preview(
        post_preview(slack, row, &session).await,
        session.id,
    ))
}

fn shows_current_draft(row: &OutboxMessage, session: &Session) -> bool {
    let Message::SlackPost { blocks, .. } = &row.message else {
        return false;
    };
    session
        .current_draft
        .is_some_and(|draft| blocks.to_string().contains(&draft.to_string()))
}

/// Edits the preview. When the first one never arrived, the edit becomes the preview.
async fn update(
    app: &App,
    slack: &SlackClient,
    row: &OutboxMessage,
    session: &SessionId,
) -> Result<Outcome, StoreError> {
    let Some(session) = sessions::find(app.store(), session).await? else {
        return Ok(Outcome::Impossible(
            "the session does not exist any more".into(),
        ));
    };
    let Some(ts) = session.preview_ts else {
        return Ok(as_preview(
            post_preview(slack, row, &session).await,
            session.id,
        ));
    };
    let posted = Posted {
        channel: session.channel.channel,
        ts,
    };
    let change = UpdateMessage::new(posted, content(&row.message));
    Ok(delivered(slack.update_message(&change).await.map(drop)))
}

fn as_preview(result: Result<String, SlackError>, session: SessionId) -> Outcome {
    result.map_or_else(Outcome::Slack, |ts| Outcome::Preview(session, ts))
}

/// Posts the preview of a session and returns its timestamp.
async fn post_preview(
    slack: &SlackClient,
    row: &OutboxMessage,
    session: &Session,
) -> Result<String, SlackError> {
    let (Message::SlackPost { channel, .. } | Message::SlackUpdatePreview { channel, .. }) =
        &row.message
    else {
        return Err(SlackError::Unsendable);
    };
    let thread_ts = session.thread_ts.clone();
    let posted = post(slack, row, channel, thread_ts, content(&row.message)).await;
    posted.map(|posted| posted.ts)
}

/// Posts a message, unless an earlier try did, and says where it is.
pub(super) async fn post(
    slack: &SlackClient,
    row: &OutboxMessage,
    channel: &str,
    thread_ts: Option<String>,
    content: maro_slack::blocks::Message,
) -> Result<Posted, SlackError> {
    if row.unclear
        && !is_person(channel)
        && let Some(ts) = find_earlier(slack, row, channel, thread_ts.as_deref()).await?
    {
        let channel = channel.to_owned();
        return Ok(Posted { channel, ts });
    }
    let metadata = Metadata {
        event_type: EVENT_TYPE.to_owned(),
        event_payload: json!({ ID_KEY: row.id }),
    };
    let mut message = PostMessage::new(channel, content).with_metadata(metadata);
    if let Some(ts) = thread_ts {
        message = message.in_thread(ts);
    }
    slack.post_message(&message).await
}

/// A message to a person is addressed by their id, under which Slack does not tell what was said. It
/// may come twice rather than never.
fn is_person(channel: &str) -> bool {
    channel.starts_with(['U', 'W'])
}

/// Our own message from an earlier try whose outcome was unclear.
async fn find_earlier(
    slack: &SlackClient,
    row: &OutboxMessage,
    channel: &str,
    thread_ts: Option<&str>,
) -> Result<Option<String>, SlackError> {
    let OutboxId(id) = row.id;
    let oldest = format!("{}.000000", row.created_at.timestamp() - 60);
    let search = MessageSearch {
        channel,
        thread_ts,
        oldest: Some(&oldest),
        event_type: EVENT_TYPE,
        key: ID_KEY,
        value: &id.to_string(),
    };
    let found = slack.find_message(search).await?;
    Ok(found.map(|message| message.ts))
}

/// The text and blocks of a message, as they were stored.
pub(super) fn content(message: &Message) -> maro_slack::blocks::Message {
    let (text, blocks) = match message {
        Message::SlackPost { text, blocks, .. }
        | Message::SlackUpdatePreview { text, blocks, .. }
        | Message::SlackWebhook { text, blocks }
        | Message::SlackEphemeral { text, blocks, .. } => (text.as_str(), blocks),
        Message::SlackRespond { body, .. } => {
            (body["text"].as_str().unwrap_or_default(), &body["blocks"])
        }
        // What a card shows is read when it goes out.
        Message::SlackCard { text, .. } | Message::SlackCardEdit { text, .. } => {
            (text.as_str(), &Value::Null)
        }
    };
    as_stored(text, blocks)
}

/// Text and blocks as a message; blocks that cannot be read are left out.
pub(super) fn as_stored(text: &str, blocks: &Value) -> maro_slack::blocks::Message {
    let blocks = if blocks.is_array() {
        blocks.clone()
    } else {
        Value::Array(Vec::new())
    };
    let stored = json!({ "text": text, "blocks": blocks });
    serde_json::from_value(stored).unwrap_or_else(|_| maro_slack::blocks::Message::text(text))
}
