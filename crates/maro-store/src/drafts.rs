//! Drafts: rows that are inserted and never changed.

use maro_core::drafts::Draft;
use maro_core::ids::{DraftId, SessionId};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
};

use crate::entities::draft::{Column, Entity, Model};
use crate::row::{actor, from_json, micros, to_json};
use crate::store::sealed::Sealed as _;
use crate::{Reader, StoreError, Tx};

/// Inserts a draft.
pub async fn insert(tx: &Tx, draft: &Draft) -> Result<(), StoreError> {
    let row = Model {
        id: draft.id.0,
        session_id: draft.session.0.clone(),
        content: to_json(&draft.content),
        request: to_json(&draft.request),
        target: to_json(&draft.target),
        hash: draft.hash.clone(),
        nonce: draft.nonce.clone(),
        author: draft.author.to_string(),
        created_at: micros(draft.created_at),
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(tx.inner())
        .await?;
    Ok(())
}

/// Finds a draft.
pub async fn find(conn: &impl Reader, id: DraftId) -> Result<Option<Draft>, StoreError> {
    let row = Entity::find_by_id(id.0).one(conn.inner()).await?;
    row.map(Draft::try_from).transpose()
}

/// The drafts of a session, oldest first.
pub async fn list_of_session(
    conn: &impl Reader,
    session: &SessionId,
) -> Result<Vec<Draft>, StoreError> {
    let rows = Entity::find()
        .filter(Column::SessionId.eq(session.0.as_str()))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .all(conn.inner())
        .await?;
    rows.into_iter().map(Draft::try_from).collect()
}

impl TryFrom<Model> for Draft {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: DraftId(row.id),
            session: SessionId(row.session_id),
            content: from_json(&row.content, "content of a draft")?,
            request: from_json(&row.request, "request of a draft")?,
            target: from_json(&row.target, "target of a draft")?,
            hash: row.hash,
            nonce: row.nonce,
            author: actor(&row.author, "author of a draft")?,
            created_at: row.created_at,
        })
    }
}
