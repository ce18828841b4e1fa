//! Looking at the ledger: pages, counts, and when there is something to do next.

use chrono::{DateTime, Utc};
use maro_core::ids::SessionId;
use maro_core::operations::{Operation, OperationState, PublicStatus};
use sea_orm::sea_query::LikeExpr;
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryTrait as _};

use crate::entities::jira_operation::{Column, Entity};
use crate::page::newest_first;
use crate::row::{counts, moment};
use crate::store::sealed::Sealed as _;
use crate::{Page, PageRequest, Store, StoreError};

/// Which operations are wanted; everything by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OperationFilter {
    /// Only in one of these states; empty means any.
    pub states: Vec<OperationState>,
    /// Only with this simple status.
    pub status: Option<PublicStatus>,
    /// Only of this session.
    pub session: Option<SessionId>,
    /// Only where this text is in the key, the marker, the session or the request.
    pub text: Option<String>,
}

/// A page of operations, newest first.
pub async fn page(
    store: &Store,
    filter: &OperationFilter,
    page: &PageRequest,
) -> Result<Page<Operation>, StoreError> {
    let wanted = Entity::find()
        .apply_if(filter.wanted_states(), |q, states| {
            q.filter(Column::State.is_in(states))
        })
        .apply_if(filter.session.as_ref(), |q, id| {
            q.filter(Column::SessionId.eq(id.0.as_str()))
        })
        .apply_if(filter.text.as_deref(), |q, text| q.filter(mentions(text)));
    newest_first(store, wanted, Column::Id, page).await
}

/// How many operations are in each state; states without any are left out.
pub async fn count_by_state(store: &Store) -> Result<Vec<(OperationState, i64)>, StoreError> {
    let text = "SELECT state, COUNT(*) FROM jira_operations GROUP BY state";
    counts(store.inner(), text, OperationState::parse).await
}

/// When the next send, search or expiry is due.
pub async fn next_due(store: &Store) -> Result<Option<DateTime<Utc>>, StoreError> {
    let text = "SELECT MIN(CASE
            WHEN state = 'sending' THEN lease_until
            WHEN lease_until IS NOT NULL AND lease_until > next_at THEN lease_until
            ELSE next_at END)
        FROM jira_operations
        WHERE state IN ('prepared', 'sending', 'unknown', 'needs_human')";
    moment(store.inner(), text).await
}

impl OperationFilter {
    /// `None` means any state.
    fn wanted_states(&self) -> Option<Vec<&'static str>> {
        if self.states.is_empty() && self.status.is_none() {
            return None;
        }
        let fits = |state: &OperationState| {
            (self.states.is_empty() || self.states.contains(state))
                && self.status.is_none_or(|status| state.public() == status)
        };
        Some(
            OperationState::ALL
                .iter()
                .filter(|s| fits(s))
                .map(|s| s.as_str())
                .collect(),
        )
    }
}

fn mentions(text: &str) -> Condition {
    let escaped = text
        .replace('\\', r"\\")
        .replace('%', r"\%")
        .replace('_', r"\_");
    let pattern = || LikeExpr::new(format!("%{escaped}%")).escape('\\');
    [
        Column::JiraKey,
        Column::Marker,
        Column::SessionId,
        Column::Request,
    ]
    .into_iter()
    .fold(Condition::any(), |any, column| {
        any.add(column.like(pattern()))
    })
}
