//! One sitting of the judge: what rules remember of some findings, and what follows, in one transaction.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use maro_core::findings::{CardSubject, Place, What};
use maro_core::rules::{
    Finding, Key, Notify, Rule, Tell, TicketState, ToldBy, Watched, decide, mismatch,
};
use maro_store::rules::{self, WatchedRow};
use maro_store::{StoreError, Tx, defects};

use super::gates::Gates;
use super::place::place;
use super::tickets::{Quotas, reserve};
use crate::App;
use crate::findings::cards::{Told, tell};

/// When a place that cannot be told is looked at again.
pub(super) const AGAIN: TimeDelta = TimeDelta::minutes(10);
pub(super) const TURNED_OFF: &str = "Notifications are turned off.";

/// A sitting. Nothing of it is stored before [`Bench::close`].
pub(super) struct Bench<'a> {
    pub(super) app: &'a App,
    pub(super) tx: &'a Tx,
    pub(super) now: DateTime<Utc>,
    rules: &'a [Rule],
    watched: HashMap<(String, Key), WatchedRow>,
    changed: BTreeMap<(String, Key), WatchedRow>,
    gates: Gates,
    quotas: Quotas,
    edits: BTreeMap<String, (Place, CardSubject)>,
}

impl<'a> Bench<'a> {
    /// Reads what the rules remember of these findings.
    pub(super) async fn open(
        app: &'a App,
        tx: &'a Tx,
        rules: &'a [Rule],
        findings: &[Finding],
    ) -> Result<Self, StoreError> {
        let keys = findings.iter().flat_map(|finding| {
            let key = |rule| finding.key_for(rule).to_string();
            rules.iter().map(key)
        });
        let mut keys: Vec<String> = keys.collect();
        keys.sort_unstable();
        keys.dedup();
        let known = rules::load(tx, &keys).await?;
        let known = known.into_iter();
        Ok(Self {
            app,
            tx,
            now: app.now(),
            rules,
            watched: known
                .map(|row| ((row.rule.clone(), row.key.clone()), row))
                .collect(),
            changed: BTreeMap::new(),
            gates: Gates::default(),
            quotas: Quotas::default(),
            edits: BTreeMap::new(),
        })
    }

    /// All rules that were there hear one piece of news.
    pub(super) async fn hear(
        &mut self,
        finding: &Finding,
        what: What,
        hears: impl Fn(&Rule) -> bool,
    ) -> Result<(), StoreError> {
        for rule in self.rules {
            if !hears(rule) {
                continue;
            }
            let key = finding.key_for(rule);
            let known = self.known(rule, &key).map(|row| row.watched.clone());
            let is_told = known.as_ref().is_some_and(|known| known.told.is_some());
            // What people were told of is followed to its end.
            let is_about_it = mismatch(&rule.when, finding).is_none();
            if !is_told && !is_about_it {
                continue;
            }
            let decision = decide(rule, known, finding, what, self.now);
            let mut watched = decision.watched;
            if decision.ticket && is_about_it {
                self.ticket(rule, &key, &mut watched).await?;
            }
            if let Some(tell) = decision.tell {
                self.tell(rule, &key, &mut watched, tell).await?;
            }
            self.remember(rule, key, finding.rank(), watched);
        }
        Ok(())
    }

    /// The finding becomes a ticket now, or in the next hour.
    async fn ticket(
        &mut self,
        rule: &Rule,
        key: &Key,
        watched: &mut Watched,
    ) -> Result<(), StoreError> {
        let (Some(ticket), Key::Defect(id)) = (&rule.ticket, key) else {
            return Ok(());
        };
        let (tx, name) = (self.tx, &rule.name);
        if !self.quotas.take(tx, name, ticket, self.now).await? {
            watched.ticket = Some(TicketState::Waiting);
            return Ok(());
        }
        if let Some(defect) = defects::find(tx, *id).await? {
            watched.ticket = Some(reserve(self.app, tx, rule, ticket, &defect).await?);
        }
        Ok(())
    }

    fn known(&self, rule: &Rule, key: &Key) -> Option<&WatchedRow> {
        let id = (rule.name.clone(), key.clone());
        self.changed.get(&id).or_else(|| self.watched.get(&id))
    }

    fn remember(&mut self, rule: &Rule, key: Key, rank: i32, watched: Watched) {
        self.put_back(WatchedRow {
            rule: rule.name.clone(),
            key,
            rank,
            watched,
        });
    }

    /// What is remembered from now on.
    pub(super) fn put_back(&mut self, row: WatchedRow) {
        self.changed
            .insert((row.rule.clone(), row.key.clone()), row);
    }

