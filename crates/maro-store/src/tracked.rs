//! The issues that channels follow, with what Jira last said of them.

use maro_core::ids::ChannelRef;
use maro_core::issue_key::IssueKey;
use maro_core::tracking::TrackedIssue;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait as _, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _,
};

use crate::entities::tracked_issue::{Column, Entity, Model};
use crate::row::{actor, micros, sql};
use crate::store::sealed::Sealed as _;
use crate::{Reader, Store, StoreError, Tx};

/// Begins to track an issue. Returns `false` when the channel tracks it already.
pub async fn track(tx: &Tx, issue: &TrackedIssue) -> Result<bool, StoreError> {
    let inserted = Entity::insert(row_of(issue).into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx.inner())
        .await?;
    Ok(inserted == 1)
}

/// Stops tracking an issue. Returns `false` when the channel did not track it.
pub async fn untrack(tx: &Tx, channel: &ChannelRef, key: &IssueKey) -> Result<bool, StoreError> {
    let deleted = Entity::delete_many()
        .filter(is_issue(channel, key))
        .exec(tx.inner())
        .await?;
    Ok(deleted.rows_affected == 1)
}

/// Whether a channel tracks an issue.
pub async fn is_tracked(
    conn: &impl Reader,
    channel: &ChannelRef,
    key: &IssueKey,
) -> Result<bool, StoreError> {
    let row = Entity::find()
        .filter(is_issue(channel, key))
        .one(conn.inner())
        .await?;
    Ok(row.is_some())
}

/// The issues of a channel, in the order they were added.
pub async fn list(
    conn: &impl Reader,
    channel: &ChannelRef,
) -> Result<Vec<TrackedIssue>, StoreError> {
    let rows = Entity::find()
        .filter(is_channel(channel))
        .order_by_asc(Column::TrackedAt)
        .order_by_asc(Column::IssueKey)
        .all(conn.inner())
        .await?;
    rows.into_iter().map(TrackedIssue::try_from).collect()
}

/// Every channel that tracks something, and how many issues it tracks.
pub async fn channels(store: &Store) -> Result<Vec<(ChannelRef, i64)>, StoreError> {
    let text = "SELECT team, channel, COUNT(*) FROM channel_tracked_issues
        GROUP BY team, channel ORDER BY team, channel";
    let conn = store.inner();
    let rows = conn
        .query_all_raw(sql(conn.get_database_backend(), text, []))
        .await?;
    let mut channels = Vec::with_capacity(rows.len());
    for row in rows {
        let (team, channel) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        channels.push((ChannelRef { team, channel }, row.try_get_by_index(2)?));
    }
    Ok(channels)
}

/// Every channel's row of one issue.
pub async fn find_by_key(store: &Store, key: &IssueKey) -> Result<Vec<TrackedIssue>, StoreError> {
    let rows = Entity::find()
        .filter(Column::IssueKey.eq(key.as_str()))
        .order_by_asc(Column::Team)
        .order_by_asc(Column::Channel)
        .all(store.inner())
        .await?;
    rows.into_iter().map(TrackedIssue::try_from).collect()
}

fn is_channel(channel: &ChannelRef) -> Condition {
    Condition::all()
        .add(Column::Team.eq(channel.team.as_str()))
        .add(Column::Channel.eq(channel.channel.as_str()))
}

fn is_issue(channel: &ChannelRef, key: &IssueKey) -> Condition {
    is_channel(channel).add(Column::IssueKey.eq(key.as_str()))
}

fn row_of(issue: &TrackedIssue) -> Model {
    Model {
        team: issue.channel.team.clone(),
        channel: issue.channel.channel.clone(),
        issue_key: issue.key.to_string(),
        issue_id: issue.issue_id.clone(),
        tracked_by: issue.tracked_by.to_string(),
        tracked_at: micros(issue.tracked_at),
        last_synced_at: issue.last_synced_at.map(micros),
        last_status: issue.last_status.clone(),
        last_summary: issue.last_summary.clone(),
        jira_updated_at: None,
        gone_since: issue.gone_since.map(micros),
    }
}

impl TryFrom<Model> for TrackedIssue {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let key = row.issue_key.parse();
        Ok(Self {
            channel: ChannelRef {
                team: row.team,
                channel: row.channel,
            },
            key: key.map_err(|error| StoreError::corrupt(format!("tracked issue: {error}")))?,
            issue_id: row.issue_id,
            tracked_by: actor(&row.tracked_by, "tracker of an issue")?,
            tracked_at: row.tracked_at,
            last_synced_at: row.last_synced_at,
            last_status: row.last_status,
            last_summary: row.last_summary,
            gone_since: row.gone_since,
        })
    }
}
