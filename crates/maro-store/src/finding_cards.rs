//! Cards of findings: one message per subject and place, and where it is in Slack.

use chrono::{DateTime, Utc};
use maro_core::findings::{CardSubject, Place};
use maro_core::ids::CardId;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
};

use crate::entities::finding_card::{Column, Entity, Model};
use crate::row::micros;
use crate::store::sealed::Sealed as _;
use crate::{Reader, StoreError, Tx};

/// A message that shows a finding in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingCard {
    /// Its id.
    pub id: CardId,
    /// What it is about.
    pub subject: CardSubject,
    /// Where it is.
    pub place: Place,
    /// The channel's id and the message's, once Slack has it.
    pub posted: Option<(String, String)>,
    /// When something was last told by it.
    pub told_at: DateTime<Utc>,
}

/// The card of a subject in a place, made under `id` when there is none. The second says whether it
/// was made now.
pub async fn find_or_make(
    tx: &Tx,
    id: CardId,
    subject: &CardSubject,
    place: &Place,
    now: DateTime<Utc>,
) -> Result<(FindingCard, bool), StoreError> {
    let new = Model {
        id: id.0,
        subject: subject.to_string(),
        place: place.to_string(),
        posted_channel: None,
        posted_ts: None,
        told_at: micros(now),
    };
    // Whoever comes second waits for the first, and then sees its row.
    let told = OnConflict::columns([Column::Subject, Column::Place])
        .update_column(Column::ToldAt)
        .to_owned();
    let row = Entity::insert(new.into_active_model())
        .on_conflict(told)
        .exec_with_returning(tx.inner())
        .await?;
    let is_new = row.id == id.0;
    Ok((FindingCard::try_from(row)?, is_new))
}

/// Finds a card.
pub async fn find(conn: &impl Reader, id: CardId) -> Result<Option<FindingCard>, StoreError> {
    let row = Entity::find_by_id(id.0).one(conn.inner()).await?;
    row.map(FindingCard::try_from).transpose()
}

/// Every card of a subject, the oldest first.
pub async fn of_subject(
    conn: &impl Reader,
    subject: &CardSubject,
) -> Result<Vec<FindingCard>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Subject.eq(subject.to_string()))
        .order_by_asc(Column::Id)
        .all(conn.inner())
        .await?;
    rows.into_iter().map(FindingCard::try_from).collect()
}

/// Slack has the card, there.
pub async fn set_posted(tx: &Tx, id: CardId, channel: &str, ts: &str) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::PostedChannel, Expr::value(channel))
        .col_expr(Column::PostedTs, Expr::value(ts))
        .filter(Column::Id.eq(id.0))
        .exec(tx.inner())
        .await?;
    Ok(())
}

/// Forgets a card, so that the next news of its subject is a new message.
pub async fn forget(tx: &Tx, id: CardId) -> Result<(), StoreError> {
    Entity::delete_by_id(id.0).exec(tx.inner()).await?;
    Ok(())
}

impl TryFrom<Model> for FindingCard {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let corrupt = |error| StoreError::corrupt(format!("card {}: {error}", row.id));
        Ok(Self {
            id: CardId(row.id),
            subject: row.subject.parse().map_err(corrupt)?,
            place: row.place.parse().map_err(corrupt)?,
            posted: row.posted_channel.zip(row.posted_ts),
            told_at: row.told_at,
        })
    }
}
