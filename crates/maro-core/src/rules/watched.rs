//! What a rule remembers of a finding: how often in a row, whether people know, and why or why not.

use chrono::{DateTime, Utc};

use super::{TicketState, ToldBy, Verdict};
use crate::ids::RunId;

/// What a rule remembers of one finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// Sightings in a row; of a suite, runs that failed in a row.
    pub in_a_row: i64,
    /// The count that a defect had before it was opened last.
    pub base: i64,
    /// The run with which a row of failing runs began.
    pub began: Option<RunId>,
    /// What people were told.
    pub told: Option<Told>,
    /// Since when it waits to be told.
    pub held_since: Option<DateTime<Utc>>,
    /// When it is to be told: what is held, or a reminder.
    pub due_at: Option<DateTime<Utc>>,
    /// What became of its ticket.
    pub ticket: Option<TicketState>,
    /// What was decided last.
    pub verdict: Verdict,
    /// Why, as a sentence.
    pub why: String,
    /// When it was decided.
    pub at: DateTime<Utc>,
}

/// What people were told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// When, last.
    pub at: DateTime<Utc>,
    /// How.
    pub by: ToldBy,
    /// Whether they were told that it is open.
    pub open: bool,
}

impl Watched {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(now: DateTime<Utc>) -> Self {
        Self {
            in_a_row: 0,
            base: 0,
            began: None,
            told: None,
            held_since: None,
            due_at: None,
            ticket: None,
            verdict: Verdict::Counting,
            why: String::new(),
            at: now,
        }
    }

    /// Whether people believe that it is open.
    #[must_use]
    pub fn is_told_open(&self) -> bool {
        self.told.is_some_and(|told| told.open)
    }

    /// Notes what was decided.
    pub fn note(&mut self, verdict: Verdict, why: impl Into<String>, now: DateTime<Utc>) {
        self.verdict = verdict;
        self.why = why.into();
        self.at = now;
    }

    /// People were told that it is open.
    pub fn told(&mut self, by: ToldBy, now: DateTime<Utc>) {
        self.release();
        self.told = Some(Told {
            at: now,
            by,
            open: true,
        });
        match by {
            ToldBy::Card => self.note(Verdict::Told, "It has a card.", now),
            ToldBy::Digest => self.note(Verdict::InDigest, "A digest told it.", now),
        }
    }

    /// It waits until then, from now on or as it did.
    pub fn hold(&mut self, until: DateTime<Utc>, why: impl Into<String>, now: DateTime<Utc>) {
        self.due_at = match self.held_since {
            Some(_) => self.due_at.or(Some(until)),
            None => Some(until),
        };
        self.held_since.get_or_insert(now);
        self.note(Verdict::Held, why, now);
    }

    /// It waits no more.
    pub fn release(&mut self) {
        self.held_since = None;
        self.due_at = None;
    }
}
