//! Sessions: the rows that a conversation is kept in, and the compare-and-set that moves them on.

use chrono::{DateTime, Utc};
use maro_core::actor::Actor;
use maro_core::ids::{ChannelRef, DraftId, SessionId};
use maro_core::sessions::Phase;
use sea_orm::sea_query::{Expr, Func, OnConflict};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, IntoActiveModel as _, QueryFilter,
    QueryOrder as _, QuerySelect as _, QueryTrait as _,
};

use crate::entities::session::{Column, Entity, Model};
use crate::page::moment_cursor;
use crate::row::{actor, counts, micros, word};
use crate::store::sealed::Sealed as _;
use crate::{Page, PageRequest, Reader, Store, StoreError, Tx};

/// One conversation that may become a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Where it takes place.
    pub channel: ChannelRef,
    /// The channel's name, when it was known.
    pub channel_name: Option<String>,
    /// The thread, once there is one.
    pub thread_ts: Option<String>,
    /// The message that shows the preview.
    pub preview_ts: Option<String>,
    /// Where the session stands.
    pub phase: Phase,
    /// The newest draft; older ones cannot be approved.
    pub current_draft: Option<DraftId>,
    /// Who began it.
    pub author: Actor,
    /// The author's name, when it was known.
    pub author_name: Option<String>,
    /// Where the conversation is in Slack.
    pub source_permalink: Option<String>,
    /// The issue, once it exists.
    pub jira_key: Option<String>,
    /// Where the issue is.
    pub jira_url: Option<String>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// Which sessions are wanted; everything by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionFilter {
    /// Only in this phase.
    pub phase: Option<Phase>,
    /// Only in this channel.
    pub channel: Option<ChannelRef>,
}

/// Inserts a session. Returns `false` when there is one with that id.
pub async fn insert(tx: &Tx, session: &Session) -> Result<bool, StoreError> {
    let inserted = Entity::insert(row_of(session).into_active_model())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(tx.inner())
        .await?;
    Ok(inserted == 1)
}

/// Finds a session.
pub async fn find(conn: &impl Reader, id: &SessionId) -> Result<Option<Session>, StoreError> {
    let row = Entity::find_by_id(id.0.as_str()).one(conn.inner()).await?;
    row.map(Session::try_from).transpose()
}

/// Finds a session and keeps others from changing it until the transaction ends.
pub async fn lock(tx: &Tx, id: &SessionId) -> Result<Option<Session>, StoreError> {
    let query = tx.locked(Entity::find_by_id(id.0.as_str()));
    query
        .one(tx.inner())
        .await?
        .map(Session::try_from)
        .transpose()
}

/// Moves a session on, if it is in one of the phases `from`. Returns whether it was.
pub async fn advance(
    tx: &Tx,
    id: &SessionId,
    from: &[Phase],
    to: Phase,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let changed = Entity::update_many()
        .col_expr(Column::Phase, Expr::value(to.as_str()))
        .col_expr(Column::UpdatedAt, Expr::value(micros(now)))
        .filter(is_in(id, from))
        .exec(tx.inner())
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Makes a draft the current one and moves the session on, if it is in one of the phases `from`.
pub async fn point_to_draft(
    tx: &Tx,
    id: &SessionId,
    draft: DraftId,
    from: &[Phase],
    to: Phase,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let changed = Entity::update_many()
        .col_expr(Column::CurrentDraft, Expr::value(draft.0))
        .col_expr(Column::Phase, Expr::value(to.as_str()))
        .col_expr(Column::UpdatedAt, Expr::value(micros(now)))
        .filter(is_in(id, from))
        .exec(tx.inner())
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Remembers the message that shows the preview. The thread is set only where there is none yet.
pub async fn set_preview(
    tx: &Tx,
    id: &SessionId,
    preview_ts: &str,
    thread_ts_if_none: Option<&str>,
) -> Result<bool, StoreError> {
    let given = Expr::value(thread_ts_if_none.map(str::to_owned));
    let thread = Func::coalesce([Expr::col(Column::ThreadTs), given]).into();
    let changed = Entity::update_many()
        .col_expr(Column::PreviewTs, Expr::value(preview_ts))
        .col_expr(Column::ThreadTs, thread)
        .filter(Column::Id.eq(id.0.as_str()))
        .exec(tx.inner())
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Remembers the issue that came of the session.
pub async fn set_issue(tx: &Tx, id: &SessionId, key: &str, url: &str) -> Result<bool, StoreError> {
    let changed = Entity::update_many()
        .col_expr(Column::JiraKey, Expr::value(key))
        .col_expr(Column::JiraUrl, Expr::value(url))
        .filter(Column::Id.eq(id.0.as_str()))
        .exec(tx.inner())
        .await?;
    Ok(changed.rows_affected == 1)
}

/// A page of sessions, newest first.
pub async fn page(
    store: &Store,
    filter: &SessionFilter,
    page: &PageRequest,
) -> Result<Page<Session>, StoreError> {
    let older = page.after_moment()?.map(|(at, id)| {
        let tie = Condition::all()
            .add(Column::CreatedAt.eq(at))
            .add(Column::Id.lt(id));
        Condition::any().add(Column::CreatedAt.lt(at)).add(tie)
    });
    let rows = Entity::find()
        .apply_if(filter.phase, |q, phase| {
            q.filter(Column::Phase.eq(phase.as_str()))
        })
        .apply_if(filter.channel.as_ref(), |q, channel| {
            q.filter(Column::Team.eq(channel.team.as_str()))
                .filter(Column::Channel.eq(channel.channel.as_str()))
        })
        .apply_if(older, QueryFilter::filter)
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(page.rows_and_one())
        .all(store.inner())
        .await?;
    Ok(page.read(rows, |row| moment_cursor(row.created_at, &row.id)))
}

/// How many sessions are in each phase; phases without any are left out.
pub async fn count_by_phase(store: &Store) -> Result<Vec<(Phase, i64)>, StoreError> {
    let text = "SELECT phase, COUNT(*) FROM sessions GROUP BY phase";
    counts(store.inner(), text, Phase::parse).await
}

fn is_in(id: &SessionId, phases: &[Phase]) -> Condition {
    let words = phases.iter().map(|phase| phase.as_str());
    Condition::all()
        .add(Column::Id.eq(id.0.as_str()))
        .add(Column::Phase.is_in(words))
}

fn row_of(session: &Session) -> Model {
    Model {
        id: session.id.0.clone(),
        team: session.channel.team.clone(),
        channel: session.channel.channel.clone(),
        channel_name: session.channel_name.clone(),
        thread_ts: session.thread_ts.clone(),
        preview_ts: session.preview_ts.clone(),
        phase: session.phase.as_str().to_owned(),
        current_draft: session.current_draft.map(|draft| draft.0),
        author: session.author.to_string(),
        author_name: session.author_name.clone(),
        source_permalink: session.source_permalink.clone(),
        jira_key: session.jira_key.clone(),
        jira_url: session.jira_url.clone(),
        created_at: micros(session.created_at),
        updated_at: micros(session.updated_at),
    }
}

impl TryFrom<Model> for Session {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: SessionId(row.id),
            channel: ChannelRef {
                team: row.team,
                channel: row.channel,
            },
            channel_name: row.channel_name,
            thread_ts: row.thread_ts,
            preview_ts: row.preview_ts,
            phase: word(Phase::parse, &row.phase, "phase of a session")?,
            current_draft: row.current_draft.map(DraftId),
            author: actor(&row.author, "author of a session")?,
            author_name: row.author_name,
            source_permalink: row.source_permalink,
            jira_key: row.jira_key,
            jira_url: row.jira_url,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}
