//! Dead letters: counted, told once to whom they concern, and one for each thing that is not shown.
//!
//! A channel that is archived refuses every later edit of what it shows, too. Such an edit takes the
//! place of the dead letter before it, and a line below a card that cannot be shown is kept with the
//! card: replaying one letter brings back all.

use maro_core::actor::Actor;
use maro_core::outbox::{Message, OutboxMessage, Thread};
use maro_slack::mrkdwn::from_user;
use maro_store::sessions::{self, Session};
use maro_store::{StoreError, Tx, outbox};
use serde_json::Value;

use crate::App;
use crate::messages::queue;

/// Makes a dead letter of a message. Its author is told of the first of a session.
pub(super) async fn bury(
    app: &App,
    tx: &Tx,
    row: &OutboxMessage,
    why: &str,
    unclear: bool,
) -> Result<(), StoreError> {
    let before = outbox::dead_of_subject(tx, &row.subject).await?;
    if is_below_a_dead_card(row, &before) {
        return outbox::settle_collapsed(tx, row.id, row.lease_epoch, why)
            .await
            .map(drop);
    }
    if !outbox::settle_dead(tx, row.id, row.lease_epoch, why, unclear).await? {
        return Ok(());
    }
    metrics::counter!("maro_outbox_dead_total").increment(1);
    collapse(tx, row, &before).await?;
    if before.is_empty() {
        tell_author(app, tx, row, why).await?;
    }
    Ok(())
}

/// A message is in Slack: older dead letters that would show the same are needless.
pub(super) async fn collapse_older(tx: &Tx, row: &OutboxMessage) -> Result<(), StoreError> {
    if row.message.shows().is_none() {
        return Ok(());
    }
    let before = outbox::dead_of_subject(tx, &row.subject).await?;
    collapse(tx, row, &before).await
}

/// A letter that is newer stays: this message may be one that a person replayed.
async fn collapse(tx: &Tx, row: &OutboxMessage, dead: &[OutboxMessage]) -> Result<(), StoreError> {
    let Some(shown) = row.message.shows() else {
        return Ok(());
    };
    let older: Vec<_> = dead
        .iter()
        .filter(|letter| letter.seq < row.seq && letter.message.shows().as_ref() == Some(&shown))
        .map(|letter| letter.id)
        .collect();
    outbox::collapse_dead(tx, &older).await
}

fn is_below_a_dead_card(row: &OutboxMessage, dead: &[OutboxMessage]) -> bool {
    let Message::SlackPost {
        thread: Thread::Card(card),
        ..
    } = &row.message
    else {
        return false;
    };
    let shown = Some(format!("card:{card}"));
    dead.iter().any(|letter| letter.message.shows() == shown)
}

async fn tell_author(app: &App, tx: &Tx, row: &OutboxMessage, why: &str) -> Result<(), StoreError> {
    let Some(session) = row.message.session() else {
        return Ok(());
    };
    let Some(session) = sessions::find(tx, session).await? else {
        return Ok(());
    };
    let Actor::Slack { user, .. } = &session.author else {
        return Ok(());
    };
    let text = words(app, row, &session, &from_user(why));
    let subject = format!("told:{}", row.id);
    queue(
        app,
        tx,
        &row.team,
        subject,
        direct_message(user.clone(), text),
    )
    .await
}

fn words(app: &App, row: &OutboxMessage, session: &Session, why: &str) -> String {
    let channel = &session.channel.channel;
    if let Message::SlackPost {
        preview_of: Some(_),
        ..
    } = row.message
    {
        return format!(
            "The preview of your ticket draft could not be shown in <#{channel}>: {why} \
             The draft is kept; nothing was sent to Jira."
        );
    }
    let page = app
        .settings()
        .page_url(&format!("sessions/{}", session.id))
        .map(|page| format!(" How it stands: {page}"));
    format!(
        "News of your ticket draft cannot be shown in <#{channel}>: {why}{}",
        page.unwrap_or_default()
    )
}

/// A message to a person, in Maro's own conversation with them.
fn direct_message(user: String, text: String) -> Message {
    Message::SlackPost {
        channel: user,
        thread: Thread::Channel,
        text,
        blocks: Value::Array(Vec::new()),
        preview_of: None,
    }
}
