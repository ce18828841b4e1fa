//! A rehearsal: what a rule would have done to findings that are known, with nobody told.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Finding, Flush, Gate, Key, Rule, Tell, TicketState, ToldBy, Watched};
use super::{decide, mismatch};
use crate::findings::What;

/// What a rule would have done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Would {
    /// Told by a card.
    Message,
    /// The card that is there would have changed.
    Update,
    /// Told in a digest.
    Digest,
    /// Nobody would have been told.
    Nothing,
}

impl Would {
    /// The word that the API uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Update => "update",
            Self::Digest => "digest",
            Self::Nothing => "nothing",
        }
    }
}

/// A finding of a rehearsal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsed {
    /// The finding.
    pub finding: Finding,
    /// When it was found.
    pub at: DateTime<Utc>,
    /// What people would have got.
    pub would: Would,
    /// Why.
    pub why: String,
    /// Whether it would have become a ticket.
    pub ticket: bool,
}

/// Plays findings, which must be in the order of time, to a rule that never heard of any.
#[must_use]
pub fn rehearse(rule: &Rule, found: Vec<(Finding, What, DateTime<Utc>)>) -> Vec<Rehearsed> {
    let mut stage = Stage {
        rule,
        gate: Gate::default(),
        watched: BTreeMap::new(),
        held: Vec::new(),
        done: Vec::with_capacity(found.len()),
    };
    for (finding, what, at) in found {
        stage.flush(at);
        stage.hear(finding, what, at);
    }
    stage.flush(DateTime::<Utc>::MAX_UTC);
    stage.done
}

struct Stage<'a> {
    rule: &'a Rule,
    gate: Gate,
    watched: BTreeMap<Key, Watched>,
    /// What waits: its place among what is done, and its key.
    held: Vec<(usize, Key)>,
    done: Vec<Rehearsed>,
}

impl Stage<'_> {
    fn hear(&mut self, finding: Finding, what: What, at: DateTime<Utc>) {
        let key = finding.key_for(self.rule);
        if let Some(why) = mismatch(&self.rule.when, &finding) {
            let why = format!("The rule is not about it: {why}.");
            self.done.push(rehearsed(finding, at, Would::Nothing, why));
            return;
        }
        let known = self.watched.remove(&key);
        let mut decision = decide(self.rule, known, &finding, what, at);
        let would = match decision.tell {
            Some(Tell::New(_)) => self.tell_new(&key, &mut decision.watched, at),
            Some(Tell::Line(..) | Tell::Edit(_)) => Would::Update,
            None => Would::Nothing,
        };
        if decision.ticket {
            decision.watched.ticket = Some(TicketState::Wanted);
        }
        let why = match would {
            Would::Update => "Its card would have changed.".to_owned(),
            _ => decision.watched.why.clone(),
        };
        self.done.push(Rehearsed {
            ticket: decision.ticket,
            ..rehearsed(finding, at, would, why)
        });
        self.watched.insert(key, decision.watched);
    }

    fn tell_new(&mut self, key: &Key, watched: &mut Watched, at: DateTime<Utc>) -> Would {
        let Some(notify) = &self.rule.notify else {
            return Would::Nothing;
        };
        if let Some((until, why)) = self.gate.closed(notify, at) {
            watched.hold(until, why, at);
            self.held.push((self.done.len(), key.clone()));
            return Would::Nothing;
        }
        self.gate.last_message = Some(at);
        watched.told(ToldBy::Card, at);
        Would::Message
    }

    /// What is due until then is told, moment by moment.
    fn flush(&mut self, until: DateTime<Utc>) {
        while let Some(now) = self.next_due().filter(|due| *due <= until) {
            self.flush_at(now);
        }
    }

    fn next_due(&self) -> Option<DateTime<Utc>> {
        let due = |(_, key): &(usize, Key)| self.watched.get(key)?.due_at;
        self.held.iter().filter_map(due).min()
    }

    fn flush_at(&mut self, now: DateTime<Utc>) {
        let Some(notify) = &self.rule.notify else {
            return self.held.clear();
        };
        let watched = &self.watched;
        let is_held =
            |(_, key): &(usize, Key)| watched.get(key).is_some_and(|one| one.held_since.is_some());
        // What was settled in between waits no more.
        self.held.retain(is_held);
        let is_due = |(_, key): &&(usize, Key)| {
            let due = watched.get(key).and_then(|one| one.due_at);
            due.is_some_and(|due| due <= now)
        };
        let due: Vec<(usize, Key)> = self.held.iter().filter(is_due).cloned().collect();
        let (would, by) = match self
            .gate
            .flush(due.len() as u64, notify.interval.length(), now)
        {
            Flush::Card => {
                self.gate.last_message = Some(now);
                (Would::Message, ToldBy::Card)
            }
            Flush::Digest => {
                self.gate.last_digest = Some(now);
                (Would::Digest, ToldBy::Digest)
            }
            Flush::Later(at) => {
                for (_, key) in &due {
                    if let Some(watched) = self.watched.get_mut(key) {
                        watched.due_at = Some(at);
                    }
                }
                return;
            }
        };
        for (place, key) in &due {
            if let Some(watched) = self.watched.get_mut(key) {
                watched.told(by, now);
            }
            if let Some(done) = self.done.get_mut(*place) {
                done.would = would;
            }
        }
        self.held.retain(|held| !due.contains(held));
    }
}

fn rehearsed(finding: Finding, at: DateTime<Utc>, would: Would, why: String) -> Rehearsed {
    Rehearsed {
        finding,
        at,
        would,
        why,
        ticket: false,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;
    use crate::findings::Severity;
    use crate::ids::DefectId;
    use crate::rules::{Kind, Standing};

    #[test]
    fn a_rehearsal_tells_each_finding_its_end() {
        let json = r##"{"name":"r","when":{"min_severity":"high"},"notify":{"to":"#ci"},
            "ticket":{"after":2,"plan":{"project":"OPS"}}}"##;
        let rule: Rule = serde_json::from_str(json).unwrap();
        let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let found = [
            (Severity::High, 0, 1),
            (Severity::Low, 1, 9),
            (Severity::High, 2, 2),
            (Severity::Critical, 3, 1),
            (Severity::High, 300, 1),
        ];
        let found = (1..).zip(found).map(|(number, (severity, second, count))| {
            let finding = Finding {
                key: Key::Defect(DefectId(Uuid::from_u128(number))),
                kind: Kind::Defect,
                severity: Some(severity),
                source: "api".into(),
                title: "Odd".into(),
                outcome: None,
                branch: None,
                flaky: false,
                standing: Standing::Open,
                status: "open",
                count,
                snoozed_until: None,
            };
            (finding, What::New, start + TimeDelta::seconds(second))
        });
        let done = rehearse(&rule, found.collect());
        let told: Vec<_> = done
            .iter()
            .map(|one| (one.would.as_str(), one.ticket))
            .collect();
        let expected = [
            ("message", false),
            ("nothing", false),
            ("digest", true),
            ("digest", false),
            ("message", false),
        ];
        assert_eq!(told, expected);
        assert_eq!(
            done[1].why,
            "The rule is not about it: it is not severe enough."
        );
    }
}
