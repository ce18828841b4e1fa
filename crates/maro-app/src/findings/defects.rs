//! Defects as people and programs see them.

use maro_core::findings::{Defect, DefectEvent};
use maro_core::ids::DefectId;
use maro_store::defects::{self as rows, DefectFilter};
use maro_store::finding_links::{self, FindingLink};
use maro_store::{Page, PageRequest, StoreError};

use crate::App;

/// A defect, its tickets and what happened to it, at one moment.
#[derive(Debug, Clone)]
pub struct DefectDetail {
    /// The defect.
    pub defect: Defect,
    /// The tickets that were wanted for it, the newest first.
    pub tickets: Vec<FindingLink>,
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

/// What happened to a defect, newest first.
pub async fn defect_history(
    app: &App,
    id: DefectId,
    page: &PageRequest,
) -> Result<Page<DefectEvent>, StoreError> {
    rows::page_of_history(app.store(), id, page).await
}

/// A defect with its tickets and its history.
pub async fn defect(app: &App, id: DefectId) -> Result<Option<DefectDetail>, StoreError> {
    let moment = app.store().snapshot().await?;
    let Some(defect) = rows::find(&moment, id).await? else {
        return Ok(None);
    };
    Ok(Some(DefectDetail {
        tickets: finding_links::of_defect(&moment, id).await?,
        history: rows::history(&moment, id).await?,
        defect,
    }))
}
