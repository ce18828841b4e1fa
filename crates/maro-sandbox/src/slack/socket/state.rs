//! The connections of the app, and the envelopes that nobody has acknowledged yet.

use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::{mpsc::UnboundedSender, oneshot};

use crate::ids;

/// How long a ticket opens a connection.
const TICKET_LIFE: TimeDelta = TimeDelta::seconds(30);
/// How many acknowledgements are kept.
const KEPT: usize = 5_000;

/// What a connection is told to do.
#[derive(Clone, Debug)]
pub(super) enum Order {
    /// Sends a text, whatever it is.
    Send(String),
    /// Says that the connection ends soon.
    Warn,
    /// Says why the connection ends, and ends it.
    Disconnect(&'static str),
    /// Goes away without a word.
    Drop,
    /// Neither reads nor writes any more, but stays.
    Stall,
}

/// One open WebSocket.
#[derive(Debug, Serialize)]
pub(super) struct Connection {
    pub(super) id: u64,
    since: DateTime<Utc>,
    /// How many envelopes it was given.
    given: u64,
    acknowledged: u64,
    stalled: bool,
    /// Whether it gets nothing any more because it ends.
    ending: bool,
    #[serde(skip)]
    orders: UnboundedSender<Order>,
}

/// An envelope that was handed out.
#[derive(Debug)]
struct Pending {
    text: String,
    /// Who has it; empty when every connection that had it is gone.
    holders: Vec<u64>,
    acknowledged: oneshot::Sender<Value>,
}

/// An acknowledgement as it came.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Acknowledgement {
    at: DateTime<Utc>,
    connection: u64,
    envelope_id: String,
    payload: Value,
    /// Whether anybody still waited for it.
    in_time: bool,
}

/// What the socket half knows.
#[derive(Debug, Default)]
pub(crate) struct SocketState {
    tickets: BTreeMap<String, (DateTime<Utc>, bool)>,
    opens: VecDeque<DateTime<Utc>>,
    connections: BTreeMap<u64, Connection>,
    pending: BTreeMap<String, Pending>,
    acknowledgements: VecDeque<Acknowledgement>,
    connected: u64,
    turn: u64,
}

impl SocketState {
    /// Counts a call of `apps.connections.open`; `false` when it is one too many.
    pub(super) fn may_open(&mut self, per_minute: usize, now: DateTime<Utc>) -> bool {
        while self
            .opens
            .front()
            .is_some_and(|at| now - *at >= TimeDelta::minutes(1))
        {
            self.opens.pop_front();
        }
        let allowed = self.opens.len() < per_minute;
        if allowed {
            self.opens.push_back(now);
        }
        allowed
    }

    /// Gives out a ticket.
    pub(super) fn ticket(&mut self, brief: bool, now: DateTime<Utc>) -> String {
        self.tickets
            .retain(|_, (issued, _)| now - *issued < TICKET_LIFE);
        let ticket = ids::token(40);
        self.tickets.insert(ticket.clone(), (now, brief));
        ticket
    }

    /// Takes a ticket, once; whether the connection is to be brief.
    pub(super) fn take(&mut self, ticket: &str, now: DateTime<Utc>) -> Option<bool> {
        let (issued, brief) = self.tickets.remove(ticket)?;
        (now - issued < TICKET_LIFE).then_some(brief)
    }

    /// How many connections are open.
    pub(super) fn open(&self) -> usize {
        self.connections.len()
    }

    /// Adds a connection. What nobody holds any more is handed to it.
    pub(super) fn enter(&mut self, orders: UnboundedSender<Order>, now: DateTime<Utc>) -> u64 {
        self.connected += 1;
        let id = self.connected;
        self.connections.insert(
            id,
            Connection {
                id,
                since: now,
                given: 0,
                acknowledged: 0,
                stalled: false,
                ending: false,
                orders,
            },
        );
        id
    }

