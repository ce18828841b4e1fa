//! Lists of defects and of what happened to one, and how many are open.

use maro_core::findings::{Defect, DefectEvent, DefectStatus, FindingKind, Severity};
use maro_core::ids::DefectId;
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _};

use super::search;
use crate::entities::defect::{Column, Entity};
use crate::entities::defect_event;
use crate::page::newest_first;
use crate::row::counts;
use crate::store::sealed::Sealed as _;
use crate::{Page, PageRequest, Store, StoreError};

/// Which defects are wanted; everything by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DefectFilter {
    /// Only of this kind.
    pub kind: Option<FindingKind>,
    /// Only with one of these; all when there is none.
    pub statuses: Vec<DefectStatus>,
    /// Only this bad.
    pub severity: Option<Severity>,
    /// Only found by this one.
    pub source: Option<String>,
    /// Only with these words in the title, whatever their case; see [`page`].
    pub words: Option<String>,
}

/// A page of defects, newest first.
///
/// A search for words looks at [`super::MOST_TITLES`] titles for one page, which may then have fewer
/// rows than were asked for, or none; `next` goes on from there.
pub async fn page(
    store: &Store,
    filter: &DefectFilter,
    page: &PageRequest,
) -> Result<Page<Defect>, StoreError> {
    if let Some(words) = &filter.words {
        return search::page(store, condition(filter), words, page).await;
    }
    let wanted = Entity::find().filter(condition(filter));
    newest_first(store, wanted, Column::Id, page).await
}

/// A page of what happened to a defect, newest first.
pub async fn page_of_history(
    store: &Store,
    id: DefectId,
    page: &PageRequest,
) -> Result<Page<DefectEvent>, StoreError> {
    use defect_event::Column;
    let wanted = defect_event::Entity::find().filter(Column::DefectId.eq(id.0));
    newest_first(store, wanted, Column::Id, page).await
}

/// How many findings are open, by severity; severities without any are left out.
pub async fn open_by_severity(store: &Store) -> Result<Vec<(Severity, i64)>, StoreError> {
    let text = "SELECT severity, COUNT(*) FROM defects
        WHERE status IN ('open', 'acknowledged') GROUP BY severity";
    let mut open = counts(store.inner(), text, Severity::parse).await?;
    open.sort_unstable_by_key(|(severity, _)| *severity);
    Ok(open)
}

/// All that a filter asks but for its words.
fn condition(filter: &DefectFilter) -> Condition {
    let statuses = filter.statuses.iter().map(|status| status.as_str());
    let statuses = (!filter.statuses.is_empty()).then(|| Column::Status.is_in(statuses));
    Condition::all()
        .add_option(filter.kind.map(|kind| Column::Kind.eq(kind.as_str())))
        .add_option(statuses)
        .add_option(filter.severity.map(|s| Column::Severity.eq(s.as_str())))
        .add_option(filter.source.as_deref().map(|s| Column::Source.eq(s)))
}
