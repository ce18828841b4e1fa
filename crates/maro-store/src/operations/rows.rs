//! Between the ledger's rows and [`Operation`].

use maro_core::ids::{OperationId, SessionId};
use maro_core::operations::{Marker, Operation, OperationKind, OperationState};

use crate::StoreError;
use crate::entities::jira_operation::Model;
use crate::row::{actor, from_json, micros, to_json, word};

pub(super) fn row_of(operation: &Operation) -> Model {
    Model {
        id: operation.id.0,
        session_id: operation.session.0.clone(),
        draft_hash: operation.draft_hash.clone(),
        operation: operation.kind.as_str().to_owned(),
        request: to_json(&operation.request),
        target: to_json(&operation.target),
        marker: operation.marker.as_str().to_owned(),
        state: operation.state.as_str().to_owned(),
        attempt: operation.attempt,
        deferrals: operation.deferrals,
        searches: operation.searches,
        owner: operation.owner.clone(),
        lease_epoch: operation.lease_epoch,
        lease_until: operation.lease_until.map(micros),
        send_started_at: operation.send_started_at.map(micros),
        next_at: operation.next_at.map(micros),
        jira_id: operation.jira_id.clone(),
        jira_key: operation.jira_key.clone(),
        created_by: operation.created_by.to_string(),
        approved_by: operation.approved_by.to_string(),
        evidence: to_json(&operation.evidence),
        error_message: operation.error_message.clone(),
        created_at: micros(operation.created_at),
        updated_at: micros(operation.updated_at),
    }
}

impl TryFrom<Model> for Operation {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let marker = Marker::from_label(&row.marker)
            .ok_or_else(|| StoreError::corrupt(format!("marker of operation {}", row.id)))?;
        Ok(Self {
            id: OperationId(row.id),
            session: SessionId(row.session_id),
            draft_hash: row.draft_hash,
            kind: word(OperationKind::parse, &row.operation, "kind of an operation")?,
            request: from_json(&row.request, "request of an operation")?,
            target: from_json(&row.target, "target of an operation")?,
            marker,
            state: word(OperationState::parse, &row.state, "state of an operation")?,
            attempt: row.attempt,
            deferrals: row.deferrals,
            searches: row.searches,
            owner: row.owner,
            lease_epoch: row.lease_epoch,
            lease_until: row.lease_until,
            send_started_at: row.send_started_at,
            next_at: row.next_at,
            jira_id: row.jira_id,
            jira_key: row.jira_key,
            created_by: actor(&row.created_by, "author of an operation")?,
            approved_by: actor(&row.approved_by, "approver of an operation")?,
            evidence: from_json(&row.evidence, "evidence of an operation")?,
            error_message: row.error_message,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}
