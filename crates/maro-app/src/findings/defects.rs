//! Defects as people and programs see them, and their decisions about them.

use maro_core::actor::Actor;
use maro_core::findings::{Defect, DefectEvent, DefectStatus};
use maro_core::ids::DefectId;
use maro_core::text::{clip, make_visible};
use maro_store::defects::{self as rows, DefectFilter};
use maro_store::{Page, PageRequest, StoreError};

use super::news;
use crate::happening::Happening;
use crate::sync::defects_changed;
use crate::{App, clock};

const LONGEST_NOTE: usize = 2_000;

/// A defect and what happened to it.
#[derive(Debug, Clone)]
pub struct DefectDetail {
    /// The defect.
    pub defect: Defect,
    /// What happened, newest first.
    pub history: Vec<DefectEvent>,
}

/// Defects, newest first.
pub async fn defects(
    app: &App,
    filter: &DefectFilter,
    page: &PageRequest,
) -> Result<Page<Defect>, StoreError> {
    rows::page(app.store(), filter, page).await
}

/// A defect with its history.
pub async fn defect(app: &App, id: DefectId) -> Result<Option<DefectDetail>, StoreError> {
    let Some(defect) = rows::find(app.store(), id).await? else {
        return Ok(None);
    };
    let history = rows::history(app.store(), id).await?;
    Ok(Some(DefectDetail { defect, history }))
}

/// Sets the status of a defect. The same status again changes nothing. `None`: there is no such defect.
pub async fn set_defect_status(
    app: &App,
    id: DefectId,
    status: DefectStatus,
    note: &str,
    by: &Actor,
) -> Result<Option<Defect>, StoreError> {
    let now = app.now();
    let tx = app.store().begin().await?;
    let Some(defect) = rows::lock(&tx, id).await? else {
        return Ok(None);
    };
    if defect.status == status {
        return Ok(Some(defect));
    }
    rows::set_status(&tx, &[id], status, false, now).await?;
    news::status_changed(&tx, &[id], None, now).await?;
    let event = DefectEvent {
        id: clock::new_id(),
        defect: id,
        at: now,
        status,
        actor: by.clone(),
        run: None,
        note: clip(&make_visible(note), LONGEST_NOTE),
    };
    rows::note(&tx, &[event]).await?;
    defects_changed(app, &tx, &[id], by).await?;
    tx.commit().await?;
    app.announce(Happening::Findings);
    Ok(Some(Defect {
        status,
        status_since: now,
        ..defect
    }))
}