    /// Hands what lost its connection to others, and to this one after it said hello.
    pub(super) fn hand_on(&mut self) {
        let orphans: Vec<String> = self
            .pending
            .iter()
            .filter(|(_, pending)| pending.holders.is_empty())
            .map(|(id, _)| id.clone())
            .collect();
        for id in orphans {
            self.give(&id);
        }
    }

    /// Forgets a connection; what it had not acknowledged goes to another one.
    pub(super) fn leave(&mut self, id: u64) {
        self.connections.remove(&id);
        for pending in self.pending.values_mut() {
            pending.holders.retain(|holder| *holder != id);
        }
        self.hand_on();
    }

    /// Hands an envelope out so many times. `None` when there is no connection.
    pub(super) fn hand_out(
        &mut self,
        id: &str,
        text: String,
        copies: u32,
    ) -> Option<oneshot::Receiver<Value>> {
        let (acknowledged, receiver) = oneshot::channel();
        let pending = Pending {
            text,
            holders: Vec::new(),
            acknowledged,
        };
        self.pending.insert(id.to_owned(), pending);
        let given = (0..copies).filter(|_| self.give(id)).count();
        if given == 0 {
            self.pending.remove(id);
            return None;
        }
        Some(receiver)
    }

    /// Gives up waiting for an envelope.
    pub(super) fn give_up(&mut self, id: &str) {
        self.pending.remove(id);
    }

    /// Gives an envelope to the connection whose turn it is.
    fn give(&mut self, id: &str) -> bool {
        let able: Vec<u64> = self
            .connections
            .values()
            .filter(|one| !one.ending)
            .map(|one| one.id)
            .collect();
        let Some(pending) = self.pending.get_mut(id).filter(|_| !able.is_empty()) else {
            return false;
        };
        self.turn += 1;
        let turn = usize::try_from(self.turn).unwrap_or_default() % able.len();
        let Some(connection) = self.connections.get_mut(&able[turn]) else {
            return false;
        };
        connection.given += 1;
        pending.holders.push(connection.id);
        connection
            .orders
            .send(Order::Send(pending.text.clone()))
            .is_ok()
    }

    /// Takes an acknowledgement.
    pub(super) fn acknowledge(
        &mut self,
        connection: u64,
        envelope_id: &str,
        payload: Value,
        at: DateTime<Utc>,
    ) {
        let pending = self.pending.remove(envelope_id);
        if self.acknowledgements.len() == KEPT {
            self.acknowledgements.pop_front();
        }
        self.acknowledgements.push_back(Acknowledgement {
            at,
            connection,
            envelope_id: envelope_id.to_owned(),
            payload: payload.clone(),
            in_time: pending.is_some(),
        });
        if let Some(connection) = self.connections.get_mut(&connection) {
            connection.acknowledged += 1;
        }
        if let Some(pending) = pending {
            // Nobody waits any more when the act was given up in this moment.
            let _ = pending.acknowledged.send(payload);
        }
    }

    /// Tells one connection what to do; `false` when there is no such connection.
    pub(super) fn tell(&mut self, id: u64, order: &Order) -> bool {
        let Some(connection) = self.connections.get_mut(&id) else {
            return false;
        };
        connection.stalled |= matches!(order, Order::Stall);
        connection.ending |= matches!(order, Order::Disconnect(_) | Order::Drop);
        connection.orders.send(order.clone()).is_ok()
    }

    /// Tells all connections what to do, and how many they are.
    pub(super) fn tell_all(&mut self, order: &Order) -> usize {
        let all: Vec<u64> = self.connections.keys().copied().collect();
        all.into_iter().filter(|id| self.tell(*id, order)).count()
    }

    /// Everything, for tests and people.
    pub(crate) fn shown(&self) -> Value {
        json!({
            "connections": self.connections.values().collect::<Vec<_>>(),
            "connected": self.connected,
            "pending": self.pending.keys().collect::<Vec<_>>(),
            "acknowledgements": self.acknowledgements,
        })
    }
}
