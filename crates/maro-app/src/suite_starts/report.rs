//! What becomes of a start, with the card that shows it, in one transaction.

use maro_core::findings::CardSubject;
use maro_core::ids::StartId;
use maro_core::suite_starts::StartState;
use maro_core::text::{clip, make_visible};
use maro_store::{StoreError, suite_starts as rows};

use crate::App;
use crate::findings::cards;

/// More is for the runner's own log.
const LONGEST_NOTE: usize = 500;

/// The runner says how far it is. Returns `false` when the start is over.
pub(super) async fn say(app: &App, id: StartId, note: &str) -> Result<bool, StoreError> {
    let tx = app.store().begin().await?;
    if !rows::say(&tx, id, &bounded(note)).await? {
        return Ok(false);
    }
    cards::refresh(app, &tx, &CardSubject::Start(id), None).await?;
    tx.commit().await?;
    app.wakeups().outbox();
    Ok(true)
}

/// It is over. Whoever comes second changes nothing.
pub(super) async fn end(
    app: &App,
    id: StartId,
    state: StartState,
    note: &str,
) -> Result<(), StoreError> {
    let tx = app.store().begin().await?;
    if !rows::end(&tx, id, state, &bounded(note), app.now()).await? {
        return Ok(());
    }
    cards::refresh(app, &tx, &CardSubject::Start(id), None).await?;
    tx.commit().await?;
    app.wakeups().outbox();
    Ok(())
}

/// What a runner says is shown to people, so it is bounded and visible.
fn bounded(note: &str) -> String {
    clip(make_visible(note).trim(), LONGEST_NOTE)
}
