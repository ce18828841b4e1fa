//! Defects: counted by one statement however many are seen at once, and their history.

use chrono::{DateTime, Utc};
use maro_core::actor::Actor;
use maro_core::findings::{Defect, DefectEvent, DefectStatus, FindingKind, Severity};
use maro_core::ids::{DefectId, RunId};
use sea_orm::sea_query::{Expr, Func, LikeExpr, OnConflict};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, ExprTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use uuid::Uuid;

use crate::entities::defect::{Column, Entity, Model};
use crate::entities::defect_event;
use crate::page::newest_first;
use crate::row::{actor, counts, micros, readable, word};
use crate::store::sealed::Sealed as _;
use crate::{Page, PageRequest, Reader, Store, StoreError, Tx};

/// Rows of one statement; more would be too many parameters for SQLite.
const ROWS_AT_ONCE: usize = 500;

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
    /// Only with these words in the title, in any case that the database can lower.
    pub words: Option<String>,
}

/// Counts defects that were seen: each is inserted, or raises the count of the one that has its
/// fingerprint. Returns the rows as they are now; one that was not known has the id that was given.
///
/// No fingerprint may come twice, and all callers must bring them in the same order, or two could
/// wait for each other. The rows stay locked until the transaction ends.
pub async fn count(tx: &Tx, seen: &[Defect]) -> Result<Vec<Defect>, StoreError> {
    let raised = OnConflict::column(Column::Fingerprint)
        .value(Column::Count, Expr::cust("defects.count + excluded.count"))
        .value(Column::LastSeen, Expr::cust("excluded.last_seen"))
        .value(
            Column::LastRun,
            Expr::cust("COALESCE(excluded.last_run, defects.last_run)"),
        )
        .to_owned();
    let mut counted = Vec::with_capacity(seen.len());
    for seen in seen.chunks(ROWS_AT_ONCE) {
        let rows = seen.iter().map(|defect| row_of(defect).into_active_model());
        let rows = Entity::insert_many(rows)
            .on_conflict(raised.clone())
            .exec_with_returning(tx.inner())
            .await?;
        for row in rows {
            counted.push(Defect::try_from(row)?);
        }
    }
    Ok(counted)
}

/// Sets the status of defects, for a decision that was made on rows which this transaction holds.
pub async fn set_status(
    tx: &Tx,
    defects: &[DefectId],
    status: DefectStatus,
    regressed: bool,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let mut changed = 0;
    for ids in defects.chunks(ROWS_AT_ONCE) {
        let regressions = Expr::col(Column::Regressions).add(i32::from(regressed));
        let update = Entity::update_many()
            .col_expr(Column::Status, Expr::value(status.as_str()))
            .col_expr(Column::StatusSince, Expr::value(micros(now)))
            .col_expr(Column::Regressions, regressions)
            .filter(Column::Id.is_in(ids.iter().map(|id| id.0)))
            .exec(tx.inner());
        changed += update.await?.rows_affected;
    }
    Ok(changed)
}

/// Sets which issue stands for a defect, whose row this transaction holds.
pub async fn set_issue(
    tx: &Tx,
    id: DefectId,
    issue: Option<(&str, &str)>,
    status: Option<&str>,
) -> Result<bool, StoreError> {
    let (key, url) = issue.unzip();
    let changed = Entity::update_many()
        .col_expr(Column::JiraIssueKey, Expr::value(key))
        .col_expr(Column::JiraIssueUrl, Expr::value(url))
        .col_expr(Column::JiraStatus, Expr::value(status))
        .filter(Column::Id.eq(id.0))
        .exec(tx.inner())
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Says who takes care of a defect; nobody, when there is none.
pub async fn assign(tx: &Tx, id: DefectId, to: Option<&Actor>) -> Result<(), StoreError> {
    let to = to.map(ToString::to_string);
    Entity::update_many()
        .col_expr(Column::Assignee, Expr::value(to))
        .filter(Column::Id.eq(id.0))
        .exec(tx.inner())
        .await?;
    Ok(())
}

/// Says until when a defect is told no more.
pub async fn snooze(tx: &Tx, id: DefectId, until: Option<DateTime<Utc>>) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::SnoozedUntil, Expr::value(until.map(micros)))
        .filter(Column::Id.eq(id.0))
        .exec(tx.inner())
        .await?;
    Ok(())
}

