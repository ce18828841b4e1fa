//! Delivering one message to Slack, and storing what came of it.
//!
//! **Invariant:** a new message whose earlier try was unclear is looked for in Slack before it is
//! posted again. Edits and answers may be repeated without harm.

use maro_core::ids::{OutboxId, SessionId};
use maro_core::outbox::{MAX_ATTEMPTS, Message, OutboxMessage, Thread, back_off};
use maro_slack::api::{
    MessageSearch, Metadata, PostEphemeral, PostMessage, Posted, Respond, UpdateMessage,
};
use maro_slack::{SlackClient, SlackError};
use maro_store::{StoreError, outbox, sessions};
use serde_json::{Value, json};

use crate::App;
use crate::failpoints::reach;
use crate::happening::Happening;

const EVENT_TYPE: &str = "maro_outbox";
const ID_KEY: &str = "outbox_id";

/// What came of a delivery.
enum Outcome {
    /// Slack has it, under this timestamp where it is a new message.
    Delivered(Option<String>),
    Slack(SlackError),
    /// What it needs is not there.
    Impossible(String),
}

/// Delivers one claimed message.
pub(crate) async fn deliver(app: &App, message: OutboxMessage) -> Result<(), StoreError> {
    reach("outbox.before_send");
    let outcome = match app.slack() {
        Some(slack) => send(app, slack, &message).await?,
        None => Outcome::Impossible("Slack is not configured. Set SLACK_BOT_TOKEN.".into()),
    };
    reach("outbox.after_send");
    settle(app, &message, outcome).await?;
    reach("outbox.after_settle");
    app.announce(Happening::Outbox);
    Ok(())
}

async fn send(app: &App, slack: &SlackClient, row: &OutboxMessage) -> Result<Outcome, StoreError> {
    let result = match &row.message {
        Message::SlackPost {
            channel,
            thread,
            text,
            blocks,
            ..
        } => {
            let thread_ts = match thread {
                Thread::Channel => None,
                Thread::Ts(ts) => Some(ts.clone()),
                Thread::Session(session) => match thread_of(app, session).await? {
                    Some(ts) => Some(ts),
                    None => return Ok(Outcome::Impossible(NO_THREAD.into())),
                },
            };
            post(slack, row, channel, thread_ts, &content(text, blocks)).await
        }
        Message::SlackUpdatePreview {
            session,
            channel,
            text,
            blocks,
        } => {
            let preview = sessions::find(app.store(), session)
                .await?
                .and_then(|s| s.preview_ts);
            let Some(ts) = preview else {
                return Ok(Outcome::Impossible(NO_THREAD.into()));
            };
            let posted = Posted {
                channel: channel.clone(),
                ts,
            };
            let change = UpdateMessage::new(posted, content(text, blocks));
            slack.update_message(&change).await.map(|_| None)
        }
        Message::SlackEphemeral {
            channel,
            user,
            thread_ts,
            text,
            blocks,
        } => {
            let mut message = PostEphemeral::new(channel, user, content(text, blocks));
            if let Some(ts) = thread_ts {
                message = message.in_thread(ts);
            }
            slack.post_ephemeral(&message).await.map(|_| None)
        }
        Message::SlackRespond { response_url, body } => {
            let answer = Respond::ephemeral(content(
                body["text"].as_str().unwrap_or_default(),
                &body["blocks"],
            ));
            slack.respond(response_url, &answer).await.map(|()| None)
        }
    };
    Ok(result.map_or_else(Outcome::Slack, Outcome::Delivered))
}

const NO_THREAD: &str = "the preview of this session was not delivered; replay that message first";

async fn thread_of(app: &App, session: &SessionId) -> Result<Option<String>, StoreError> {
    let session = sessions::find(app.store(), session).await?;
    Ok(session.and_then(|session| session.thread_ts.or(session.preview_ts)))
}

async fn post(
    slack: &SlackClient,
    row: &OutboxMessage,
    channel: &str,
    thread_ts: Option<String>,
    content: &maro_slack::blocks::Message,
) -> Result<Option<String>, SlackError> {
    if row.unclear
        && let Some(ts) = find_earlier(slack, row, channel, thread_ts.as_deref()).await?
    {
        return Ok(Some(ts));
    }
    let metadata = Metadata {
        event_type: EVENT_TYPE.to_owned(),
        event_payload: json!({ ID_KEY: row.id }),
    };
    let mut message = PostMessage::new(channel, content.clone()).with_metadata(metadata);
    if let Some(ts) = thread_ts {
        message = message.in_thread(ts);
    }
    slack
        .post_message(&message)
        .await
        .map(|posted| Some(posted.ts))
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
    slack
        .find_message(search)
        .await
        .map(|found| found.map(|message| message.ts))
}

fn content(text: &str, blocks: &Value) -> maro_slack::blocks::Message {
    let blocks = if blocks.is_array() {
        blocks.clone()
    } else {
        json!([])
    };
    let stored = json!({ "text": text, "blocks": blocks });
    serde_json::from_value(stored).unwrap_or_else(|_| maro_slack::blocks::Message::text(text))
}

async fn settle(app: &App, row: &OutboxMessage, outcome: Outcome) -> Result<(), StoreError> {
    let (epoch, now) = (row.lease_epoch, app.now());
    let tx = app.store().begin().await?;
    match outcome {
        Outcome::Delivered(ts) => {
            if outbox::settle_delivered(&tx, row.id, epoch, ts.as_deref(), now).await?
                && let (
                    Message::SlackPost {
                        preview_of: Some(session),
                        ..
                    },
                    Some(ts),
                ) = (&row.message, &ts)
            {
                sessions::set_preview(&tx, session, ts, Some(ts)).await?;
            }
            app.calls().slack_ok(now);
        }
        Outcome::Impossible(why) => {
            outbox::settle_dead(&tx, row.id, epoch, &why).await?;
        }
        Outcome::Slack(SlackError::RateLimited { retry_after }) => {
            let pause =
                chrono::Duration::from_std(retry_after).unwrap_or(chrono::Duration::seconds(30));
            outbox::pause(&tx, &row.destination, now + pause, "rate limited by Slack").await?;
            outbox::settle_retry(
                &tx,
                row.id,
                epoch,
                now + pause,
                "rate limited by Slack",
                false,
            )
            .await?;
        }
        Outcome::Slack(err) => settle_failure(app, &tx, row, &err).await?,
    }
    tx.commit().await
}

async fn settle_failure(
    app: &App,
    tx: &maro_store::Tx,
    row: &OutboxMessage,
    err: &SlackError,
) -> Result<(), StoreError> {
    let now = app.now();
    let sentence = err.sentence();
    app.calls().slack_failed(&sentence, now);
    tracing::warn!(outbox.id = %row.id, slack.error = err.code(), "message not delivered: {sentence}");
    if err.is_permanent() || row.attempts + 1 >= MAX_ATTEMPTS {
        metrics::counter!("maro_outbox_dead_total").increment(1);
        return outbox::settle_dead(tx, row.id, row.lease_epoch, &sentence)
            .await
            .map(drop);
    }
    let unclear = matches!(err, SlackError::OutcomeUnknown(_));
    let next = now + back_off(row.attempts + 1, rand::random());
    outbox::settle_retry(tx, row.id, row.lease_epoch, next, &sentence, unclear)
        .await
        .map(drop)
}
