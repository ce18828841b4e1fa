//! Reminders: what is still open, where a rule says that people hear of it again.

use maro_core::rules::{Notify, Rule, ToldBy, remind as line_of};
use maro_store::rules::{self, WatchedRow};
use maro_store::{StoreError, Tx};

use super::bench::{AGAIN, Bench, remind_at};
use super::flush::card_of;
use super::judge::enabled;
use super::place::place;
use super::seen::Seen;
use crate::App;

const BATCH: u64 = 200;

/// Reminds of what is due. Returns how much that was.
pub(crate) async fn remind(app: &App) -> Result<usize, StoreError> {
    let known = enabled(app).await?;
    let tx = app.store().begin().await?;
    let due = rules::reminders(&tx, app.now(), BATCH).await?;
    if due.is_empty() {
        tx.rollback().await?;
        return Ok(0);
    }
    remind_all(app, &tx, &known, &due).await?;
    tx.commit().await?;
    app.wakeups().outbox();
    Ok(due.len())
}

async fn remind_all(
    app: &App,
    tx: &Tx,
    known: &[Rule],
    due: &[WatchedRow],
) -> Result<(), StoreError> {
    let seen = Seen::of_rows(tx, due).await?;
    let mut bench = Bench::open(app, tx, known, &[]).await?;
    for row in due {
        let rule = known.iter().find(|rule| rule.name == row.rule);
        let rule = rule.and_then(|rule| Some((rule, rule.notify.as_ref()?)));
        let mut row = row.clone();
        row.watched.due_at = None;
        if let Some((_, notify)) = rule {
            remind_one(&mut bench, notify, &mut row, &seen).await?;
        }
        bench.put_back(row);
    }
    bench.close().await
}

/// What was told by a digest is told by the next one; what has a card gets a line.
async fn remind_one(
    bench: &mut Bench<'_>,
    notify: &Notify,
    row: &mut WatchedRow,
    seen: &Seen,
) -> Result<(), StoreError> {
    let now = bench.now;
    let finding = seen.remembered(row);
    let line = finding.and_then(|finding| line_of(&row.watched, &finding, now));
    let (Some(line), Some(repeat_at)) = (line, remind_at(notify, now)) else {
        return Ok(());
    };
    if row
        .watched
        .told
        .is_some_and(|told| told.by == ToldBy::Digest)
    {
        row.watched.hold(now, "It is still open.", now);
        return Ok(());
    }
    let place = place(bench.app, &notify.to);
    let told = match (place, card_of(row)) {
        (Ok(place), Some(card)) => bench.remind(notify, &place, &card, line).await?,
        _ => false,
    };
    row.watched.due_at = Some(if told { repeat_at } else { now + AGAIN });
    Ok(())
}
