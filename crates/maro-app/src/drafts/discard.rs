//! Discarding a draft: the preview loses its buttons and nothing is sent.

use maro_core::actor::Actor;
use maro_core::ids::DraftId;
use maro_core::sessions::Phase;
use maro_store::sessions::{self, Session};
use maro_store::{StoreError, drafts};
use serde_json::json;

use crate::App;
use crate::audit::record;
use crate::cause::Cause;
use crate::findings::tickets::discarded;
use crate::happening::Happening;
use crate::messages::enqueue;
use crate::slack::cards;

/// What somebody discards.
#[derive(Debug, Clone)]
pub struct Discard {
    /// The draft that they saw.
    pub draft: DraftId,
    /// Who discards.
    pub by: Actor,
}

/// Why a draft was not discarded.
#[derive(Debug, thiserror::Error)]
pub enum DiscardError {
    /// No such draft.
    #[error("This draft does not exist.")]
    NotFound,
    /// A newer version is shown.
    #[error("The draft was edited since. Look at the newest preview.")]
    DraftChanged,
    /// It is approved, created, linked or discarded.
    #[error("This draft can no longer be discarded.")]
    TooLate,
    /// The database failed.
    #[error("could not discard the draft")]
    Store(#[from] StoreError),
}

/// Discards the newest draft of a session.
pub async fn discard(app: &App, request: Discard, cause: &Cause) -> Result<Session, DiscardError> {
    let tx = app.store().begin().await?;
    let draft = drafts::find(&tx, request.draft)
        .await?
        .ok_or(DiscardError::NotFound)?;
    let session = sessions::lock(&tx, &draft.session)
        .await?
        .ok_or(DiscardError::NotFound)?;
    if session.current_draft != Some(draft.id) {
        return Err(DiscardError::DraftChanged);
    }
    let from = [Phase::Drafting, Phase::AwaitingApproval];
    if !sessions::advance(&tx, &session.id, &from, Phase::Discarded, app.now()).await? {
        return Err(DiscardError::TooLate);
    }
    let session = Session {
        phase: Phase::Discarded,
        ..session
    };
    discarded(app, &tx, &session.id, &request.by).await?;
    let card = cards::discarded(app, &session, &draft, &request.by);
    enqueue(app, &tx, &session, cards::update_preview(&session, card)).await?;
    if !cause.settle(&tx).await? {
        return Err(DiscardError::TooLate);
    }
    record(
        app,
        &tx,
        &request.by,
        "draft.discarded",
        &session.id,
        json!({ "draft": draft.id }),
    )
    .await?;
    tx.commit().await?;
    app.wakeups().outbox();
    app.announce(Happening::Sessions);
    Ok(session)
}
