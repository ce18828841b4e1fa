//! Between the outbox's rows and the domain's messages.

use maro_core::ids::OutboxId;
use maro_core::outbox::{NewMessage, OutboxMessage, OutboxState};

use super::turn::Turn;
use crate::StoreError;
use crate::entities::outbox::Model;
use crate::row::{from_json, micros, to_json, word};

pub(super) fn row_of(new: &NewMessage, turn: &Turn) -> Model {
    Model {
        id: new.id.0,
        team: new.team.clone(),
        subject: new.subject.clone(),
        destination: new.message.destination(&new.team),
        message: to_json(&new.message),
        collapse_key: new.message.collapse_key(),
        state: OutboxState::Pending.as_str().to_owned(),
        attempts: 0,
        vanished: 0,
        unclear: false,
        next_at: micros(new.not_before),
        owner: None,
        lease_epoch: 0,
        last_error: None,
        reference: None,
        created_at: micros(new.not_before),
        delivered_at: None,
        seq: turn.seq,
        destination_known: turn.destination_known,
    }
}

impl TryFrom<Model> for OutboxMessage {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: OutboxId(row.id),
            seq: row.seq,
            team: row.team,
            subject: row.subject,
            destination: row.destination,
            message: from_json(&row.message, "message of the outbox")?,
            state: word(OutboxState::parse, &row.state, "state of a message")?,
            attempts: row.attempts,
            vanished: row.vanished,
            unclear: row.unclear,
            next_at: row.next_at,
            lease_epoch: row.lease_epoch,
            last_error: row.last_error,
            created_at: row.created_at,
            delivered_at: row.delivered_at,
        })
    }
}