    async fn tell(
        &mut self,
        rule: &Rule,
        key: &Key,
        watched: &mut Watched,
        what: Tell,
    ) -> Result<(), StoreError> {
        let Some(notify) = &rule.notify else {
            return Ok(());
        };
        let place = match place(self.app, &notify.to) {
            Ok(place) => place,
            Err(why) => {
                if matches!(what, Tell::New(_)) {
                    watched.hold(self.now + AGAIN, why, self.now);
                }
                return Ok(());
            }
        };
        match what {
            Tell::New(card) => {
                self.tell_new(rule, notify, key, watched, &place, card)
                    .await
            }
            Tell::Line(card, line) => self.line(notify, watched, &place, &card, line).await,
            Tell::Edit(card) => {
                self.edit(place, card);
                Ok(())
            }
        }
    }

    /// Something that people do not know, if the place may have it now.
    #[expect(
        clippy::too_many_arguments,
        reason = "what is told, where, and for which rule"
    )]
    async fn tell_new(
        &mut self,
        rule: &Rule,
        notify: &Notify,
        key: &Key,
        watched: &mut Watched,
        place: &Place,
        card: CardSubject,
    ) -> Result<(), StoreError> {
        let (now, remind_at) = (self.now, remind_at(notify, self.now));
        if self.is_told_by_another(rule, key, place) {
            watched.told(ToldBy::Card, now);
            watched.due_at = remind_at;
            return Ok(());
        }
        let gate = self.gates.of(self.tx, place).await?;
        if let Some((until, why)) = gate.closed(notify, now) {
            watched.hold(until, why, now);
            return Ok(());
        }
        let line = watched.told.map(|_| "It is open again.".to_owned());
        if tell(self.app, self.tx, place, &card, line).await? == Told::TurnedOff {
            watched.hold(now + AGAIN, TURNED_OFF, now);
            return Ok(());
        }
        gate.last_message = Some(now);
        watched.told(ToldBy::Card, now);
        watched.due_at = remind_at;
        Ok(())
    }

    /// Two rules for one place tell it once.
    fn is_told_by_another(&self, rule: &Rule, key: &Key, there: &Place) -> bool {
        self.rules.iter().any(|other| {
            let notify = other.notify.as_ref();
            let same = notify.is_some_and(|n| place(self.app, &n.to).as_ref() == Ok(there));
            let told = self.known(other, key).and_then(|row| row.watched.told);
            let shown = told.is_some_and(|told| told.open && told.by == ToldBy::Card);
            other.name != rule.name && same && shown
        })
    }

    /// A line in the thread of a card. By a webhook it is a message of its own.
    async fn line(
        &mut self,
        notify: &Notify,
        watched: &mut Watched,
        place: &Place,
        card: &CardSubject,
        line: String,
    ) -> Result<(), StoreError> {
        if *place == Place::Webhook {
            let gate = self.gates.of(self.tx, place).await?;
            if !gate.takes_message(notify.interval.length(), self.now) {
                let why =
                    format!("{line} The webhook was told something less than an interval ago.");
                watched.why = why;
                return Ok(());
            }
            gate.last_message = Some(self.now);
        }
        tell(self.app, self.tx, place, card, Some(line))
            .await
            .map(drop)
    }

    /// However often a card changes in one sitting, it is shown anew once.
    fn edit(&mut self, place: Place, card: CardSubject) {
        self.edits.insert(format!("{place} {card}"), (place, card));
    }

    /// Stores everything.
    pub(super) async fn close(self) -> Result<(), StoreError> {
        for (place, card) in self.edits.values() {
            tell(self.app, self.tx, place, card, None).await?;
        }
        let rows: Vec<WatchedRow> = self.changed.into_values().collect();
        rules::remember(self.tx, &rows).await?;
        self.quotas.save(self.tx).await?;
        self.gates.save(self.tx).await
    }

    /// A reminder of what has a card, if the place may have it now. Returns whether it went out.
    pub(super) async fn remind(
        &mut self,
        notify: &Notify,
        place: &Place,
        card: &CardSubject,
        line: String,
    ) -> Result<bool, StoreError> {
        let gate = self.gates.of(self.tx, place).await?;
        if gate.closed(notify, self.now).is_some() {
            return Ok(false);
        }
        let told = tell(self.app, self.tx, place, card, Some(line)).await?;
        gate.last_message = Some(self.now);
        Ok(told != Told::TurnedOff)
    }
}

/// When people are reminded of what they are told now.
pub(super) fn remind_at(notify: &Notify, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    notify.repeat.map(|repeat| now + repeat.length())
}
