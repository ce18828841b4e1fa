//! What people are told about a step of the ledger: the preview, and messages in its thread.
//!
//! Told once per change: repeated searches and repeated deferrals say nothing new.

use maro_core::actor::Actor;
use maro_core::drafts::Draft;
use maro_core::operations::{Operation, OperationState, Step};
use maro_core::outbox::{Message, Thread};
use maro_slack::mrkdwn::from_user;
use maro_store::sessions::Session;
use maro_store::{StoreError, Tx};

use super::search::SEARCH_FAILED;
use crate::App;
use crate::messages::enqueue;
use crate::slack::cards::{self, Card, PreviewNote};

/// A step, and everything that is needed to tell it.
pub(super) struct News<'a> {
    pub(super) session: &'a Session,
    pub(super) draft: &'a Draft,
    /// The operation before the step.
    pub(super) operation: &'a Operation,
    pub(super) step: &'a Step,
    /// Who made the step.
    pub(super) actor: &'a Actor,
}

/// Puts into the outbox what a step means for people.
pub(super) async fn tell_people(app: &App, tx: &Tx, news: &News<'_>) -> Result<(), StoreError> {
    if news.step.state == news.operation.state {
        return Ok(());
    }
    let card = preview(app, news);
    enqueue(
        app,
        tx,
        news.session,
        cards::update_preview(news.session, card),
    )
    .await?;
    if let Some(card) = message(app, news.operation, news.step, news.session) {
        enqueue(app, tx, news.session, in_thread(news.session, card)).await?;
    }
    Ok(())
}

fn preview(app: &App, news: &News<'_>) -> Card {
    let News {
        session,
        draft,
        operation,
        step,
        actor,
    } = news;
    let error = step.error.clone().unwrap_or_default();
    match step.state {
        OperationState::Confirmed | OperationState::Duplicate => {
            cards::created(app, session, draft, &operation.approved_by)
        }
        OperationState::Rejected => {
            let note = PreviewNote {
                error: Some(error),
                ..PreviewNote::default()
            };
            cards::preview(app, session, draft, &note)
        }
        OperationState::Cancelled => cards::discarded(app, session, draft, actor),
        OperationState::Prepared if step.attempt == operation.attempt => {
            cards::waiting(app, session, draft, &error)
        }
        OperationState::Prepared | OperationState::Sending => {
            cards::creating(app, session, draft, actor)
        }
        OperationState::Unknown => cards::unknown(app, session, draft, &error),
        OperationState::NeedsHuman => cards::needs_human(app, session, draft),
    }
}

fn message(app: &App, operation: &Operation, step: &Step, session: &Session) -> Option<Card> {
    let url = session.jira_url.as_deref().unwrap_or_default();
    match (step.state, &step.issue) {
        (OperationState::Confirmed, Some(issue)) => {
            let differences = step.error.as_deref().map(from_user).unwrap_or_default();
            let text = format!("Ticket created: <{url}|{}>", issue.key);
            Some(Card::text(
                format!("{text} {differences}").trim_end().to_owned(),
            ))
        }
        (OperationState::Duplicate, _) => Some(cards::duplicate(app, operation, step)),
        (OperationState::Rejected, _) => Some(cards::could_not_create(step.error.as_deref())),
        (OperationState::Unknown, _) => Some(cards::outcome_unknown(app)),
        (OperationState::NeedsHuman, _) => {
            let searched = !step.evidence.note.starts_with(SEARCH_FAILED);
            Some(cards::ask_a_person(app, operation, searched))
        }
        // Only the first deferral of an attempt is news.
        (OperationState::Prepared, _) if step.deferrals == 1 => {
            Some(cards::put_off(step.error.as_deref()))
        }
        _ => None,
    }
}

fn in_thread(session: &Session, card: Card) -> Message {
    Message::SlackPost {
        channel: session.channel.channel.clone(),
        thread: Thread::Session(session.id.clone()),
        text: card.text,
        blocks: card.blocks,
        preview_of: None,
    }
}
