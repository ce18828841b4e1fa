//! The tickets of findings: which finding has which, where each stands, and what Jira said of it.
//!
//! **Invariants**
//! * At most one row of a finding is alive; an index holds that, so that racing wishes become one.
//! * A row is changed under its lock: take it with [`lock`] or [`lock_alive`], then [`save`]. Whoever
//!   also locks the finding locks that first.
//! * The issue is known by Jira's immutable number; key and link are what was last seen.

mod claim;
mod moves;
mod rows;

use chrono::{DateTime, Utc};
use maro_core::actor::Actor;
use maro_core::findings::tickets::{FieldProblem, LinkState, TicketPlan};
use maro_core::ids::DefectId;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::entities::finding_link::{Column, Entity};
use crate::store::sealed::Sealed as _;
use crate::{Reader, StoreError, Tx};

pub use claim::{claim_due, next_due, put_off};
pub use moves::{gone, moved};

/// The states in which a finding has no ticket by this row.
const ENDED: [LinkState; 2] = [LinkState::Gone, LinkState::Unlinked];
/// Rows of one statement; more would be too many parameters for SQLite.
const ROWS_AT_ONCE: usize = 500;

/// The ticket of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingLink {
    /// Its own id.
    pub id: Uuid,
    /// The finding.
    pub defect: DefectId,
    /// Counts the tickets that were wanted for the finding, from 1.
    pub generation: i32,
    /// Where it stands.
    pub state: LinkState,
    /// What it is made by; absent where an existing issue was linked.
    pub plan: Option<TicketPlan>,
    /// Who wants it.
    pub wanted_by: Actor,
    /// How often composing it was begun.
    pub attempts: i32,
    /// When there is something to do next.
    pub next_at: Option<DateTime<Utc>>,
    /// Why it does not go on, for people.
    pub reason: Option<String>,
    /// The fields that stand in the way.
    pub problems: Vec<FieldProblem>,
    /// Jira's immutable number of the issue.
    pub jira_id: Option<String>,
    /// Its key, as last seen.
    pub jira_key: Option<String>,
    /// Where people see it.
    pub jira_url: Option<String>,
    /// Its status, as last seen.
    pub jira_status: Option<String>,
    /// The category of that status.
    pub jira_category: Option<String>,
    /// Its resolution, as last seen.
    pub jira_resolution: Option<String>,
    /// When Jira last changed it, by Jira's clock; what is older is no news.
    pub jira_updated: Option<DateTime<Utc>>,
    /// The status that both sides last agreed on.
    pub told_status: Option<String>,
    /// How often the status changed sides since `flips_since`.
    pub flips: i32,
    /// When counting flips began.
    pub flips_since: Option<DateTime<Utc>>,
    /// Why the two sides are not kept in step at the moment.
    pub paused_reason: Option<String>,
    /// When it was wanted.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl FindingLink {
    /// A ticket that somebody wants, to be composed at once.
    #[must_use]
    pub fn wanted(
        id: Uuid,
        defect: DefectId,
        plan: TicketPlan,
        by: Actor,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            defect,
            generation: 1,
            state: LinkState::Wanted,
            plan: Some(plan),
            wanted_by: by,
            attempts: 0,
            next_at: Some(now),
            reason: None,
            problems: Vec::new(),
            jira_id: None,
            jira_key: None,
            jira_url: None,
            jira_status: None,
            jira_category: None,
            jira_resolution: None,
            jira_updated: None,
            told_status: None,
            flips: 0,
            flips_since: None,
            paused_reason: None,
            created_at: now,
            updated_at: now,
        }
    }
}

/// Inserts a ticket. Returns `false` when the finding has one that is alive, or one of this
/// generation. The transaction stays usable either way.
pub async fn insert(tx: &Tx, link: &FindingLink) -> Result<bool, StoreError> {
    let inserted = Entity::insert(rows::row_of(link).into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx.inner())
        .await?;
    Ok(inserted == 1)
}

