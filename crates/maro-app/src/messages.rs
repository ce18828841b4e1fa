//! Putting messages into the outbox, in the transaction of what they tell.

use maro_core::findings::tickets::ticket_of;
use maro_core::ids::OutboxId;
use maro_core::outbox::{Message, NewMessage};
use maro_store::sessions::Session;
use maro_store::{StoreError, Tx, outbox};
use serde_json::json;

use crate::notices::{Road, line_of_session, road};
use crate::{App, clock};

/// Queues a message of a session; messages of one session go out in order. Where there is no app to
/// talk, its news goes out by the webhook.
pub(crate) async fn enqueue(
    app: &App,
    tx: &Tx,
    session: &Session,
    message: Message,
) -> Result<(), StoreError> {
    if ticket_of(&session.id).is_some() {
        // No conversation: who hears of a finding is decided by rules, and told on its card.
        return Ok(());
    }
    let team = &session.channel.team;
    let message = match road(app, team) {
        Road::App => Some(message),
        Road::Webhook => line_of_session(app, tx, session, &message).await?,
        Road::Silent => None,
    };
    match message {
        Some(message) => queue(app, tx, team, session.id.0.clone(), message).await,
        None => Ok(()),
    }
}

/// Queues an answer to a command or click, which only the person who acted sees.
pub(crate) async fn answer(
    app: &App,
    tx: &Tx,
    team: &str,
    response_url: &str,
    text: &str,
) -> Result<(), StoreError> {
    let body = json!({ "text": text, "blocks": [] });
    let message = Message::SlackRespond {
        response_url: response_url.to_owned(),
        body,
    };
    let subject = format!("answer:{}", clock::new_id());
    queue(app, tx, team, subject, message).await
}

/// Queues any message.
pub(crate) async fn queue(
    app: &App,
    tx: &Tx,
    team: &str,
    subject: String,
    message: Message,
) -> Result<(), StoreError> {
    let id = OutboxId(clock::new_id());
    let team = team.to_owned();
    let new = NewMessage {
        id,
        team,
        subject,
        message,
        not_before: app.now(),
    };
    outbox::enqueue(tx, &new).await
}
