//! The rules themselves.

use chrono::{DateTime, Utc};
use maro_core::actor::Actor;
use maro_core::rules::{Origin, Rule, RuleState};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, ExprTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _,
};

use crate::entities::rule::{Column, Entity, Model};
use crate::entities::{rule_quota, rule_subject};
use crate::row::{actor, from_json, micros, readable, to_json, word};
use crate::store::sealed::Sealed as _;
use crate::{Reader, StoreError, Tx};

/// A rule, as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRule {
    /// The rule.
    pub rule: Rule,
    /// Who keeps it.
    pub origin: Origin,
    /// Whether it can do what it says.
    pub state: RuleState,
    /// What somebody has to put right; empty when nothing.
    pub reason: String,
    /// Who changed it last.
    pub updated_by: Actor,
    /// When.
    pub updated_at: DateTime<Utc>,
    /// News from before is not its own: when it was first saved, whatever changed since. A rule that is
    /// older than this column counts always.
    pub since: DateTime<Utc>,
}

/// All rules, by name. One that a newer Maro wrote and this one cannot read stops no other.
pub async fn list(conn: &impl Reader) -> Result<Vec<StoredRule>, StoreError> {
    let rows = Entity::find()
        .order_by_asc(Column::Name)
        .all(conn.inner())
        .await?;
    Ok(readable(rows, |row| row.name.clone()).0)
}

/// Finds a rule.
pub async fn find(conn: &impl Reader, name: &str) -> Result<Option<StoredRule>, StoreError> {
    let row = Entity::find_by_id(name).one(conn.inner()).await?;
    row.map(StoredRule::try_from).transpose()
}

/// Stores a rule under its name, instead of the one that had it, from whose `since` on it counts.
pub async fn save(tx: &Tx, rule: &StoredRule) -> Result<(), StoreError> {
    let instead = OnConflict::column(Column::Name)
        .update_columns([
            Column::Body,
            Column::Origin,
            Column::State,
            Column::Reason,
            Column::UpdatedBy,
            Column::UpdatedAt,
        ])
        .to_owned();
    Entity::insert(row_of(rule).into_active_model())
        .on_conflict(instead)
        .exec_without_returning(tx.inner())
        .await?;
    Ok(())
}

/// Deletes a rule and what it remembered. Returns `false` when there is none.
pub async fn delete(tx: &Tx, name: &str) -> Result<bool, StoreError> {
    rule_subject::Entity::delete_many()
        .filter(rule_subject::Column::Rule.eq(name))
        .exec(tx.inner())
        .await?;
    rule_quota::Entity::delete_by_id(name)
        .exec(tx.inner())
        .await?;
    let deleted = Entity::delete_by_id(name).exec(tx.inner()).await?;
    Ok(deleted.rows_affected == 1)
}

/// Notes whether a rule can do what it says. Returns `false` when that was known.
pub async fn set_state(
    tx: &Tx,
    name: &str,
    state: RuleState,
    reason: &str,
) -> Result<bool, StoreError> {
    let changed = Entity::update_many()
        .col_expr(Column::State, Expr::value(state.as_str()))
        .col_expr(Column::Reason, Expr::value(reason))
        .filter(Column::Name.eq(name))
        .filter(
            Column::State
                .ne(state.as_str())
                .or(Column::Reason.ne(reason)),
        )
        .exec(tx.inner())
        .await?;
    Ok(changed.rows_affected == 1)
}

fn row_of(stored: &StoredRule) -> Model {
    Model {
        name: stored.rule.name.clone(),
        body: to_json(&stored.rule),
        origin: stored.origin.as_str().to_owned(),
        state: stored.state.as_str().to_owned(),
        reason: stored.reason.clone(),
        updated_by: stored.updated_by.to_string(),
        updated_at: micros(stored.updated_at),
        since: Some(micros(stored.since)),
    }
}

impl TryFrom<Model> for StoredRule {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let what = format!("rule {}", row.name);
        Ok(Self {
            rule: from_json(&row.body, &what)?,
            origin: word(Origin::parse, &row.origin, &what)?,
            state: word(RuleState::parse, &row.state, &what)?,
            updated_by: actor(&row.updated_by, &what)?,
            reason: row.reason,
            updated_at: row.updated_at,
            since: row.since.unwrap_or(DateTime::UNIX_EPOCH),
        })
    }
}
