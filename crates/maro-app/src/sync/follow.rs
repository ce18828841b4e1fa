//! What follows from a step of a move, in the transaction of the step.

use maro_core::findings::CardSubject;
use maro_core::operations::{Operation, OperationState, Step, moved};
use maro_core::sync::{
    Inbound, Link, MoveRequest, Moved, could_not_move, moved as in_history, settled,
};
use maro_store::{StoreError, Tx};

use super::linked::{self, Linked, session_of};
use super::outcome;
use crate::App;
use crate::findings::cards;
use crate::happening::Happening;

/// Stores what a move brought about, or pauses the link whose move Jira refused.
pub(crate) async fn follow(
    app: &App,
    tx: &Tx,
    operation: &Operation,
    step: &Step,
) -> Result<(), StoreError> {
    let request = serde_json::from_value::<MoveRequest>(operation.request.clone());
    let Ok(request) = request else {
        return Ok(());
    };
    let linked = linked::lock(tx, request.defect).await?;
    let is_same = |linked: &Linked| session_of(linked.row.id) == operation.session;
    let Some(linked) = linked.filter(is_same) else {
        return Ok(());
    };
    match (step.state, moved(operation, &step.evidence)) {
        (OperationState::Confirmed | OperationState::Cancelled, Some(moved)) => {
            ended(app, tx, &linked, &moved).await
        }
        (OperationState::Rejected, _) => {
            let reason = step.error.as_deref().unwrap_or_default();
            refused(app, tx, &linked, &could_not_move(&request.key, reason)).await
        }
        _ => Ok(()),
    }
}

async fn ended(app: &App, tx: &Tx, linked: &Linked, moved: &Moved) -> Result<(), StoreError> {
    let (rules, status) = (&app.settings().sync, linked.defect.status);
    let decided = settled(rules, &linked.link, moved, status, app.now());
    app.announce(Happening::Findings);
    let (Inbound::Noted(link), true) = (&decided, moved.by_us) else {
        return outcome::store(app, tx, linked, decided, &moved.read)
            .await
            .map(drop);
    };
    linked::save(tx, linked, link, app.now()).await?;
    let note = in_history(&moved.read);
    outcome::happened(app, tx, linked.defect.id, status, note).await?;
    cards::refresh(app, tx, &CardSubject::Defect(linked.defect.id), None).await
}

/// Somebody has to look: Jira offers no way, or not to Maro.
async fn refused(app: &App, tx: &Tx, linked: &Linked, reason: &str) -> Result<(), StoreError> {
    let link = Link {
        paused: Some(reason.to_owned()),
        ..linked.link.clone()
    };
    linked::save(tx, linked, &link, app.now()).await?;
    outcome::paused(app, tx, linked, &link).await?;
    cards::refresh(app, tx, &CardSubject::Defect(linked.defect.id), None).await?;
    app.announce(Happening::Findings);
    Ok(())
}
