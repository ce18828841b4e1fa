//! Dead letters: counted, told once to whom they concern, and one for each thing that is not shown.
//!
//! A channel that is archived refuses every later edit of what it shows, too. Such an edit takes the
//! place of the dead letter before it. A line below a card that cannot be shown for the same reason is
//! dropped: it is not sent again, and the card, once its letter is replayed, shows how things stand.

use maro_core::actor::Actor;
use maro_core::outbox::{Message, OutboxMessage, Thread};
use maro_slack::mrkdwn::from_user;
use maro_store::sessions::{self, Session};
use maro_store::{StoreError, Tx, finding_cards, outbox};
use serde_json::Value;

use crate::App;
use crate::messages::queue;

/// Makes a dead letter of a message. Its author is told, where an earlier letter did not say the same.
pub(super) async fn bury(
    app: &App,
    tx: &Tx,
    row: &OutboxMessage,
    why: &str,
    unclear: bool,
) -> Result<(), StoreError> {
    let before = outbox::dead_of_subject(tx, &row.subject).await?;
    if fell_with_its_card(tx, row, &before, why).await? {
        return outbox::settle_collapsed(tx, row.id, row.lease_epoch, why)
            .await
            .map(drop);
    }
    if !outbox::settle_dead(tx, row.id, row.lease_epoch, why, unclear).await? {
        return Ok(());
    }
    metrics::counter!("maro_outbox_dead_total").increment(1);
    collapse(tx, row, &before).await?;
    if !before.iter().any(|letter| says_the_same(letter, row)) {
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

/// Whether a line cannot be in its thread because of what keeps its card from being shown: there is
/// no card in Slack, or Slack refused both alike. What fails for a reason of its own is a letter of
/// its own.
async fn fell_with_its_card(
    tx: &Tx,
    row: &OutboxMessage,
    dead: &[OutboxMessage],
    why: &str,
) -> Result<bool, StoreError> {
    let Message::SlackPost {
        thread: Thread::Card(card),
        ..
    } = &row.message
    else {
        return Ok(false);
    };
    let shown = Some(format!("card:{card}"));
    let cards: Vec<_> = dead
        .iter()
        .filter(|letter| letter.message.shows() == shown)
        .map(|letter| letter.last_error.as_deref())
        .collect();
    if cards.is_empty() || cards.contains(&Some(why)) {
        return Ok(!cards.is_empty());
    }
    let card = finding_cards::find(tx, *card).await?;
    Ok(card.is_none_or(|card| card.posted.is_none()))
}

/// Whether the author was told of a letter what this message's would say: that the preview, or that
/// news of the same session, cannot be shown.
fn says_the_same(letter: &OutboxMessage, row: &OutboxMessage) -> bool {
    let (letter, row) = (&letter.message, &row.message);
    let shows_the_same = row.shows().is_some() && letter.shows() == row.shows();
    let is_same_news =
        letter.session() == row.session() && is_new_preview(letter) == is_new_preview(row);
    shows_the_same || is_same_news
}

fn is_new_preview(message: &Message) -> bool {
    let Message::SlackPost { preview_of, .. } = message else {
        return false;
    };
    preview_of.is_some()
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
    if is_new_preview(&row.message) {
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

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use maro_core::ids::{OutboxId, SessionId};
    use maro_core::outbox::OutboxState;
    use uuid::Uuid;

    use super::*;

    fn row(message: Message) -> OutboxMessage {
        OutboxMessage {
            id: OutboxId(Uuid::nil()),
            seq: 1,
            team: "T1".into(),
            subject: "session".into(),
            destination: message.destination("T1"),
            message,
            state: OutboxState::Dead,
            attempts: 1,
            vanished: 0,
            unclear: false,
            next_at: DateTime::UNIX_EPOCH,
            lease_epoch: 1,
            last_error: None,
            created_at: DateTime::UNIX_EPOCH,
            delivered_at: None,
        }
    }

    fn post(thread: Thread, preview_of: Option<SessionId>) -> OutboxMessage {
        row(Message::SlackPost {
            channel: "C1".into(),
            thread,
            text: "Text".into(),
            blocks: Value::Null,
            preview_of,
        })
    }

    #[test]
    fn an_author_is_told_once_of_the_preview_and_once_of_news() {
        let session = SessionId::new("T1", "C1", "1");
        let preview = post(Thread::Channel, Some(session.clone()));
        let news = post(Thread::Session(session.clone()), None);
        let edit = row(Message::SlackUpdatePreview {
            session,
            channel: "C1".into(),
            text: "Text".into(),
            blocks: Value::Null,
        });
        let unrelated = post(Thread::Channel, None);
        for (letter, message, same) in [
            (&news, &preview, false),
            (&unrelated, &preview, false),
            (&unrelated, &news, false),
            (&preview, &preview, true),
            (&preview, &edit, true),
            (&preview, &news, false),
            (&edit, &news, true),
            (&news, &edit, true),
        ] {
            let (letter_kind, kind) = (letter.message.kind(), message.message.kind());
            assert_eq!(
                says_the_same(letter, message),
                same,
                "{letter_kind}, {kind}"
            );
        }
    }
}
