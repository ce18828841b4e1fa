//! Applying a step: a compare-and-set on state and epoch, with the evidence in the same write.

use chrono::{DateTime, Utc};
use maro_core::ids::OperationId;
use maro_core::operations::{Evidence, OperationState, Step};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _, QueryTrait as _,
};

use crate::entities::jira_operation::{Column, Entity};
use crate::row::{from_json, micros, to_json};
use crate::store::sealed::Sealed as _;
use crate::{StoreError, Tx};

/// How much evidence is kept; an operation that is watched for a day gathers about this much.
const MOST_EVIDENCE: usize = 100;

/// Applies a step to an operation that is still in the state `from`, and under the claim `epoch`
/// where one is given. Returns `false` when it is not; then nothing was written.
///
/// A step ends the claim: owner and lease are cleared. A first send that goes back to `prepared` has
/// provably not left, so it does not count as begun; of a later one, an earlier may have.
pub async fn apply(
    tx: &Tx,
    id: OperationId,
    from: OperationState,
    epoch: Option<i64>,
    step: &Step,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let Some(evidence) = evidence_with(tx, id, &step.evidence).await? else {
        return Ok(false);
    };
    let mut update = Entity::update_many()
        .col_expr(Column::State, Expr::value(step.state.as_str()))
        .col_expr(Column::NextAt, Expr::value(step.next_at.map(micros)))
        .col_expr(Column::ErrorMessage, Expr::value(step.error.clone()))
        .col_expr(Column::Attempt, Expr::value(step.attempt))
        .col_expr(Column::Deferrals, Expr::value(step.deferrals))
        .col_expr(Column::Searches, Expr::value(step.searches))
        .col_expr(Column::Evidence, Expr::value(evidence))
        .col_expr(Column::Owner, Expr::value(None::<String>))
        .col_expr(Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::UpdatedAt, Expr::value(micros(now)));
    if let Some(issue) = &step.issue {
        update = update
            .col_expr(Column::JiraId, Expr::value(issue.id.as_str()))
            .col_expr(Column::JiraKey, Expr::value(issue.key.as_str()));
    }
    let unsent = (from, step.state) == (OperationState::Sending, OperationState::Prepared);
    if unsent && step.attempt == 1 {
        let never = Expr::value(None::<DateTime<Utc>>);
        update = update.col_expr(Column::SendStartedAt, never);
    }
    let changed = update
        .filter(Column::Id.eq(id.0))
        .filter(Column::State.eq(from.as_str()))
        .apply_if(epoch, |q, epoch| q.filter(Column::LeaseEpoch.eq(epoch)))
        .exec(tx.inner())
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Reads the evidence under a row lock, so that two steps at once cannot lose one another's.
async fn evidence_with(
    tx: &Tx,
    id: OperationId,
    new: &Evidence,
) -> Result<Option<String>, StoreError> {
    let query = Entity::find_by_id(id.0)
        .select_only()
        .column(Column::Evidence);
    let query = tx.locked(query);
    let Some(text) = query.into_tuple::<String>().one(tx.inner()).await? else {
        return Ok(None);
    };
    let mut evidence: Vec<Evidence> = from_json(&text, "evidence of an operation")?;
    evidence.push(new.clone());
    let surplus = evidence.len().saturating_sub(MOST_EVIDENCE);
    evidence.drain(..surplus);
    Ok(Some(to_json(&evidence)))
}
