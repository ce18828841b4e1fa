//! Approvals: rows that are inserted and never changed.

use maro_core::approvals::Approval;
use maro_core::ids::{ApprovalId, DraftId, SessionId};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
};

use crate::entities::approval::{Column, Entity, Model};
use crate::row::{actor, micros};
use crate::store::sealed::Sealed as _;
use crate::{Reader, StoreError, Tx};

/// Inserts an approval.
pub async fn insert(tx: &Tx, approval: &Approval) -> Result<(), StoreError> {
    let row = Model {
        id: approval.id.0,
        session_id: approval.session.0.clone(),
        draft_id: approval.draft.0,
        draft_hash: approval.draft_hash.clone(),
        approved_by: approval.approved_by.to_string(),
        approved_at: micros(approval.approved_at),
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(tx.inner())
        .await?;
    Ok(())
}

/// The newest approval of a hash in a session.
pub async fn find(
    conn: &impl Reader,
    session: &SessionId,
    draft_hash: &str,
) -> Result<Option<Approval>, StoreError> {
    let row = Entity::find()
        .filter(Column::SessionId.eq(session.0.as_str()))
        .filter(Column::DraftHash.eq(draft_hash))
        .order_by_desc(Column::ApprovedAt)
        .order_by_desc(Column::Id)
        .one(conn.inner())
        .await?;
    row.map(Approval::try_from).transpose()
}

/// The approvals of a session, oldest first.
pub async fn list_of_session(
    conn: &impl Reader,
    session: &SessionId,
) -> Result<Vec<Approval>, StoreError> {
    let rows = Entity::find()
        .filter(Column::SessionId.eq(session.0.as_str()))
        .order_by_asc(Column::ApprovedAt)
        .order_by_asc(Column::Id)
        .all(conn.inner())
        .await?;
    rows.into_iter().map(Approval::try_from).collect()
}

impl TryFrom<Model> for Approval {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: ApprovalId(row.id),
            session: SessionId(row.session_id),
            draft: DraftId(row.draft_id),
            draft_hash: row.draft_hash,
            approved_by: actor(&row.approved_by, "approver of an approval")?,
            approved_at: row.approved_at,
        })
    }
}
