//! Resuming a link: the defect's status is carried over again.

use maro_core::actor::Actor;
use maro_core::findings::CardSubject;
use maro_core::ids::DefectId;
use maro_core::sync::Link;
use maro_store::StoreError;
use serde_json::json;

use super::changed::plan;
use super::{linked, outcome};
use crate::App;
use crate::audit::record;
use crate::findings::cards;
use crate::happening::Happening;

/// Why a link was not resumed.
#[derive(Debug, thiserror::Error)]
pub enum ResumeError {
    /// There is no such defect, or it has no issue.
    #[error("This defect has no ticket in Jira.")]
    NoTicket,
    /// Nothing is paused.
    #[error("The status of this defect is carried over already.")]
    NotPaused,
    /// The database failed.
    #[error("could not resume")]
    Store(#[from] StoreError),
}

/// Carries the status over again, beginning with the one that the defect has.
pub async fn resume(app: &App, defect: DefectId, by: &Actor) -> Result<(), ResumeError> {
    let tx = app.store().begin().await?;
    let linked = linked::lock(&tx, defect).await?;
    let mut linked = linked.ok_or(ResumeError::NoTicket)?;
    if linked.link.paused.is_none() {
        return Err(ResumeError::NotPaused);
    }
    let link = Link {
        paused: None,
        flips: 0,
        flips_since: None,
        ..linked.link.clone()
    };
    linked::save(&tx, &linked, &link, app.now()).await?;
    let note = "The status is carried over again.".to_owned();
    outcome::happened(app, &tx, defect, linked.defect.status, note).await?;
    // As it is in the database now, so that what is planned is not compared with what it was.
    (linked.row.paused_reason, linked.link) = (None, link);
    plan(app, &tx, &linked, by).await?;
    cards::refresh(app, &tx, &CardSubject::Defect(defect), None).await?;
    let details = json!({ "issue": linked.row.jira_key });
    record(app, &tx, by, "defect.sync_resumed", &defect, details).await?;
    tx.commit().await?;
    app.wakeups().operations();
    app.wakeups().outbox();
    app.announce(Happening::Findings);
    Ok(())
}
