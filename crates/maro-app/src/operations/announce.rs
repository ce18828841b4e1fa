//! What people are told about a step of the ledger: the preview, and messages in its thread.
//!
//! Told once per change: repeated searches and repeated deferrals say nothing new.

use maro_core::actor::Actor;
use maro_core::drafts::Draft;
use maro_core::operations::{Operation, OperationState, Step};
use maro_core::outbox::{Message, Thread};
use maro_store::sessions::Session;
use maro_store::{StoreError, Tx};

use crate::App;
use crate::messages::enqueue;
use crate::slack::cards::{self, Card, PreviewNote};

/// Puts into the outbox what a step means for people.
pub(super) async fn tell_people(
    app: &App,
    tx: &Tx,
    session: &Session,
    draft: &Draft,
    operation: &Operation,
    step: &Step,
    actor: &Actor,
) -> Result<(), StoreError> {
    if step.state == operation.state {
        return Ok(());
    }
    if let Some(card) = preview(app, session, draft, operation, step, actor) {
        enqueue(app, tx, session, cards::update_preview(session, card)).await?;
    }
    if let Some(card) = message(app, operation, step, session) {
        enqueue(app, tx, session, in_thread(session, card)).await?;
    }
    Ok(())
}

fn preview(
    app: &App,
    session: &Session,
    draft: &Draft,
    operation: &Operation,
    step: &Step,
    actor: &Actor,
) -> Option<Card> {
    let error = step.error.clone().unwrap_or_default();
    match step.state {
        OperationState::Confirmed | OperationState::Duplicate => {
            Some(cards::created(app, session, draft, &operation.approved_by))
        }
        OperationState::Rejected => {
            let note = PreviewNote {
                error: Some(error),
                ..PreviewNote::default()
            };
            Some(cards::preview(app, session, draft, &note))
        }
        OperationState::Cancelled => Some(cards::discarded(app, session, draft, actor)),
        OperationState::Prepared if step.attempt == operation.attempt => {
            Some(cards::waiting(app, session, draft, &error))
        }
        OperationState::Prepared | OperationState::Sending => {
            Some(cards::creating(app, session, draft, actor))
        }
        OperationState::Unknown => Some(cards::unknown(app, session, draft, &error)),
        OperationState::NeedsHuman => Some(cards::needs_human(app, session, draft)),
    }
}

fn message(app: &App, operation: &Operation, step: &Step, session: &Session) -> Option<Card> {
    let url = session.jira_url.as_deref().unwrap_or_default();
    match (step.state, &step.issue) {
        (OperationState::Confirmed, Some(issue)) => {
            Some(Card::text(format!("Ticket created: <{url}|{}>", issue.key)))
        }
        (OperationState::Duplicate, _) => Some(cards::duplicate(app, operation, step)),
        (OperationState::Rejected, _) => Some(cards::could_not_create(step.error.as_deref())),
        (OperationState::Unknown, _) => Some(cards::outcome_unknown(app)),
        (OperationState::NeedsHuman, _) => Some(cards::ask_a_person(app, operation)),
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
