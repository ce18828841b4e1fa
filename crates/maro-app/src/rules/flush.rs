//! What places hold and is due: one finding becomes a card, several become a digest.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use maro_core::findings::{CardSubject, Digest, DigestLine, Place, Severity};
use maro_core::rules::{Flush, Key, Notify, Rule, ToldBy};
use maro_store::rules::{self, Held, WatchedRow};
use maro_store::{StoreError, Tx};

use super::bench::{AGAIN, TURNED_OFF, remind_at};
use super::judge::enabled;
use super::place::place;
use super::seen::Seen;
use crate::App;
use crate::findings::cards::{Told, digest, tell};

/// Findings that a digest names.
const NAMED: u64 = 10;

/// The rules that hold something for one place.
struct Holders<'a> {
    place: Place,
    rules: Vec<(&'a Rule, &'a Notify)>,
    since: DateTime<Utc>,
}

impl Holders<'_> {
    fn names(&self) -> Vec<String> {
        let names = self.rules.iter().map(|(rule, _)| rule.name.clone());
        names.collect()
    }

    /// The most talkative rule of a place sets its pace; the others join in.
    fn interval(&self) -> TimeDelta {
        let intervals = self.rules.iter();
        let intervals = intervals.map(|(_, notify)| notify.interval.length());
        intervals.min().unwrap_or(TimeDelta::zero())
    }
}

/// Tells what is due, place by place. Returns how many places were told something.
pub(crate) async fn flush(app: &App) -> Result<usize, StoreError> {
    let now = app.now();
    let held = rules::held_by_rule(app.store(), now).await?;
    if held.is_empty() {
        return Ok(0);
    }
    let known = enabled(app).await?;
    let mut places: BTreeMap<String, Holders<'_>> = BTreeMap::new();
    for held in held {
        match holder(app, &known, &held, now) {
            Ok((rule, notify, place)) => {
                let holders = places.entry(place.to_string()).or_insert(Holders {
                    place,
                    rules: Vec::new(),
                    since: held.since,
                });
                holders.rules.push((rule, notify));
                holders.since = holders.since.min(held.since);
            }
            Err((until, why)) => postpone(app, &held.rule, now, until, why).await?,
        }
    }
    let mut told = 0;
    for holders in places.values() {
        told += usize::from(flush_place(app, holders, now).await?);
    }
    Ok(told)
}

/// The rule that holds something, and its place, else until when it has to hold it, and why.
fn holder<'a>(
    app: &App,
    known: &'a [Rule],
    held: &Held,
    now: DateTime<Utc>,
) -> Result<(&'a Rule, &'a Notify, Place), (DateTime<Utc>, &'static str)> {
    let rule = known.iter().find(|rule| rule.name == held.rule);
    let notify = rule.and_then(|rule| Some((rule, rule.notify.as_ref()?)));
    let (rule, notify) = notify.ok_or((now + AGAIN, "The rule is turned off, or tells nobody."))?;
    if let Some(ends) = notify
        .quiet_hours
        .as_ref()
        .and_then(|quiet| quiet.ends(now))
    {
        return Err((ends, "These are quiet hours."));
    }
    let place = place(app, &notify.to).map_err(|why| (now + AGAIN, why))?;
    Ok((rule, notify, place))
}

async fn postpone(
    app: &App,
    rule: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    why: &str,
) -> Result<(), StoreError> {
    let tx = app.store().begin().await?;
    rules::postpone(&tx, rule, now, until, why).await?;
    tx.commit().await
}

