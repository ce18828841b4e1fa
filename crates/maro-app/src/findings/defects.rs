//! Defects as people and programs see them.

use maro_core::findings::{Defect, DefectEvent};
use maro_core::ids::DefectId;
use maro_store::defects::{self as rows, DefectFilter};
use maro_store::{Page, PageRequest, StoreError};

use crate::App;

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