/// Notes what happened.
pub async fn note(tx: &Tx, events: &[DefectEvent]) -> Result<(), StoreError> {
    for events in events.chunks(ROWS_AT_ONCE) {
        let rows = events
            .iter()
            .map(|event| event_row(event).into_active_model());
        defect_event::Entity::insert_many(rows)
            .exec_without_returning(tx.inner())
            .await?;
    }
    Ok(())
}

/// Finds a defect.
pub async fn find(conn: &impl Reader, id: DefectId) -> Result<Option<Defect>, StoreError> {
    let row = Entity::find_by_id(id.0).one(conn.inner()).await?;
    row.map(Defect::try_from).transpose()
}

/// Finds defects. One that cannot be read is left out, so that it stops no other.
pub async fn find_all(conn: &impl Reader, ids: &[DefectId]) -> Result<Vec<Defect>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(ROWS_AT_ONCE) {
        let rows = Entity::find()
            .filter(Column::Id.is_in(ids.iter().map(|id| id.0)))
            .all(conn.inner())
            .await?;
        found.extend(readable::<_, Defect, _>(rows, |row| row.id).0);
    }
    Ok(found)
}

/// The newest defect that has this issue.
pub async fn of_issue(conn: &impl Reader, key: &str) -> Result<Option<Defect>, StoreError> {
    let row = Entity::find()
        .filter(Column::JiraIssueKey.eq(key))
        .order_by_desc(Column::Id)
        .one(conn.inner())
        .await?;
    row.map(Defect::try_from).transpose()
}

/// Finds a defect and keeps others from changing it until the transaction ends.
pub async fn lock(tx: &Tx, id: DefectId) -> Result<Option<Defect>, StoreError> {
    let query = Entity::find_by_id(id.0);
    let query = if tx.locks_rows() {
        query.lock_exclusive()
    } else {
        query
    };
    let row = query.one(tx.inner()).await?;
    row.map(Defect::try_from).transpose()
}

/// The defects of a source that are open and were found by a case, with the keys of the cases. Their
/// rows stay locked until the transaction ends.
pub async fn lock_open_cases(tx: &Tx, source: &str) -> Result<Vec<(DefectId, u64)>, StoreError> {
    let open = DefectStatus::ALL
        .into_iter()
        .filter(|status| status.is_open());
    let query = Entity::find()
        .filter(Column::Source.eq(source))
        .filter(Column::Status.is_in(open.map(DefectStatus::as_str)))
        .filter(Column::CaseKey.is_not_null())
        .order_by_asc(Column::Fingerprint);
    let query = if tx.locks_rows() {
        query.lock_exclusive()
    } else {
        query
    };
    let rows: Vec<(Uuid, Option<String>)> = query
        .select_only()
        .columns([Column::Id, Column::CaseKey])
        .into_tuple()
        .all(tx.inner())
        .await?;
    let key = |(id, key): (Uuid, Option<String>)| Some((DefectId(id), case_key(&key?)?));
    Ok(rows.into_iter().filter_map(key).collect())
}

/// The defects with these fingerprints, which must be in order. Their rows stay locked until the
/// transaction ends.
pub async fn lock_by_fingerprint(
    tx: &Tx,
    fingerprints: &[String],
) -> Result<Vec<Defect>, StoreError> {
    let mut found = Vec::new();
    for fingerprints in fingerprints.chunks(ROWS_AT_ONCE) {
        let query = Entity::find()
            .filter(Column::Fingerprint.is_in(fingerprints.iter().map(String::as_str)))
            .order_by_asc(Column::Fingerprint);
        let query = if tx.locks_rows() {
            query.lock_exclusive()
        } else {
            query
        };
        for row in query.all(tx.inner()).await? {
            found.push(Defect::try_from(row)?);
        }
    }
    Ok(found)
}

/// What happened to a defect, newest first; at most the last 200 things.
pub async fn history(conn: &impl Reader, id: DefectId) -> Result<Vec<DefectEvent>, StoreError> {
    use defect_event::Column;
    let rows = defect_event::Entity::find()
        .filter(Column::DefectId.eq(id.0))
        .order_by_desc(Column::Id)
        .limit(200)
        .all(conn.inner())
        .await?;
    rows.into_iter().map(DefectEvent::try_from).collect()
}