/// Returns whether the place was told something.
async fn flush_place(
    app: &App,
    holders: &Holders<'_>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let tx = app.store().begin().await?;
    let (place, names) = (holders.place.to_string(), holders.names());
    let mut gate = rules::gate(&tx, &place).await?;
    let ranks = rules::held_by_rank(&tx, &names, now).await?;
    let count = ranks.iter().map(|(_, count)| count).sum();
    let told = match gate.flush(count, holders.interval(), now) {
        _ if count == 0 => return tx.rollback().await.map(|()| false),
        Flush::Later(at) => {
            let why = "The place had a digest less than an interval ago.";
            return put_off(tx, &names, now, (at, why)).await;
        }
        Flush::Card => {
            gate.last_message = Some(now);
            let told = tell_one(app, &tx, holders, &names, now).await?;
            (told != Told::TurnedOff).then_some(ToldBy::Card)
        }
        Flush::Digest => {
            gate.last_digest = Some(now);
            let composed = compose(&tx, holders, &names, &ranks, now).await?;
            let told = digest(app, &tx, &holders.place, &composed).await?;
            (told != Told::TurnedOff).then_some(ToldBy::Digest)
        }
    };
    let Some(by) = told else {
        return put_off(tx, &names, now, (now + AGAIN, TURNED_OFF)).await;
    };
    for (rule, notify) in &holders.rules {
        rules::mark_told(&tx, &rule.name, by, now, remind_at(notify, now)).await?;
    }
    rules::save_gate(&tx, &place, &gate).await?;
    tx.commit().await?;
    app.wakeups().outbox();
    Ok(true)
}

/// What these rules hold waits for longer; nothing was told.
async fn put_off(
    tx: Tx,
    names: &[String],
    now: DateTime<Utc>,
    (until, why): (DateTime<Utc>, &str),
) -> Result<bool, StoreError> {
    for name in names {
        rules::postpone(&tx, name, now, until, why).await?;
    }
    tx.commit().await.map(|()| false)
}

async fn tell_one(
    app: &App,
    tx: &Tx,
    holders: &Holders<'_>,
    names: &[String],
    now: DateTime<Utc>,
) -> Result<Told, StoreError> {
    let held = rules::top_held(tx, names, now, 1).await?;
    let row = held.first().and_then(|row| Some((row, card_of(row)?)));
    let Some((row, card)) = row else {
        return Ok(Told::Edited);
    };
    let line = row.watched.told.map(|_| "It is open again.".to_owned());
    tell(app, tx, &holders.place, &card, line).await
}

/// What the card of a finding is about.
pub(super) fn card_of(row: &WatchedRow) -> Option<CardSubject> {
    Some(match &row.key {
        Key::Defect(id) => CardSubject::Defect(*id),
        Key::Run(id) => CardSubject::Run(*id),
        Key::Suite { suite, .. } => CardSubject::Episode {
            suite: suite.clone(),
            began: row.watched.began?,
        },
    })
}

async fn compose(
    tx: &Tx,
    holders: &Holders<'_>,
    names: &[String],
    ranks: &[(i32, u64)],
    now: DateTime<Utc>,
) -> Result<Digest, StoreError> {
    // Two rules may hold the same finding; it is named once.
    let most = NAMED * names.len() as u64;
    let mut rows = rules::top_held(tx, names, now, most).await?;
    rows.dedup_by(|a, b| a.key == b.key);
    rows.truncate(usize::try_from(NAMED).unwrap_or(usize::MAX));
    let top = lines(tx, &rows).await?;
    let total = ranks.iter().map(|(_, count)| count).sum::<u64>();
    let severities = ranks.iter().filter_map(|(rank, count)| {
        let place = usize::try_from(*rank).ok()?.checked_sub(1)?;
        Some((*Severity::ALL.get(place)?, *count))
    });
    Ok(Digest {
        rule: names.join(", "),
        from: holders.since,
        to: now,
        total,
        severities: severities.collect(),
        more: total.saturating_sub(top.len() as u64),
        top,
    })
}

async fn lines(tx: &Tx, rows: &[WatchedRow]) -> Result<Vec<DigestLine>, StoreError> {
    let seen = Seen::of_rows(tx, rows).await?;
    let line = |row: &WatchedRow| {
        let finding = seen.remembered(row)?;
        Some(DigestLine {
            subject: card_of(row)?,
            title: finding.title,
            severity: finding.severity,
            count: finding.count,
        })
    };
    Ok(rows.iter().filter_map(line).collect())
}