/// Stores a ticket as it is now, if it was in this state. The row must be locked.
pub async fn save(tx: &Tx, link: &FindingLink, from: LinkState) -> Result<bool, StoreError> {
    let row = rows::row_of(link).into_active_model().reset_all();
    let changed = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(link.id))
        .filter(Column::State.eq(from.as_str()))
        .exec(tx.inner())
        .await?;
    Ok(changed.rows_affected == 1)
}

/// The newest ticket of a finding, alive or not.
pub async fn newest(
    conn: &impl Reader,
    defect: DefectId,
) -> Result<Option<FindingLink>, StoreError> {
    let row = Entity::find()
        .filter(Column::DefectId.eq(defect.0))
        .order_by_desc(Column::Generation)
        .one(conn.inner())
        .await?;
    row.map(FindingLink::try_from).transpose()
}

/// The tickets of a finding, the newest first.
pub async fn of_defect(
    conn: &impl Reader,
    defect: DefectId,
) -> Result<Vec<FindingLink>, StoreError> {
    let rows = Entity::find()
        .filter(Column::DefectId.eq(defect.0))
        .order_by_desc(Column::Generation)
        .limit(100)
        .all(conn.inner())
        .await?;
    rows.into_iter().map(FindingLink::try_from).collect()
}

/// The tickets of several findings that are alive.
pub async fn alive_of(
    conn: &impl Reader,
    defects: &[DefectId],
) -> Result<Vec<FindingLink>, StoreError> {
    let mut found = Vec::new();
    for defects in defects.chunks(ROWS_AT_ONCE) {
        let rows = Entity::find()
            .filter(Column::DefectId.is_in(defects.iter().map(|defect| defect.0)))
            .filter(Column::State.is_not_in(ENDED.map(LinkState::as_str)))
            .all(conn.inner())
            .await?;
        for row in rows {
            found.push(FindingLink::try_from(row)?);
        }
    }
    Ok(found)
}

/// The findings whose ticket is this issue, by Jira's number, in one order.
pub async fn of_issue(conn: &impl Reader, jira_id: &str) -> Result<Vec<FindingLink>, StoreError> {
    let rows = Entity::find()
        .filter(Column::JiraId.eq(jira_id))
        .filter(Column::State.eq(LinkState::Linked.as_str()))
        .order_by_asc(Column::Id)
        .all(conn.inner())
        .await?;
    rows.into_iter().map(FindingLink::try_from).collect()
}

/// The tickets that somebody wanted and that are not with the ledger: parked, or still wanted.
pub async fn waiting_for(conn: &impl Reader, by: &Actor) -> Result<Vec<FindingLink>, StoreError> {
    let waiting = [LinkState::Wanted, LinkState::Parked];
    let rows = Entity::find()
        .filter(Column::State.is_in(waiting.map(LinkState::as_str)))
        .filter(Column::WantedBy.eq(by.to_string()))
        .order_by_asc(Column::DefectId)
        .all(conn.inner())
        .await?;
    rows.into_iter().map(FindingLink::try_from).collect()
}

/// Takes one generation's ticket and keeps others from changing it until the transaction ends.
pub async fn lock(
    tx: &Tx,
    defect: DefectId,
    generation: i32,
) -> Result<Option<FindingLink>, StoreError> {
    let query = Entity::find()
        .filter(Column::DefectId.eq(defect.0))
        .filter(Column::Generation.eq(generation));
    locked(tx, query).await
}

/// Takes the ticket of a finding that is alive and keeps others from changing it until the
/// transaction ends.
pub async fn lock_alive(tx: &Tx, defect: DefectId) -> Result<Option<FindingLink>, StoreError> {
    let query = Entity::find()
        .filter(Column::DefectId.eq(defect.0))
        .filter(Column::State.is_not_in(ENDED.map(LinkState::as_str)));
    locked(tx, query).await
}

async fn locked(
    tx: &Tx,
    query: sea_orm::Select<Entity>,
) -> Result<Option<FindingLink>, StoreError> {
    let query = tx.locked(query);
    let row = query.one(tx.inner()).await?;
    row.map(FindingLink::try_from).transpose()
}
