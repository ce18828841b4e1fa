//! Findings in Slack: one message per subject and place, edited in place, with its news in its thread.
//!
//! Whoever calls this has decided that something is to be told; here is only how. A card is read from
//! the database when it goes out, so it shows the newest state however long it waited, and nothing
//! that a report or a button carries decides what it shows.
//!
//! **Invariants:** what is told is queued in the transaction of what it tells; of one subject and place
//! there is one card; its messages go out in order. While notifications are turned off, none is queued.

mod buttons;
mod defect;
mod digest;
mod line;
mod render;
mod run;
mod samples;
mod start;

use maro_core::findings::{CardSubject, Place};
use maro_core::ids::CardId;
use maro_core::outbox::{Message, Thread};
use maro_core::text::clip;
use maro_slack::blocks::limits;
use maro_store::finding_cards::{self, FindingCard};
use maro_store::{StoreError, Tx};
use serde_json::Value;

use crate::messages::queue;
use crate::notices::{Road, road};
use crate::{App, clock};

pub(crate) use buttons::{FindingButton, Snooze, finding_of_block};
pub(crate) use defect::{icon, moment, standing_in_short};
pub use digest::digest;
pub(crate) use line::named;
pub(crate) use render::{Look, render};
pub(crate) use run::totals;
pub(crate) use samples::samples;

/// What became of what was to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// A new card is on its way.
    Posted,
    /// The card that is there is shown anew.
    Edited,
    /// Notifications are turned off.
    TurnedOff,
}

/// Tells of a subject in a place: by a card, or, where it has one already, by an edit of that and a
/// `line` in its thread. The line is Slack's markup, escaped by whoever gives it.
pub async fn tell(
    app: &App,
    tx: &Tx,
    place: &Place,
    subject: &CardSubject,
    line: Option<String>,
) -> Result<Told, StoreError> {
    let Some(place) = way(app, place) else {
        return Ok(Told::TurnedOff);
    };
    let id = CardId(clock::new_id());
    let (card, is_new) = finding_cards::find_or_make(tx, id, subject, &place, app.now()).await?;
    if is_new {
        post(app, tx, &card).await?;
        return Ok(Told::Posted);
    }
    edit(app, tx, &card, line).await?;
    Ok(Told::Edited)
}

/// Shows every card of a subject anew, with a `line` in its thread where there is one. A subject
/// without a card is told nowhere.
pub async fn refresh(
    app: &App,
    tx: &Tx,
    subject: &CardSubject,
    line: Option<String>,
) -> Result<(), StoreError> {
    for card in finding_cards::of_subject(tx, subject).await? {
        if way(app, &card.place).is_some() {
            edit(app, tx, &card, line.clone()).await?;
        }
    }
    Ok(())
}

/// How a place is reached now. Where there is no app to post, the webhook takes its place; `None`
/// while notifications are turned off.
fn way(app: &App, place: &Place) -> Option<Place> {
    let settings = app.slack_settings();
    if settings.is_some_and(|settings| !settings.notifications_enabled) {
        return None;
    }
    match place {
        Place::Channel { team, .. } => match road(app, team) {
            Road::App => Some(place.clone()),
            Road::Webhook => Some(Place::Webhook),
            Road::Silent => None,
        },
        Place::Webhook => Some(Place::Webhook),
    }
}

async fn post(app: &App, tx: &Tx, card: &FindingCard) -> Result<(), StoreError> {
    let text = line::name(tx, &card.subject).await?;
    let (team, message) = match &card.place {
        Place::Channel { team, channel } => {
            let (card, channel) = (card.id, channel.clone());
            let message = Message::SlackCard {
                card,
                channel,
                text,
            };
            (team.as_str(), message)
        }
        Place::Webhook => {
            // A webhook can edit nothing, so what it shows is what is known now.
            let Some(shown) = render(app, tx, &card.subject, Look::Webhook).await? else {
                return Ok(());
            };
            let (text, blocks) = (shown.text, shown.blocks);
            ("", Message::SlackWebhook { text, blocks })
        }
    };
    queue(app, tx, team, subject_of(card), message).await
}

async fn edit(
    app: &App,
    tx: &Tx,
    card: &FindingCard,
    line: Option<String>,
) -> Result<(), StoreError> {
    let text = line::name(tx, &card.subject).await?;
    let line = line.map(|line| clip(&line, limits::SECTION_TEXT));
    match (&card.place, line) {
        (Place::Channel { team, channel }, line) => {
            let message = Message::SlackCardEdit {
                card: card.id,
                channel: channel.clone(),
                text,
            };
            queue(app, tx, team, subject_of(card), message).await?;
            match line {
                Some(line) => {
                    let message = in_thread(card.id, channel, line);
                    queue(app, tx, team, subject_of(card), message).await
                }
                None => Ok(()),
            }
        }
        (Place::Webhook, Some(line)) => {
            let text = format!("{}: {line}", line::named(app, &card.subject, &text));
            let blocks = Value::Array(Vec::new());
            let message = Message::SlackWebhook { text, blocks };
            queue(app, tx, "", subject_of(card), message).await
        }
        (Place::Webhook, None) => Ok(()),
    }
}

fn in_thread(card: CardId, channel: &str, text: String) -> Message {
    Message::SlackPost {
        channel: channel.to_owned(),
        thread: Thread::Card(card),
        text,
        blocks: Value::Array(Vec::new()),
        preview_of: None,
    }
}

fn subject_of(card: &FindingCard) -> String {
    outbox_subject(card.id)
}

/// What the outbox keeps in order: the card, its edits, and the lines under it.
pub(crate) fn outbox_subject(card: CardId) -> String {
    format!("card:{card}")
}