/// A page of defects, newest first.
pub async fn page(
    store: &Store,
    filter: &DefectFilter,
    page: &PageRequest,
) -> Result<Page<Defect>, StoreError> {
    let wanted = Entity::find().filter(condition(filter));
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

fn condition(filter: &DefectFilter) -> Condition {
    let statuses = filter.statuses.iter().map(|status| status.as_str());
    let statuses = (!filter.statuses.is_empty()).then(|| Column::Status.is_in(statuses));
    let words = filter.words.as_deref().map(|words| {
        // SQLite lowers ASCII alone, and what PostgreSQL lowers depends on its locale.
        let lower = [words.to_lowercase(), words.to_ascii_lowercase()];
        lower.iter().fold(Condition::any(), |either, words| {
            either.add(Func::lower(Expr::col(Column::Title)).like(containing(words)))
        })
    });
    Condition::all()
        .add_option(filter.kind.map(|kind| Column::Kind.eq(kind.as_str())))
        .add_option(statuses)
        .add_option(filter.severity.map(|s| Column::Severity.eq(s.as_str())))
        .add_option(filter.source.as_deref().map(|s| Column::Source.eq(s)))
        .add_option(words)
}

/// LIKE has wildcards of its own; what was typed is meant as it stands.
fn containing(words: &str) -> LikeExpr {
    let escaped: String = words
        .chars()
        .flat_map(|c| "\\%_".contains(c).then_some('\\').into_iter().chain([c]))
        .collect();
    LikeExpr::new(format!("%{escaped}%")).escape('\\')
}

fn row_of(defect: &Defect) -> Model {
    Model {
        id: defect.id.0,
        kind: defect.kind.as_str().to_owned(),
        fingerprint: defect.fingerprint.clone(),
        title: defect.title.clone(),
        severity: defect.severity.as_str().to_owned(),
        status: defect.status.as_str().to_owned(),
        status_since: micros(defect.status_since),
        description: defect.description.clone(),
        steps: defect.steps.clone(),
        expected: defect.expected.clone(),
        actual: defect.actual.clone(),
        source: defect.source.clone(),
        count: defect.count,
        regressions: defect.regressions,
        first_seen: micros(defect.first_seen),
        last_seen: micros(defect.last_seen),
        last_run: defect.last_run.map(|run| run.0),
        case_key: defect.case_key.map(|key| format!("{key:016x}")),
        flaky: defect.flaky,
        reporter: defect.reporter.to_string(),
        jira_issue_key: defect.jira_issue_key.clone(),
        jira_issue_url: defect.jira_issue_url.clone(),
        jira_status: defect.jira_status.clone(),
        assignee: defect.assignee.as_ref().map(ToString::to_string),
        snoozed_until: defect.snoozed_until.map(micros),
    }
}

fn case_key(text: &str) -> Option<u64> {
    u64::from_str_radix(text, 16).ok()
}

fn event_row(event: &DefectEvent) -> defect_event::Model {
    defect_event::Model {
        id: event.id,
        defect_id: event.defect.0,
        at: micros(event.at),
        status: event.status.as_str().to_owned(),
        actor: event.actor.to_string(),
        run_id: event.run.map(|run| run.0),
        note: event.note.clone(),
    }
}

impl TryFrom<Model> for Defect {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let what = format!("defect {}", row.id);
        Ok(Self {
            kind: word(FindingKind::parse, &row.kind, &what)?,
            severity: word(Severity::parse, &row.severity, &what)?,
            status: word(DefectStatus::parse, &row.status, &what)?,
            reporter: actor(&row.reporter, &what)?,
            assignee: row
                .assignee
                .map(|assignee| actor(&assignee, &what))
                .transpose()?,
            id: DefectId(row.id),
            fingerprint: row.fingerprint,
            title: row.title,
            status_since: row.status_since,
            description: row.description,
            steps: row.steps,
            expected: row.expected,
            actual: row.actual,
            source: row.source,
            count: row.count,
            regressions: row.regressions,
            first_seen: row.first_seen,
            last_seen: row.last_seen,
            last_run: row.last_run.map(RunId),
            case_key: row.case_key.as_deref().and_then(case_key),
            flaky: row.flaky,
            jira_issue_key: row.jira_issue_key,
            jira_issue_url: row.jira_issue_url,
            jira_status: row.jira_status,
            snoozed_until: row.snoozed_until,
        })
    }
}

impl TryFrom<defect_event::Model> for DefectEvent {
    type Error = StoreError;

    fn try_from(row: defect_event::Model) -> Result<Self, StoreError> {
        let what = format!("event {} of a defect", row.id);
        Ok(Self {
            status: word(DefectStatus::parse, &row.status, &what)?,
            actor: actor(&row.actor, &what)?,
            id: row.id,
            defect: DefectId(row.defect_id),
            at: row.at,
            run: row.run_id.map(RunId),
            note: row.note,
        })
    }
}
